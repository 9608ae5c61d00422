"""What the feed of a card tells of interactions, and what its composer writes down.

The feed asks the base once, by an index that holds what is with a partner, with a person or about a subject by time, ahead
first; the names of those whom it was with come along as far as the reader may see them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from artel.domains.partners.models import Partner, Person
from artel.kernel import standing
from artel.kernel.access import fields_visible_to, predicate, ready, view_permission
from artel.kernel.actors import Actor
from artel.kernel.commands import Command
from artel.kernel.ready import Given, Question
from artel.screens.vocabulary import Composer, Happening, Said, Timeline

from . import commands
from .models import Direction, Interaction, InteractionKind, InteractionState
from .options import INTERACTIONS

VIEW = view_permission(Interaction)
ICONS = {
    InteractionKind.MEETING: "users",
    InteractionKind.CALL: "phone",
    InteractionKind.LETTER: "mail",
    InteractionKind.SMS: "message-circle",
    InteractionKind.NOTE: "note",
    InteractionKind.PLAN: "calendar-event",
}
CALLS = {Direction.IN: "phone-incoming", Direction.OUT: "phone-outgoing"}
LONGEST = 400
BLANKS: Mapping[str, tuple[str, Any]] = {
    "text": ("text", ""),
    "result": ("result", ""),
    "cancel_reason": ("cancel_reason", ""),
    "contact_text": ("contact_text", ""),
    "state": ("state", ""),
    "direction": ("direction", ""),
    "kind": ("kind", ""),
    "contact": ("person_name", ""),
    "client": ("partner_name", ""),
    "responsible": ("responsible", None),
    "ended_at": ("ended_at", None),
    "is_reviewed": ("is_reviewed", True),
}
"""By field, what stands in a line instead of it when a role hides it: nothing. An interaction is called by its topic."""
TELLS = {
    "partner": ("client", "participants"),
    "person": ("contact", "participants"),
    "subject": ("subject", "subject_id"),
}
MORNING = 10

Rows = QuerySet[Any]


def timeline(by: str, about: Callable[[Any], Mapping[str, Any]], all_of: Callable[[Any], str]) -> Timeline:
    """A timeline of what was said with or about the record of a card.

    `by` is `partner`, `person` or `subject`; `about(record)` is what the composer knows of it beforehand.
    """

    def told(actor: Actor, record: Any, most: int) -> list[Happening]:
        return happenings(actor, by, record, most)

    def asks(actor: Actor, key: UUID, most: int) -> list[Question]:
        return [asking_for_happenings(actor, by, key, most)] if actor.has(VIEW) else []

    return Timeline(
        entity="interactions.interaction",
        told=told,
        asks=asks,
        all=all_of,
        composer=Composer(kinds=KINDS, about=about),
        option=INTERACTIONS,
        tells=("started_at", *TELLS[by]),
    )


def about_subject(kind: str, **more: str) -> Callable[[Any], Mapping[str, Any]]:
    """What the composer knows on the card of a subject: itself, and `more` arguments from columns of the record."""

    def about(record: Any) -> dict[str, Any]:
        known = {name: getattr(record, column) for name, column in more.items()}
        return {"subject": f"{kind}:{record.pk}", **{name: value for name, value in known.items() if value}}

    return about


def all_about(kind: str) -> Callable[[Any], str]:
    """The list of interactions narrowed to a subject."""
    return lambda record: urlencode({"subject": f"{kind}:{record.pk}"})


def happenings(actor: Actor, by: str, record: Any, most: int) -> list[Happening]:
    """Everything ahead, the nearest last, then the latest: one query."""
    if not actor.has(VIEW):
        return []
    asked = asking_for_happenings(actor, by, record.pk, most)
    found: dict[Any, Interaction] = {}
    for one in asked.ready.rows(**asked.given):
        found.setdefault(one.pk, one)
    rows = list(found.values())
    standing.pointed(rows, "responsible")
    hidden = fields_visible_to(actor, Interaction).hidden
    blanks = dict(BLANKS[field] for field in BLANKS if field in hidden)
    for one in rows if blanks else ():
        for name, blank in blanks.items():
            setattr(one, name, blank)
    now = timezone.now()
    known = {record.pk, getattr(record, "client_id", None)}
    return [_happening(actor, one, now, known) for one in rows]


def asking_for_happenings(actor: Actor, by: str, key: UUID, most: int) -> Question:
    """What `happenings` asks the base."""
    asked = ready(actor, f"feed of {by} {most}", Interaction, VIEW, _SOURCES[by](actor, most), steer=False)
    return asked.asking(key=key)


def _with(name: str) -> Callable[[Actor, int], Callable[[Rows], Rows]]:
    """Interactions in which a partner or a person takes part."""

    def narrow(actor: Actor, most: int) -> Callable[[Rows], Rows]:
        order = ("-participants__is_ahead", "-participants__at", "-participants__id")
        mine = {f"participants__{name}": Given("key"), "is_deleted": False}
        return lambda rows: _named(rows.filter(**mine).order_by(*order), actor)[:most]

    return narrow


def _about(actor: Actor, most: int) -> Callable[[Rows], Rows]:
    """Interactions about a subject."""
    order = ("-is_ahead", "-started_at", "-id")
    return lambda rows: _named(
        rows.filter(subject_id=Given("key"), is_deleted=False).order_by(*order), actor
    )[:most]


_SOURCES = {"partner": _with("partner"), "person": _with("person"), "subject": _about}


def _named(rows: Rows, actor: Actor) -> Rows:
    """With the names of the main participants, for whom the actor may see."""
    named: Rows = rows.annotate(
        person_name=_name_of(Person, "contact_id", actor), partner_name=_name_of(Partner, "client_id", actor)
    )
    return named


def _name_of(model: Any, column: str, actor: Actor) -> Subquery:
    seen = model._default_manager.filter(predicate(actor, model, view_permission(model)))
    return Subquery(seen.filter(pk=OuterRef(column)).order_by().values("name")[:1])


def _happening(actor: Actor, one: Any, now: datetime, known: set[UUID | None]) -> Happening:
    title = str(one.get_kind_display() or Interaction._meta.verbose_name)
    words = one.result or one.text
    return Happening(
        record=one,
        at=one.started_at,
        icon=CALLS.get(one.direction, ICONS[one.kind])
        if one.kind == InteractionKind.CALL
        else ICONS.get(one.kind, "messages"),
        title=title[:1].upper() + title[1:],
        whom=_whom(one, known),
        words=_cut(words if words.strip() != one.name else ""),
        notes=_notes(one, now),
        acts=_acts(one) if actor.has(commands.change_interaction.permission) else (),
        is_ahead=one.is_ahead,
        is_fresh=not one.is_ahead and not one.is_reviewed,
    )


def _whom(one: Any, known: set[UUID | None]) -> str:
    """«Орлова Нина Сергеевна: Подтвердила спецификацию»; whose card it is goes without saying."""
    person = "" if one.contact_id in known else one.person_name
    partner = "" if one.client_id in known else one.partner_name
    whom = person or one.contact_text or partner or ""
    return f"{whom}: {one.name}" if whom else one.name


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]}…"


def _notes(one: Any, now: datetime) -> list[tuple[str, str]]:
    """What stands small below: who, how late, how long, and that nobody has looked at it."""
    notes: list[tuple[str, str]] = []
    if one.responsible is not None:
        notes.append((getattr(one.responsible, "short", "") or str(one.responsible), ""))
    if one.is_ahead and one.started_at < now:
        notes.append((_overdue(now - one.started_at), "warn"))
    elif one.state in {InteractionState.IN_WORK, InteractionState.CANCELLED}:
        notes.append((str(one.get_state_display()), ""))
    if one.ended_at and not one.is_ahead:
        minutes = round((one.ended_at - one.started_at).total_seconds() / 60)
        notes.append((ngettext("%(num)d minute", "%(num)d minutes", minutes) % {"num": minutes}, ""))
    if one.cancel_reason:
        notes.append((one.cancel_reason, ""))
    if not one.is_ahead and not one.is_reviewed:
        notes.append((_("not reviewed"), "warn"))
    if one.is_private:
        notes.append((_("only you see it"), ""))
    return notes


def _overdue(late: timedelta) -> str:
    if not late.days:
        return _("overdue")
    return ngettext("overdue for %(num)d day", "overdue for %(num)d days", late.days) % {"num": late.days}


def _acts(one: Any) -> Sequence[Command]:
    """The one or two acts that stand beside a line: what may be done with most of them in one step."""
    if one.is_ahead:
        return (commands.finish_interaction, commands.postpone_interaction)
    return () if one.is_reviewed else (commands.review_interaction, commands.review_interaction_later)


def _tomorrow() -> dict[str, Any]:
    """A plan is proposed for ten in the morning of the next day."""
    morning = (timezone.localtime() + timedelta(days=1)).replace(
        hour=MORNING, minute=0, second=0, microsecond=0
    )
    return {"started_at": morning}


KINDS = (
    Said(command=commands.record_note, fields=["is_private"]),
    Said(command=commands.record_call, fields=["contact", "direction", "how_to_reach"]),
    Said(command=commands.record_meeting, fields=["contact", "started_at"]),
    Said(command=commands.record_letter, fields=["contact", "direction", "name"]),
    Said(command=commands.record_sms, fields=["contact", "direction", "how_to_reach"]),
    Said(command=commands.plan_contact, fields=["started_at", "contact", "importance"], values=_tomorrow),
)
