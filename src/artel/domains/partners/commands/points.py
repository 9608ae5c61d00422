"""Contact points beyond the main ones: several phones and addresses of a partner or a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from artel.domains.partners.models import PartnerContactPoint, PersonContactPoint
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Values
from artel.kernel.contact_points import ContactKind, ContactPoint, canonical
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import RecordCommands, Settle, record_commands

Given = list[Line[Any, Values]]
Slot = tuple[Any, Any]
Slots = dict[Slot, list[Any]]


def _commands_of(model: type[ContactPoint]) -> RecordCommands:
    def check(act: Act, lines: Given) -> None:
        require_filled(lines, "owner", "kind", "value")
        _canonical(lines)
        _one_main(act, model, lines)

    return record_commands(
        model,
        fields=["kind", "value", "extension", "is_main", "comment"],
        create_only=["owner"],
        computed=["key"],
        check=check,
        settle=_among_others(model),
        room="partners",
    )


def _canonical(lines: Given) -> None:
    for line in lines:
        if not line.is_open or not {"value", "kind"} & set(line.args):
            continue
        kind = line.value("kind")
        kind = kind if isinstance(kind, ContactKind) else ContactKind.objects.get(pk=kind)
        try:
            value, extension, key = canonical(kind.type, str(line.value("value")))
        except ValidationError as error:
            line.refuse("invalid", error.messages[0], fields={"value": error.messages[0]})
        else:
            line.args.update(value=value, key=key, extension=extension or line.args.get("extension", ""))


def _one_main(act: Act, model: type[ContactPoint], lines: Given) -> None:
    """Of the points of a kind one is the main one: the first, until another is made so; when it stops, the oldest other is."""
    open_lines = [line for line in lines if line.is_open]
    slots = _slots(model, {_owner(line) for line in open_lines})
    fresh: dict[Slot, Line[Any, Values]] = {}
    for line in open_lines:
        _settle(act, line, slots, fresh)


def _settle(act: Act, line: Line[Any, Values], slots: Slots, fresh: dict[Slot, Line[Any, Values]]) -> None:
    point, owner = line.subject, _owner(line)
    slot = (owner, line.args.key("kind") or point.kind_id)
    others = [
        row for row in slots.get(slot, ()) if row is not point and (point is None or row.pk != point.pk)
    ]
    stays = point is not None and point.is_main and slot == (owner, point.kind_id)
    main = next((row for row in others if row.is_main), None)
    alone = not others and slot not in fresh
    wants = alone or (stays if line.args.get("is_main") is None else bool(line.args["is_main"]))
    if point is not None and point.is_main and not (stays and wants):
        act.change(point, is_main=False)
        _come_forward(act, [row for row in slots[owner, point.kind_id] if row.pk != point.pk])
    if wants and main is not None:
        act.change(main, is_main=False)
    if wants and slot in fresh:
        fresh[slot].args["is_main"] = False
    if wants and point is None:
        fresh[slot] = line
    line.args["is_main"] = wants


def _come_forward(act: Act, others: Sequence[ContactPoint]) -> None:
    if others and not any(row.is_main for row in others):
        act.change(min(others, key=lambda row: row.pk), is_main=True)


def _slots(model: type[ContactPoint], owners: set[Any]) -> Slots:
    """The points of some owners by owner and kind, without the marked ones."""
    objects: Any = model._default_manager
    found: Slots = {}
    for row in objects.present().filter(owner__in=owners):
        found.setdefault((row.owner_id, row.kind_id), []).append(row)
    return found


def _among_others(model: type[ContactPoint]) -> Settle:
    """A main point that is marked gives way to the oldest other; one that comes back is main where there is none now."""

    def settle(act: Act, lines: Sequence[Line[Any, Any]], comes_back: bool) -> None:
        points = [line.subject for line in lines if line.is_open and line.subject.is_main]
        slots = _slots(model, {point.owner_id for point in points})
        for point in points:
            slot = slots.setdefault((point.owner_id, point.kind_id), [])
            if not comes_back:
                _come_forward(act, slot)
            elif any(row.is_main for row in slot):
                act.change(point, is_main=False)
            else:
                slot.append(point)

    return settle


def _owner(line: Line[Any, Values]) -> Any:
    return line.args.key("owner") or line.subject.owner_id


partner_points = _commands_of(PartnerContactPoint)
person_points = _commands_of(PersonContactPoint)
