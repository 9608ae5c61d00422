"""By what the records of a file may be found: the keys that are tried in turn, and those that may be asked for instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from artel.exchange.tabular.columns import NOWHERE, Column, Layout
from artel.exchange.tabular.existing import keys_of
from artel.exchange.tabular.known import Known
from artel.lib.words import capital
from artel.screens.vocabulary import RelatedRecord, Resource


@dataclass(frozen=True)
class Finding:
    """By what the records of one kind may be found; `related` is None for those of the rows themselves.

    `usual` are the titles of the keys that are tried in turn where none is asked for; `keys` may be, each with its title.
    """

    related: RelatedRecord | None
    usual: Sequence[str]
    keys: Sequence[tuple[str, str]]
    asked: str = ""

    @property
    def part(self) -> str:
        return self.related.name if self.related else ""


def asked_keys(resource: Resource, key: str) -> dict[str, str]:
    """The keys that the option asks for: under no name that of the rows themselves, and by kind those of what they bring along."""
    known = {related.name for related in resource.related}
    asked: dict[str, str] = {}
    for each in filter(None, key.split(",")):
        part = head if (head := each.partition(".")[0]) in known else ""
        asked[part] = "+".join(name.removeprefix(f"{part}.") for name in each.split("+"))
    return asked


def joined_keys(asked: Mapping[str, str]) -> str:
    """The same as one option."""
    return ",".join(
        "+".join(f"{part}.{name}" if part else name for name in key.split("+"))
        for part, key in sorted(asked.items())
        if key
    )


def titled_key(known: Known, part: str, key: str) -> str:
    """A key in the words of its fields."""
    titles = {one.name: one.title for one in known.offers}
    names = [f"{part}.{name}" if part else name for name in key.split("+")]
    return " + ".join(titles.get(name, name) for name in names)


def findings(known: Known, layout: Layout, key: str) -> list[Finding]:
    """What may be chosen for the rows, and for each kind of record that they bring along or that a key is asked for."""
    asked = asked_keys(known.resource, key)
    return list(_findings(known, layout, asked))


def _findings(known: Known, layout: Layout, asked: Mapping[str, str]) -> Iterator[Finding]:
    resource = known.resource
    if not resource.rows:
        columns = [*layout.own, *(part.link for part in layout.parts if part.link)]
        usual = [_title(known, [*each.columns]) for each in keys_of(resource, columns)]
        yield Finding(None, usual, _choices(known, columns, resource.keys), asked.get("", ""))
    there = {part.related.name: part for part in layout.parts}
    for one in known.parts:
        related, wanted = one.related, asked.get(one.related.name, "")
        if found := there.get(related.name):
            keys = keys_of(one.known.resource, found.columns, usual=related.keys)
            usual = [_title(one.known, _own(each.columns, related)) for each in keys]
            natural = [
                "+".join(n for n in each.split("+") if n not in related.within) for each in related.keys
            ]
            yield Finding(related, usual, _choices(one.known, found.columns, natural), wanted)
        elif wanted:
            yield Finding(related, (), (), wanted)


def _own(columns: Sequence[Column], related: RelatedRecord) -> list[Column]:
    return [column for column in columns if column.name not in related.within]


def _choices(known: Known, columns: Sequence[Column], natural: Sequence[str]) -> list[tuple[str, str]]:
    """The natural keys that the file has, then each column of it by which records can be looked up."""
    by_name = {column.name: column for column in columns}
    wanted = [*natural, *(column.name for column in columns if column.index != NOWHERE)]
    found = {}
    for key in filter(None, dict.fromkeys(wanted)):
        if keys_of(known.resource, columns, usual=[key]):
            found[key] = _title(known, [by_name[name] for name in key.split("+")])
    return list(found.items())


def _title(known: Known, columns: Sequence[Column]) -> str:
    return " + ".join(capital(known.label(column.field)) for column in columns)
