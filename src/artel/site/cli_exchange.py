"""`artel import`, `artel export`: files in and out, as any page or program would."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .subcommands import Answer, Failure, WrongUsage, acting, subcommand

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from artel.exchange.tabular.importing import ImportOptions, Opened
    from artel.kernel.actors import Actor
    from artel.screens.vocabulary import Resource


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("entity", metavar="ENTITY", help="partners, contact-people, deals …")
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="csv or xlsx, whose first row names the columns, or vcf"
    )
    parser.add_argument(
        "--mapping",
        metavar="FILE",
        type=Path,
        help="JSON: column of the file -> field, or null to leave it out",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="the same for one column, any number of times; without a field it is left out",
    )
    parser.add_argument(
        "--key",
        default="",
        metavar="FIELD",
        help="what tells one record from another (a+b for both); after a comma that of what rows bring along (code,partner.inn)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="constants",
        metavar="FIELD=VALUE",
        help="what every row says in a field without a column, any number of times",
    )
    parser.add_argument("--on-duplicate", choices=["skip", "update", "create"], default="skip")
    parser.add_argument(
        "--on-related",
        choices=["fill", "link", "update"],
        default="fill",
        help="what to do with clients and people that rows bring along and that are there already",
    )
    parser.add_argument(
        "--strict", action="store_true", help="refuse rows that name a missing directory item"
    )
    parser.add_argument(
        "--sheet", default="", metavar="NAME", help="which sheet of an xlsx; else the first one with rows"
    )
    parser.add_argument(
        "--encoding",
        default="",
        metavar="NAME",
        help="of a csv whose encoding is recognised wrongly: cp1251, koi8-r …",
    )
    parser.add_argument(
        "--delimiter",
        default="",
        metavar="MARK",
        help="of a csv whose columns are recognised wrongly; tab for a tab",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")


@subcommand("import", "take a table in; the same command again takes an interrupted import up", arguments=_import_arguments, writes=True)  # fmt: skip
def import_file(given: Namespace) -> Answer:
    """Ends with the reconciliation: rows in file = created + updated + skipped + refused."""
    from artel.exchange.tabular.importing import begin, carry_on, open_import
    from artel.exchange.work import result_of

    entity, path = _resource(given.entity), _existing(given.file)
    opened = open_import(acting(given), entity, path, _options(given))
    if given.dry_run:
        return _rehearsed(opened)
    run = carry_on(begin(opened, path), opened)
    data = result_of(run)
    lines = [_reconciliation(data), *_related(data), f"Change set: {run.change_set}."]
    if not run.total:
        lines.append("The file has no rows below its header.")
    if run.refused:
        lines.append(f"Refused rows, with reasons: {path}.refused.csv")
    if run.sentence:
        lines.append(run.sentence)
    return Answer("\n".join(lines), data, exit_code=1 if run.sentence else 0)


def _rehearsed(opened: Opened) -> Answer:
    from artel.exchange.tabular.importing import rehearse

    found = rehearse(opened)
    data: dict[str, Any] = {"rows": opened.table.row_count}
    data |= {did: found.counts[did] for did in ("created", "updated", "skipped", "refused")}  # type: ignore[index]
    data |= {"created_references": found.created_references, "related": found.related}
    data |= {"change_set": None, "seconds": found.seconds}
    refusals = [
        {"line": draft.row.line, "column": ", ".join(draft.columns), "reason": " ".join(draft.reasons)}
        for draft in found.refusals
    ]
    shown = [f"Line {one['line']}: {one['column']}: {one['reason']}" for one in refusals]
    text = "\n".join(["Nothing was written. It would be:", _reconciliation(data), *_related(data), *shown])
    return Answer(text, {**data, "refusals": refusals})


def _reconciliation(data: dict[str, Any]) -> str:
    return (
        "Rows {rows} = created {created} + updated {updated} + skipped {skipped} + refused {refused}; "
        "directory items made: {created_references}; {seconds} s.".format(**data)
    )


def _related(data: dict[str, Any]) -> list[str]:
    """What came of the records that rows brought along, a line a kind."""
    return [
        f"{part}: created {counts['created']}, found {counts['found']}, updated {counts['updated']}."
        for part, counts in data["related"].items()
    ]


def _export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("entity", metavar="ENTITY")
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="….xlsx for a spreadsheet, ….vcf for cards of people, anything else is csv",
    )
    parser.add_argument("--view", metavar="NAME", help="the columns and filters of a saved view")


@subcommand("export", "write what one may see to csv or xlsx", arguments=_export_arguments, writes=True)
def export_file(given: Namespace) -> Answer:
    from artel.exchange.tabular.exporting import ExportOptions, export_table
    from artel.exchange.vcard.writing import export_cards

    actor, resource = acting(given), _resource(given.entity)
    rows, columns = _of_view(actor, resource, given.view) if given.view else (None, [])
    if given.file.suffix.lower() == ".vcf":
        count = export_cards(actor, resource, given.file, rows)
        return Answer(f"{count} cards: {given.file}", {"rows": count, "file": str(given.file)})
    count = export_table(actor, resource, given.file, ExportOptions(columns=columns), rows=rows)
    return Answer(f"{count} rows: {given.file}", {"rows": count, "file": str(given.file)})


def _of_view(actor: Actor, resource: Resource, name: str) -> tuple[QuerySet[Any], list[str]]:
    """The rows and columns of a saved view that the actor may see."""
    from artel.screens.registry import screens_of
    from artel.web.lists import ListState
    from artel.web.pages.files import exported_columns
    from artel.web.views import view_called

    entity = screens_of(resource.model)
    try:
        view = view_called(entity, actor, name) if entity else None
    except LookupError:
        view = None
    if entity is None or view is None:
        raise Failure(f"There is no saved view {name!r} of {resource.path}, or several are called so.")
    state = ListState.of_view(entity, actor, view)
    if state.bad:
        raise Failure(f"The filter of the view asks for what {actor.label} may not see, or what is no more.")
    return state.rows, exported_columns(state, resource)


def _resource(entity: str) -> Resource:
    from artel.screens.registry import all_resources, resource

    try:
        return resource(entity)
    except KeyError as error:
        known = ", ".join(sorted(one.path for one in all_resources()))
        raise WrongUsage(f"There is no entity {entity!r}. Known are: {known}.") from error


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise Failure(f"There is no file {path}.")
    return path


def _options(given: Namespace) -> ImportOptions:
    from artel.exchange.models import Duplicates, RelatedWay
    from artel.exchange.tabular.importing import ImportOptions

    return ImportOptions(
        key=given.key,
        duplicates=Duplicates(given.on_duplicate),
        on_related=RelatedWay(given.on_related),
        is_strict=given.strict,
        sheet=given.sheet,
        encoding=_encoding(given.encoding),
        delimiter=_delimiter(given.delimiter),
        constants=dict(map(_constant, given.constants)),
        mapping={**(_mapping(given.mapping) if given.mapping else {}), **dict(map(_mapped, given.map))},
    )


def _encoding(name: str) -> str:
    from artel.lib.tabular.text import ENCODINGS

    if name and name.lower() not in ENCODINGS:
        raise WrongUsage(f"--encoding {name!r}: known are {', '.join(ENCODINGS)}.")
    return name.lower()


def _delimiter(mark: str) -> str:
    from artel.lib.tabular.text import CHOOSABLE

    sign = {"tab": "\t", "\\t": "\t"}.get(mark, mark)
    if sign and sign not in CHOOSABLE:
        raise WrongUsage(f"--delimiter {mark!r}: write one of , ; | or tab.")
    return sign


def _mapped(text: str) -> tuple[str, str | None]:
    """`Фирма=name`; a head may have signs of equality itself."""
    title, sign, name = text.rpartition("=")
    if not sign or not title:
        raise WrongUsage(f"--map {text!r}: write COLUMN=FIELD, or COLUMN= to leave the column out.")
    return title, name or None


def _constant(text: str) -> tuple[str, str]:
    """`kind=Sale`; a value may have signs of equality itself."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise WrongUsage(f"--set {text!r}: write FIELD=VALUE.")
    return name.strip(), value.strip()


def _mapping(path: Path) -> dict[str, str | None]:
    try:
        mapping = json.loads(_existing(path).read_text("utf-8-sig"))
    except (ValueError, OSError) as error:
        raise Failure(f"{path} is not JSON: {error}.") from error
    if not isinstance(mapping, dict) or not all(isinstance(value, str | None) for value in mapping.values()):
        raise Failure(
            f"{path} must be one JSON object: column of the file -> field, or null to leave it out."
        )
    return mapping
