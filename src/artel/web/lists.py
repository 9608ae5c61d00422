"""A list as its address describes it: filters, words, order, place. The same state narrows the rows of lists, exports and cards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.db.models import QuerySet

from artel.kernel.access import fields_visible_to
from artel.kernel.actors import Actor
from artel.kernel.attributes.models import Attribute
from artel.kernel.commands import Command
from artel.kernel.records import Named
from artel.screens.filters import EVERYTHING, All, BadFilter, Node, condition, dump, load, narrowed
from artel.screens.filters.fields import field_of
from artel.screens.vocabulary import Entity

from .addresses import page_address
from .attributes import ATTRIBUTES, attributes_of, filtered_by, orders_of, sort_by
from .cells import Column
from .filter_words import said
from .filters import Chip, DeclaredFilter, given
from .finding import matching
from .money import currency_field
from .paging import Cursor, Slice, Sort, cut

LONGEST_FILTER = 6_000
"""What an address may carry with every browser and proxy between."""

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ListState:
    """What the address of a list says, for one person."""

    entity: Entity
    actor: Actor
    words: str
    values: Mapping[str, str]
    sort: Sort
    after: str = ""
    before: str = ""
    marked: bool = False
    attributes: Sequence[Attribute] = ()
    filter: str = ""

    @classmethod
    def read(cls, entity: Entity, actor: Actor, query: Query) -> ListState:
        """Unknown parameters, sorts that were not declared and hidden fields are left out."""
        attributes = attributes_of(entity.model, actor)
        declared = declared_filters(entity, actor, attributes)
        asked = (query.get("sort") or [""])[0]
        known = asked.lstrip("-") in sortable(entity, actor, attributes)
        return cls(
            entity=entity,
            actor=actor,
            words=(query.get("q") or [""])[0].replace("\x00", "").strip()[:200],
            values=given(declared, query),
            sort=sort_by(Sort.read(asked if known else entity.table.order), attributes),
            after=(query.get("after") or [""])[0],
            before=(query.get("before") or [""])[0],
            marked=(query.get("marked") or [""])[0] == "1",
            attributes=attributes,
            filter=_plain_filter((query.get("filter") or [""])[0]),
        )

    @classmethod
    def of_text(cls, entity: Entity, actor: Actor, text: str) -> ListState:
        """The state a card carries from the list it was opened in."""
        return cls.read(entity, actor, parse_qs(text))

    @cached_property
    def filters(self) -> dict[str, DeclaredFilter]:
        return {each.name: each for each in declared_filters(self.entity, self.actor, self.attributes)}

    @property
    def tree(self) -> Node:
        """Every condition of the address but the words. Raises BadFilter."""
        chips = tuple(self.filters[name].condition(text) for name, text in self.values.items())
        asked = load(self.filter)
        return All(chips if asked == EVERYTHING else (*chips, asked))

    @cached_property
    def bad(self) -> BadFilter | None:
        """What is wrong with the filter of the address, for this person."""
        try:
            condition(self.entity.model, load(self.filter), self.actor)
        except BadFilter as bad:
            return bad
        return None

    @property
    def said(self) -> str:
        """The filter of the address read aloud."""
        return "" if self.bad else said(self.entity.model, load(self.filter), self.actor)

    @property
    def unfiltered(self) -> str:
        """The same list without the filter of the address."""
        return replace(self, filter="", after="", before="").address

    @property
    def rows(self) -> QuerySet[Any]:
        """The visible rows the filters and words leave, in no order."""
        rows: QuerySet[Any] = self.entity.model._default_manager.visible_to(self.actor)  # type: ignore[attr-defined]
        rows = rows.filter(is_deleted=self.marked)
        try:
            rows = narrowed(rows, self.tree, self.actor)
        except BadFilter:
            rows = rows.none()
        return matching(rows, self.words, self.actor)

    def cut(self, rows: QuerySet[Any], columns: Sequence[Column] = (), acts: Sequence[Command] = ()) -> Slice:
        """This state's page of the rows; given columns and acts, only the fields are read that these need."""
        if columns and (needed := self._needed(columns, acts)):
            rows = rows.only(*needed)
        model = self.entity.model
        after = Cursor.read(model, self.sort, self.after) if self.after else None
        before = Cursor.read(model, self.sort, self.before) if self.before else None
        return cut(rows, self.sort, self.entity.table.page_size, after=after, before=before)

    def _needed(self, columns: Sequence[Column], acts: Sequence[Command]) -> set[str]:
        """The fields that rows with these columns and acts are made of; none when it cannot be told."""
        model = self.entity.model
        if model.__str__ is not Named.__str__ or any(column.source is None for column in columns):
            return set()
        of_columns = {column.source for column in columns if column.source}
        of_acts = {name for act in acts if act.declared.applies for name in act.declared.applies.columns}
        of_sums = {currency_field(model) or "name"}
        of_look = self.entity.table.standing_out.columns if self.entity.table.standing_out else ()
        of_order = {self.sort.column} if self.sort.by is None else {ATTRIBUTES}
        return {"name", "is_deleted", *of_columns, *of_sums, *of_acts, *of_look, *of_order}

    @property
    def chips(self) -> list[Chip]:
        """The active filters, in the order they are declared."""
        return [
            Chip(
                self.filters[name],
                text,
                self.filters[name].said(self.actor, text),
                self.without(name).address,
            )
            for name, text in self.values.items()
        ]

    def without(self, name: str) -> ListState:
        """This list with one filter less, from its beginning."""
        return replace(
            self, values={key: text for key, text in self.values.items() if key != name}, after="", before=""
        )

    @property
    def only_marked(self) -> str:
        """The same list of those marked for deletion."""
        return replace(self, marked=True, after="", before="").address

    @property
    def unmarked(self) -> str:
        return replace(self, marked=False, after="", before="").address

    @property
    def parameters(self) -> dict[str, str]:
        """What the address keeps, without the place in the list."""
        found = dict(self.values)
        if self.words:
            found["q"] = self.words
        if str(self.sort) != self.entity.table.order:
            found["sort"] = str(self.sort)
        if self.filter:
            found["filter"] = self.filter
        if self.marked:
            found["marked"] = "1"
        return found

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def address(self) -> str:
        """The list from its beginning."""
        return self._address(self.parameters)

    def sorted_by(self, column: str) -> str:
        """The address of the same list in another order; the same column turns the order round."""
        turned = Sort(column, descending=not self.sort.descending if column == self.sort.column else False)
        return replace(self, sort=turned)._from_start

    def page_after(self, record: Any) -> str:
        return self._address({**self.parameters, "after": str(Cursor.of(record, self.sort))})

    def page_before(self, record: Any) -> str:
        return self._address({**self.parameters, "before": str(Cursor.of(record, self.sort))})

    @property
    def _from_start(self) -> str:
        return replace(self, after="", before="").address

    def _address(self, parameters: Mapping[str, str]) -> str:
        base = page_address("web:table", self.entity.path)
        return f"{base}?{urlencode(parameters)}" if parameters else base


def _plain_filter(text: str) -> str:
    """The filter as the address keeps it: as short as it can be told; one that is no filter stays, to be told of."""
    try:
        found = dump(load(text.replace("\x00", "")[:LONGEST_FILTER]))
    except BadFilter:
        return text.replace("\x00", "")[:LONGEST_FILTER]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else ""


def declared_filters(
    entity: Entity, actor: Actor, attributes: Sequence[Attribute] = ()
) -> list[DeclaredFilter]:
    """The filters of a list that this person may use: a hidden field filters nothing. `attributes` are visible ones."""
    declared = [one if isinstance(one, str) else one.name for one in entity.table.filters]
    names = [name.replace("__", ".") for name in declared]
    found = [field_of(entity.model, name, actor) for name in (*names, *filtered_by(attributes))]
    return [DeclaredFilter(one) for one in found if one is not None]


def sortable(entity: Entity, actor: Actor, attributes: Sequence[Attribute] = ()) -> set[str]:
    """The columns this person may sort by: only declared ones and attributes that have an index."""
    visible = fields_visible_to(actor, entity.model)
    names = {*(name.lstrip("-") for name in entity.table.sorts), entity.table.order.lstrip("-")}
    return {name for name in names if name.removeprefix("sort_") in visible} | set(orders_of(attributes))
