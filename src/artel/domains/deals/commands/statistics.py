"""Stage statistics of the deals of a batch: read set-wise, changed by the rules of `artel.lib.stages`, written set-wise.

The current stage of each deal is written with its rows, so that the column always equals the rule (rules §2.7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Subquery, When
from django.utils.translation import gettext_lazy as _

from artel.domains.deals.models import Deal, DealKind, DealStage, DealStatus
from artel.kernel.acts import Act, Line
from artel.kernel.ready import Given, Ready
from artel.lib.stages import Path, Result, Rows, StageRefused, StageRow, current_row

Rule = Callable[[Rows, Path], Rows]

SENTENCES = {
    "no_rows": _("Deals of this kind have no stages."),
    "not_on_path": _("This stage is not in the list of the deal's kind."),
    "same_stage": _("The deal is at this stage already."),
    "not_in_work": _("The deal is finished: take it back to work before moving it further."),
    "before_start": _("The stage would end before it starts."),
}


class Statistics:
    """The stage rows of some deals and what becomes of them in one act: one query however many deals."""

    def __init__(self, act: Act, deals: Iterable[Deal], kinds: Mapping[UUID, DealKind] | None = None) -> None:
        """`kinds` names kinds other than the present ones, by deal."""
        self._act = act
        self._deals = {deal.pk: deal for deal in deals}
        self._paths: dict[UUID, Path] = {deal: kind.stage_keys for deal, kind in (kinds or {}).items()}
        self._stored: dict[UUID, dict[UUID, DealStage]] = {key: {} for key in self._deals}
        self._now: dict[UUID, Rows] = {}
        for row in rows_of(self._deals):
            self._stored[row.deal_id][row.stage_id] = row
            self._paths.setdefault(row.deal_id, path_beside(row))

    def path(self, deal: Deal) -> Path:
        return self._paths.get(deal.pk, ())

    def rows(self, deal: Deal) -> Rows:
        """The rows as they will be."""
        if deal.pk not in self._now:
            self._now[deal.pk] = tuple(_read(row) for row in self._stored[deal.pk].values())
        return self._now[deal.pk]

    def current(self, deal: Deal) -> StageRow | None:
        return current_row(self.rows(deal), self.path(deal))

    def follow(self, line: Line[Deal, Any], rule: Rule) -> None:
        """Change the rows of the line's deal; a broken rule refuses the line."""
        try:
            self._now[line.subject.pk] = rule(self.rows(line.subject), self.path(line.subject))
        except StageRefused as no:
            line.refuse(no.code, SENTENCES[no.code])

    def write(self, changes: Iterable[tuple[Deal, Mapping[str, Any]]]) -> None:
        """Write changes of deals, and of their rows; the current stage goes into the deal's own statement."""
        listed = list(changes)
        deals = [deal for deal, _values in listed if deal.pk in self._now]
        self._write_rows(deals)
        self._act.change_all(Deal, [(deal, {**values, **self._stage_of(deal)}) for deal, values in listed])

    def _stage_of(self, deal: Deal) -> dict[str, Any]:
        return current_columns(self._now[deal.pk], self.path(deal)) if deal.pk in self._now else {}

    def _write_rows(self, deals: Iterable[Deal]) -> None:
        changed: list[tuple[DealStage, Mapping[str, Any]]] = []
        fresh: list[Mapping[str, Any]] = []
        gone: list[DealStage] = []
        for deal in deals:
            stored, path = self._stored[deal.pk], self.path(deal)
            after = {row.stage: row for row in self._now[deal.pk]}
            gone += [row for stage, row in stored.items() if stage not in after]
            for stage, row in after.items():
                columns = row_columns(row, path)
                if known := stored.get(stage):  # type: ignore[call-overload]
                    changed.append((known, {**columns, "is_implied": False}))
                else:
                    fresh.append({"deal_id": deal.pk, **columns})
        self._act.remove(DealStage, gone)
        self._act.change_all(DealStage, changed)
        self._act.insert(DealStage, fresh)


def rows_of(deals: Iterable[UUID]) -> list[Any]:
    """The stage rows of deals in their order, each with the list of its deal's kind beside it."""
    keys = list(deals)
    if len(keys) == 1:
        return _of_one().rows(deal=keys[0])
    return list(_rows().filter(deal__in=keys)) if keys else []


def _rows() -> Any:
    rows = DealStage.objects.order_by("order", "started_at", "id")
    return rows.annotate(kind_path=F("deal__kind__path"))


@lru_cache(maxsize=1)
def _of_one() -> Ready:
    return Ready(_rows().filter(deal=Given("deal")))


def path_beside(row: Any) -> tuple[UUID, ...]:
    return tuple(UUID(key) for key in row.kind_path)


def row_columns(row: StageRow, path: Path) -> dict[str, Any]:
    """A row's columns by attribute name."""
    return {
        "stage_id": row.stage,
        "order": place(row.stage, path),
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "days": row.duration,
        "potential": row.potential,
        "result": row.result.value,
        "responsible_id": row.responsible,
    }


def current_columns(rows: Rows, path: Path) -> dict[str, Any]:
    """The deal's columns that say where it stands."""
    row = current_row(rows, path)
    if row is None:
        return {"stage_id": None, "stage_order": None}
    return {"stage_id": row.stage, "stage_order": place(row.stage, path)}


def current_stage() -> tuple[Subquery, Subquery]:
    """The same rule for the database, in a query of deals: the current stage and its place."""
    in_work_first = Case(When(result=DealStatus.IN_WORK, then=1), default=0)
    rows = DealStage.objects.filter(deal=OuterRef("pk")).order_by(
        in_work_first.desc(), "-order", "-started_at", "-id"
    )
    return Subquery(rows.values("stage")[:1]), Subquery(rows.values("order")[:1])


def place(stage: Any, path: Path) -> int:
    """From 1; 0 for a stage that has left the list."""
    return path.index(stage) + 1 if stage in path else 0


def _read(row: DealStage) -> StageRow:
    return StageRow(
        stage=row.stage_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        duration=row.days,
        result=Result(row.result),
        responsible=row.responsible_id,
        potential=row.potential,
    )
