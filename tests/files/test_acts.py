"""What may be done with files, and what comes of it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.files.making import attach, replace

from artel.domains.partners.commands import partners
from artel.kernel.actors import Actor
from artel.kernel.commands import Line
from artel.kernel.files import commands
from artel.kernel.files.models import Blob, File, FileLink, FileVersion
from artel.kernel.files.receiving import receive
from artel.kernel.files.samples import pdf, png
from artel.kernel.files.stores import store
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.reading import history
from artel.kernel.refusals import Forbidden, NotThere, Refused
from artel.kernel.undoing import undo_change_set
from artel.screens import registry
from artel.web.actions import actions_on
from artel.web.visit import Visit

HOUSE = Actor.system("tests")
pytestmark = pytest.mark.django_db


def last_set() -> int:
    return ChangeSet.objects.latest("pk").pk


def test_a_file_is_stored_once_whoever_brings_it(people, records):
    first = attach(people.alice, records.alices, b"the same bytes", "one.txt")
    second = attach(people.bob, records.bobs, b"the same bytes", "two.txt")
    assert Blob.objects.count() == 1
    assert first.current.blob == second.current.blob
    with store().open(first.current.blob.sha256) as stream:
        assert stream.read() == b"the same bytes"


def test_what_a_file_is_says_its_content_and_not_its_name(people, records):
    assert attach(people.alice, records.alices, png(4, 4), "contract.pdf").media_type == "image/png"
    liar = attach(people.alice, records.alices, b"MZ\x90\x00" + bytes(99), "invoice.pdf")
    assert (liar.media_type, liar.is_misnamed) == ("application/x-msdownload", True)
    assert not attach(people.alice, records.alices, pdf([["Hi"]]), "invoice.PDF").is_misnamed


def test_one_attaches_to_what_one_may_change_and_to_nothing_else(people, records):
    with pytest.raises(NotThere):
        attach(people.bob, records.alices)
    with pytest.raises(NotThere):
        commands.add_file(
            people.bob, blob=receive([b"x"]), name="x", entity="partners.partner", record=uuid4()
        )
    with pytest.raises(NotThere):
        commands.add_file(
            people.bob, blob=receive([b"x"]), name="x", entity="no.such", record=records.bobs.pk
        )
    from artel.domains.partners.commands import regions
    from artel.domains.partners.models import BusinessRegion

    region = regions.add(HOUSE, name="Север")
    assert BusinessRegion.objects.visible_to(people.bob).filter(pk=region.pk).exists()
    with pytest.raises(Forbidden):
        attach(people.bob, region)
    with pytest.raises(Forbidden):
        attach(people.charlie, records.alices)


def test_a_batch_costs_what_one_costs_and_refusals_stay_on_their_lines(people, records):
    def run(count):
        lines = [
            Line(
                commands.add_file.args(
                    blob=receive([b"content %d %d" % (count, number)]),
                    name="a.txt",
                    entity="partners.partner",
                    record=uuid4() if number == 1 else records.alices.pk,
                )
            )
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            outcome = commands.add_file.run(people.alice, lines)
        return outcome, len(captured)

    outcome, few = run(3)
    assert [bool(line.refusal) for line in outcome.lines] == [False, True, False]
    _outcome, many = run(12)
    assert many == few


def test_a_new_version_takes_the_place_of_the_present_one_and_an_old_one_comes_back(people, records):
    file = attach(people.alice, records.alices, b"first", "offer.txt")
    replace(people.alice, file, pdf([["second"]]), "whatever.pdf")
    file.refresh_from_db()
    assert (file.name, file.media_type, file.current.number) == ("offer.pdf", "application/pdf", 2)
    with pytest.raises(Refused) as same:
        replace(people.alice, file, pdf([["second"]]), "again.pdf")
    assert same.value.code == "same_content"
    commands.restore_version(people.alice, file, number=1)
    file.refresh_from_db()
    assert (file.current.number, file.current.again, file.media_type) == (3, 1, "text/plain")
    assert file.current.blob == file.versions.get(number=1).blob
    for number, code in ((3, "same_content"), (9, "not_found")):
        with pytest.raises(Refused) as no:
            commands.restore_version(people.alice, file, number=number)
        assert no.value.code == code


def test_an_attached_file_is_taken_back_and_brought_again(people, records):
    file = attach(people.alice, records.alices)
    undone = undo_change_set(people.alice, last_set())
    assert (
        undone.conflicts,
        File.objects.count(),
        FileLink.objects.count(),
        FileVersion.objects.count(),
    ) == ([], 0, 0, 0)
    assert Blob.objects.count() == 1
    again = undo_change_set(HOUSE, undone.set_id or 0)
    assert again.conflicts == []
    assert File.objects.get(pk=file.pk).current.blob.size == 5
    assert File.objects.of(records.alices).count() == 1


def test_a_version_is_taken_back_alone(people, records):
    file = attach(people.alice, records.alices, b"first")
    replace(people.alice, file, b"second")
    assert undo_change_set(people.alice, last_set()).conflicts == []
    file.refresh_from_db()
    assert (file.current.number, file.size, file.versions.count()) == (1, 5, 1)


def test_what_got_a_version_since_is_not_taken_back(people, records):
    file = attach(people.alice, records.alices, b"first")
    made = last_set()
    replace(people.alice, file, b"second")
    undone = undo_change_set(people.alice, made)
    assert (undone.restored, {one.row for one in undone.conflicts}) == (0, {file.pk})
    assert File.objects.of(records.alices).get().versions.count() == 2


def test_a_bulk_act_is_undone_whole_and_adds_up(people, records):
    files = [attach(people.alice, records.alices, b"%d" % number) for number in range(5)]
    outcome = commands.mark_file.run(people.alice, [Line(commands.mark_file.args(), file) for file in files])
    assert File.objects.of(records.alices).count() == 0
    undone = undo_change_set(people.alice, outcome.change_set)
    assert (undone.restored, undone.conflicts) == (5, [])
    assert File.objects.of(records.alices).count() == 5


def test_a_file_may_belong_to_several_records_but_never_to_none(people, records):
    file = attach(people.alice, records.alices)
    other = partners.add(people.alice, name="Василёк")
    where = {"entity": "partners.partner", "record": other.pk}
    commands.link_file(people.alice, file, **where)
    commands.link_file(people.alice, file, **where)
    assert file.links.filter(is_deleted=False).count() == 2
    commands.unlink_file(people.alice, file, **where)
    assert File.objects.of(other).count() == 0
    with pytest.raises(Refused) as last:
        commands.unlink_file(people.alice, file, entity="partners.partner", record=records.alices.pk)
    assert last.value.code == "last_record"
    with pytest.raises(Refused) as never:
        commands.unlink_file(people.alice, file, **where)
    assert never.value.code == "not_attached"
    with pytest.raises(NotThere):
        commands.link_file(people.alice, file, entity="partners.partner", record=records.bobs.pk)


def test_only_the_author_makes_a_file_private(people, records):
    file = attach(people.alice, records.alices)
    with pytest.raises(Refused) as no:
        commands.make_private(people.holly, file)
    assert no.value.code == "not_author"
    commands.make_private(people.alice, file)
    with pytest.raises(NotThere):
        commands.make_common(people.holly, file)
    commands.make_common(people.ada, file)
    assert File.objects.visible_to(people.holly).filter(pk=file.pk).exists()


def test_the_history_of_the_record_names_the_file(people, records):
    attach(people.alice, records.alices, name="offer.txt")
    from artel.web.changes import told

    [story, *_older] = told(records.alices, people.alice, names_parts=True).sets
    assert "offer.txt" in story.rows[0].title
    assert history(type(records.alices), records.alices.pk)[0].model is FileLink


def test_a_change_keeps_the_name_harmless(people, records):
    file = attach(people.alice, records.alices)
    commands.change_file(people.alice, file, name="../../etc/passwd\u202e", description="Текст")
    file.refresh_from_db()
    assert (file.name, file.description) == ("passwd", "Текст")
    with pytest.raises(Refused):
        commands.change_file(people.alice, file, name=" ")


def test_nobody_but_the_author_is_offered_to_make_a_file_private(people, records):
    file = attach(people.alice, records.alices)
    assert "make_private" in acts_offered(people.alice, file)
    assert "make_private" not in acts_offered(people.holly, file)


def acts_offered(actor, file):
    entity, visit = registry.find("files.file"), Visit(actor)
    return {one.name for one in actions_on(entity.actions, entity, visit, file)}
