"""By which columns an actor may find records of a model: every look-up, of programs, files, forms and reports, asks here."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from .access import fields_visible_to
from .actors import Actor
from .records import facts_of


def lookup_fields(actor: Actor, model: type[models.Model], keys: Sequence[str] = ()) -> list[str]:
    """The look-up columns, best first, without those hidden from the actor: a hidden one must not answer whether it holds a text."""
    seen = fields_visible_to(actor, model)
    return [name for name in keys or facts_of(model).lookup if name in seen]
