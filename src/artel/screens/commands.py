"""Acts on saved views: kept, changed, shared, pinned, removed; and on the start page. Each is a change set and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.kernel import colleagues
from artel.kernel.access import ADMINISTER, seen_by_key, view_permission
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.arguments import Argument, Values, argument
from artel.kernel.commands import command
from artel.kernel.models import Role
from artel.kernel.record_commands import NoArguments

from . import registry
from .content import Errors, columns_of, filter_of, formats_of
from .models import (
    CHANGE,
    HOME,
    PIN,
    SHARE,
    Audience,
    HomeArrangement,
    SavedView,
    ViewKind,
    ViewPin,
    ViewShare,
)
from .vocabulary import Size

ARRANGED = ("name", "kind", "filter", "sort", "columns", "group_by", "formats", "density", "layout")
SHARED = (
    Argument("audience", _("Who sees it"), "choice", choices=Audience.choices),
    Argument("roles", _("Roles"), "reference", many=True, model=Role),
    Argument("departments", _("Departments"), "json"),
)
WRONG = _("Some fields need correcting.")


@command(
    permission=CHANGE,
    label=_("Save the view"),
    creates=SavedView,
    fields=["entity", *ARRANGED],
    extra=[*SHARED, Argument("is_pinned", _("Pinned"), "boolean", default=False)],
    icon="device-floppy",
)
def save_view(act: Act, lines: Lines[SavedView, Values]) -> None:
    """A list as it is arranged now is kept under a name, pinned and shared at once if so wanted."""
    for line in lines:
        _check(act, line, str(line.args.get("entity", "")))
        _may_share(act, line)
    for line in (one for one in lines if one.is_open):
        columns = {name: line.args[name] for name in ("entity", "audience", *ARRANGED) if name in line.args}
        line.result = act.create(SavedView, **columns, owner=act.author_id)
        _share(act, line.result, line.args)
        if line.args.get("is_pinned"):
            _pin(act, line.result, position=None, opens_first=False)


@command(permission=CHANGE, label=_("Change the view"), fields=ARRANGED, icon="pencil")
def change_view(act: Act, lines: Lines[SavedView, Values]) -> None:
    """The view is arranged anew, or called otherwise."""
    for line in lines:
        line.result = line.subject
        _check(act, line, line.subject.entity)
    act.change_all(SavedView, [(one.subject, dict(one.args)) for one in lines if one.is_open])


def _check(act: Act, line: Line[SavedView, Values], entity: str) -> None:
    errors: Errors = {}
    try:
        model = registry.find(entity).model
    except KeyError:
        line.refuse("invalid", WRONG, fields={"entity": _("There is no such list.")})
        return
    if not act.actor.has(view_permission(model)):
        line.refuse("invalid", WRONG, fields={"entity": _("There is no such list.")})
        return
    given = line.args
    if "name" in given and not str(given["name"]).strip():
        errors["name"] = _("Fill this in.")
    if "filter" in given:
        given["filter"] = filter_of(model, given["filter"], act.actor, errors)
    if "columns" in given:
        given["columns"] = columns_of(given["columns"] or [], errors)
    if "formats" in given:
        given["formats"] = formats_of(model, given["formats"] or [], act.actor, errors)
    if given.get("kind") == ViewKind.BOARD and registry.find(entity).board is None:
        errors["kind"] = _("These records have no board.")
    if "layout" in given and not isinstance(given["layout"], dict):
        errors["layout"] = _("A layout is an object.")
    if errors:
        line.refuse("invalid", WRONG, fields=errors)


@dataclass(frozen=True, kw_only=True)
class ShareView:
    """Who sees the view: nobody else, some roles and departments (keys), or everyone."""

    audience: Audience = argument(label=_("Who sees it"))
    roles: Sequence[Role] = argument(label=_("Roles"), default=())
    departments: Any = argument(label=_("Departments"), default=None)


@command(permission=CHANGE, label=_("Share the view"), icon="users")
def share_view(act: Act, lines: Lines[SavedView, ShareView]) -> None:
    """Others see the view as a tab of the list; in it only what is theirs to see."""
    for line in lines:
        line.result, given = line.subject, Values(vars(line.args))
        _may_share(act, Line(given, line.subject), told=line)
        if line.is_open:
            act.change(line.subject, audience=line.args.audience)
            _share(act, line.subject, given)


def _may_share(act: Act, line: Line[Any, Values], *, told: Line[Any, Any] | None = None) -> None:
    """To share needs a right of its own; to take back what one has shared needs none."""
    told, audience = told or line, line.args.get("audience", Audience.NOBODY)
    if audience == Audience.NOBODY:
        return
    if not act.actor.has(SHARE):
        told.refuse("may_not_share", _("You have no right to share views. Ask an administrator for it."))
    elif audience == Audience.LISTED and not (line.args.get("roles") or _units(line.args)):
        sentence = _("Choose at least one role or department.")
        told.refuse("nobody_chosen", sentence, fields={"roles": sentence})


def _share(act: Act, view: SavedView, given: Values) -> None:
    """Rows for those listed; others are taken away, but for roles that the actor does not see: he was not asked about them."""
    wanted: set[tuple[UUID | None, UUID | None]] = set()
    if given.get("audience") == Audience.LISTED:
        wanted = {(getattr(role, "pk", role), None) for role in given.get("roles") or ()}
        wanted |= {(None, unit) for unit in _units(given)}
    there = list(ViewShare.objects.filter(view=view))
    if given.get("audience") == Audience.LISTED:
        named = {one.role_id for one in there if one.role_id}
        wanted |= {(key, None) for key in named - seen_by_key(act.actor, Role, named).keys()}
    act.remove(ViewShare, [one for one in there if (one.role_id, one.unit) not in wanted])
    new = wanted - {(one.role_id, one.unit) for one in there}
    act.insert(ViewShare, [{"view": view, "role": role, "unit": unit} for role, unit in new])


def _units(given: Values) -> list[UUID]:
    """Departments that there are."""
    known = colleagues.known()
    texts = {str(one) for one in given.get("departments") or ()}
    return [key for key, _label in known.choices() if str(key) in texts] if known else []


@dataclass(frozen=True, kw_only=True)
class PinView:
    """Whether the view stands among one's pinned ones, where, and whether the list opens with it."""

    is_pinned: bool = argument(label=_("Pinned"), default=True)
    opens_first: bool = argument(label=_("The list opens with it"), default=False)
    position: int | None = argument(label=_("Position"), default=None)


@command(permission=PIN, label=_("Pin the view"), icon="pin")
def pin_view(act: Act, lines: Lines[SavedView, PinView]) -> None:
    """One's own choice; others do not see it."""
    for line in lines:
        line.result = line.subject
        if act.author_id is None:
            line.refuse("nobody", _("Only a person pins views."))
        elif line.args.is_pinned or line.args.opens_first:
            _pin(act, line.subject, line.args.position, opens_first=line.args.opens_first)
        else:
            act.remove(ViewPin, ViewPin.objects.filter(user=act.author_id, view=line.subject))


def _pin(act: Act, view: SavedView, position: int | None, *, opens_first: bool) -> None:
    own = list(
        ViewPin.objects.filter(user=act.author_id, view__entity=view.entity).order_by("position", "id")
    )
    there = next((one for one in own if one.view_id == view.pk), None)
    place = position if position is not None else there.position if there else len(own) + 1
    if opens_first:
        act.change_all(ViewPin, [(one, {"opens_first": False}) for one in own if one != there])
    if there:
        act.change(there, position=place, opens_first=opens_first)
    else:
        act.create(ViewPin, user=act.author_id, view=view, position=place, opens_first=opens_first)


@command(permission=CHANGE, label=_("Remove the view"), icon="trash")
def remove_view(act: Act, lines: Lines[SavedView, NoArguments]) -> None:
    """The view is gone from everybody's tabs; undo brings it back."""
    for line in lines:
        line.result = line.subject
    act.change_all(SavedView, [(one.subject, {"is_deleted": True}) for one in lines])


@dataclass(frozen=True, kw_only=True)
class ArrangeHome:
    """The widgets that stand on the start page, `{"key", "size"}` in their order; of a role, or one's own."""

    widgets: Any = argument(label=_("Widgets"))
    role: Role | None = argument(label=_("Role"), default=None)


@dataclass(frozen=True, kw_only=True)
class ResetHome:
    """Whose start page stands again as it came: a role's, or one's own."""

    role: Role | None = argument(label=_("Role"), default=None)


@command(permission=HOME, label=_("Arrange the start page"), creates=HomeArrangement, icon="layout-dashboard")
def arrange_home(act: Act, lines: Lines[HomeArrangement, ArrangeHome]) -> None:
    """One's own day, or what people of a role see until they arrange theirs (administrators)."""
    for line in lines:
        known = {one.key for one in registry.all_widgets()}
        widgets = _widgets(line.args.widgets, known)
        if widgets is None:
            line.refuse("invalid", WRONG, fields={"widgets": _("There is no such widget or width.")})
        elif _may_arrange(act, line, line.args.role):
            removed = sorted(known - {one["key"] for one in widgets})
            kept = {"widgets": widgets, "removed": removed}
            if there := _home_of(act, line.args.role):
                act.change(there, **kept)
            line.result = there or act.create(HomeArrangement, **_whose(act, line.args.role), **kept)


@command(permission=HOME, label=_("Reset the start page"), creates=HomeArrangement, icon="restore")
def reset_home(act: Act, lines: Lines[HomeArrangement, ResetHome]) -> None:
    """It stands again as the role has it, or, of a role, as the product brings it."""
    for line in lines:
        if not _may_arrange(act, line, line.args.role):
            continue
        line.result = _home_of(act, line.args.role)
        if line.result is None:
            line.refuse("not_arranged", _("It stands as it came: there is nothing to reset."))
        else:
            act.change(line.result, is_deleted=True)


def _widgets(given: Any, known: set[str]) -> list[dict[str, str]] | None:
    """What was given, each widget once; None when something of it is not there to be had."""
    if not isinstance(given, list | tuple) or not all(isinstance(one, dict) for one in given):
        return None
    found = {one.get("key"): one.get("size") for one in given}
    if not found.keys() <= known or not all(size in get_args(Size) for size in found.values()):
        return None
    return [{"key": key, "size": size} for key, size in found.items()]


def _may_arrange(act: Act, line: Line[Any, Any], role: Role | None) -> bool:
    if role is not None and not act.actor.has(ADMINISTER):
        line.refuse("forbidden", _("Only an administrator arranges the start page of a role."))
    elif role is None and act.author_id is None:
        line.refuse("nobody", _("Only a person has a start page."))
    return line.is_open


def _whose(act: Act, role: Role | None) -> dict[str, Any]:
    return {"user": None, "role": role} if role else {"user": act.author_id, "role": None}


def _home_of(act: Act, role: Role | None) -> HomeArrangement | None:
    found: HomeArrangement | None = HomeArrangement.objects.present().filter(**_whose(act, role)).first()
    return found
