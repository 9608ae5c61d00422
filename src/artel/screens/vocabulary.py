"""The words a room uses to describe what people see: frozen declarations, read by the web and API engines.

A field is named as on the model; `client` of a foreign key shows the linked record; `attributes.<code>` is a custom field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Model, Q

from artel.kernel.actors import Actor
from artel.kernel.applies import Applies
from artel.kernel.commands import Command
from artel.kernel.ready import Question
from artel.kernel.records import Record
from artel.kernel.refusals import type_of_text


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A column or fact that is not simply a field.

    `value` takes the records of one page and gives a value per key (one query for the page, never one a row).
    `kind` tells how it is shown: text, number, money, percent, day, moment, state, reference, phone, email.
    `currency` is the reference that says in which currency the sums of a money cell are; "" = the management currency.
    """

    name: str
    label: type_of_text
    value: Callable[[Actor, Sequence[Any]], Mapping[UUID, Any]] | None = None
    kind: str = "text"
    width: int = 0
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter that is not simply a field: `apply(query set, actor, text)` narrows the rows.

    `kind` is the control that asks for it: choice, boolean, days, range or text ("" = choice or text).
    """

    name: str
    label: type_of_text
    apply: Callable[[Any, Actor, str], Any]
    choices: Callable[[Actor], Sequence[tuple[str, type_of_text]]] | None = None
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A list: its columns, what may filter it, by which columns it sorts (each has an index that ends with the key)."""

    columns: Sequence[str | Cell]
    filters: Sequence[str | Filter] = ()
    sorts: Sequence[str] = ()
    order: str = "-created_at"
    more_columns: Sequence[str | Cell] = ()
    page_size: int = 50
    standing_out: Applies | None = None
    """Which rows stand out in bold: those that somebody has yet to look at."""


@dataclass(frozen=True)
class Section:
    """A titled group of form fields, or of facts (which may be cells); shown only while its option is on."""

    title: type_of_text
    fields: Sequence[str | Cell]
    option: str = ""


@dataclass(frozen=True, kw_only=True)
class Related:
    """Rows of another entity that point at this record, as a panel of its card."""

    entity: str
    via: str
    columns: Sequence[str | Cell] = ()
    order: str = "-created_at"
    title: type_of_text = ""
    sum: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A block of a card. `data(actor, record)` gives what the template named by convention shows; None hides it.

    `actions` are acts on the record that stand in the head of the block instead of the card's; `row_actions` those
    that the template offers beside its rows, with the row's values in the address. `offers(data, act)` leaves out acts
    that make no sense for what the panel shows, where the record's own columns cannot tell (`Applies` says the rest).
    `asks(key)` are the ready queries that `data` asks by the record's key alone: a page sends them to the database at once.
    `tells` are fields of the record that the panel tells: from whom one of them is hidden sees no such panel.
    """

    name: str
    title: type_of_text
    template: str
    data: Callable[[Actor, Any], Any]
    place: str = "main"
    option: str = ""
    asks: Callable[[UUID], Sequence[Question]] | None = None
    tells: Sequence[str] = ()
    actions: Sequence[Command] = ()
    row_actions: Sequence[Command] = ()
    offers: Callable[[Any, Command], bool] = lambda _data, _act: True


Size = Literal["wide", "half", "narrow"]


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A block of the start page: `contribute(to="home", widgets=[Widget(key="deals.mine", …)])`; people arrange them.

    `build(actor)` gives what the template named by convention shows, for who holds the permission; None: it is nothing to
    this person. `roles` are the shipped roles on whose day it stands from the start, in the `order` of all. `empty` is said
    when there is nothing, `act` (an entity's name) is then offered. One with `lines` costs more than a small statement: it
    comes after the page, into a place of so many lines.
    """

    key: str
    title: type_of_text
    permission: str
    build: Callable[[Actor], Any]
    template: str = "web/rows_block.html"
    size: Size = "wide"
    roles: Sequence[str] = ()
    order: int = 100
    empty: type_of_text = ""
    act: str = ""
    help: type_of_text = ""
    option: str = ""
    lines: int = 0


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing of a feed that is no change of the record: what was said, what lies ahead.

    `whom` follows the title, `notes` stand small below the words; a note that warns has the tone "warn". `acts` are
    offered beside it. `is_fresh`: nobody has looked at it yet.
    """

    record: Any
    at: datetime
    icon: str
    title: type_of_text
    whom: str = ""
    words: str = ""
    notes: Sequence[tuple[str, str]] = ()
    acts: Sequence[Command] = ()
    is_ahead: bool = False
    is_fresh: bool = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """One kind of thing that a composer writes down: the create command, and the fields it asks beside the text.

    `values` fills some of them in beforehand.
    """

    command: Command
    fields: Sequence[str] = ()
    values: Callable[[], Mapping[str, Any]] = dict


@dataclass(frozen=True, kw_only=True)
class Composer:
    """Writes things down about the record of a card without leaving it: one form, the kind chosen inside.

    `text` is the argument that the large field feeds; `about(record)` gives the values that the record itself stands for.
    """

    kinds: Sequence[Said]
    about: Callable[[Any], Mapping[str, Any]]
    text: str = "text"


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What a room tells in the feed of a card, between the changes of the record itself.

    `told(actor, record, most)` asks the base at most once: everything ahead first, then the latest. `all(record)` narrows
    the entity's list to the record (the query of its address). `asks(actor, key, most)` are the ready queries of `told`.
    `tells` are fields of the entity that a line on this card tells by standing there.
    """

    entity: str
    told: Callable[[Actor, Any, int], Sequence[Happening]]
    all: Callable[[Any], str]
    asks: Callable[[Actor, UUID, int], Sequence[Question]] | None = None
    composer: Composer | None = None
    option: str = ""
    tells: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A lane of a board: which rows stand in it, and the act done to a card that is dropped here, with what it is given.

    In a lane that is an `end` work is over; `act_on_ended` is done to a card that comes from one.
    """

    key: str
    label: str
    rows: Q
    act: Command | None = None
    act_on_ended: Command | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    is_end: bool = False
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Deck:
    """One board of several that an entity has: which rows it shows (deals of one kind), and its lanes in their order.

    `rest` is what rows that stand in none of them are called; their lane is the first, when there are any.
    """

    key: str
    label: str
    rows: Q
    lanes: Sequence[Lane]
    rest: type_of_text


@dataclass(frozen=True, kw_only=True)
class Board:
    """Records as cards in lanes. `decks` are the boards to choose from; `under` is what stands below the name of a card.

    `by` are the fields that the lanes tell: from whom one of them is hidden has no board. `money` is summed over a lane and
    shown on its cards; with `weight`, a field of percent, it is summed weighted, too, where work goes on. `person` is who
    works on a card. `next_step` is an expression of a moment: a card of work without one is marked.
    """

    decks: Callable[[], Sequence[Deck]]
    by: Sequence[str]
    under: str = ""
    money: str = ""
    weight: str = ""
    person: str = ""
    next_step: Any = None


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Everything people see of one record. `path` is its place in addresses, the API and imports (`deals`).

    `section` is its place in the rail; an entity without one is reached through cards only. `help` says what the records
    are, `helps` what is to be entered into a field of their form, where its name does not say it all.
    """

    model: type[Record]
    path: str
    table: Table
    form: Sequence[Section] = ()
    facts: Sequence[Section] = ()
    header: Sequence[str | Cell] = ()
    create: Command | None = None
    change: Command | None = None
    actions: Sequence[Command] = ()
    related: Sequence[Related] = ()
    panels: Sequence[Panel] = ()
    timelines: Sequence[Timeline] = ()
    board: Board | None = None
    icon: str = "file"
    section: str = "directories"
    option: str = ""
    title: str = ""
    state: str = ""
    help: type_of_text = ""
    helps: Mapping[str, type_of_text] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`deals.deal`: the name in permissions, contributions and related lists."""
        return str(self.model._meta.label_lower)


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What a higher room adds to a lower room's card, or (`to="home"`) to the start page."""

    to: str
    panels: Sequence[Panel] = ()
    widgets: Sequence[Widget] = ()
    timelines: Sequence[Timeline] = ()
    related: Sequence[Related] = ()
    actions: Sequence[Command] = ()
    based_on: Sequence[BasedOn] = ()
    facts: Sequence[Cell] = ()
    segment_fields: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class BasedOn:
    """An entry of «create based on»: which record is made and what it takes over from this one (None: not from this one)."""

    entity: str
    label: type_of_text
    values: Callable[[Any], Mapping[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of the API and of imports: a contract, so apart from screens.

    `name` is its header and JSON key; `labels` are further headers (both languages) that an import accepts.
    `argument` is the command's argument it feeds ("" = only read); `path` where it is read (`client__name`).
    A reference names the `model` it resolves to by its look-up keys; `creates` makes missing items of a plain directory.
    `fetch(actor, records)` reads a whole page of values that are no column, without what the actor may not see; a
    referenced record is given as such. `kind` is as in Argument; "" = taken from the model.
    `each(actor, records)` reads several values of a record: a file has a row for each of them, and such columns of a
    resource go together (the kinds of a stage and its places in them).
    `lookup` is what the reference is resolved by, best first, and the first of them what files call it.
    `find` is where a look-up key is searched when it is read elsewhere (`points__key`); a phone or e-mail (`kind`) is
    sought by its search key, a name by its sort key. Where that depends on an option, it is asked.
    `spread`: a cell of a file that holds several fields in one text (a full name): what it says of each of them.
    `label` is what people read where no argument has the words.
    """

    name: str
    argument: str | None = None
    path: str = ""
    labels: Sequence[str] = ()
    model: type[Model] | None = None
    creates: Command | None = None
    fetch: Callable[[Actor, Sequence[Any]], Mapping[UUID, Any]] | None = None
    each: Callable[[Actor, Sequence[Any]], Mapping[UUID, Sequence[Any]]] | None = None
    kind: str = ""
    required: bool = False
    sort: bool = False
    filter: bool = True
    lookup: Sequence[str] = ()
    find: str | Callable[[], str] = ""
    spread: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    label: type_of_text = ""

    @property
    def place(self) -> str:
        """`find` as it is now."""
        return self.find() if callable(self.find) else self.find


@dataclass(frozen=True, kw_only=True)
class RelatedRecord:
    """A record of another `resource` that a row of a file brings along: found by its keys, made where it is not there.

    `name` begins the names of its columns (`partner.inn`); heads call it by its `label` and by `labels`, in both languages
    (`Client: INN`), `heads` are further ones by its fields. `feeds` is the argument of the row's own commands that takes it;
    where the file has a column for that beside others of the related record, it means its field `title`. `within`: its
    arguments that the row's own arguments feed (the partner of a contact person). `keys` as in Resource, the surest first:
    see exchange/tabular/kinship. `has(actor, keys)` are those that records have already, where `feeds` is no column.
    """

    name: str
    resource: str
    label: type_of_text
    feeds: str
    keys: Sequence[str]
    labels: Sequence[str] = ()
    heads: Mapping[str, Sequence[str]] = field(default_factory=dict)
    title: str = "name"
    within: Mapping[str, str] = field(default_factory=dict)
    has: Callable[[Actor, Collection[UUID]], Mapping[UUID, Collection[UUID]]] | None = None


@dataclass(frozen=True)
class Imported:
    """What a `rows` command of a resource made of one line."""

    record: Record | None
    did: Literal["created", "updated", "skipped"]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """An entity for programs and files: its columns, look-up keys and the commands that write it.

    `rows` replaces the plain create/change of an import where a line is more than one record (deal stages):
    it is a command that takes lines whose args are `Values` of these fields and sets each open line's result to an
    `Imported`. `keys` find the record that an imported row is about: the first one whose cells the row has filled;
    several names joined by `+` are one key (`partner+last_name+first_name`). `defaults` are typed values, by the names of
    fields, for what a new record comes without. `related` is what its rows may bring along, each after what it is within.
    """

    path: str
    model: type[Record]
    fields: Sequence[Field]
    keys: Sequence[str] = ("code",)
    create: Command | None = None
    change: Command | None = None
    rows: Command | None = None
    mark: Command | None = None
    commands: Sequence[Command] = ()
    imports: bool = True
    option: str = ""
    sorts: Sequence[str] = ()
    defaults: Callable[[Actor], Mapping[str, Any]] = field(default=lambda _actor: {})
    related: Sequence[RelatedRecord] = ()

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True, kw_only=True)
class PageOfMenu:
    """A page of a section that is no list: `page` is its name among addresses, `permission` who is shown it."""

    page: str
    label: type_of_text
    icon: str
    permission: str
    help: type_of_text = ""


@dataclass(frozen=True, kw_only=True)
class SettingsGroup:
    """A group of the index of settings: entities by name, and pages. Directories that no group names stand with their room's."""

    code: str
    label: type_of_text
    order: int = 500
    entities: Sequence[str] = ()
    pages: Sequence[PageOfMenu] = ()


@dataclass(frozen=True, kw_only=True)
class SectionOfMenu:
    """A section of the rail, with its pages that are no lists."""

    code: str
    label: type_of_text
    icon: str
    order: int = 100
    pages: Sequence[PageOfMenu] = ()
