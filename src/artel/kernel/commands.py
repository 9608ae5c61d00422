"""Commands: the only acts there are. Each rule exists once and works on a batch; a single act is a batch of one.

@dataclass(frozen=True, kw_only=True)
class MoveDeal:
    stage: Stage = argument(label=_("Stage"))

@command(permission="deals.change_deal", label=_("Move to a stage"))
def move_deal(act: Act, lines: Lines[Deal, MoveDeal]) -> None:
    for line in lines: ...

move_deal(actor, deal, stage=stage)                       # one act; raises Refused
move_deal.run(actor, [Line(MoveDeal(stage=s), d) …])      # a batch; refusals stay on their lines
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast, get_args, get_type_hints
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import gates, options
from .access import ready, require, restrict, view_permission
from .actors import Actor
from .acts import Act, Line, Lines
from .answers import Given, answered, keys_of, result_again
from .applies import Applies
from .arguments import Argument, Values, argument_of_field, arguments_of, read_all
from .integrity import refusal_of
from .journal.models import ChangeSet
from .journal.writing import ActorStamp, Request, change_set, current_set
from .outages import outage_of
from .permissions import know
from .ready import Given as Key
from .records import Record
from .refusals import Conflict, Forbidden, NotThere, Refused, type_of_text

__all__ = ["Act", "Command", "Line", "Lines", "Outcome", "Values", "command", "find", "stamp_of"]

AnyLine = Line[Any, Any]
Body = Callable[[Act, list[Any]], None]


@dataclass
class Outcome:
    """What came of a batch: its change set (none when nothing was written) and its lines."""

    change_set: int | None
    lines: list[AnyLine]
    repeated: bool = False

    @property
    def results(self) -> list[Any]:
        return [line.result for line in self.lines]

    @property
    def refused(self) -> list[AnyLine]:
        return [line for line in self.lines if line.refusal]


@dataclass(frozen=True)
class Declaration:
    """What the decorator says of a command."""

    permission: str
    label: type_of_text
    creates: type[Record] | None = None
    fields: Sequence[str] = ()
    extra: Sequence[Argument] = ()
    irreversible: bool = False
    confirm: type_of_text = ""
    icon: str = ""
    done: type_of_text = ""
    applies: Applies | None = None
    on_marked: bool = False
    """Whether it makes sense for a record marked for deletion."""
    together: Sequence[Sequence[str]] = ()
    """Arguments that mean something only beside one another: a form that changes one of them says them all."""
    by_author: bool = False
    """Whether only who made the record may do it: nobody else is offered it."""


@dataclass(eq=False)
class Command:
    """One act people, programs, jobs and processes can do."""

    body: Body
    declared: Declaration
    name: str
    after: list[Callable[[Act], None]] = field(default_factory=list)

    @property
    def permission(self) -> str:
        return self.declared.permission

    @property
    def label(self) -> type_of_text:
        return self.declared.label

    @property
    def short_name(self) -> str:
        """The name inside its room: `move_deal`."""
        return self.name.rpartition(".")[2]

    @cached_property
    def _hints(self) -> tuple[Any, Any]:
        [lines] = [hint for name, hint in get_type_hints(self.body).items() if name == "lines"]
        [line] = get_args(lines)
        subject, args = get_args(line)
        return subject, args

    @property
    def model(self) -> type[Record]:
        """The record this command makes or acts on."""
        return self.declared.creates or cast("type[Record]", self._hints[0])

    @property
    def is_create(self) -> bool:
        return self.declared.creates is not None

    def applies_to(self, record: Any) -> bool:
        """Whether the act makes sense for the record as it stands: what does not is refused, and no button offers it."""
        return self.declared.applies is None or self.declared.applies.to(record)

    @cached_property
    def arguments(self) -> list[Argument]:
        """The schema of the command's arguments, in the order a form shows them."""
        schema = self._hints[1]
        if schema is not Values:
            return arguments_of(schema)
        own = [argument_of_field(self.model._meta.get_field(name)) for name in self.declared.fields]  # type: ignore[arg-type]
        return [*own, *self.declared.extra]

    def read(self, raw: Mapping[str, Any], actor: Actor | None = None) -> Any:
        """Arguments from texts or JSON. Raises Refused("invalid") with a sentence beside each bad field."""
        schema = self._hints[1]
        if schema is Values:
            return Values(read_all(self.arguments, raw, actor, partial=not self.is_create))
        return schema(**read_all(self.arguments, raw, actor))

    def args(self, **values: Any) -> Any:
        """Arguments from typed values."""
        return self._hints[1](**values)

    def __call__(
        self,
        actor: Actor,
        subject: Any = None,
        /,
        *,
        expected_version: int | None = None,
        key: str | None = None,
        **values: Any,
    ) -> Any:
        """One act with typed values. Raises Refused; returns the body's result (a create returns its record)."""
        line: AnyLine = Line(self.args(**values), subject, expected_version=expected_version)
        return self.one(actor, line, key=key).lines[0].result

    def one(
        self, actor: Actor, line: AnyLine, *, key: str | None = None, cause: Mapping[str, Any] | None = None
    ) -> Outcome:
        """A batch of one whose refusal is raised."""
        outcome = self.run(actor, [line], key=key, cause=cause)
        if line.refusal:
            raise line.refusal
        return outcome

    def run(
        self,
        actor: Actor,
        lines: Sequence[AnyLine],
        *,
        key: str | None = None,
        cause: Mapping[str, Any] | None = None,
        parent: int | None = None,
        also: Callable[[Act], None] | None = None,
    ) -> Outcome:
        """The whole batch in one transaction and one change set; refused lines leave no trace.

        `key` makes a repeated request answer without acting again. `also` runs inside the transaction after the body
        (a job's checkpoint). Raises Forbidden when the actor holds no such permission at all, Refused("switched_off").
        """
        require(actor, self.permission)
        if not actor.is_unbounded:
            options.require(self.permission)
        given = Given(actor, self.name, key, list(lines))
        return self._once(given, lambda: self._act(given, cause, parent, also))

    def _once(self, given: Given, act: Callable[[], Outcome]) -> Outcome:
        """A repeated request meets its key at the latest when it opens its set."""
        batch = given.lines
        if outer := current_set():
            outer.write_down()  # what it fails with is the outer act's, not this one's
        try:
            with transaction.atomic():
                outcome = act()
        except _NothingDone:
            known = answered(given)  # what waits to be written has not met its key yet
            return self._repeat(known, batch) if known else Outcome(None, batch)
        except IntegrityError as error:
            if known := answered(given):
                return self._repeat(known, batch)
            if len(batch) != 1 or outage_of(error):
                raise
            batch[0].refusal = refusal_of(error, self.model)
            return Outcome(None, batch)
        if outcome.change_set is None and outcome.refused and (known := answered(given)):
            return self._repeat(known, batch)
        return outcome

    def with_fields(
        self, actor: Actor, line: AnyLine, change: Command, fields: AnyLine, *, key: str | None = None
    ) -> Outcome:
        """An act together with what it lacked of its record: one transaction and change set, or nothing at all.

        `change` runs first with the line `fields`. Raises Refused, whichever of the two it is.
        """

        def both() -> Outcome:
            with self._open(actor, None, None, given.request) as opened:
                change.one(actor, fields)
                self.one(actor, line)
                opened.results = keys_of([line.result, fields.result])
            return Outcome(opened.id, given.lines)

        given = Given(actor, self.name, key, [line, fields])
        outcome = self._once(given, both)
        if line.refusal:
            raise line.refusal
        return outcome

    def within(self, act: Act, lines: Sequence[AnyLine]) -> None:
        """Run as a part of another act: same change set, its right was asked already; gates are."""
        open_lines = [line for line in lines if line.is_open]
        if self.declared.applies:
            self.declared.applies.check(open_lines)
        gates.ask(self.name, act, open_lines)
        self.body(act, [line for line in open_lines if line.is_open])

    def _act(
        self,
        given: Given,
        cause: Mapping[str, Any] | None,
        parent: int | None,
        also: Callable[[Act], None] | None,
    ) -> Outcome:
        actor, lines = given.actor, given.lines
        request = given.request
        self._take(actor, lines)
        if not any(line.is_open for line in lines) and also is None:
            return Outcome(None, lines)
        with self._open(actor, cause, parent, request) as opened:
            act = Act(actor, self.name, timezone.now(), opened)
            self.within(act, lines)
            self._settle(act, lines, also)
            if request:
                opened.results = keys_of([line.result for line in lines])
        return Outcome(opened.id, lines)

    def _settle(self, act: Act, lines: list[AnyLine], also: Callable[[Act], None] | None) -> None:
        if also:
            also(act)
        elif not any(line.is_open for line in lines):
            raise _NothingDone

    def _open(
        self, actor: Actor, cause: Mapping[str, Any] | None, parent: int | None, request: Request | None
    ) -> Any:
        return change_set(
            stamp_of(actor),
            command=self.name,
            cause=dict(cause) if cause else None,
            parent=parent,
            irreversible=self.declared.irreversible,
            request=request,
        )

    def _take(self, actor: Actor, lines: list[AnyLine]) -> None:
        """Lock the records in key order, fresh from the base, and refuse those not to be had."""
        if self.is_create:
            return
        wanted = {
            line.subject.pk if isinstance(line.subject, models.Model) else line.subject for line in lines
        }
        found = {record.pk: record for record in self._locked(actor, wanted)}
        seen = None
        for line in lines:
            key = line.subject.pk if isinstance(line.subject, models.Model) else line.subject
            if (record := found.get(key)) is not None:
                line.subject = record
                _check_version(line)
                continue
            if seen is None:
                rows = self.model._default_manager.filter(pk__in=wanted)
                visible = restrict(rows, actor, view_permission(self.model))
                seen = set(visible.values_list("pk", flat=True))
            line.refusal = _forbidden() if key in seen else _not_there()

    def _locked(self, actor: Actor, keys: set[UUID]) -> Iterable[Any]:
        if len(keys) == 1:
            [key] = keys
            return ready(actor, "lock", self.model, self.permission, _lock_one).rows(key=key)
        return _lock(restrict(self.model._default_manager.filter(pk__in=keys), actor, self.permission))

    def _repeat(self, known: ChangeSet, lines: Sequence[AnyLine]) -> Outcome:
        for line, result in zip(lines, known.results or (), strict=True):
            line.refusal = None
            line.result = result_again(result, self.model)
        return Outcome(known.pk, list(lines), repeated=True)


class _NothingDone(Exception):
    """Every line was refused: the change set goes back."""


def _lock(rows: QuerySet[Any]) -> QuerySet[Any]:
    """In the order of keys, so that two batches never wait for each other."""
    return rows.order_by("pk").select_for_update(of=("self",))


def _lock_one(rows: QuerySet[Any]) -> QuerySet[Any]:
    return _lock(rows.filter(pk=Key("key")))


def _check_version(line: AnyLine) -> None:
    record = line.subject
    if line.expected_version is None or line.expected_version == record.version:
        return
    mine = dict(line.args) if isinstance(line.args, Values) else vars(line.args)
    theirs = {name: getattr(record, name) for name in mine if hasattr(record, name)}
    sentence = _(
        "Somebody changed this record while you were working on it. Compare the values and save again."
    )
    line.refusal = Conflict("changed_meanwhile", sentence, theirs=theirs, mine=mine)


def _forbidden() -> Refused:
    return Forbidden("forbidden", _("You may see this record but have no right to do this with it."))


def _not_there() -> Refused:
    return NotThere("not_found", _("There is no such record, or it is not visible to you."))


def stamp_of(actor: Actor) -> ActorStamp:
    """The actor as the journal writes him down."""
    scopes = None if actor.scopes is None else tuple(sorted(actor.scopes))
    return ActorStamp(kind=str(actor.kind), id=actor.user_id, label=actor.label, scopes=scopes)


_commands: dict[str, Command] = {}


def register(made: Command) -> Command:
    if made.name in _commands:
        raise ValueError(f"two commands are called {made.name}")
    _commands[made.name] = made
    know(made.permission)
    return made


def command(
    *,
    permission: str,
    label: type_of_text,
    creates: type[Record] | None = None,
    fields: Sequence[str] = (),
    extra: Sequence[Argument] = (),
    irreversible: bool = False,
    confirm: type_of_text = "",
    icon: str = "",
    done: type_of_text = "",
    applies: Applies | None = None,
    room: str = "",
    together: Sequence[Sequence[str]] = (),
    by_author: bool = False,
) -> Callable[[Body], Command]:
    """Declare an act. `creates` names the record a create makes; `fields` are its columns when args are `Values`.

    `room` begins its name; without it, the room of the module.
    """
    declared = Declaration(
        permission,
        label,
        creates,
        tuple(fields),
        tuple(extra),
        irreversible,
        confirm,
        icon,
        done,
        applies,
        together=together,
        by_author=by_author,
    )

    def make(body: Body) -> Command:
        return register(Command(body, declared, f"{room or room_of(body.__module__)}.{body.__name__}"))

    return make


def room_of(module: str) -> str:
    """The room a module belongs to: artel.domains.deals.commands -> deals, artel.kernel.x -> kernel."""
    parts = module.split(".")
    if len(parts) == 1:
        return module
    return parts[2] if parts[1] == "domains" else parts[1]


def find(name: str) -> Command:
    """The command of that name. Raises KeyError."""
    return _commands[name]


def all_commands() -> Iterator[Command]:
    return iter(_commands.values())


def commands_on(model: type[models.Model]) -> Iterable[Command]:
    return [one for one in _commands.values() if one.model is model]
