"""A list as its address describes it: filters, words, order, place. The same state narrows the rows of lists, exports and cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from artel.kernel.access import fields_visible_to, predicate, view_permission
from artel.kernel.actors import Actor
from artel.kernel.attributes.models import Attribute
from artel.kernel.commands import Command
from artel.kernel.item_order import NameAsRead, as_read
from artel.kernel.records import Named
from artel.screens.filters import EVERYTHING, All, BadFilter, Node, condition, dump, load
from artel.screens.filters.fields import field_of
from artel.screens.finding import matching
from artel.screens.models import CHANGE, SavedView
from artel.screens.vocabulary import Entity

from .addresses import page_address
from .attributes import ATTRIBUTES, attributes_of, filtered_by, orders_of, sort_by
from .cells import Column
from .filter_words import said
from .filters import Chip, DeclaredFilter, given
from .grouping import Grouping, grouping
from .manner import BOARD, Manner, filter_text
from .money import currency_field
from .paging import Cursor, Slice, Sort, cut
from .views import ALL, first_view, view_named

Query = Mapping[str, Sequence[str]]
PLACE = {"after", "before"}


@dataclass(frozen=True)
class FilterPart:
    """One condition of the filter as a chip."""

    said: str
    without: str
    is_wrong: bool = False


@dataclass(frozen=True)
class ListState:
    """What the address of a list says, for one person: a saved view or the declared list, and what differs from it."""

    entity: Entity
    actor: Actor
    words: str
    values: Mapping[str, str]
    sort: Sort
    manner: Manner
    after: str = ""
    before: str = ""
    marked: bool = False
    attributes: Sequence[Attribute] = ()
    view: SavedView | None = None
    group: Grouping | None = None
    opens_elsewhere: bool = False
    base: Manner = field(default_factory=Manner)

    @classmethod
    def read(cls, entity: Entity, actor: Actor, query: Query) -> ListState:
        """Unknown parameters, sorts that were not declared and hidden fields are left out.

        A bare address opens with the view that the person has chosen for it.
        """
        first = first_view(entity, actor)
        named = (query.get("view") or [""])[0]
        view = view_named(entity, actor, named) if named else (None if set(query) - PLACE else first)
        base = Manner.of_view(view, entity)
        manner = Manner.read(query, base)
        elsewhere = first is not None and view is None
        found = cls.arranged(entity, actor, manner, query, view=view, opens_elsewhere=elsewhere)
        return replace(found, base=_as_seen(base, manner, found.manner))

    @classmethod
    def of_view(cls, entity: Entity, actor: Actor, view: SavedView) -> ListState:
        """The list as a view keeps it."""
        manner = Manner.of_view(view, entity)
        found = cls.arranged(entity, actor, manner, {}, view=view)
        return replace(found, base=_as_seen(manner, manner, found.manner))

    @classmethod
    def arranged(cls, entity: Entity, actor: Actor, manner: Manner, query: Query, **more: Any) -> ListState:
        """The state of an arrangement, with the chips, words and place of an address."""
        attributes = attributes_of(entity.model, actor)
        known = manner.sort.lstrip("-") in sortable(entity, actor, attributes)
        group = grouping(entity.model, actor, manner.group)
        sort = sort_by(Sort.read(manner.sort if known else entity.table.order), attributes)
        if sort.column == "sort_name":
            sort = replace(sort, by=as_read(entity.model))
        return cls(
            entity=entity,
            actor=actor,
            words=(query.get("q") or [""])[0].replace("\x00", "").strip()[:200],
            values=given(declared_filters(entity, actor, attributes), query),
            sort=replace(sort, leads=group.leads if group else ()),
            manner=replace(manner, sort=str(sort), group=str(group or "")),
            after=(query.get("after") or [""])[0],
            before=(query.get("before") or [""])[0],
            marked=(query.get("marked") or [""])[0] == "1",
            attributes=attributes,
            group=group,
            **more,
        )

    @classmethod
    def of_text(cls, entity: Entity, actor: Actor, text: str) -> ListState:
        """The state a card carries from the list it was opened in."""
        return cls.read(entity, actor, parse_qs(text, keep_blank_values=True))

    @property
    def filter(self) -> str:
        return self.manner.filter

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
    def parts(self) -> list[FilterPart]:
        """The parts of the filter as chips: what all of them ask, each can be taken away."""
        if self.bad:
            sentence = (
                _("asks for what is closed to you or is no more")
                if self.bad.unknown
                else str(self.bad.sentence)
            )
            return [FilterPart(sentence, self._asking(EVERYTHING), is_wrong=True)] if self.filter else []
        tree = load(self.filter)
        several = tree.parts if isinstance(tree, All) else (tree,)
        return [
            FilterPart(
                said(self.entity.model, one, self.actor),
                self._asking(All((*several[:place], *several[place + 1 :]))),
            )
            for place, one in enumerate(several)
        ]

    def _asking(self, tree: Node) -> str:
        return replace(
            self, manner=replace(self.manner, filter=filter_text(dump(tree))), after="", before=""
        ).address

    @property
    def rows(self) -> QuerySet[Any]:
        """The visible rows the filters and words leave, in no order."""
        rows: QuerySet[Any] = self.entity.model._default_manager.visible_to(self.actor)  # type: ignore[attr-defined]
        asked = self._asked
        return rows.none() if asked is None else matching(rows.filter(asked), self.words, self.actor)

    @cached_property
    def _asked(self) -> Q | None:
        """What the filters ask of visible rows; None when one of them is wrong."""
        try:
            return Q(is_deleted=self.marked) & condition(self.entity.model, self.tree, self.actor)
        except BadFilter:
            return None

    @property
    def is_plain(self) -> bool:
        """Whether nobody has narrowed the rows, nor put them into an order that is made for the question."""
        return not (self.words or self.values or self.filter or self.group or self.sort.by)

    @property
    def condition(self) -> Q | None:
        """What `rows` hold, as one condition; None where words are looked for or a filter is wrong."""
        if self.words or self._asked is None:
            return None
        model = self.entity.model
        return predicate(self.actor, model, view_permission(model)) & self._asked

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
        return {
            "name",
            "is_deleted",
            "version",
            *of_columns,
            *of_sums,
            *of_acts,
            *of_look,
            *of_order,
            *self._of_group(),
        }

    def _of_group(self) -> set[str]:
        if self.group is None:
            return set()
        return {ATTRIBUTES} if self.group.asked.attribute else {self.group.name}

    @cached_property
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

    @cached_property
    def parameters(self) -> dict[str, str]:
        """What the address keeps, without the place in the list."""
        found = {"view": str(self.view.pk)} if self.view else {"view": ALL} if self.opens_elsewhere else {}
        found |= {**self.values, **self.changes}
        if self.words:
            found["q"] = self.words
        if self.marked:
            found["marked"] = "1"
        return found

    @cached_property
    def changes(self) -> dict[str, str]:
        """The parts of the arrangement that differ from the view, or from the declared list."""
        return self.manner.differences(self.base)

    @property
    def is_changed(self) -> bool:
        """Whether there is something that a view could keep; a look at the board alone is none yet."""
        looks = {"look", "deck"} if self.view is None else set()
        return bool(self.values or self.changes.keys() - looks)

    @property
    def is_board(self) -> bool:
        """Whether the records are shown as cards in lanes."""
        return self.manner.look == BOARD and self.has_board

    @cached_property
    def has_board(self) -> bool:
        """Whether there are lanes for this person: they tell nothing that is hidden from him."""
        board = self.entity.board
        return board is not None and fields_visible_to(self.actor, self.entity.model).has_all(board.by)

    @property
    def orders(self) -> list[str]:
        """By which declared columns this person may have the rows stand."""
        allowed = sortable(self.entity, self.actor)
        return [name for name in self.entity.table.sorts if name in allowed]

    def looking(self, look: str, deck: str = "") -> str:
        """The address of the same rows as a list or as one of the boards."""
        manner = replace(self.manner, look=look, deck=deck)
        return replace(self, manner=manner)._from_start

    @property
    def may_change(self) -> bool:
        """Whether the view is this person's to change."""
        rows = SavedView.objects.allowed_to(self.actor, CHANGE)
        return self.view is not None and bool(rows.filter(pk=self.view.pk).exists())

    @property
    def unchanged(self) -> str:
        """The view, or the declared list, as it was kept."""
        base = page_address("web:table", self.entity.path)
        if self.view:
            return f"{base}?view={self.view.pk}"
        return f"{base}?view={ALL}" if self.opens_elsewhere else base

    @cached_property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def address(self) -> str:
        """The list from its beginning."""
        return self._address(self.parameters)

    def sorted_by(self, column: str) -> str:
        """The address of the same list in another order; the same column turns the order round."""
        turned = Sort(column, descending=not self.sort.descending if column == self.sort.column else False)
        return replace(self, manner=replace(self.manner, sort=str(turned)))._from_start

    def place_of(self, record: Any) -> Cursor:
        """Where a record stands in this list, also one that was read elsewhere."""
        if self.sort.leads or isinstance(self.sort.by, NameAsRead):
            record = self.sort.ready(self.entity.model._default_manager.filter(pk=record.pk)).get()
        return Cursor.of(record, self.sort)

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


def _as_seen(base: Manner, asked: Manner, seen: Manner) -> Manner:
    """What a view keeps but this person may not order or group by is no change of his."""
    return replace(
        base,
        sort=seen.sort if asked.sort == base.sort else base.sort,
        group=seen.group if asked.group == base.group else base.group,
    )


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
