"""Contact points beyond the main ones: several phones and addresses of a partner or a person."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from artel.domains.partners.models import PartnerContactPoint, PersonContactPoint
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Values
from artel.kernel.contact_points import ContactKind, ContactPoint, canonical
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import RecordCommands, record_commands

Given = list[Line[Any, Values]]


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
    """The first point of a kind is the main one; a new main one takes the place of the old."""
    open_lines = [line for line in lines if line.is_open]
    owners = {_owner(line) for line in open_lines}
    objects: Any = model._default_manager
    present = {
        (row.owner_id, row.kind_id): row for row in objects.present().filter(owner__in=owners, is_main=True)
    }
    for line in open_lines:
        kind = line.args.key("kind") or line.subject.kind_id
        main = present.get((_owner(line), kind))
        is_other = main is not None and (line.subject is None or main.pk != line.subject.pk)
        if line.subject is None and not is_other:
            line.args["is_main"] = True
            present[(_owner(line), kind)] = None
        elif line.subject is None and "is_main" not in line.args:
            line.args["is_main"] = False
        if line.args.get("is_main") and main is not None and is_other:
            act.change(main, is_main=False)


def _owner(line: Line[Any, Values]) -> Any:
    return line.args.key("owner") or line.subject.owner_id


partner_points = _commands_of(PartnerContactPoint)
person_points = _commands_of(PersonContactPoint)
