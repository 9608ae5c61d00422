"""A file is seen by whoever sees one of its records, a private one by its author and administrators: in every way there is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.files.making import attach, replace

from artel.domains.company.factories import HOUSE, department, person
from artel.domains.partners.commands import hand_over, partners
from artel.kernel.access import why
from artel.kernel.files import commands
from artel.kernel.files.models import File, FileLink, FileVersion
from artel.kernel.journal.following import place_now
from artel.kernel.journal.models import ChangeSet
from artel.kernel.refusals import Forbidden, NotThere
from artel.kernel.roles import Reach
from artel.kernel.search.finding import across, suggest
from artel.kernel.undoing import sees, undo_change_set
from artel.web.changes import told
from artel.web.live.follower import Follower
from artel.web.live.stream import Stream
from artel.web.live.viewer import Viewer
from artel.web.live.watches import Watches

pytestmark = pytest.mark.django_db


def seen(actor):
    return {file.name for file in File.objects.visible_to(actor)}


def test_a_file_is_seen_as_its_record_is(people, records):
    attach(people.alice, records.alices, name="alice.txt")
    attach(people.bob, records.bobs, name="bob.txt")
    assert seen(people.alice) == {"alice.txt"}
    assert seen(people.bob) == {"bob.txt"}
    assert seen(people.holly) == seen(people.ada) == {"alice.txt", "bob.txt"}
    assert seen(people.charlie) == set()


def test_one_of_several_records_is_enough(people, records):
    file = attach(people.alice, records.alices, name="shared.txt")
    commands.link_file(people.holly, file, entity="partners.partner", record=records.bobs.pk)
    assert seen(people.bob) == {"shared.txt"}
    assert [link.record_id for link in FileLink.objects.visible_to(people.bob)] == [records.bobs.pk]
    commands.unlink_file(people.holly, file, entity="partners.partner", record=records.bobs.pk)
    assert seen(people.bob) == set()


def test_a_file_follows_its_record_to_another_owner(people, records):
    attach(people.alice, records.alices, name="offer.txt")
    hand_over(people.holly, records.alices, manager=people.bob.user)
    assert (seen(people.alice), seen(people.bob)) == (set(), {"offer.txt"})


def test_a_private_file_is_its_authors_and_the_administrators(people, records):
    attach(people.holly, records.alices, name="secret.txt", is_private=True)
    assert seen(people.alice) == seen(people.bob) == set()
    assert seen(people.holly) == seen(people.ada) == {"secret.txt"}
    attach(people.alice, records.alices, name="mine.txt", is_private=True)
    hand_over(people.holly, records.alices, manager=people.bob.user)
    assert seen(people.alice) == {"mine.txt"}, "the author keeps his private file"
    assert seen(people.bob) == set()


def test_versions_are_seen_with_their_file(people, records):
    file = attach(people.alice, records.alices, b"one")
    replace(people.alice, file, b"two")
    assert FileVersion.objects.visible_to(people.alice).count() == 2
    assert FileVersion.objects.visible_to(people.bob).count() == 0
    commands.make_private(people.alice, file)
    assert FileVersion.objects.visible_to(people.holly).count() == 0


def test_who_may_only_look_at_a_record_changes_no_file_of_it(people, records):
    file = attach(people.alice, records.alices)
    looker = person("marta", "marketer", reach=Reach.ALL)
    assert seen(looker) == {"note.txt"}
    for act in (
        lambda: commands.change_file(looker, file, name="mine.txt"),
        lambda: commands.mark_file(looker, file),
        lambda: replace(looker, file, b"other"),
    ):
        with pytest.raises(Forbidden):
            act()
    undone = undo_change_set(looker, ChangeSet.objects.filter(command="files.add_file").latest("pk").pk)
    assert {one.reason for one in undone.conflicts} == {"forbidden"}
    assert File.objects.get(pk=file.pk).version == file.version


def test_a_stranger_finds_no_act_on_it(people, records):
    file = attach(people.alice, records.alices)
    for act, given in (
        (commands.change_file, {"name": "x"}),
        (commands.mark_file, {}),
        (commands.make_private, {}),
        (commands.restore_version, {"number": 1}),
        (commands.link_file, {"entity": "partners.partner", "record": records.bobs.pk}),
    ):
        with pytest.raises(NotThere):
            act(people.bob, file, **given)
    made = ChangeSet.objects.filter(command="files.add_file").latest("pk").pk
    assert sees(people.alice, made)
    assert not sees(people.bob, made)


def test_search_finds_for_those_who_see(people, records):
    attach(people.alice, records.alices, name="Смета.txt", description="черновик")
    assert [file.name for file in suggest(people.alice, File, "смета")] == ["Смета.txt"]
    assert [file.name for file in suggest(people.alice, File, "черновик")] == ["Смета.txt"]
    assert list(across(people.bob, [File], "смета")) == []


def test_the_history_of_a_record_is_silent_about_private_files_of_others(people, records):
    attach(people.holly, records.alices, name="secret.txt", is_private=True)
    made = ChangeSet.objects.latest("pk").pk

    def told_of(actor):
        sets = told(records.alices, actor, names_parts=True).sets
        return [row.title for one in sets for row in one.rows if row.title]

    assert any("secret.txt" in title for title in told_of(people.holly))
    assert told_of(people.alice) == []
    undo_change_set(people.holly, made)
    assert told_of(people.alice) == []
    assert told_of(people.holly) != []


def test_the_department_sees_what_its_people_attach(people, records):
    ours = department("Продажи")
    from artel.domains.company.commands import employees

    employees.add(HOUSE, name="Alice", user=people.alice.user, department=ours)
    chief = person("chief", "head", department=ours, reach=Reach.DEPARTMENT)
    attach(people.alice, records.alices, name="ours.txt")
    attach(people.bob, records.bobs, name="theirs.txt")
    assert seen(chief) == {"ours.txt"}


def test_seeing_costs_one_statement_and_lists_no_keys(people, records):
    for number in range(5):
        attach(people.alice, partners.add(people.alice, name=f"Клиент {number}"), b"%d" % number)
    for actor in (people.alice, people.holly, people.ada):
        with CaptureQueriesContext(connection) as captured:
            list(File.objects.visible_to(actor)[:50])
        assert len([one for one in captured if "files_file" in one["sql"]]) == 1
    [sql] = [one["sql"] for one in captured if "files_file" in one["sql"]]
    assert sql.count("EXISTS") < 5, "of kinds that one sees whole no record is asked for"


def test_why_one_sees_a_file(people, records):
    file = attach(people.alice, records.alices)
    assert [one.lets for one in why(people.alice, file)] == [True]
    assert [one.lets for one in why(people.bob, file)] == [False]


@pytest.mark.django_db(transaction=True)
def test_an_open_page_is_silent_about_private_files_of_others(people, records, monkeypatch):
    monkeypatch.setattr(Follower, "_begin", lambda self: None)
    follower = Follower()
    watched = {"record": [f"partners/{records.alices.pk}/{records.alices.version}"]}

    def listening(actor):
        viewer = Viewer(actor, actor.user.get_session_auth_hash())
        stream = Stream(viewer, Watches.read(watched, actor), place_now())
        follower.join(stream)
        return stream

    alice, holly = listening(people.alice), listening(people.holly)
    attach(people.holly, records.alices, name="secret.txt", is_private=True)
    follower.look()
    assert alice.take() == b""
    assert b"event: changed" in holly.take()
    attach(people.holly, records.alices, name="open.txt")
    follower.look()
    assert b"event: changed" in alice.take()


DEEPEST = 21
"""So many brackets inside one another SQLite's parser still takes, whatever a list puts around them."""


def depth(sql):
    most = now = 0
    for letter in sql:
        now += {"(": 1, ")": -1}.get(letter, 0)
        most = max(most, now)
    return most


@pytest.fixture
def chief(people, records):
    """Whose reach has the longest conditions: a department and all below it."""
    from artel.domains.company.commands import employees

    ours = department("Продажи")
    employees.add(HOUSE, name="Alice", user=people.alice.user, department=ours)
    attach(people.alice, records.alices, name="ours.txt")
    attach(people.bob, records.bobs, name="theirs.txt")
    return person("chief", "head", department=ours, reach=Reach.DEPARTMENT)


@pytest.mark.parametrize("model", [File, FileVersion, FileLink])
def test_no_condition_is_deeper_than_sqlite_reads(chief, model):
    for rows in (
        model.objects.visible_to(chief),
        model.objects.allowed_to(chief, "files.change_file"),
        model.objects.visible_to(chief).order_by("-created_at"),
    ):
        assert depth(str(rows.query)) <= DEEPEST
        list(rows[:50])
        assert rows[:1000].count() == 1


def test_every_page_of_files_opens_for_a_department(chief, people, records):
    from django.test import Client

    desk = Client(headers={"Accept-Language": "en"})
    desk.force_login(chief.user, backend="django.contrib.auth.backends.ModelBackend")
    file = File.objects.get(name="ours.txt")
    of = f"partners.partner:{records.alices.pk}"
    for _warm in range(2):
        for address in (
            "/files",
            "/files?q=ours",
            "/files?type=document&entity=partners.partner",
            "/files?entity=interactions.interaction",
            f"/files?record={of}",
            "/files?sort=-size",
            "/files/count",
            "/files/export?format=csv",
            "/search?q=ours",
            f"/files/{file.pk}?list=",
            f"/files/{file.pk}/place?list=",
            f"/files/{file.pk}/history",
            f"/files/{file.pk}/why",
            f"/files/{file.pk}/used",
            f"/files/{file.pk}/edit",
            f"/files/{file.pk}/preview?of={of}",
            f"/files/{file.pk}/1/download",
            f"/partners/{records.alices.pk}/files",
            f"/partners/{records.alices.pk}/files/count",
            f"/partners/{records.alices.pk}/history",
            "/lookup/files.file?q=ours",
        ):
            answer = desk.get(address)
            assert answer.status_code == 200, address
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"theirs.txt" not in body, address
