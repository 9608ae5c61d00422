"""What the doctor says about custom attributes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .indexes import missing


def findings() -> list[str]:
    """One sentence for each attribute that should have an index and has none (yet)."""
    sentence = _("%(entity)s: the attribute %(code)s has no index yet: is a worker running?")
    return [sentence % {"entity": one.entity, "code": one.code} for one in missing()]
