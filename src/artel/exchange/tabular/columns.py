"""From the first row of a file to the columns it is imported by: every header must be known, none may be meant twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from artel.exchange.tabular.known import (
    Known,
    KnownPart,
    Offer,
    argument_name,
    attribute_code,
    offers_by_header,
)
from artel.kernel.arguments import Argument
from artel.kernel.contact_points import PointType
from artel.lib.tabular.reading import fold_header
from artel.lib.tabular.unreadable import Unreadable
from artel.screens.vocabulary import Field, RelatedRecord

REFUSAL_COLUMNS = ("line", "column", "reason")
"""The columns that a file of refused rows has in front: it may be corrected and imported as it is."""
NOWHERE = -1
"""The place of a column that the file does not have: a related record feeds it."""

_CANONICAL = {str(PointType.PHONE), str(PointType.EMAIL)}

_UNKNOWN = _("Unknown columns: %(columns)s. Known are: %(known)s.")
_TWICE = _("The columns %(columns)s mean the same: %(field)s.")
_VALUE_TWICE = _("“%(field)s” has a column; it takes no value for all rows besides.")
_NOT_IN_FILE = _("The mapping names columns that the file does not have: %(columns)s.")


@dataclass(frozen=True)
class Column:
    """One column that is imported: where it stands in the file and what it feeds.

    `pick` takes its part of a cell that feeds several, or gives what all rows say whatever stands in the cell; a column that a
    related record feeds stands `NOWHERE`.
    """

    index: int
    header: str
    field: Field
    argument: Argument
    pick: Callable[[str], str] | None = None

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_reference(self) -> bool:
        return self.argument.kind == "reference"

    @property
    def point_type(self) -> str:
        """`phone` or `email` for a contact point that has a canonical form."""
        kind = self.field.kind or self.name
        return kind if kind in _CANONICAL else ""

    @property
    def attribute(self) -> str:
        """The code of the custom attribute; empty for a declared field."""
        return attribute_code(self.argument.name)

    def text_of(self, cells: Sequence[str]) -> str:
        """What a row says in it."""
        return self.pick(cells[self.index]) if self.pick else cells[self.index]


@dataclass(frozen=True)
class PartColumns:
    """The columns of one related record, those that the row itself feeds last; `link` is where the row takes it."""

    part: KnownPart
    columns: list[Column]
    link: Column | None

    @property
    def related(self) -> RelatedRecord:
        return self.part.related

    @property
    def header(self) -> str:
        """The column of the file that stands for the record as a whole."""
        named = [one for one in self.columns if one.name == self.related.title or one.pick]
        return (named or self.columns)[0].header


@dataclass(frozen=True)
class Layout:
    """The columns that are imported, in the file's order: the row's own, and those of what it brings along."""

    own: list[Column]
    parts: list[PartColumns] = field(default_factory=list)

    @property
    def fed(self) -> set[str]:
        """The row's own arguments that something feeds."""
        return {one.argument.name for one in self.own} | {part.related.feeds for part in self.parts}

    def __bool__(self) -> bool:
        return bool(self.own or self.parts)


def layout_of(
    known: Known,
    header: Sequence[str],
    mapping: Mapping[str, str | None] | None = None,
    constants: Mapping[str, str] | None = None,
) -> Layout:
    """What is imported; read-only columns are known and left out.

    `mapping` gives the name of a field to a header of the file, or None to leave that column out; `constants` give fields that
    have no column what all rows say there. Raises Unreadable `unknown_columns`, `column_twice`, `value_twice` or `mapping_unknown`.
    """
    named = _renamed(header, mapping or {})
    by_header = offers_by_header(known)
    found = [
        (index, title, by_header.get(fold_header(name)))
        for index, (title, name) in enumerate(zip(header, named, strict=True))
        if name is not None and not is_refusal_column(index, title)
    ]
    _refuse_unknown([title for _index, title, one in found if one is None], known)
    wanted = [(index, title, one) for index, title, one in found if one is not None and one.is_writable]
    meant = titled(known, [one for _index, _title, one in wanted])
    offers = [(index, title, one) for (index, title, _one), one in zip(wanted, meant, strict=True)]
    _refuse_twice(offers)
    own = _columns([each for each in offers if each[2].related is None])
    parts = [
        _part(known, part, own, columns)
        for part in known.parts
        if (columns := _columns([each for each in offers if each[2].related is part.related]))
    ]
    layout = Layout(own, parts)
    return replace(layout, own=[*own, *_constants(known, constants or {}, layout.fed)])


def titled(known: Known, offers: Sequence[Offer]) -> list[Offer]:
    """The same; where a column that names a related record stands beside other columns of it, it is its title."""
    there = {one.related.name for one in offers if one.related}
    titles = {
        part.related.feeds: one
        for part in known.parts
        if part.related.name in there
        for one in known.offers
        if one.related is part.related and one.field.name == part.related.title
    }
    return [one if one.related else titles.get(argument_name(one.field), one) for one in offers]


def _columns(offers: Sequence[tuple[int, str, Offer]]) -> list[Column]:
    """Where a cell that feeds several stands beside columns of their own, those are taken."""
    fed = {argument_name(one.field) for _index, _title, one in offers}
    return list(chain.from_iterable(_column(index, title, one, fed) for index, title, one in offers))


def _constants(known: Known, constants: Mapping[str, str], fed: Set[str]) -> Iterator[Column]:
    """Columns that say the same in every row; each is headed by the field's name."""
    own = {one.name: one for one in known.constant_offers}
    given = {name: text for name, text in constants.items() if text}
    _refuse_unknown([name for name in given if name not in own], known)
    for name, text in given.items():
        one = own[name]
        if (argument := argument_name(one.field)) in fed:
            raise Unreadable("value_twice", _VALUE_TWICE, field=one.title)
        yield Column(0, name, one.field, known.arguments[argument], partial(_always, text))


def _always(text: str, _cell: str) -> str:
    return text


def _column(index: int, title: str, one: Offer, fed: set[str]) -> Iterator[Column]:
    known = one.known
    if not one.field.spread:
        yield Column(index, title, one.field, known.arguments[argument_name(one.field)])
    elif fed.isdisjoint(one.field.spread):
        for name, pick in one.field.spread.items():
            into = known.resource.field(name)
            assert into is not None
            yield Column(index, title, into, known.arguments[argument_name(into)], pick)


def _part(known: Known, part: KnownPart, own: list[Column], columns: list[Column]) -> PartColumns:
    """With the columns that stand nowhere: those of the related record that the row feeds, and the row's that it feeds."""
    related = part.related
    into = known.resource.field(related.feeds)
    made = PartColumns(part, columns, None)
    inner = part.known.resource
    fed = [one for name in related.within if (one := inner.field(name))]
    columns += [Column(NOWHERE, made.header, one, part.known.arguments[argument_name(one)]) for one in fed]
    if into is None:
        return made
    return PartColumns(part, columns, Column(NOWHERE, made.header, into, known.arguments[related.feeds]))


def _renamed(header: Sequence[str], mapping: Mapping[str, str | None]) -> list[str | None]:
    wanted = {fold_header(title): name for title, name in mapping.items()}
    there = {fold_header(title) for title in header}
    missing = [title for title in mapping if fold_header(title) not in there]
    if missing:
        raise Unreadable("mapping_unknown", _NOT_IN_FILE, columns=", ".join(missing))
    return [wanted.get(fold_header(title), title) for title in header]


def is_refusal_column(index: int, title: str) -> bool:
    """Whether it is one of those that a file of refused rows has in front."""
    return index < len(REFUSAL_COLUMNS) and title == REFUSAL_COLUMNS[index]


def _refuse_unknown(titles: Sequence[str], known: Known) -> None:
    if titles:
        names = ", ".join(one.name for one in known.offers)
        raise Unreadable("unknown_columns", _UNKNOWN, columns=", ".join(titles), known=names)


def _refuse_twice(offers: Sequence[tuple[int, str, Offer]]) -> None:
    by_feeds: dict[tuple[str, ...], list[tuple[str, Offer]]] = {}
    for _index, title, one in offers:
        by_feeds.setdefault(one.feeds, []).append((title, one))
    for several in by_feeds.values():
        if len(several) > 1:
            titles = ", ".join(gettext("“%(name)s”") % {"name": title} for title, _one in several)
            raise Unreadable("column_twice", _TWICE, columns=titles, field=several[0][1].title)
