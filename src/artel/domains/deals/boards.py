"""The boards of deals: one for each kind that has stages; lanes are its stages, then what was won and what was lost."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.domains.interactions.models import TalkDigest
from artel.kernel import standing
from artel.screens.vocabulary import Deck, Lane

from .commands import lose_deal, move_deal, resume_deal, win_deal
from .models import DealKind, DealStatus, Stage

REST = gettext_lazy("Outside the stages")
NEXT_AT = Subquery(TalkDigest.objects.filter(pk=OuterRef("pk")).values("next_at")[:1])


def decks() -> Sequence[Deck]:
    """Kinds that may be used come first; those no longer used are there for the deals they still have."""
    kinds = standing.once("deals.decks", _kinds)
    return [_deck(kind, stages) for kind, stages in kinds]


def _kinds() -> list[tuple[DealKind, list[Stage]]]:
    """Kinds with their stages in order: two queries, asked again when a directory has changed."""
    kinds = [one for one in DealKind.objects.present().order_by("-is_allowed", "sort_name") if one.path]
    stages = Stage.objects.in_bulk({key for kind in kinds for key in kind.stage_keys})
    return [(kind, [stages[key] for key in kind.stage_keys if key in stages]) for kind in kinds]


def _deck(kind: DealKind, stages: Sequence[Stage]) -> Deck:
    in_work = [
        Lane(
            key=str(stage.pk),
            label=stage.label,
            rows=Q(status=DealStatus.IN_WORK, stage=stage.pk),
            act=move_deal,
            act_on_ended=resume_deal,
            given={"stage": str(stage.pk)},
        )
        for stage in stages
    ]
    return Deck(
        key=str(kind.pk),
        label=kind.label,
        rows=Q(kind=kind.pk),
        lanes=[*in_work, *_ends()],
        rest=REST,
    )


def _ends() -> list[Lane]:
    """Where work is over: a deal is won or lost from wherever it stood."""
    return [
        Lane(
            key=status.value,
            label=label,
            rows=Q(status=status),
            act=act,
            act_on_ended=act,
            is_end=True,
            tone=tone,
        )
        for status, label, act, tone in (
            (DealStatus.WON, _("Won deals"), win_deal, "good"),
            (DealStatus.LOST, _("Lost deals"), lose_deal, "bad"),
        )
    ]
