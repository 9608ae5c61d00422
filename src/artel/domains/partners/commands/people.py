"""Acts on natural persons and on what they are to partners (rules §2.16)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.partners.models import (
    ContactPersonRole,
    ContactRole,
    Partner,
    Person,
    PersonContactPoint,
    Position,
)
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values
from artel.kernel.attributes.values import checked_attributes
from artel.kernel.contact_writing import check_points, write_points
from artel.kernel.erasure import erasing_command
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import record_commands
from artel.lib.names import PersonName

Given = list[Line[Any, Values]]
_check_attributes = checked_attributes(Person)
POINTS = ("phone", "email")
PARTS = ("last_name", "first_name", "middle_name")
OF_ROLE = ("role", "position")


def _check_person(act: Act, lines: Given) -> None:
    require_filled(lines, "last_name")
    require_filled([line for line in lines if line.subject is None], "partner")
    check_points(lines, POINTS)
    _check_attributes(act, lines)
    for line in lines:
        if line.subject is None or any(name in line.args for name in PARTS):
            parts = [" ".join(str(line.value(name) or "").split()) for name in PARTS]
            line.args["name"] = PersonName(*parts).full()
    _find_roles(act, lines)


def _find_roles(act: Act, lines: Given) -> None:
    """Which contact role a change speaks of: with the named partner, or the only one there is; one that the actor may see."""
    changes = [
        line
        for line in lines
        if line.subject is not None
        and line.is_open
        and any(name in line.args for name in ("partner", *OF_ROLE))
    ]
    if not changes:
        return
    present: dict[UUID, list[ContactRole]] = defaultdict(list)
    rows = ContactRole.objects.allowed_to(act.actor, "partners.change_person").present()
    for role in rows.filter(person__in=[line.subject.pk for line in changes], ended_on=None):
        present[role.person_id].append(role)
    for line in changes:
        key = line.args.key("partner")
        roles = [role for role in present[line.subject.pk] if key in {None, role.partner_id}]
        if len(roles) > 1 and key is not None:  # several roles there: the one that is named
            roles = [role for role in roles if role.role_id == line.args.key("role")] or roles[:1]
        line.args["_role"] = roles[0] if len(roles) == 1 else None
        if len(roles) != 1 and key is None:
            sentence = _("Say with which partner this role is.")
            line.refuse("partner_needed", sentence, needs=["partner"], fields={"partner": sentence})


def _write_parts(act: Act, lines: Given) -> None:
    fresh, changed = [], []
    for line in lines:
        columns = {name: line.args.key(name) for name in OF_ROLE if name in line.args}
        if there := line.args.get("_role"):
            changed.append((there, columns))
        elif line.args.get("partner"):
            fresh.append({"partner": line.args["partner"], "person": line.result.pk, **columns})
    act.insert(ContactRole, fresh)
    act.change_all(ContactRole, changed)
    write_points(act, PersonContactPoint, lines, POINTS)


people = record_commands(
    Person,
    fields=[*PARTS, "gender", "birthday", "comment", "attributes"],
    computed=["name"],
    extra=[
        Argument(
            "partner",
            _("Partner"),
            "reference",
            model=Partner,
            help=_("Naming another partner adds a role there; the present one stays."),
        ),
        Argument("role", _("Role"), "reference", model=ContactPersonRole),
        Argument("position", _("Position"), "reference", model=Position),
        Argument("phone", _("Phone"), "text", max_length=100),
        Argument("email", _("E-mail"), "text", max_length=250),
    ],
    check=_check_person,
    after=_write_parts,
    together=[("partner", *OF_ROLE)],
)

erase_person = erasing_command(Person, room="partners")


def _check_role(act: Act, lines: Given) -> None:
    require_filled(lines, "partner", "person")
    for line in lines:
        started, ended = line.value("started_on"), line.value("ended_on")
        if started and ended and ended < started:
            sentence = _("The last day is before the first.")
            line.refuse("dates", sentence, fields={"ended_on": sentence})


contact_roles = record_commands(
    ContactRole,
    fields=["role", "position", "started_on", "ended_on"],
    create_only=["partner", "person"],
    check=_check_role,
)
