"""Acts on what people may do: roles, access groups, grants; and on what the company switches on: options, contact kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import options, permissions
from .acts import Act, Line, Lines
from .arguments import Argument, Values, argument
from .commands import command
from .contact_points import SHIPPED, ContactKind
from .line_checks import require_filled
from .permission_words import PermissionChoices
from .record_commands import record_commands
from .refusals import type_of_text
from .registers import Option
from .roles import AccessGroup, Grant, GrantGroup, GroupMode, Reach, Role
from .shipped import ship

Given = list[Line[Any, Values]]
DEFAULT_GROUP = "default"

ship(
    Role,
    [
        {
            "code": "sales_manager",
            "name": "Менеджер по продажам",
            "name_en": "Sales manager",
            "usual_reach": Reach.OWN,
        },
        {
            "code": "head",
            "name": "Руководитель отдела продаж",
            "name_en": "Head of sales",
            "usual_reach": Reach.DEPARTMENT,
        },
        {"code": "marketer", "name": "Маркетолог", "name_en": "Marketer", "usual_reach": Reach.ALL},
        {
            "code": "administrator",
            "name": "Администратор",
            "name_en": "Administrator",
            "usual_reach": Reach.ALL,
        },
    ],
)
ship(AccessGroup, [{"code": DEFAULT_GROUP, "name": "Общая", "name_en": "General"}])
ship(
    ContactKind,
    [
        {"code": code, "type": kind, "name": name, "name_en": name_en, "order": (place + 1) * 10}
        for place, (code, (kind, name, name_en)) in enumerate(SHIPPED.items())
    ],
)


def _check_role(act: Act, lines: Given) -> None:
    require_filled(lines, "name")
    for line in lines:
        if wrong := _misshapen(line.args):
            line.refuse("invalid", next(iter(wrong.values())), fields=wrong)
            continue
        wanted = {*(line.args.get("added") or ()), *(line.args.get("withdrawn") or ())}
        if unknown := sorted(one for one in wanted if not permissions.exists(one)):
            line.refuse("unknown_permission", _("There is no such permission: %s.") % ", ".join(unknown))


def _misshapen(args: Mapping[str, Any]) -> dict[str, type_of_text]:
    """What a program gave that is no list of rights or no mapping of hidden fields."""
    wrong: dict[str, type_of_text] = {
        name: _("Rights are a list of their codes.")
        for name in ("added", "withdrawn")
        if not _are_texts(args.get(name) or [])
    }
    hidden = args.get("hidden_fields") or {}
    if not (isinstance(hidden, dict) and all(map(_are_texts, hidden.values()))):
        wrong["hidden_fields"] = _("Hidden fields are lists of names, by entity.")
    return wrong


def _are_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


roles = record_commands(
    Role,
    fields=["name", "usual_reach", "added", "withdrawn", "hidden_fields", "is_archived"],
    check=_check_role,
)


@dataclass(frozen=True, kw_only=True)
class Right:
    """One permission."""

    permission: str = argument(label=_("Right"), kind="choice", choices=PermissionChoices())


@command(permission="kernel.change_role", label=_("Give a right"), icon="plus")
def give_right(act: Act, lines: Lines[Role, Right]) -> None:
    """The role may do this from now on."""
    for line in lines:
        line.result = role = line.subject
        code, withdrawn = line.args.permission, set(role.withdrawn) - {line.args.permission}
        held = permissions.effective(role.code, role.added, withdrawn).covers(code)
        added = sorted(set(role.added) | ({code} if not held else set()))
        act.change(role, added=added, withdrawn=sorted(withdrawn))


@command(permission="kernel.change_role", label=_("Take a right away"), icon="minus")
def take_right(act: Act, lines: Lines[Role, Right]) -> None:
    """The role may do this no longer, whatever the rooms declare for it."""
    for line in lines:
        line.result = role = line.subject
        code, added = line.args.permission, set(role.added) - {line.args.permission}
        held = permissions.effective(role.code, added, role.withdrawn).covers(code)
        withdrawn = sorted(set(role.withdrawn) | ({code} if held else set()))
        act.change(role, added=sorted(added), withdrawn=withdrawn)


access_groups = record_commands(
    AccessGroup, fields=["name", "is_archived"], check=lambda act, lines: require_filled(lines, "name")
)


def _check_contact_kind(act: Act, lines: Given) -> None:
    """A shipped kind keeps its type and name: only its settings change (rules §2.17)."""
    require_filled(lines, "name", "type")
    for line in lines:
        if line.subject is not None and line.subject.code and {"type", "name"} & set(line.args):
            changed = [name for name in ("type", "name") if line.value(name) != getattr(line.subject, name)]
            if changed:
                sentence = _("This kind ships with the product: only its settings can be changed.")
                line.refuse("shipped", sentence, fields=dict.fromkeys(changed, sentence))


contact_kinds = record_commands(
    ContactKind,
    fields=["name", "type", "allows_several", "is_required", "order", "is_archived"],
    check=_check_contact_kind,
)


def _check_grant(act: Act, lines: Given) -> None:
    require_filled(lines, "user", "role")
    for line in lines:
        if line.value("group_mode") == GroupMode.ONLY and not line.args.get("groups", [True]):
            sentence = _("Name at least one access group.")
            line.refuse("required", sentence, fields={"groups": sentence})


def _list_groups(act: Act, lines: Given) -> None:
    """The access groups of each grant become exactly those named."""
    for line in lines:
        if "groups" not in line.args:
            continue
        wanted = {group.pk for group in line.args["groups"]}
        present = list(GrantGroup.objects.present().filter(grant=line.result))
        act.change_all(
            GrantGroup, [(row, {"is_deleted": True}) for row in present if row.access_group_id not in wanted]
        )
        fresh = wanted - {row.access_group_id for row in present}
        act.insert(GrantGroup, [{"grant": line.result, "access_group": key} for key in sorted(fresh)])


grants = record_commands(
    Grant,
    fields=["reach", "unit", "group_mode"],
    create_only=["user", "role"],
    extra=[Argument("groups", _("access groups listed"), "reference", many=True, model=AccessGroup)],
    check=_check_grant,
    after=_list_groups,
)


@dataclass(frozen=True, kw_only=True)
class Switch:
    """An option by its code and the state it should have."""

    code: str = argument(label=_("Option"))
    is_on: bool = argument(label=_("Switched on"))


@command(permission="kernel.switch_option", label=_("Switch a subsystem"), creates=Option)
def switch_option(act: Act, lines: Lines[Option, Switch]) -> None:
    """Switch subsystems on or off; data of one switched off stay. `line.result` is the option."""
    known = {fact.code for fact in options.declared()}
    stored = {row.code: row for row in Option.objects.filter(code__in=[line.args.code for line in lines])}
    for line in lines:
        if line.args.code not in known:
            line.refuse(
                "unknown_option",
                _("There is no such option."),
                fields={"code": _("There is no such option.")},
            )
        elif row := stored.get(line.args.code):
            act.change(row, is_on=line.args.is_on, is_deleted=False)
            line.result = row
        else:
            stored[line.args.code] = line.result = act.create(
                Option, code=line.args.code, is_on=line.args.is_on
            )


@command(permission="kernel.switch_option", label=_("Switch a subsystem"), fields=["is_on"])
def change_option(act: Act, lines: Lines[Option, Values]) -> None:
    """The same for an option that the base already keeps."""
    for line in lines:
        line.result = line.subject
    act.change_all(Option, [(line.subject, line.args) for line in lines])
