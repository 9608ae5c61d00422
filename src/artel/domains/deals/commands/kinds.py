"""Kinds of deals and the plain directories (rules §2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.deals.models import (
    DealKind,
    DealType,
    DissatisfactionReason,
    LossReason,
    ParticipantRole,
    Stage,
)
from artel.domains.deals.shipped import STANDARD_STAGES
from artel.kernel.acts import Act, Line
from artel.kernel.arguments import Argument, Values
from artel.kernel.line_checks import require_filled
from artel.kernel.record_commands import record_commands
from artel.lib.names import sort_key

from .kind_stages import STAGES_NEEDED, STAGES_UNUSED, lay_paths, stages_named
from .looking import GivenLines, key_of

_ORDERED = Argument("stages", _("Stages in order"), "reference", many=True, model=Stage)
_LISTED = Argument(
    "stage_list",
    _("Stages in order"),
    "lines",
    help=_(
        "One name a line; a stage that does not exist yet is made. A standard sale without a list has the usual seven."
    ),
)


def _check_kinds(act: Act, lines: GivenLines) -> None:
    """A kind moved by hand has stages; a file may bring them after the kind, so only an emptied list is refused."""
    require_filled(lines, "name")
    _read_lists(act, lines)
    for line in lines:
        given, has_process = line.args.get("stages"), line.value("type", DealType.MANUAL) != DealType.NONE
        if not given and line.value("type", DealType.MANUAL) == DealType.MANUAL and _loses_stages(line):
            line.refuse(
                "stages_needed",
                STAGES_NEEDED,
                needs=["stages"],
                fields=dict.fromkeys(("stages", "stage_list"), STAGES_NEEDED),
            )
        elif given and not has_process:
            line.refuse("stages_unused", STAGES_UNUSED, fields={"stages": STAGES_UNUSED})


def _loses_stages(line: Line[Any, Values]) -> bool:
    """Whether the list is emptied, or a kind that has none becomes one that needs it."""
    return "stages" in line.args or ("type" in line.args and bool(line.subject) and not line.subject.path)


def _read_lists(act: Act, lines: GivenLines) -> None:
    """A list typed by name becomes stages; kinds without a process and standard sales may leave it empty."""
    given: list[tuple[Line[Any, Values], list[str]]] = []
    for line in lines:
        text, kind = line.args.pop("stage_list", None), line.value("type", DealType.MANUAL)
        names = _names(text or "")
        if text is not None and kind != DealType.NONE and (names or kind == DealType.MANUAL):
            given.append((line, names))
    found, _made = stages_named(act, [name for _line, names in given for name in names])
    for line, names in given:
        line.args["stages"] = [found[sort_key(name)[:250]] for name in names]


def _names(text: str) -> list[str]:
    return [name for row in text.splitlines() if (name := " ".join(row.split()))]


def _lay_stages(act: Act, lines: GivenLines) -> None:
    """A new kind of standard sale gets the seven standard stages; a list given replaces the present one."""
    wanted = {line.result: _keys(line.args["stages"]) for line in lines if line.args.get("stages")}
    standard = [
        line.result
        for line in lines
        if line.result not in wanted and line.subject is None and line.result.type == DealType.STANDARD
    ]
    if standard:
        by_code = dict(Stage.objects.filter(code__in=STANDARD_STAGES).values_list("code", "pk"))
        path = [by_code[code] for code in STANDARD_STAGES if code in by_code]
        wanted.update((kind, path) for kind in standard)
    lay_paths(act, wanted, are_new=all(line.subject is None for line in lines))


def _keys(stages: Sequence[Any]) -> list[UUID]:
    """In the order given, each once."""
    return list(dict.fromkeys(key for stage in stages if (key := key_of(stage))))


kinds = record_commands(
    DealKind,
    fields=[
        "name",
        "type",
        "is_allowed",
        "records_demand",
        "separate_accounting",
        "description",
        "responsible",
        "is_archived",
    ],
    extra=[_ORDERED, _LISTED],
    check=_check_kinds,
    after=_lay_stages,
)


def _named(act: Act, lines: Sequence[Line[Any, Values]]) -> None:
    require_filled(lines, "name")


stages = record_commands(Stage, fields=["name", "is_archived"], check=_named)
loss_reasons = record_commands(LossReason, fields=["name", "is_archived"], check=_named)
dissatisfaction_reasons = record_commands(DissatisfactionReason, fields=["name", "is_archived"], check=_named)
participant_roles = record_commands(ParticipantRole, fields=["name", "is_archived"], check=_named)
