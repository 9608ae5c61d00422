"""Which kinds of records a web-hook tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.utils.translation import gettext_lazy as _

from artel.api.hooks import kinds
from artel.api.models import WebHook
from artel.kernel.acts import Act, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import argument
from artel.kernel.commands import command
from artel.kernel.record_commands import NoArguments
from artel.kernel.refusals import type_of_text

from .rights import CHANGE, own_only
from .settings import TELLS_NOTHING


class Kinds(Sequence[tuple[str, type_of_text]]):
    """The kinds of records as a form offers them: whatever is declared when it is asked."""

    def __len__(self) -> int:
        return len(kinds.choices())

    @overload
    def __getitem__(self, place: int) -> tuple[str, type_of_text]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, type_of_text]]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return kinds.choices()[place]


@dataclass(frozen=True, kw_only=True)
class OneKind:
    """A kind of records, by its path."""

    entity: str = argument(label=_("Kind of record"), kind="choice", choices=Kinds())


@command(permission=CHANGE, label=_("Tell of it"), icon="plus")
def tell_kind(act: Act, lines: Lines[WebHook, OneKind]) -> None:
    """One kind more; with the last one of all it tells of those that there are now."""
    for line in own_only(act, lines):
        if line.subject.entities:
            act.change(line.subject, entities=sorted({*line.subject.entities, line.args.entity}))


@command(permission=CHANGE, label=_("Leave it out"), icon="minus")
def leave_kind_out(act: Act, lines: Lines[WebHook, OneKind]) -> None:
    """One kind less; who told of every kind tells of the others from now on."""
    for line in own_only(act, lines):
        told = line.subject.entities or [path for path, _label in kinds.choices()]
        left = sorted({*told} - {line.args.entity})
        if not left:
            line.refuse("tells_nothing", TELLS_NOTHING)
        else:
            act.change(line.subject, entities=left)


@command(
    permission=CHANGE,
    label=_("Tell of every kind"),
    icon="checks",
    applies=Applies(
        lambda hook: bool(hook.entities), ["entities"], "every", _("It tells of every kind already.")
    ),
)
def tell_every_kind(act: Act, lines: Lines[WebHook, NoArguments]) -> None:
    """Of kinds that come with a new version, too."""
    for line in own_only(act, lines):
        act.change(line.subject, entities=[])
