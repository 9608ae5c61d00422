"""Work in progress as a person follows it, a job or an import: how far, what came of it, what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from artel.exchange.models import ImportRun, PreparedImport, RunState
from artel.exchange.tabular.refusing import refused_path
from artel.exchange.trying import check_file
from artel.exchange.work import job_of, result_of, seen_by
from artel.kernel import commands
from artel.kernel.actors import Actor
from artel.kernel.jobs.declare import kinds
from artel.kernel.jobs.models import Job, State, Wish
from artel.kernel.jobs.steering import STEERING, offered
from artel.kernel.refusals import type_of_text
from artel.screens import registry
from artel.screens.bulk.matching import bulk_change
from artel.screens.vocabulary import Entity

from .rail import title_of
from .references import named_rows

EQUATION = (
    ("rows", gettext_lazy("Rows in the file")),
    ("created", gettext_lazy("Created")),
    ("updated", gettext_lazy("Updated")),
    ("skipped", gettext_lazy("Unchanged")),
    ("refused", gettext_lazy("Refused")),
)
CUT_OFF = (*EQUATION, ("left", gettext_lazy("Not reached")))
"""The same of an import that did not come to its end."""
REHEARSED = (
    ("rows", gettext_lazy("Rows in the file")),
    ("created", gettext_lazy("Would be created")),
    ("updated", gettext_lazy("Would be updated")),
    ("skipped", gettext_lazy("Unchanged")),
    ("refused", gettext_lazy("Would be refused")),
)
"""The same of a dry run."""
OF_RELATED = (
    ("created", pgettext_lazy("related records", "created")),
    ("found", pgettext_lazy("related records", "found")),
    ("updated", pgettext_lazy("related records", "changed")),
)
"""What came of records that rows of a file bring along."""
OF_MANY = (
    ("rows", gettext_lazy("Rows")),
    ("changed", gettext_lazy("Changed")),
    ("unchanged", gettext_lazy("Unchanged")),
    ("refused", gettext_lazy("Refused")),
)
"""The same of a change of many records."""
TONES = {
    State.DONE: "good",
    State.DEAD: "bad",
    State.CANCELLED: "warn",
    RunState.FAILED: "bad",
    RunState.CANCELLED: "warn",
}


@dataclass(frozen=True)
class SteeringAct:
    """What may be done about work in progress: its word in the address, label and icon."""

    name: str
    label: str
    icon: str


WISHES = {
    Wish.PAUSE: gettext_lazy("It pauses as soon as it has finished the rows it is at."),
    Wish.CANCEL: gettext_lazy("It ends as soon as it has finished the rows it is at."),
}


@dataclass(frozen=True)
class RunStory:
    """A run as its page shows it. `equation` is rows = created + updated + unchanged + refused, when it counts rows.

    `refused_rows` are names, addresses and sentences of records that a change of many has refused; `checked` is the page of
    the file that a dry run is of.
    """

    label: str
    address: str
    key: UUID
    kind: str
    state: str
    tone: str
    who: str
    at: datetime
    has_ended: bool
    done: int
    total: int | None
    sentence: str
    error: str
    result: Mapping[str, Any]
    refused_file: str = ""
    seconds: float | None = None
    refused_rows: Sequence[tuple[str, str, str]] = ()
    counts: Sequence[tuple[str, type_of_text]] = EQUATION
    checked: str = ""
    acts: Sequence[SteeringAct] = ()

    @property
    def percent(self) -> int | None:
        """0–100; None while the whole is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def equation(self) -> Sequence[tuple[str, str, int]]:
        counted = next(
            (each for each in (self.counts, OF_MANY) if all(name in self.result for name, _ in each)), ()
        )
        return [(name, str(label), int(self.result[name])) for name, label in counted]

    @property
    def related(self) -> Sequence[tuple[str, Sequence[tuple[str, int]]]]:
        """By kind of related record how many were created, found and changed."""
        titles = registry.titles_of_related()
        return [
            (titles.get(part, part), [(str(label), counts.get(kind, 0)) for kind, label in OF_RELATED])
            for part, counts in self.result.get("related", {}).items()
        ]

    @property
    def more_refused(self) -> int:
        """How many refused records are only counted."""
        return int(self.result.get("refused", 0)) - len(self.refused_rows) if self.refused_rows else 0

    @property
    def change_set(self) -> int | None:
        """What may be taken back."""
        found = self.result.get("change_set") if self.result.get("changed", True) else None
        return found if isinstance(found, int) else None


def seen_job(actor: Actor, key: UUID) -> RunStory | None:
    """A job for who may see it: one's own, and those within one's reach."""
    job = Job.objects.visible_to(actor).filter(pk=key).select_related("user").first()
    if job is None:
        return None
    story = replace(
        story_of_job(job, label_of_job(job)), checked=_checked_by(actor, job), acts=steering_acts(actor, job)
    )
    return replace(story, refused_rows=refused_rows(actor, story.result)) if job.is_finished else story


def label_of_job(job: Job) -> str:
    """What kind of work it is; of a change of many also of what: «Bulk change: Partners»."""
    kind = kinds.get(job.name)
    label = str(kind.label) if kind and kind.label else job.name
    entity = _changed_by(job) if job.name == bulk_change.name else None
    return _("%(label)s: %(what)s") % {"label": label, "what": title_of(entity)} if entity else label


def _checked_by(actor: Actor, job: Job) -> str:
    """The page of one's own file that the job goes through, if it is such a job."""
    own = PreparedImport.objects.of(actor).filter(check_job=job.pk) if job.name == check_file.name else ()
    return next((reverse("web:check_file", args=[one.entity, one.pk]) for one in own), "")


def _changed_by(job: Job) -> Entity | None:
    try:
        return registry.screens_of(commands.find(job.arguments["command"]).model)
    except KeyError:
        return None


def refused_rows(actor: Actor, result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, address and sentence of each refused record that is told; one that is not to be seen has only its key."""
    told = [(UUID(key), sentence) for key, sentence in result.get("refusals", ())]
    return named_rows(actor, registry.find(result["entity"]).model, told) if told else []


def seen_import(actor: Actor, key: UUID) -> RunStory | None:
    """The same as its page tells it."""
    known = seen_by(actor, key)
    if known is None:
        return None
    story = story_of_import(known, label_of_import(known))
    job = None if story.has_ended else job_of(known)
    return _with_job(actor, story, job) if job else story


def _with_job(actor: Actor, story: RunStory, job: Job) -> RunStory:
    """An import that goes on is where its job is: it waits, rests, or has failed and waits for a person."""
    state, error = State(job.state), job.error if job.state == State.DEAD else ""
    return replace(
        story,
        state=str(state.label),
        tone=TONES.get(state, "accent"),
        sentence=str(WISHES.get(Wish(job.wish), "")) or job.sentence,
        error=error,
        acts=steering_acts(actor, job),
    )


def steering_acts(actor: Actor, job: Job) -> list[SteeringAct]:
    """What this person may do about a job as it stands."""
    words = [(word, STEERING[word]) for word in offered(actor, job)]
    return [SteeringAct(word, str(one.label), one.declared.icon) for word, one in words]


def label_of_import(run: ImportRun) -> str:
    """«Import: Partners, clients.csv»."""
    entity = next((one for one in registry.all_entities() if one.path == run.entity), None)
    name = title_of(entity) if entity else run.entity
    return _("Import: %(what)s, %(file)s") % {"what": name, "file": Path(run.file).name}


def story_of_job(job: Job, label: str) -> RunStory:
    """A job of any kind."""
    return RunStory(
        label=label,
        address=reverse("web:run", args=[job.pk]),
        key=job.pk,
        kind="run",
        state=str(State(job.state).label),
        tone=TONES.get(State(job.state), "accent"),
        who=str(job.user or _("the house")),
        at=job.created_at,
        has_ended=job.is_finished,
        done=job.done,
        total=job.total,
        sentence=str(WISHES.get(Wish(job.wish), "")) or job.sentence,
        error=job.error,
        result=_result_of(job),
        counts=REHEARSED if job.name == check_file.name else EQUATION,
    )


def _result_of(job: Job) -> Mapping[str, Any]:
    """Of a change of many that did not come to its end, how far it came: that may be taken back, too."""
    if isinstance(job.result, dict):
        return job.result
    return job.checkpoint if job.is_finished and "changed" in job.checkpoint else {}


def story_of_import(run: ImportRun, label: str) -> RunStory:
    """An import: its counts are true while it runs, its equation when it has ended."""
    ended, left = run.state != RunState.RUNNING, max(0, run.total - run.position)
    refused = (
        reverse("web:refused", args=[run.pk])
        if ended and run.refused and refused_path(Path(run.file)).exists()
        else ""
    )
    return RunStory(
        label=label,
        address=reverse("web:import_run", args=[run.pk]),
        key=run.pk,
        kind="import",
        state=str(RunState(run.state).label),
        tone="good" if run.state == RunState.DONE else TONES.get(RunState(run.state), "accent"),
        who=str(run.user or _("the house")),
        at=run.started_at,
        has_ended=ended,
        done=run.position,
        total=run.total,
        sentence="",
        error=run.sentence,
        result={**result_of(run), "left": left} if ended else {},
        counts=CUT_OFF if left else EQUATION,
        refused_file=refused,
        seconds=run.seconds if ended else None,
    )
