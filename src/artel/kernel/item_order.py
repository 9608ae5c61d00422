"""Directory items in the order of the names that their reader sees."""

from __future__ import annotations

from django.db.models import CharField, F, Model, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language

from .records import Item


class NameAsRead(Coalesce):
    """The English name where there is one, else the name; `via` reaches over a relation: ``NameAsRead("stage")``."""

    def __init__(self, via: str = "") -> None:
        path = f"{via}__" if via else ""
        english = NullIf(Lower(f"{path}name_en"), Value(""))
        super().__init__(english, F(f"{path}sort_name"), output_field=CharField())


def as_read(model: type[Model], via: str = "") -> NameAsRead | None:
    """What items stand by for who reads English; None for records of one name, and where the name itself is read."""
    if issubclass(model, Item) and (get_language() or "").startswith("en"):
        return NameAsRead(via)
    return None
