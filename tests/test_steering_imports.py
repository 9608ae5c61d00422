"""An import is paused, goes on exactly where it was, or is cancelled and taken back; also when its worker is killed meanwhile."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable

import pytest
from django.test import Client
from tests.api.programs import program

import killing
from artel.domains.company.factories import HOUSE, department, person
from artel.domains.partners.models import Partner
from artel.exchange.models import RunState
from artel.exchange.preparing import give, import_prepared
from artel.exchange.tabular import importing
from artel.exchange.work import job_of
from artel.kernel.actors import Actor
from artel.kernel.erasure import forget_for_good
from artel.kernel.jobs import steer
from artel.kernel.jobs.commands import STEER
from artel.kernel.jobs.models import Job, State, Wish
from artel.kernel.jobs.run import Run, perform
from artel.kernel.jobs.steering import STEERING
from artel.kernel.jobs.worker import drain
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import system_set
from artel.kernel.people import User
from artel.kernel.roles import Reach, Role
from artel.kernel.undoing import undo_change_set
from artel.screens.registry import resource
from forking import Parent

HTMX = {"HX-Request": "true"}
ROWS = 10


@pytest.fixture(autouse=True)
def home(request, tmp_path):
    if "settings" in request.fixturenames:
        request.getfixturevalue("settings").HOME = tmp_path


@pytest.fixture
def alice(db, settings):
    return person("alice", "sales_manager", department=department("Продажи"))


@pytest.fixture
def run(alice, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    monkeypatch.setattr("artel.kernel.jobs.run.REPORT_SECONDS", 0)
    rows = "".join(f"Клиент {number}\n" for number in range(ROWS))
    return import_prepared(alice, give(alice, "partners", "t.csv", [f"name\n{rows}".encode()]))


def browser(login):
    made = Client()
    made.force_login(User.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return made


def stopping_at(monkeypatch, rows, act):
    """Somebody does that when so many rows are done."""
    report = Run.report

    def told(run, *, done, **more):
        if done == rows:
            act([run.job.pk])
        report(run, done=done, **more)

    monkeypatch.setattr(Run, "report", told)


def as_it_is(run):
    run.refresh_from_db()
    return run.state, run.position, Partner.objects.count(), job_of(run).state


def test_a_paused_import_goes_on_exactly_where_it_was(run, monkeypatch):
    stopping_at(monkeypatch, 4, steer.pause)
    drain()
    assert as_it_is(run) == (RunState.RUNNING, 4, 4, State.PAUSED)
    assert not drain(), "a paused job is nobody's"
    steer.resume([job_of(run).pk])
    drain()
    assert as_it_is(run) == (RunState.DONE, ROWS, ROWS, State.DONE)
    assert (run.created, run.adds_up) == (ROWS, True)
    assert ChangeSet.objects.get(pk=run.change_set).state == "done"


@pytest.mark.parametrize("paused_first", [False, True])
def test_a_cancelled_import_is_over_and_may_be_taken_back(run, monkeypatch, paused_first):
    stopping_at(monkeypatch, 4, steer.pause if paused_first else steer.cancel)
    drain()
    if paused_first:
        steer.cancel([job_of(run).pk])
    assert as_it_is(run) == (RunState.CANCELLED, 4, 4, State.CANCELLED)
    assert (bool(run.sentence), bool(run.finished_at)) == (True, True)
    assert ChangeSet.objects.get(pk=run.change_set).state == "broken"
    page = browser("alice").get(f"/imports/{run.pk}").content.decode()
    counts = [int(text.split("<", 1)[0]) for text in page.split('class="v">')[1:]]
    assert counts == [ROWS, 4, 0, 0, 0, ROWS - 4], (
        "rows = created + updated + unchanged + refused + not reached"
    )
    undo_change_set(HOUSE, run.change_set)
    assert not Partner.objects.exists()


def test_an_import_cancelled_before_it_began_is_over_too(run):
    steer.cancel([job_of(run).pk])
    assert as_it_is(run) == (RunState.CANCELLED, 0, 0, State.CANCELLED)
    assert not drain()


def test_an_import_that_failed_waits_for_a_person(run):
    job = job_of(run)
    Job.objects.filter(pk=job.pk).update(state=State.DEAD, error="the disk is full")
    page = browser("alice").get(f"/imports/{run.pk}").content.decode()
    assert "the disk is full" in page
    assert f'action="/imports/{run.pk}/retry"' in page
    browser("alice").post(f"/imports/{run.pk}/drop")
    assert as_it_is(run)[0] == RunState.CANCELLED


@pytest.mark.parametrize("wish", [Wish.PAUSE, Wish.CANCEL])
def test_what_was_asked_of_a_killed_worker_is_done_by_the_next_one(run, monkeypatch, wish):
    """The worker died before it could obey: its job waits again, with the wish."""
    stopping_at(monkeypatch, 4, lambda keys: (_ for _ in ()).throw(SystemExit))
    job = job_of(run)
    with pytest.raises(SystemExit):
        perform(job.pk)
    Job.objects.filter(pk=job.pk).update(state=State.WAITING, wish=wish, lease_until=None)
    drain()
    if wish == Wish.PAUSE:
        assert as_it_is(run) == (RunState.RUNNING, 4, 4, State.PAUSED)
        steer.resume([job.pk])
        monkeypatch.undo()
        drain()
        assert as_it_is(run) == (RunState.DONE, ROWS, ROWS, State.DONE)
    else:
        assert as_it_is(run) == (RunState.CANCELLED, 4, 4, State.CANCELLED)


def test_its_page_offers_what_may_be_done_and_does_it(run):
    client, address = browser("alice"), f"/imports/{run.pk}"
    page = client.get(address).content.decode()
    assert [name for name in ("pause", "resume", "cancel", "retry", "drop") if f'"{address}/{name}"' in page] == [
        "pause", "cancel",
    ]  # fmt: skip
    part = client.post(f"{address}/pause", headers=HTMX).content.decode()
    assert f'"{address}/resume"' in part
    assert "<html" not in part
    assert "data-ended" not in part
    assert client.post(f"{address}/resume")["Location"] == address
    assert client.get(f"{address}/pause").status_code == 405
    assert client.post(f"{address}/explode").status_code == 404
    Job.objects.update(state=State.RUNNING)
    part = client.post(f"{address}/pause", headers=HTMX).content.decode()
    assert f'"{address}/pause"' not in part
    assert f'"{address}/cancel"' in part
    Job.objects.update(state=State.PAUSED, wish="")
    part = client.post(f"{address}/cancel", headers=HTMX).content.decode()
    assert "data-ended" in part
    assert f"/undo/{run.change_set}" in part
    assert client.post(f"{address}/resume", headers=HTMX).status_code == 200, "it is told what it is now"
    drain()
    assert as_it_is(run)[0] == RunState.CANCELLED


def test_a_job_of_another_kind_is_steered_on_its_page(alice, run):
    job, client = job_of(run), browser("alice")
    assert f'"/runs/{job.pk}/pause"' in client.get(f"/runs/{job.pk}").content.decode()
    client.post(f"/runs/{job.pk}/pause")
    job.refresh_from_db()
    assert job.state == State.PAUSED


def test_a_stranger_steers_nothing(run):
    other = department("Снабжение")
    person("charlie", "sales_manager", department=other)
    person("mara", "marketer")
    person("root", "administrator", reach=Reach.ALL)
    for act in ("pause", "cancel"):
        assert browser("charlie").post(f"/imports/{run.pk}/{act}").status_code == 404
        assert browser("charlie").post(f"/runs/{job_of(run).pk}/{act}").status_code == 404
        browser("mara").post(f"/imports/{run.pk}/{act}")
    assert f"/imports/{run.pk}/pause" not in browser("mara").get(f"/imports/{run.pk}").content.decode()
    assert job_of(run).state == State.WAITING
    browser("root").post(f"/imports/{run.pk}/cancel")
    assert as_it_is(run)[0] == RunState.CANCELLED
    assert Client().post(f"/imports/{run.pk}/cancel").status_code == 302


@pytest.fixture
def mara(db, settings):
    return person("mara", "marketer", department=department("Маркетинг"))


def ordered(actor):
    """A marketer keeps regions, and so may import them."""
    return import_prepared(actor, give(actor, "regions", "t.csv", [b"name\nOka\n"]))


def test_who_ordered_an_import_steers_it_himself(mara):
    """His roles need not give him the right to steer; the page and programs agree."""
    mine = ordered(mara)
    assert not mara.has(STEER)
    client, api, address = browser("mara"), program(mara), f"/imports/{mine.pk}"
    assert f'"{address}/pause"' in client.get(address).content.decode()
    client.post(f"{address}/pause")
    assert as_it_is(mine)[3] == State.PAUSED
    told = api.get(f"runs/{mine.pk}").json()
    assert (told["kind"], told["state"], told["commands"]) == (
        "exchange.import",
        "paused",
        ["resume", "cancel"],
    )
    assert api.post(f"runs/{mine.pk}/commands/resume").json()["state"] == "waiting"
    steered = ChangeSet.objects.get(command=STEERING["resume"].name)
    assert (steered.actor_id, steered.actor_kind) == (mara.user_id, "token")
    drain()
    told = api.get(f"runs/{told['id']}").json()
    assert {name: told[name] for name in ("state", "rows", "created", "updated", "skipped", "refused", "commands")} == {
        "state": "done", "rows": 1, "created": 1, "updated": 0, "skipped": 0, "refused": 0, "commands": [],
    }  # fmt: skip
    assert told["change_set"] == mine.change_set
    refused = api.post(f"runs/{mine.pk}/commands/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


def test_a_dead_import_is_tried_again_or_dropped_by_programs_too(mara):
    mine, api = ordered(mara), program(mara)
    Job.objects.update(state=State.DEAD, error="the disk is full")
    assert api.get(f"runs/{mine.pk}").json()["commands"] == ["retry", "drop"]
    assert api.post(f"runs/{mine.pk}/commands/retry").json()["state"] == "waiting"
    Job.objects.update(state=State.DEAD)
    assert api.post(f"runs/{mine.pk}/commands/drop").json()["state"] == "cancelled"
    assert as_it_is(mine)[0] == RunState.CANCELLED


def test_who_lost_the_right_of_the_work_steers_it_no_more(mara):
    mine = ordered(mara)
    with system_set("tests.withdraw"):
        Role.objects.filter(code="marketer").update(withdrawn=[resource("regions").create.permission])
    mara = Actor.person(User.objects.get(login="mara"))
    told = program(mara).get(f"runs/{mine.pk}").json()
    assert told["commands"] == []
    assert program(mara).post(f"runs/{mine.pk}/commands/pause").status_code == 403
    assert f"/imports/{mine.pk}/pause" not in browser("mara").get(f"/imports/{mine.pk}").content.decode()
    assert job_of(mine).state == State.WAITING


def test_a_token_without_the_scope_steers_nothing(mara):
    mine = ordered(mara)
    api = program(mara, scopes=("partners.*", "regions.*", "jobs.view_job"))
    assert api.get(f"runs/{mine.pk}").json()["commands"] == []
    assert api.post(f"runs/{mine.pk}/commands/pause").status_code == 403


def test_what_nobody_ordered_takes_the_right_to_steer(mara):
    """Work that follows from an act is on behalf of who acted, and not his to stop."""
    owed = forget_for_good.using(actor=mara).enqueue()
    api = program(mara)
    assert api.get(f"runs/{owed.pk}").json()["commands"] == []
    assert api.post(f"runs/{owed.pk}/commands/cancel").status_code == 403


def test_programs_of_strangers_find_no_import(mara):
    mine = ordered(mara)
    other = program(person("charlie", "sales_manager", department=department("Снабжение")))
    for key in (mine.pk, job_of(mine).pk):
        assert other.get(f"runs/{key}").status_code == 404
        assert other.post(f"runs/{key}/commands/pause").status_code == 404
    boss = program(person("root", "administrator", reach=Reach.ALL))
    assert boss.post(f"runs/{mine.pk}/commands/cancel").json()["state"] == "cancelled"


SCRIPT = """
from pathlib import Path
from artel.exchange.models import ImportRun
from artel.exchange.tabular import importing
from artel.exchange.tabular.importing import ImportOptions, open_import
from artel.exchange.work import job_of, owe
from artel.kernel.actors import Actor
from artel.kernel.jobs import run, schedule, steer
from artel.kernel.jobs.models import Job
from artel.kernel.jobs.worker import drain
from artel.screens.registry import resource
from django.utils import timezone

importing.CHUNK_ROWS = 2
run.REPORT_SECONDS = 0
path = Path(sys.argv[2])
known = ImportRun.objects.filter(file=str(path)).first()
if known is None:
    known = owe(open_import(Actor.system(), resource("partners"), path, ImportOptions()), path)
job = job_of(known)

def killed_while(act):
    def told(self, *, done, **more):
        if done == 4:
            act([job.pk])
            die()
    run.Run.report = told

def next_worker():
    Job.objects.filter(pk=job.pk, state="running").update(lease_until=timezone.now() - timezone.timedelta(hours=1))
    schedule.reap(timezone.now())

if moment in ("pause", "cancel"):
    killed_while(getattr(steer, moment))
else:
    next_worker()
if moment == "resume":
    steer.resume([job.pk])
drain()
known.refresh_from_db()
from artel.domains.partners.models import Partner
told = [known.state, known.position, known.created, job_of(known).state, Partner.objects.filter(name__startswith=path.stem).count()]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def house(new_home: Callable[[], dict[str, str]], parent_in: Callable[[dict[str, str]], Parent]) -> Parent:
    return parent_in(new_home())


@pytest.mark.parametrize("wish", ["pause", "cancel"])
def test_a_killed_process_leaves_what_was_asked_to_the_next_one(house, tmp_path, wish):
    path = tmp_path / f"{wish}.csv"
    path.write_text("name\n" + "".join(f"{wish} {number}\n" for number in range(ROWS)))

    def told(moment):
        done = killing.run(house, SCRIPT, moment, str(path))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    killed = killing.run(house, SCRIPT, wish, str(path))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if wish == "cancel":
        assert told("next") == ["cancelled", 4, 4, "cancelled", 4]
        return
    assert told("next") == ["running", 4, 4, "paused", 4]
    assert told("resume") == ["done", ROWS, ROWS, "done", ROWS]
