"""What the start page shows of no room in particular: what was opened and changed, work in progress, how the house stands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artel.exchange.models import ImportRun
from artel.kernel.access import ADMINISTER, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.jobs import doctor
from artel.kernel.jobs.declare import kinds
from artel.kernel.jobs.models import Job
from artel.kernel.journal.catalogue import number_of, table_of_number
from artel.kernel.journal.models import RowChange
from artel.kernel.records import facts_of
from artel.screens import registry
from artel.screens.models import HOME as ARRANGES
from artel.screens.registry import HOME, contribute
from artel.screens.vocabulary import Entity, Widget

from . import formats
from .addresses import card_address
from .changes import command_label
from .opened import lately_opened
from .rail import is_open
from .references import References
from .runs import RunStory, label_of_import, story_of_import, story_of_job
from .visit import Visit
from .widgets import NoteLine, Notes

MOST = 8
LATELY = timedelta(days=14)
LITTLE_SPACE = 5 * 1024**3


def opened(actor: Actor) -> Notes:
    """The records that the reader opened last."""
    found = lately_opened(Visit(actor), MOST)
    return Notes(
        [
            NoteLine(
                str(record),
                _kind(entity),
                formats.moment(row.opened_at),
                card_address(entity.path, record.pk),
            )
            for entity, record, row in found
        ]
    )


def _kind(entity: Entity) -> str:
    return str(entity.model._meta.verbose_name)


def changed(actor: Actor) -> Notes:
    """What others did lately to the records that are the reader's own, the latest first."""
    owned = _owned(actor)
    if not owned:
        return Notes([])
    mine = Q()
    for entity in owned:
        rows = entity.model._default_manager.filter(**{facts_of(entity.model).owner: actor.user_id})
        seen = restrict(rows, actor, view_permission(entity.model))
        fresh = seen.filter(is_deleted=False, changed_at__gte=timezone.now() - LATELY)
        mine |= Q(table_id=number_of(entity.model) or 0, row_id__in=fresh.order_by().values("pk"))
    others = Q(set__actor_id__isnull=True) | ~Q(set__actor_id=actor.user_id)
    told = RowChange.objects.filter(mine, others, set__at__gte=timezone.now() - LATELY)
    latest = told.select_related("set").defer("before", "after").order_by("-id")[: MOST * 4]
    return Notes(list(_told(actor, latest)))


def _owned(actor: Actor) -> list[Entity]:
    """The kinds of records that have an owner and a place in the rail, as far as the reader may open them."""
    visit = Visit(actor)
    return [
        one
        for one in registry.all_entities()
        if one.section
        and facts_of(one.model).owner
        and "__" not in facts_of(one.model).owner
        and is_open(one, visit)
    ]


def _told(actor: Actor, rows: Any) -> Iterator[NoteLine]:
    """One line for a record and an act, however many rows it wrote."""
    found = {(row.set_id, row.row_id): row for row in rows}
    references = References(actor)
    for row in found.values():
        references.want(_model(row), [row.row_id])
    told = 0
    for row in found.values():
        record, entity = references.seen(_model(row), row.row_id), registry.screens_of(_model(row))
        if record is not None and entity is not None and told < MOST:
            told += 1
            note = f"{command_label(row.set.command)} · {row.set.actor_label}"
            yield NoteLine(
                str(record), note, formats.moment(row.set.at), card_address(entity.path, row.row_id)
            )


def _model(row: RowChange) -> Any:
    known = table_of_number(row.table_id)
    assert known is not None
    return known[0]


def my_runs(actor: Actor) -> Notes:
    """The reader's latest imports, and his jobs that go on or have failed."""
    imports = ImportRun.objects.filter(user=actor.user_id).select_related("user").order_by("-started_at")[:5]
    going = ("waiting", "running", "paused", "dead")
    jobs = Job.objects.filter(user=actor.user_id, state__in=going).select_related("user")
    stories = [story_of_import(one, label_of_import(one)) for one in imports]
    stories += [_story(job) for job in jobs.order_by("-created_at")[:5]]
    return Notes([_run_line(one) for one in sorted(stories, key=lambda one: one.at, reverse=True)[:MOST]])


def _story(job: Job) -> RunStory:
    kind = kinds.get(job.name)
    return story_of_job(job, str(kind.label) if kind and kind.label else job.name)


def _run_line(one: RunStory) -> NoteLine:
    counted = f"{formats.number(one.done)} / {formats.number(one.total)}" if one.total else ""
    note = one.error or one.sentence or counted
    return NoteLine(one.label, note[:200], formats.moment(one.at), one.address, one.tone, one.state)


def failed_jobs(actor: Actor) -> Notes:
    """Work that failed for good and waits for a decision, the latest first."""
    found = list(
        Job.objects.visible_to(actor).dead().select_related("user").order_by("-created_at")[: MOST + 1]
    )
    lines = [_run_line(_story(job)) for job in found[:MOST]]
    return Notes(lines, count=f"{MOST}+" if len(found) > MOST else str(len(lines)))


def house(_actor: Actor) -> Notes:
    """What is wrong with the work of the house, and how much room there is on the disk."""
    wrong = [
        NoteLine(sentence, gettext("artel check tells more."), tone="bad", mark=gettext("look"))
        for sentence in doctor.findings()
    ]
    usage = shutil.disk_usage(settings.HOME)
    free = formats.sized(usage.free)
    room = NoteLine(
        gettext("Free on the disk: %(free)s") % {"free": free},
        gettext("of %(whole)s, beside the files and the base") % {"whole": formats.sized(usage.total)},
        tone="good" if usage.free > LITTLE_SPACE else "bad",
        mark=gettext("enough") if usage.free > LITTLE_SPACE else gettext("little"),
    )
    return Notes([*wrong, room])


contribute(
    to=HOME,
    widgets=[
        Widget(
            key="web.opened",
            title=_("Opened lately"),
            permission=ARRANGES,
            build=opened,
            template="web/notes_block.html",
            size="narrow",
            roles=("sales_manager", "head", "marketer", "administrator"),
            order=80,
            empty=_("What you open will stand here."),
        ),
        Widget(
            key="web.changed",
            title=_("Changes in my records"),
            permission=ARRANGES,
            build=changed,
            template="web/notes_block.html",
            size="narrow",
            roles=("sales_manager",),
            order=85,
            empty=_("Nobody else changed your records in the last two weeks."),
            help=_("What others did in the last two weeks to the records you are responsible for."),
            lines=MOST,
        ),
        Widget(
            key="web.my_runs",
            title=_("My imports and jobs"),
            permission=ARRANGES,
            build=my_runs,
            template="web/notes_block.html",
            size="half",
            roles=("marketer", "administrator"),
            order=90,
            empty=_("You have started no import and no job."),
            help=_("Your latest imports, and jobs of yours that go on or have failed."),
        ),
        Widget(
            key="web.failed_jobs",
            title=_("Failed jobs"),
            permission=ADMINISTER,
            build=failed_jobs,
            template="web/notes_block.html",
            size="half",
            roles=("administrator",),
            order=5,
            empty=_("No job has failed."),
            help=_("Work that failed for good: it waits until somebody tries it again or drops it."),
        ),
        Widget(
            key="web.house",
            title=_("State of the house"),
            permission=ADMINISTER,
            build=house,
            template="web/notes_block.html",
            size="half",
            roles=("administrator",),
            order=6,
            empty=_("All is well."),
            help=_("What “artel check” would say of work and workers, and the room on the disk."),
            lines=3,
        ),
    ],
)
