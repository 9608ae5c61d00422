"""Tables imported in the browser hold people's data: they go some time after the import has ended, and undo goes on working."""

from __future__ import annotations

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from artel.domains.company.factories import HOUSE, person
from artel.domains.partners.models import Partner
from artel.exchange.models import ImportRun
from artel.exchange.tabular.importing import ImportOptions, open_import
from artel.exchange.work import forget_files, owe, uploaded
from artel.kernel.jobs.worker import drain
from artel.kernel.people import User
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set
from artel.screens.registry import resource

pytestmark = pytest.mark.django_db
OLD = timedelta(days=31)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    settings.IMPORTED_FILES_DAYS = 30
    assert uploaded() == tmp_path / "imports"


@pytest.fixture
def browser():
    person("root", "administrator", reach=Reach.ALL)
    made = Client()
    made.force_login(User.objects.get(login="root"), backend="django.contrib.auth.backends.ModelBackend")
    return made


def bring(browser, text):
    """A table given in the browser; its run."""
    file = SimpleUploadedFile("partners.csv", text.encode())
    checked = browser.post("/partners/import", {"file": file})["Location"]
    assert browser.post(checked, {"act": "import"}).status_code == 302
    return ImportRun.objects.latest("started_at")


def age(run, by=OLD):
    """As if it had ended long ago."""
    then = timezone.now() - by
    ImportRun.objects.filter(pk=run.pk).update(finished_at=then)
    os.utime(Path(run.file).parent, (then.timestamp(), then.timestamp()))


def swept():
    return forget_files.body(SimpleNamespace(report=lambda **_told: None))["thrown_away"]


def test_a_table_stays_while_its_import_goes_on_and_for_the_term_after(browser):
    run = bring(browser, "name\nВолга\n;\n")
    os.utime(Path(run.file).parent, (0, 0))
    assert swept() == 0
    drain()
    run.refresh_from_db()
    assert run.state == "done"
    os.utime(Path(run.file).parent, (0, 0))
    assert swept() == 0
    assert Path(run.file).exists()


def test_after_the_term_it_goes_with_its_refused_rows_and_undo_still_works(browser):
    run = bring(browser, "name,inn\nВолга,\nКама,12\n")
    drain()
    run.refresh_from_db()
    assert (run.created, run.refused) == (1, 1)
    folder = Path(run.file).parent
    assert len(list(folder.iterdir())) == 2
    assert f"/imports/{run.pk}/refused" in browser.get(f"/imports/{run.pk}").content.decode()
    age(run)
    assert swept() == 1
    assert not folder.exists()
    page = browser.get(f"/imports/{run.pk}")
    assert page.status_code == 200
    assert f"/imports/{run.pk}/refused" not in page.content.decode()
    assert browser.get(f"/imports/{run.pk}/refused").status_code == 404
    undo_change_set(HOUSE, run.change_set)
    assert not Partner.objects.filter(name="Волга").exists()


def test_a_folder_without_an_import_goes_and_tables_elsewhere_stay(browser, tmp_path):
    left = uploaded() / "left"
    left.mkdir(parents=True)
    (left / "x.csv").write_text("name\n")
    assert swept() == 0
    then = time.time() - OLD.total_seconds()
    os.utime(left, (then, then))
    assert swept() == 1
    own = tmp_path / "mine" / "clients.csv"
    own.parent.mkdir()
    shutil.copy(__file__, own.parent / "other")
    own.write_text("name\nВолга\n")
    owe(open_import(HOUSE, resource("partners"), own, ImportOptions()), own)
    drain()
    ImportRun.objects.update(finished_at=timezone.now() - OLD)
    assert swept() == 0
    assert own.exists()
