"""What the doctor says about deals: stages and lists that no longer equal the rows they are counted from."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from .commands.statistics import current_stage
from .models import Deal, DealKind, DealStage, KindStage

SHOWN = 20


def findings() -> Iterator[str]:
    """One sentence for each deal or kind of deal in question."""
    stage, order = current_stage()
    has_rows = Exists(DealStage.objects.filter(deal=OuterRef("pk")))
    right = Q(stage=stage, stage_order=order) | (Q(stage__isnull=True) & ~has_rows)
    for code, name in Deal.objects.exclude(right).values_list("code", "name")[:SHOWN]:
        yield _("The deal %(code)s (%(name)s) stands at another stage than its rows say.") % {
            "code": code,
            "name": name,
        }
    lists: dict[str, list[str]] = {}
    for kind, step in KindStage.objects.order_by("order").values_list("kind", "stage"):
        lists.setdefault(str(kind), []).append(str(step))
    for one in DealKind.objects.all():
        if [str(key) for key in one.stage_keys] != lists.get(str(one.pk), []):
            yield _("The list of stages of “%(kind)s” differs from its rows.") % {"kind": one}
