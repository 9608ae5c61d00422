"""Recording and changing interactions (rules §2.21): one command for all kinds, and one by the name of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.events import InteractionRecorded
from artel.domains.interactions.models import (
    AHEAD,
    Direction,
    Interaction,
    InteractionKind,
    InteractionState,
)
from artel.kernel.access import hidden_from_some
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import REQUIRED, Argument, Values
from artel.kernel.commands import Command, Declaration, command, register
from artel.kernel.record_commands import marking_commands
from artel.kernel.refusals import type_of_text
from artel.lib.periods import day_of
from artel.lib.uuid7 import uuid7
from artel.lib.words import capital

from .aiming import AIM, SUBJECT, Aim, aim_chains, aim_lines, leave_alone_what_was_shown
from .taking_part import (
    HELD,
    PARTICIPANTS,
    check_participants,
    former_party,
    main_row,
    write_participants,
)

GivenLines = Sequence[Line[Any, Values]]
FIELDS = (
    "kind",
    "name",
    "text",
    "result",
    "client",
    "contact",
    "contact_text",
    "how_to_reach",
    "direction",
    "started_at",
    "ended_at",
    "importance",
    "responsible",
    "is_private",
)
COLUMNS = {*FIELDS, "code", "state", "is_ahead", "is_reviewed", "cancel_reason", "based_on"}
TOPIC = Argument("name", _("Topic"), "text", max_length=250, help=_("Empty: the beginning of the text."))
# Without an answer a new one is as its moment and direction say, so these have no default of their own.
STATE = Argument("state", _("State"), "choice", choices=InteractionState.choices)
REVIEWED = Argument("is_reviewed", _("Reviewed"), "boolean")
CANCEL_REASON = Argument("cancel_reason", _("Reason of cancelling"), "text", max_length=500)
BASED_ON = Argument("based_on", _("On the basis of"), "reference", model=Interaction)
CODE = Argument("code", _("Code"), "text", max_length=30)
HAVE_DIRECTION = {InteractionKind.CALL, InteractionKind.LETTER, InteractionKind.SMS}
WORDS = 80

NO_TEXT = _("Say what it was about: a topic or a text.")
NOBODY = _("Name whom it is with: a client, a contact person or a contact in words.")
NO_NUMBER = _("Say how to reach the subscriber; a dash when nobody knows any more.")
NO_RESPONSIBLE = _("Somebody must be responsible.")
TIMES = _("It ends before it begins.")
NO_REASON = _("Say why it was cancelled.")
NOT_YOURS = _("Only the responsible can keep it private.")


@command(
    permission="interactions.add_interaction",
    label=_("New interaction"),
    creates=Interaction,
    fields=[name for name in FIELDS if name != TOPIC.name],
    extra=(TOPIC, SUBJECT, STATE, REVIEWED, CANCEL_REASON, BASED_ON, PARTICIPANTS, CODE),
    icon="plus",
    done=_("Recorded."),
)
def record_interaction(act: Act, lines: Lines[Any, Values]) -> None:
    """Write down what was said or is to be said; by default the acting person's own, now, and done."""
    record(act, lines)


def record(act: Act, lines: GivenLines) -> None:
    """What every command that makes interactions does. Its lines' results are the interactions."""
    for line in lines:
        _fill_in(act, line)
    _check(act, lines)
    ready = [line for line in lines if line.is_open]
    for line, made in zip(ready, act.make(Interaction, [_begun(line) for line in ready]), strict=True):
        line.result = made
    write_participants(act, ready, parties={})
    _spread(act, [line for line in ready if line.args.get("subject") and line.args.get("based_on")])
    act.publish(*(InteractionRecorded(line.result.pk) for line in ready))


@command(
    permission="interactions.change_interaction",
    label=_("Change the interaction"),
    fields=[name for name in FIELDS if name != TOPIC.name],
    extra=(TOPIC, SUBJECT, REVIEWED, PARTICIPANTS),
    icon="pencil",
)
def change_interaction(act: Act, lines: Lines[Interaction, Values]) -> None:
    """Change what was written down; another subject becomes that of the whole chain."""
    leave_alone_what_was_shown(act, lines)
    _check(act, lines)
    ready = [line for line in lines if line.is_open]
    parties = {line.subject.pk: former_party(line.subject) for line in ready}
    act.change_all(Interaction, [(line.subject, _columns(line)) for line in ready])
    for line in ready:
        line.result = line.subject
    write_participants(act, ready, parties=parties)
    _spread(act, [line for line in ready if AIM in line.args])


def _fill_in(act: Act, line: Line[Any, Values]) -> None:
    """What a new interaction is when nobody said otherwise."""
    args = line.args
    args["started_at"] = args.get("started_at") or act.at
    args["responsible"] = args.get("responsible") or act.actor.user
    args["state"] = _state(act, args)
    args["is_ahead"] = args["state"] in AHEAD
    if args.get("is_reviewed") is None:
        args["is_reviewed"] = _is_seen_to(act, args)
    args["is_reviewed"] = args["is_reviewed"] and not args["is_ahead"]


def _state(act: Act, args: Values) -> str:
    """A note is done; what lies ahead is planned, and so is a contact whose channel is not known yet."""
    if args.get("kind") == InteractionKind.NOTE:
        return InteractionState.DONE
    if args.get("state"):
        return str(args["state"])
    is_planned = args.get("kind") == InteractionKind.PLAN or args["started_at"] > act.at
    return InteractionState.PLANNED if is_planned else InteractionState.DONE


def _is_seen_to(act: Act, args: Values) -> bool:
    """What came in, or is another's, waits to be reviewed; one's own word does not."""
    if args.get("kind") == InteractionKind.NOTE or args["state"] == InteractionState.CANCELLED:
        return True
    return args.get("direction") != Direction.IN and args.key("responsible") == act.actor.user_id


def _check(act: Act, lines: GivenLines) -> None:
    """The rules that new and changed interactions share."""
    _name_topics([line for line in lines if line.subject is None or "name" in line.args])
    for line in lines:
        _direct(line)
    check_participants(act, lines)
    for line in lines:
        if line.is_open:
            _check_mandatory(act, line)
    aim_lines(act, lines)


def _name_topics(lines: GivenLines) -> None:
    """The topic, or the beginning of the text in its place: everybody who sees the interaction reads it.

    Where a role hides the text, the topic tells none of it: it says what it was and when.
    """
    nameless = [line for line in lines if not str(line.args.get("name") or "").strip()]
    firsts = [str(line.value("text") or "").strip().partition("\n")[0] for line in nameless]
    is_closed = any(firsts) and hidden_from_some(Interaction, "text")
    for line, first in zip(nameless, firsts, strict=True):
        if first:
            line.args["name"] = _what_and_when(line) if is_closed else Truncator(first).chars(WORDS)
        else:
            line.refuse("required", NO_TEXT, needs=["name"], fields={"name": REQUIRED})


def _what_and_when(line: Line[Any, Values]) -> str:
    label = str(InteractionKind(line.value("kind")).label) if line.value("kind") else ""
    day = day_of(line.value("started_at"), timezone.get_default_timezone())
    return f"{capital(label)} {date_format(day, 'SHORT_DATE_FORMAT')}".strip()


def _direct(line: Line[Any, Values]) -> None:
    """Calls, letters and messages go out unless somebody says they came in; others have no direction."""
    if line.subject is not None and not {"kind", "direction"} & line.args.keys():
        return
    given = line.value("direction") or Direction.OUT
    line.args["direction"] = given if line.value("kind") in HAVE_DIRECTION else ""


def _check_mandatory(act: Act, line: Line[Any, Values]) -> None:
    kind = line.value("kind")
    if not kind:
        _refuse(line, "kind", REQUIRED)
    if kind != InteractionKind.NOTE and not (main_row(line) or line.args.get(HELD) or _has_others(line)):
        _refuse(line, "client", NOBODY)
    if kind == InteractionKind.CALL and not line.value("how_to_reach"):
        _refuse(line, "how_to_reach", NO_NUMBER)
    if not line.value("responsible") and not act.actor.is_unbounded:
        _refuse(line, "responsible", NO_RESPONSIBLE)
    ended = line.value("ended_at")
    if ended and ended < line.value("started_at"):
        _refuse(line, "ended_at", TIMES)
    if line.args.get("state") == InteractionState.CANCELLED and not line.args.get("cancel_reason"):
        _refuse(line, "cancel_reason", NO_REASON)
    if line.args.get("is_private") and not act.actor.is_unbounded and _owner(line) != act.actor.user_id:
        _refuse(line, "is_private", NOT_YOURS)


def _has_others(line: Line[Any, Values]) -> bool:
    """A plan about something needs nobody yet; a change leaves those who take part already."""
    if line.value("kind") == InteractionKind.PLAN and (line.args.get("subject") or line.args.get("based_on")):
        return True
    return line.subject is not None and "participants" not in line.args


def _owner(line: Line[Any, Values]) -> UUID | None:
    if "responsible" in line.args:
        return line.args.key("responsible")
    owner: UUID | None = line.subject.responsible_id
    return owner


def _begun(line: Line[Any, Values]) -> dict[str, Any]:
    aim: Aim = line.args[AIM]
    return {"id": uuid7(), **_columns(line), **aim.columns}


def _columns(line: Line[Any, Values]) -> dict[str, Any]:
    found = {name: value for name, value in line.args.items() if name in COLUMNS}
    if found.get("importance", "") is None:
        del found["importance"]
    if line.subject is not None and line.subject.is_ahead:
        found.pop("is_reviewed", None)
    return found


def _spread(act: Act, lines: GivenLines) -> None:
    if lines:
        aim_chains(
            act,
            {line.result.pk: line.args[AIM] for line in lines},
            {line.result.pk: line.result for line in lines},
        )


def _refuse(line: Line[Any, Values], field: str, sentence: type_of_text) -> None:
    line.refuse("required", sentence, needs=[field], fields={field: sentence})


mark_interaction, unmark_interaction = marking_commands(Interaction, "interactions")


def _by_name(kind: InteractionKind, name: str, label: Any, icon: str, fields: Sequence[str]) -> Command:
    """A command that records one kind: the arguments that make sense for it, the same rules."""

    def body(act: Act, lines: list[Line[Any, Values]]) -> None:
        for line in lines:
            line.args["kind"] = kind
        record(act, lines)

    body.__annotations__["lines"] = list[Line[Interaction, Values]]
    own = {
        "name",
        "text",
        "client",
        "contact",
        "contact_text",
        "started_at",
        "importance",
        "responsible",
        *fields,
    }
    declared = Declaration(
        "interactions.add_interaction",
        label,
        creates=Interaction,
        fields=[one for one in FIELDS if one in own and one != TOPIC.name],
        extra=(
            TOPIC,
            SUBJECT,
            BASED_ON,
            PARTICIPANTS,
            *([] if kind == InteractionKind.NOTE else [STATE, REVIEWED]),
        ),
        icon=icon,
        done=_("Recorded."),
    )
    return register(Command(body, declared, f"interactions.{name}"))


record_note = _by_name(InteractionKind.NOTE, "record_note", _("Note"), "note", ["is_private"])
record_call = _by_name(
    InteractionKind.CALL,
    "record_call",
    _("Call"),
    "phone",
    ["direction", "how_to_reach", "ended_at", "result"],
)
record_meeting = _by_name(
    InteractionKind.MEETING, "record_meeting", _("Meeting"), "users", ["ended_at", "how_to_reach", "result"]
)
record_letter = _by_name(
    InteractionKind.LETTER, "record_letter", _("Letter"), "mail", ["direction", "how_to_reach"]
)
record_sms = _by_name(
    InteractionKind.SMS, "record_sms", _("SMS"), "message-circle", ["direction", "how_to_reach"]
)
plan_contact = _by_name(
    InteractionKind.PLAN, "plan_contact", _("Plan"), "calendar-plus", ["how_to_reach", "ended_at"]
)
BY_KIND = {
    InteractionKind.NOTE: record_note,
    InteractionKind.CALL: record_call,
    InteractionKind.MEETING: record_meeting,
    InteractionKind.LETTER: record_letter,
    InteractionKind.SMS: record_sms,
    InteractionKind.PLAN: plan_contact,
}
