"""Bytes come in at constant cost, are kept once, and go when nothing can ask for them any more."""

from __future__ import annotations

import errno
import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.files.making import attach, replace

from artel.domains.partners.commands import erase_partner, erase_person
from artel.domains.partners.factories import HOUSE, contact, partner
from artel.kernel import erased_ids
from artel.kernel.erasure import erase_again
from artel.kernel.files import commands, doctor
from artel.kernel.files.examining import look_into
from artel.kernel.files.models import Blob, BlobState, File, FileVersion
from artel.kernel.files.receiving import Receiving, receive
from artel.kernel.files.samples import docx, pdf, png
from artel.kernel.files.stores import store
from artel.kernel.files.stores.folder import FolderStore
from artel.kernel.files.sweeping import sweep
from artel.kernel.jobs.worker import drain
from artel.kernel.journal.models import ChangeSet, RowChange
from artel.kernel.models import Erasure
from artel.kernel.refusals import Refused
from artel.kernel.search.finding import find, suggest
from artel.kernel.undoing import undo_change_set

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.only_on("sqlite", "bytes are kept in a folder"),
]


def everything(home):
    """Every file of the store."""
    return sorted(path for path in (home / "files").rglob("*") if path.is_file())


def sha(file):
    return FileVersion.objects.get(pk=File.objects.get(pk=file.pk).current_id).blob.sha256


def test_a_file_beyond_the_limit_is_cut_off_and_leaves_nothing(home, db, settings):
    settings.LARGEST_FILE = 1
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield bytes(65536)

    with pytest.raises(Refused) as no:
        receive(endless())
    assert (no.value.code, "1" in str(no.value.sentence), len(taken)) == ("too_large", True, 17)
    assert everything(home) == []
    assert Blob.objects.count() == 0
    assert receive([bytes(1024 * 1024)]).size == 1024 * 1024


def test_an_empty_file_is_none(home, db):
    with pytest.raises(Refused) as no:
        receive([])
    assert no.value.code == "empty"
    assert everything(home) == []


def full(*_given):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_leaves_nothing(home, db, monkeypatch):
    monkeypatch.setattr(FolderStore, "put", full)
    with pytest.raises(Refused) as no:
        receive([b"hello"])
    assert (no.value.code, everything(home), Blob.objects.count()) == ("no_space", [], 0)


def test_a_disk_that_fills_up_meanwhile_too(home, db, monkeypatch):
    def blocks():
        yield b"hello"
        monkeypatch.setattr(Receiving, "_written", full)
        yield b"and more"

    with pytest.raises(Refused) as no:
        receive(blocks())
    assert (no.value.code, everything(home), Blob.objects.count()) == ("no_space", [], 0)


@pytest.mark.only_on("postgres", "the base in memory is locked, not waited for")
def test_whoever_brings_the_same_at_once_stores_it_once(home, db):
    from django.db import connection

    found, begun = [], threading.Barrier(4)

    def bring():
        begun.wait()
        try:
            found.append(receive([b"x" * 100_000]).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert len(everything(home)) == 1


def test_the_bytes_lie_where_their_hash_says_and_only_the_owner_of_the_home_reads_them(home, db):
    blob = receive([b"hello"])
    path = home / "files" / blob.sha256[:2] / blob.sha256[2:4] / blob.sha256
    assert path.read_bytes() == b"hello"
    assert path.parent.stat().st_mode & 0o077 == 0


def test_lost_bytes_are_healed_by_whoever_brings_them_again(home, db):
    blob = receive([b"hello"])
    store().delete(blob.sha256)
    assert receive([b"hello"]).pk == blob.pk
    assert store().has(blob.sha256)


def test_what_no_version_uses_stays_for_the_term_and_then_goes(people, records, settings):
    settings.UNUSED_FILES_DAYS = 30
    file = attach(people.alice, records.alices, b"first")
    kept = sha(file)
    made = ChangeSet.objects.latest("pk").pk
    sweep.body(run())
    assert Blob.objects.get(sha256=kept).unused_since is None
    undone = undo_change_set(people.alice, made)
    sweep.body(run())
    assert store().has(kept)
    Blob.objects.update(unused_since=timezone.now() - timedelta(days=29))
    sweep.body(run())
    again = undo_change_set(HOUSE, undone.set_id)
    assert again.conflicts == []
    sweep.body(run())
    assert Blob.objects.get(sha256=kept).unused_since is None
    back = undo_change_set(HOUSE, again.set_id)
    sweep.body(run())
    Blob.objects.update(unused_since=timezone.now() - timedelta(days=31))
    assert sweep.body(run())["thrown_away"] == 1
    assert (Blob.objects.count(), store().has(kept)) == (0, False)
    late = undo_change_set(HOUSE, back.set_id)
    assert {one.reason for one in late.conflicts} >= {"gone"}
    assert File.objects.of(records.alices).count() == 0


def run():
    from types import SimpleNamespace

    return SimpleNamespace(report=lambda **_told: None)


def test_bytes_brought_again_are_not_swept(home, db):
    blob = receive([b"hello"])
    Blob.objects.update(unused_since=timezone.now() - timedelta(days=99))
    receive([b"hello"])
    assert sweep.body(run())["thrown_away"] == 0
    assert store().has(blob.sha256)


def test_uploads_that_never_ended_are_cleared_away(home, db):
    import os

    left = store().new()
    left.write_bytes(b"half")
    assert sweep.body(run())["unfinished"] == 0
    os.utime(left, (1, 1))
    assert sweep.body(run())["unfinished"] == 1
    assert not left.exists()


def test_a_job_finds_words_and_draws_pictures(people, records):
    letter = attach(people.alice, records.alices, docx(["Поставка насосов в Самару"]), "letter.docx")
    drawing = attach(people.alice, records.alices, png(300, 200), "plan.png")
    drain()
    found = Blob.objects.get(sha256=sha(letter))
    assert (found.state, found.words) == (BlobState.DONE, "Поставка насосов в Самару")
    assert Blob.objects.get(sha256=sha(drawing)).pictures == 1
    with store().open(sha(drawing), "small") as stream:
        assert stream.read(4) == b"RIFF"
    assert File.objects.filter(find(File, "насосов самару", people.alice)).get() == letter
    assert suggest(people.alice, File, "самару") == [letter]
    assert suggest(people.bob, File, "самару") == []
    replace(people.alice, letter, docx(["Совсем другое"]), "letter.docx")
    drain()
    assert not File.objects.filter(find(File, "самару", people.alice)).exists()
    assert File.objects.filter(find(File, "другое", people.alice)).get() == letter


def test_the_same_content_is_looked_into_once_and_found_in_each_of_its_files(people, records):
    attach(people.alice, records.alices, docx(["насосы"]), "a.docx")
    drain()
    other = attach(people.bob, records.bobs, docx(["насосы"]), "b.docx")
    assert suggest(people.bob, File, "насосы") == [other]


def test_a_file_that_cannot_be_read_is_kept_and_said_to_be_so(people, records):
    file = attach(people.alice, records.alices, b"%PDF-1.4 rubbish", "broken.pdf")
    drain()
    assert Blob.objects.get(sha256=sha(file)).state == BlobState.FAILED
    assert store().has(sha(file))


def test_a_lost_process_is_no_lost_job(people, records, monkeypatch):
    from artel.kernel.files import examining

    monkeypatch.setattr(examining, "PATIENCE", 0.01)
    blob = receive([pdf([["x"]])])
    assert look_into(blob) == BlobState.FAILED


# Erasure


@pytest.fixture
def orlova(home, db):
    return contact(partner("Волга"), "Орлова")


def test_the_files_of_an_erased_person_are_destroyed(home, orlova):
    file = attach(HOUSE, orlova, docx(["Паспорт Орловой"]), "Паспорт Орловой.docx", description="Орлова")
    replace(HOUSE, file, docx(["Паспорт Орловой, второй"]), "Паспорт Орловой 2.docx")
    drain()
    erase_person(HOUSE, orlova)
    drain()
    assert everything(home) == []
    assert Blob.objects.count() == 0
    file.refresh_from_db()
    assert (file.is_deleted, file.description, "Орлов" in file.name) == (True, "", False)
    assert {one.blob_id for one in file.versions.all()} == {None}
    assert not any("Орлов" in one.name for one in file.versions.all())
    told = " ".join(str((one.before, one.after)) for one in RowChange.objects.all())
    assert "Орлов" not in told
    assert not suggest(HOUSE, File, "паспорт")
    assert list(doctor.findings()) == []


def test_a_file_that_belongs_to_another_record_too_stays_there(home, orlova):
    deal = partner("Кама")
    file = attach(HOUSE, orlova, b"contract", "contract.txt")
    commands.link_file(HOUSE, file, entity="partners.partner", record=deal.pk)
    erase_person(HOUSE, orlova)
    file.refresh_from_db()
    assert (file.name, file.is_deleted, store().has(sha(file))) == ("contract.txt", False, True)
    assert [link.record_id for link in file.links.filter(is_deleted=False)] == [deal.pk]


def test_bytes_that_another_file_has_too_stay(home, orlova):
    file = attach(HOUSE, orlova, b"the price list")
    other = attach(HOUSE, partner("Кама"), b"the price list")
    erase_person(HOUSE, orlova)
    assert store().has(sha(other))
    assert File.objects.get(pk=file.pk).is_deleted


def test_files_of_the_people_of_a_private_person_go_with_him(home, db):
    private = partner("Орлова Нина", kind="person")
    attach(HOUSE, private, b"passport")
    erase_partner(HOUSE, private)
    assert everything(home) == []


def test_an_erasure_after_a_restored_copy_destroys_the_files_again(home, orlova):
    file = attach(HOUSE, orlova, b"passport")
    erased_ids.remember([("partners.person", orlova.pk)])
    assert not Erasure.objects.exists()
    assert erase_again.body(run()) == 1
    assert everything(home) == []
    assert File.objects.get(pk=file.pk).is_deleted


def test_no_undo_brings_erased_bytes_back(home, orlova):
    file = attach(HOUSE, orlova, b"first")
    replace(HOUSE, file, b"second")
    made = ChangeSet.objects.latest("pk").pk
    erase_person(HOUSE, orlova)
    undone = undo_change_set(HOUSE, made)
    assert undone.conflicts
    assert not FileVersion.objects.filter(blob__isnull=False).exists()


# The doctor


def test_the_doctor_is_content_with_what_is_well(people, records):
    attach(people.alice, records.alices)
    drain()
    assert list(doctor.findings()) == list(doctor.deep_findings()) == []


def test_the_doctor_names_missing_damaged_and_unknown_bytes(people, records, home):
    missing, damaged = (
        attach(people.alice, records.alices, b"one"),
        attach(people.alice, records.alices, b"two"),
    )
    drain()
    store().delete(sha(missing))
    path = home / "files" / sha(damaged)[:2] / sha(damaged)[2:4] / sha(damaged)
    path.write_bytes(b"tampered with")
    stranger = home / "files" / "ff" / "ff" / ("f" * 64)
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"")
    told = " ".join(doctor.findings())
    assert sha(missing) in told
    assert sha(damaged) in told
    assert "1 stored file" in told
    assert sha(damaged) in " ".join(doctor.deep_findings())
