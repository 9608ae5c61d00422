"""The ordered stages of kinds (rules §2.7): statistics of their deals follow when a list changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from artel.domains.deals.models import Deal, DealKind, DealStage, DealType, KindStage, Stage
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import Argument, Values, argument
from artel.kernel.commands import command
from artel.kernel.line_checks import require_filled
from artel.lib.names import sort_key
from artel.screens.vocabulary import Imported

from .looking import GivenLines, Paths, paths_of
from .statistics import current_stage

STAGES_NEEDED = _("The stages of the process must be defined.")
STAGES_UNUSED = _("Deals of this kind have no process, so it has no stages.")
STAGED = Applies(lambda kind: kind.has_stages, ["type"], "stages_unused", STAGES_UNUSED)


@dataclass(frozen=True, kw_only=True)
class ListStage:
    """Which stage, and where in the list; without an order at its end."""

    stage: Stage = argument(
        label=_("Stage"),
        among=lambda stages, kind: stages.exclude(pk__in=kind.stage_keys) if kind else stages,
    )
    order: int | None = argument(label=_("Order"), default=None)


@dataclass(frozen=True, kw_only=True)
class UnlistStage:
    """Which stage goes."""

    stage: Stage = argument(label=_("Stage"), among=lambda stages, kind: kind.own(stages) if kind else stages)


@command(
    permission="deals.change_dealkind", label=_("Put a stage into the list"), icon="plus", applies=STAGED
)
def list_stage(act: Act, lines: Lines[DealKind, ListStage]) -> None:
    """A stage gets a place in the list of a kind, or another place."""
    wanted: dict[DealKind, Sequence[UUID]] = {}
    for line in lines:
        line.result = kind = line.subject
        rest = [key for key in kind.stage_keys if key != line.args.stage.pk]
        before = len(rest) if line.args.order is None else max(line.args.order - 1, 0)
        wanted[kind] = [*rest[:before], line.args.stage.pk, *rest[before:]]
    lay_paths(act, wanted)


@command(
    permission="deals.change_dealkind", label=_("Take a stage out of the list"), icon="minus", applies=STAGED
)
def unlist_stage(act: Act, lines: Lines[DealKind, UnlistStage]) -> None:
    """A stage leaves the list; rows of deals that were at it stay as history. A kind moved by hand keeps one stage."""
    wanted: dict[DealKind, Sequence[UUID]] = {}
    for line in lines:
        line.result = kind = line.subject
        rest = [key for key in kind.stage_keys if key != line.args.stage.pk]
        if not rest and kind.type == DealType.MANUAL:
            line.refuse("stages_needed", STAGES_NEEDED)
        else:
            wanted[kind] = rest
    lay_paths(act, wanted)


def lay_paths(act: Act, wanted: Mapping[DealKind, Sequence[UUID]], *, are_new: bool = False) -> None:
    """Give kinds their ordered stages; statistics of their deals are numbered anew, set-wise."""
    rows = {(row.kind_id, row.stage_id): row for row in KindStage.objects.filter(kind__in=wanted)}
    places = {(kind.pk, stage): order for kind, path in wanted.items() for order, stage in enumerate(path, 1)}
    act.remove(KindStage, [row for key, row in rows.items() if key not in places])
    act.change_all(KindStage, [(rows[key], {"order": n}) for key, n in places.items() if key in rows])
    act.insert(
        KindStage,
        [
            {"kind_id": kind, "stage_id": stage, "order": order}
            for (kind, stage), order in places.items()
            if (kind, stage) not in rows
        ],
    )
    act.change_all(DealKind, [(kind, {"path": [str(key) for key in path]}) for kind, path in wanted.items()])
    for kind in () if are_new else wanted:
        _renumber(act, kind.pk)


def _renumber(act: Act, kind: UUID) -> None:
    """The places of stage rows follow the kind's list, and the current stage of its deals follows the rows."""
    place = KindStage.objects.filter(kind=kind, stage=OuterRef("stage")).values("order")[:1]
    new_order = Coalesce(Subquery(place), Value(0), output_field=IntegerField())
    rows = DealStage.objects.filter(deal__in=Deal.objects.filter(kind=kind).values("pk"))
    rows.exclude(order=new_order).update(order=new_order, changed_at=act.at)
    stage, order = current_stage()
    stale = Deal.objects.filter(kind=kind, stage__isnull=False).exclude(stage=stage, stage_order=order)
    stale.update(stage=stage, stage_order=order, changed_at=act.at)


@command(
    permission="deals.change_dealkind",
    label=_("Put a stage into a kind's list"),
    creates=Stage,
    fields=["name"],
    extra=[
        Argument("kind", _("Kind of deal"), "reference", model=DealKind),
        Argument("order", _("Order"), "integer"),
    ],
)
def place_stages(act: Act, lines: Lines[Any, Values]) -> None:
    """Lines of (name, kind, order): a stage named for two kinds is one stage linked twice (contract, `stages`).

    Without an order the stage goes to the end; an order that is taken moves those from there on back by one.
    """
    require_filled(lines, "name")
    kinds = DealKind.objects.in_bulk({key for line in lines if (key := line.args.key("kind"))})
    for line in lines:
        if line.is_open and (key := line.args.key("kind")) and not kinds[key].has_stages:
            line.refuse("stages_unused", STAGES_UNUSED)
    ready = [line for line in lines if line.is_open]
    by_name, made = stages_named(act, [line.args["name"] for line in ready])
    by_kind: dict[UUID, list[Line[Any, Values]]] = {}
    for line in ready:
        line.result = by_name[_sort_name(line.args["name"])]
        if key := line.args.key("kind"):
            by_kind.setdefault(key, []).append(line)
    before = paths_of(kinds[key] for key in by_kind)
    after = {key: _path(by_kind[key], path) for key, path in before.items()}
    for line in ready:
        line.result = Imported(line.result, _did(line, made, before, after))
    lay_paths(act, {kinds[key]: path for key, path in after.items() if path != before[key]})


def _did(line: Line[Any, Values], made: set[UUID], before: Paths, after: Paths) -> Any:
    """A new stage or a new place of a stage is made; a place that was there may have moved."""
    key = line.args.key("kind")
    stage = line.result.pk
    if stage in made or (key and stage not in before[key]):
        return "created"
    has_moved = key and before[key].index(stage) != after[key].index(stage)
    return "updated" if has_moved and line.args.get("order") is not None else "skipped"


def stages_named(act: Act, given: Sequence[str]) -> tuple[dict[str, Stage], set[UUID]]:
    """Stages by sort name, and the keys of those made now."""
    names = {_sort_name(name): name for name in reversed(given)}  # as it was written first
    if not names:
        return {}, set()
    found = {stage.sort_name: stage for stage in Stage.objects.present().filter(sort_name__in=names)}
    fresh = [{"name": name} for key, name in names.items() if key not in found]
    made = act.make(Stage, fresh)
    return found | {stage.sort_name: stage for stage in made}, {stage.pk for stage in made}


def _sort_name(name: str) -> str:
    return sort_key(name)[:250]


def _path(lines: GivenLines, path: Sequence[UUID]) -> tuple[UUID, ...]:
    """A kind's stages by their orders: as given, before those that were there; without one after all the others."""
    places = {stage: (number, 1) for number, stage in enumerate(path, 1)}
    for line in lines:
        given = line.args.get("order")
        if given is not None or line.result.pk not in places:
            last = max((number for number, _n in places.values()), default=0)
            places[line.result.pk] = (given if given is not None else last + 1, 0)
    return tuple(sorted(places, key=places.__getitem__))
