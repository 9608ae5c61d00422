"""Who takes part in the interactions of a batch: what lines say, made complete, and written as rows (rules §2.21).

A person without a partner comes with the partner he acts for; a call, a letter or a message gets the number or address
that is known of whom it is with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.models import (
    Direction,
    Interaction,
    InteractionKind,
    InteractionParticipant,
    PartTaken,
)
from artel.domains.partners.models import Partner, PartnerContactPoint, Person, PersonContactPoint
from artel.domains.partners.readings import visible_roles
from artel.kernel.access import seen_by_key
from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values
from artel.kernel.contact_writing import read_points
from artel.kernel.people import User
from artel.kernel.refusals import type_of_text

GivenLines = Sequence[Line[Any, Values]]
Row = dict[str, Any]
MAIN = ("client", "contact", "contact_text", "how_to_reach")
HELD = "_participants"
UNKNOWN = "—"
"""What stands for a number or an address that nobody knows any more."""
REFERENCES: Mapping[str, type[Any]] = {"partner": Partner, "person": Person, "employee": User}
TEXTS = ("contact_text", "how_to_reach")
LONGEST = 250

_KEY = {"type": ["string", "null"]}
_TEXT = {"type": ["string", "number", "boolean", "null"]}
ROW = {
    "type": "object",
    "properties": {
        **dict.fromkeys(REFERENCES, _KEY),
        **dict.fromkeys(TEXTS, _TEXT),
        "part": {"enum": [*PartTaken.values, "", None]},
    },
    "additionalProperties": False,
}
PARTICIPANTS = Argument(
    "participants",
    _("Participants"),
    "json",
    shape={"type": "array", "items": ROW},
    help=_("A list of objects: partner, person or employee (ids), contact_text, how_to_reach, part."),
)
BAD_LIST = _("A list of participants is expected, each an object.")
NO_SUCH = _("One of them is not there or not visible to you.")
BAD_PART = _("There is no such part in an interaction.")
NOBODY = _("A participant is a partner, a person, a colleague or a contact in words.")


def check_participants(act: Act, lines: GivenLines) -> None:
    """Read and complete whom the lines name; what cannot be is refused. Rows wait in the lines for `write_participants`."""
    given = [line for line in lines if line.is_open and _names_somebody(line)]
    _read(act.actor, [line for line in given if line.args.get("participants")])
    _add_partners(act.actor, given)
    _fill_in(given)


def _names_somebody(line: Line[Any, Values]) -> bool:
    return line.subject is None or any(name in line.args for name in (*MAIN, "participants", "kind"))


def _read(actor: Actor, lines: GivenLines) -> None:
    """The JSON lists as rows, references checked for the whole batch: a query a kind of participant."""
    rows: dict[int, list[Row]] = {}
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for place, line in enumerate(lines):
        rows[place] = _rows_of(line)
        for row in rows[place]:
            for name in REFERENCES:
                if row[name]:
                    wanted[name].add(row[name])
    seen = {name: seen_by_key(actor, REFERENCES[name], keys) for name, keys in wanted.items()}
    for place, line in enumerate(lines):
        if any(row[name] and row[name] not in seen[name] for row in rows[place] for name in REFERENCES):
            _refuse(line, NO_SUCH)
        line.args[HELD] = rows[place]


def _rows_of(line: Line[Any, Values]) -> list[Row]:
    given = line.args["participants"]
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        _refuse(line, BAD_LIST)
        return []
    rows = []
    for one in given:
        try:
            row: Row = {name: UUID(str(one[name])) if one.get(name) else None for name in REFERENCES}
        except ValueError:
            _refuse(line, NO_SUCH)
            return []
        row |= {name: str(one.get(name) or "").strip()[:LONGEST] for name in TEXTS}
        row["part"] = one.get("part") or PartTaken.PARTICIPANT
        if row["part"] not in PartTaken.values or one.keys() - row.keys():
            _refuse(line, BAD_PART if row["part"] not in PartTaken.values else BAD_LIST)
        elif not any((*(row[name] for name in REFERENCES), row["contact_text"])):
            _refuse(line, NOBODY)
        rows.append(row)
    return rows


def _add_partners(actor: Actor, lines: GivenLines) -> None:
    """The partner for whom a person acts, where the line names the person alone: one query for all."""
    lone: set[Any] = {
        line.args.key("contact") for line in lines if line.args.get("contact") and not line.value("client")
    }
    lone |= {row["person"] for line in lines for row in line.args.get(HELD, ()) if _is_lone(row)}
    if not lone:
        return
    of_person = partners_of(actor, lone)
    for line in lines:
        contact = line.args.key("contact")
        if contact in of_person and not line.value("client"):
            line.args["client"] = of_person[contact]
        for row in line.args.get(HELD, ()):
            if _is_lone(row):
                row["partner"] = of_person.get(row["person"])


def partners_of(actor: Actor, people: Iterable[Any]) -> dict[Any, UUID]:
    """The partner for whom each of the people acts, as far as the actor may see it; of several the first."""
    roles = visible_roles(actor, set(people)).order_by("-id")  # the first of several is read last
    return dict(list(roles.values_list("person_id", "partner_id")))


def _is_lone(row: Row) -> bool:
    return bool(row["person"]) and not row["partner"]


def _fill_in(lines: GivenLines) -> None:
    """How to reach whom a call, a letter or a message is with, from what is known of him: two queries a kind of point."""
    lacking: dict[str, list[Line[Any, Values]]] = defaultdict(list)
    for line in lines:
        if code := POINTS.get(line.value("kind")):
            if line.value("how_to_reach") in {None, "", UNKNOWN}:
                lacking[code].append(line)
        elif line.args.get("how_to_reach") == UNKNOWN:
            line.args["how_to_reach"] = ""
    for code, some in lacking.items():
        people = {key for line in some if (key := _key(line, "contact"))}
        partners = {key for line in some if (key := _key(line, "client"))}
        of_person = read_points(PersonContactPoint, list(people), code) if people else {}
        of_partner = read_points(PartnerContactPoint, list(partners), code) if partners else {}
        for line in some:
            found = of_person.get(_key(line, "contact")) or of_partner.get(_key(line, "client"))  # type: ignore[arg-type]
            if found:
                line.args["how_to_reach"] = found


POINTS = {InteractionKind.CALL: "phone", InteractionKind.SMS: "phone", InteractionKind.LETTER: "email"}


def _key(line: Line[Any, Values], name: str) -> UUID | None:
    """The key of whom the interaction will be with after the act."""
    if name in line.args or line.subject is None:
        return line.args.key(name)
    key: UUID | None = getattr(line.subject, f"{name}_id")
    return key


def main_row(line: Line[Any, Values]) -> Row | None:
    """The participant that the interaction itself names; None when it names nobody."""
    row: Row = {
        "partner": _key(line, "client"),
        "person": _key(line, "contact"),
        "employee": None,
        "contact_text": line.value("contact_text") or "",
        "how_to_reach": line.value("how_to_reach") or "",
        "part": _part(line.value("kind"), line.value("direction")),
    }
    return row if row["partner"] or row["person"] or row["contact_text"] else None


def _part(kind: str, direction: str) -> PartTaken:
    if kind == InteractionKind.CALL:
        return PartTaken.SUBSCRIBER
    if kind in {InteractionKind.LETTER, InteractionKind.SMS}:
        return PartTaken.SENDER if direction == Direction.IN else PartTaken.TO
    return PartTaken.PARTICIPANT


def write_participants(act: Act, lines: GivenLines, *, parties: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Bring the rows to what the lines say; `line.result` is the interaction, `parties` its former columns by key.

    Rows of participants that the actor may not see stay as they are.
    """
    given = [line for line in lines if _names_somebody(line)]
    there = _there([line.result.pk for line in given if line.subject is not None])
    closed = _closed(act.actor, [row for rows in there.values() for row in rows])
    fresh, changed, gone = [], [], []
    for line in given:
        rows = {_identity(_columns(row)): row for row in there.get(line.result.pk, ())}
        wanted = _wanted(line, rows.values(), parties.get(line.result.pk), closed)
        for identity, columns in wanted.items():
            if row := rows.get(identity):
                changed.append((row, columns))
            else:
                fresh.append({"interaction_id": line.result.pk, **_derived(line.result), **columns})
        gone += [row for identity, row in rows.items() if identity not in wanted]
    act.insert(InteractionParticipant, fresh)
    act.change_all(InteractionParticipant, changed)
    act.remove(InteractionParticipant, gone)


def _derived(interaction: Interaction) -> Row:
    """What the database keeps equal anyway: written at once, it is one update less."""
    return {
        "at": interaction.started_at,
        "is_ahead": interaction.is_ahead,
        "is_reviewed": interaction.is_reviewed,
    }


def _wanted(
    line: Line[Any, Values],
    there: Iterable[InteractionParticipant],
    former: Mapping[str, Any] | None,
    closed: set[UUID],
) -> dict[tuple[Any, ...], Row]:
    """By identity: the main one first, then those the line lists, or the others that are there already."""
    main = main_row(line)
    rows = [main] if main else []
    if "participants" in line.args:
        rows += line.args.get(HELD, [])
        rows += [_columns(row) for row in there if row.pk in closed]
    else:
        was_main = _identity(dict(former)) if former else None
        rows += [columns for row in there if _identity(columns := _columns(row)) != was_main]
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found.setdefault(_identity(row), {_attname(name): value for name, value in row.items()})
    return found


def former_party(interaction: Interaction) -> Row:
    """The main participant of an interaction as it stands."""
    return {
        "partner": interaction.client_id,
        "person": interaction.contact_id,
        "employee": None,
        "contact_text": interaction.contact_text,
    }


def _attname(name: str) -> str:
    return f"{name}_id" if name in REFERENCES else name


def _columns(row: InteractionParticipant) -> Row:
    found: Row = {name: getattr(row, f"{name}_id") for name in REFERENCES}
    return found | {name: getattr(row, name) for name in (*TEXTS, "part")}


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["partner"], row["person"], row["employee"], row["contact_text"]


def _there(keys: Sequence[UUID]) -> dict[UUID, list[InteractionParticipant]]:
    found: dict[UUID, list[InteractionParticipant]] = defaultdict(list)
    if keys:
        for row in InteractionParticipant.objects.filter(interaction__in=keys).order_by("id"):
            found[row.interaction_id].append(row)
    return found


def _closed(actor: Actor, rows: Sequence[InteractionParticipant]) -> set[UUID]:
    """Keys of rows that name a partner or a person whom the actor may not see."""
    seen = {
        name: seen_by_key(actor, model, {getattr(row, f"{name}_id") for row in rows} - {None})
        for name, model in REFERENCES.items()
    }
    return {
        row.pk
        for row in rows
        if any((key := getattr(row, f"{name}_id")) and key not in seen[name] for name in REFERENCES)
    }


def _refuse(line: Line[Any, Values], sentence: type_of_text) -> None:
    line.refuse("invalid", sentence, fields={"participants": sentence})
