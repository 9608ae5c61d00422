"""The words for work done later: `@job`, `@cron`, `@on`. A declaration is known by its name, never by its module path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypedDict, Unpack

from croniter import croniter
from django.utils.functional import Promise

if TYPE_CHECKING:
    from artel.kernel.actors import Actor

    from .models import Job
    from .run import Run

P = ParamSpec("P")
Body = Callable[Concatenate["Run", P], Any]


class Settings(TypedDict, total=False):
    """How a kind of work behaves; each has a default in `JobKind`."""

    label: str | Promise
    retries: int
    backoff: timedelta
    longest_wait: timedelta
    key: Callable[..., str]
    queue: str
    priority: int
    atomic: bool
    cancelled: Callable[[Job], None]
    may_do: Callable[[Actor, Job], bool]


@dataclass(frozen=True)
class JobKind(Generic[P]):
    """A kind of work: what runs, under which name, and what happens when it fails.

    `retries` counts failures after the first; the wait before them doubles from `backoff` up to `longest_wait`.
    `atomic`: the body, its effects and the mark "done" are one transaction, so the effect is exactly once.
    Otherwise the body is at least once: it commits in pieces with `run.checkpoint` or carries its own key.
    `key`: from the arguments, a text under which the work is accepted once.
    `cancelled` is told, in the transaction of the cancelling, of a job that nobody performs any more.
    `may_do`: of work that people order, whether somebody still has the right of it; then who ordered it steers it, too.
    `queue`: "default" for work of seconds, "long" for imports and rebuilds, "outside" for what waits for servers of others; each
    has lanes of its own in a worker.
    """

    name: str
    body: Body[P]
    label: str | Promise = ""
    retries: int = 3
    backoff: timedelta = timedelta(seconds=10)
    longest_wait: timedelta = timedelta(hours=1)
    key: Callable[..., str] | None = None
    queue: str = "default"
    priority: int = 0
    atomic: bool = False
    cancelled: Callable[[Job], None] | None = None
    may_do: Callable[[Actor, Job], bool] | None = None

    def wait(self, failures: int) -> timedelta:
        """How long to wait after that many failures (≥ 1)."""
        return min(self.longest_wait, self.backoff * (1 << min(failures - 1, 30)))

    def enqueue(self, *nothing: P.args, **arguments: P.kwargs) -> Job:
        """Owe this work on nobody's behalf; `using` tells more."""
        return Order(self).enqueue(*nothing, **arguments)

    def using(
        self,
        *,
        actor: Actor | None = None,
        key: str | None = None,
        due_at: datetime | None = None,
        cause: Mapping[str, Any] | None = None,
    ) -> Order[P]:
        """The same work on somebody's behalf, once per key, not before a moment, with a recorded cause."""
        return Order(self, actor=actor, key=key, due_at=due_at, cause=cause or {})


@dataclass(frozen=True)
class Order(Generic[P]):
    """A kind of work with the circumstances of one enqueueing."""

    kind: JobKind[P]
    actor: Actor | None = None
    key: str | None = None
    due_at: datetime | None = None
    cause: Mapping[str, Any] = field(default_factory=dict)

    def enqueue(self, *nothing: P.args, **arguments: P.kwargs) -> Job:
        """Owe this work when the present transaction commits; a job that has the same key already is returned instead.

        Arguments are plain JSON values, by name; anything else is a TypeError here, not in the worker.
        """
        from .queue import enqueue  # noqa: PLC0415 -- declarations are read before the models are

        if nothing:
            raise TypeError(f"{self.kind.name}: arguments of a job go by name")
        key = self.kind.key(**arguments) if self.key is None and self.kind.key else self.key
        return enqueue(replace(self, key=key), arguments)


@dataclass(frozen=True)
class CronLine:
    """A kind of work done by the clock: five cron fields in the company's time zone."""

    name: str
    when: str
    kind: JobKind[[]]


@dataclass(frozen=True)
class Subscription:
    """Work caused by an event, keyed by (event, subscriber)."""

    event: str
    kind: JobKind[Any]


kinds: dict[str, JobKind[Any]] = {}
cron_lines: dict[str, CronLine] = {}
subscriptions: dict[str, list[Subscription]] = {}


def register(kind: JobKind[Any]) -> None:
    """Make a kind known by its name; two different ones under one name are a mistake of the declaration."""
    if kind.name in kinds:
        raise ValueError(f"two jobs are called {kind.name!r}: {kinds[kind.name].body!r} and {kind.body!r}")
    kinds[kind.name] = kind


def tell_cancelled(job: Job) -> None:
    """Let the kind of work know that this job was cancelled or dropped."""
    kind = kinds.get(job.name)
    if kind and kind.cancelled:
        kind.cancelled(job)


def job(name: str, **settings: Unpack[Settings]) -> Callable[[Body[P]], JobKind[P]]:
    """Declare a function of `(run, *, plain JSON arguments)` as work done later.

    ``@job("search.rebuild", retries=5)`` then ``rebuild.using(actor=actor).enqueue(entity="deals")``.
    """

    def declare(body: Body[P]) -> JobKind[P]:
        kind: JobKind[P] = JobKind(name=name, body=body, **settings)
        register(kind)
        return kind

    return declare


def cron(when: str) -> Callable[[JobKind[[]]], JobKind[[]]]:
    """Run a job without arguments by the clock: ``@cron("0 3 * * *")`` above ``@job(…)``. A missed time runs once, late."""
    if len(when.split()) != 5 or not croniter.is_valid(when):
        raise ValueError(f"{when!r} is not five cron fields")

    def declare(kind: JobKind[[]]) -> JobKind[[]]:
        cron_lines[kind.name] = CronLine(kind.name, when, kind)
        return kind

    return declare


class Happened(TypedDict):
    """An event as a subscriber gets it: its name ("deals.DealWon"), its facts, and the change set it is a row of."""

    id: str
    name: str
    facts: dict[str, Any]
    change_set: int
    at: str


def on(
    event: str, *, name: str = "", **settings: Unpack[Settings]
) -> Callable[[Callable[[Run, Happened], Any]], JobKind[Any]]:
    """Subscribe a function of `(run, event)` to an event by its name: ``@on("deals.DealWon")``.

    Each (event, subscriber) is delivered at least once; unless `atomic=False` is given, its effect in the database is
    exactly once. `name` defaults to the function's path; give one where the function may move.
    """

    def declare(function: Callable[[Run, Happened], Any]) -> JobKind[Any]:
        def body(run: Run, *, event: Happened) -> Any:
            return function(run, event)

        known_as = name or f"{function.__module__}.{function.__qualname__}"
        kind: JobKind[Any] = JobKind(name=known_as, body=body, **{"atomic": True, **settings})  # type: ignore[arg-type]
        register(kind)
        subscriptions.setdefault(event, []).append(Subscription(event, kind))
        return kind

    return declare
