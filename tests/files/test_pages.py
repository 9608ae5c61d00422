"""Files on pages: brought, looked at, fetched; whoever may not see them gets what a missing one gives."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.files.making import attach, replace

from artel.kernel.files import commands
from artel.kernel.files.models import Blob, File
from artel.kernel.files.samples import pdf, png
from artel.kernel.jobs.worker import drain
from artel.kernel.journal.models import ChangeSet

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.only_on(
        "sqlite",
        "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
    ),
]
BACKEND = "django.contrib.auth.backends.ModelBackend"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def at_desk(actor, **more):
    client = Client(headers={"Accept-Language": "en"}, **more)
    client.force_login(actor.user, backend=BACKEND)
    return client


def bring(client, record, *files, path="partners", **more):
    given = {"file": [SimpleUploadedFile(name, content) for name, content in files]}
    return client.post(f"/{path}/{record.pk}/files", given, **more)


def content(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def stored(home):
    return [path for path in (home / "files").rglob("*") if path.is_file()]


def test_a_plain_form_brings_several_files_in_one_act_that_is_taken_back_whole(people, records):
    desk = at_desk(people.alice)
    answer = bring(desk, records.alices, ("a.txt", b"one"), ("b.txt", b"two"))
    assert answer["Location"] == f"/partners/{records.alices.pk}/files"
    page = desk.get(answer["Location"]).content.decode()
    assert "2 files attached" in page
    assert re.search(r"a\.txt.*", page)
    made = ChangeSet.objects.get(command="files.add_file")
    assert f"/undo/{made.pk}" in page
    desk.post(f"/undo/{made.pk}")
    assert File.objects.count() == 0


def test_a_refused_file_does_not_stop_the_others(people, records, home, settings):
    settings.LARGEST_FILE = 1
    answer = bring(
        at_desk(people.alice),
        records.alices,
        ("big.bin", bytes(1_100_000)),
        ("a.txt", b"one"),
        ("no.txt", b""),
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "big.bin" in body
    assert "larger than 1 MB" in body
    assert "The file is empty." in body
    assert [file.name for file in File.objects.all()] == ["a.txt"]
    assert len(stored(home)) == 1


def test_a_script_gets_an_answer_for_each_file(people, records):
    desk = at_desk(people.alice)
    answer = bring(desk, records.alices, ("a.txt", b"one"), headers={"Accept": "application/json"})
    said = answer.json()
    assert [one["name"] for one in said["files"]] == ["a.txt"]
    assert said["undo"].startswith("/undo/")
    empty = bring(desk, records.alices, ("b.txt", b""), headers={"Accept": "application/json"})
    assert (empty.status_code, empty.json()["refused"]) == (
        422,
        [{"name": "b.txt", "sentence": "The file is empty."}],
    )


def test_the_same_request_twice_attaches_once(people, records):
    desk = at_desk(people.alice)
    for _turn in range(2):
        given = {"file": SimpleUploadedFile("a.txt", b"one"), "idempotency": "k1"}
        assert desk.post(f"/partners/{records.alices.pk}/files", given).status_code == 302
    assert File.objects.count() == 1


def test_a_request_that_says_it_is_too_large_is_not_read(people, records, home, settings):
    settings.LARGEST_FILE = 1
    desk = at_desk(people.alice)

    class Unread(io.BytesIO):
        def read(self, *_size):
            raise AssertionError("it was read")

    answer = desk.generic(
        "POST",
        f"/partners/{records.alices.pk}/files",
        b"",
        headers={"Accept": "application/json"},
        **{
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(3 * 1024 * 1024),
            "wsgi.input": Unread(),
        },
    )
    assert (answer.status_code, "larger than 1 MB" in answer.json()["refused"][0]["sentence"]) == (413, True)
    assert stored(home) == []


def test_nothing_is_kept_of_a_form_without_its_token(people, records, home):
    desk = at_desk(people.alice, enforce_csrf_checks=True)
    assert bring(desk, records.alices, ("a.txt", b"one")).status_code == 403
    assert (File.objects.count(), Blob.objects.count(), stored(home)) == (0, 0, [])


def test_who_may_not_attach_is_told_so_before_the_form_is_read(people, records, home):
    from artel.domains.company.factories import person
    from artel.kernel.roles import Reach

    looker = at_desk(person("marta", "marketer", reach=Reach.ALL))
    assert bring(looker, records.alices, ("a.txt", b"one")).status_code == 403
    assert bring(at_desk(people.bob), records.alices, ("a.txt", b"one")).status_code == 404
    assert bring(Client(), records.alices, ("a.txt", b"one")).status_code == 302
    assert stored(home) == []
    page = looker.get(f"/partners/{records.alices.pk}/files").content.decode()
    assert "data-attach" not in page
    assert "<file-drop" not in page


HOSTILE = {
    "page.html": b"<html><script>alert(1)</script></html>",
    "picture.svg": SVG,
    "picture.png": SVG,
    "photo.jpg": b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
    "contract.pdf": b"MZ\x90\x00" + bytes(60),
    "good.pdf": pdf([["x"]]),
    "good.png": png(9, 9),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_it_is_the_original_is_only_an_attachment(people, records, name):
    file = attach(people.alice, records.alices, HOSTILE[name], name)
    answer = at_desk(people.alice).get(f"/files/{file.pk}/1/download")
    assert content(answer) == HOSTILE[name]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "private" in answer["Cache-Control"]
    assert not re.search("html|svg|xml|script", answer["Content-Type"])
    if b"<script" in HOSTILE[name] and not name.startswith("photo"):
        assert answer["Content-Type"] == "application/octet-stream"


def test_a_name_stands_in_the_header_whatever_its_letters(people, records):
    file = attach(people.alice, records.alices, name='Договор "№ 5"\r\nX-Evil: 1.pdf')
    header = at_desk(people.alice).get(f"/files/{file.pk}/1/download")["Content-Disposition"]
    assert "filename*=utf-8''%D0%94%D0%BE" in header
    assert "\n" not in header
    assert "\r" not in header


def test_ranges_and_tags(people, records):
    file = attach(people.alice, records.alices, b"0123456789")
    desk, address = at_desk(people.alice), f"/files/{file.pk}/1/download"
    whole = desk.get(address)
    tag = whole["ETag"]
    assert (content(whole), whole["Content-Length"]) == (b"0123456789", "10")
    assert desk.get(address, headers={"If-None-Match": tag}).status_code == 304
    for asked, expected, said in (
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=5-99", b"56789", "bytes 5-9/10"),
    ):
        part = desk.get(address, headers={"Range": asked})
        assert (part.status_code, content(part), part["Content-Range"]) == (206, expected, said)
    for asked in ("bytes=99-", "bytes=4-2", "bytes=-0", "bytes=1-2,4-5", "rows=1-2", "bytes=-"):
        assert content(desk.get(address, headers={"Range": asked})) == b"0123456789"
    stale = desk.get(address, headers={"Range": "bytes=2-4", "If-Range": '"other"'})
    assert stale.status_code == 200


def ways(file, of):
    yield f"/files/{file.pk}"
    yield f"/files/{file.pk}/history"
    yield f"/files/{file.pk}/why"
    yield f"/files/{file.pk}/preview"
    yield f"/files/{file.pk}/preview?of={of}"
    for number in (1, 2, 9):
        yield f"/files/{file.pk}/{number}/download"
        yield f"/files/{file.pk}/{number}/small.webp"
        yield f"/files/{file.pk}/{number}/1.webp"


def test_a_hidden_file_answers_in_every_way_as_a_missing_one(people, records):
    file = attach(people.alice, records.alices, png(60, 60), "Тайна.png")
    replace(people.alice, file, png(50, 50), "Тайна.png")
    drain()
    of = f"partners.partner:{records.alices.pk}"
    missing = File(pk=uuid4())
    strangers = [at_desk(people.bob), at_desk(people.charlie)]
    owner = at_desk(people.alice)
    assert {owner.get(address).status_code for address in ways(file, of)} == {200, 404}
    for address, nothing in zip(ways(file, of), ways(missing, of), strict=True):
        for stranger in strangers:
            first, second = stranger.get(address), stranger.get(nothing)
            assert first.status_code == second.status_code == 404, address
            assert "Тайна" not in first.content.decode()
    for stranger in strangers:
        assert "Тайна" not in stranger.get("/files").content.decode()
        assert f"/files/{file.pk}" not in stranger.get("/search?q=Тайна").content.decode()
        assert stranger.get(f"/partners/{records.alices.pk}/files").status_code == 404
        assert stranger.get(f"/partners/{records.alices.pk}/files/count").status_code == 404
        assert (
            stranger.post(f"/files/{file.pk}/version", {"file": SimpleUploadedFile("x", b"x")}).status_code
            == 404
        )


def test_a_private_file_is_on_no_page_of_others(people, records):
    file = attach(people.holly, records.alices, png(60, 60), "Тайна.png", is_private=True)
    drain()
    alice = at_desk(people.alice)
    for address in (
        "/files",
        f"/partners/{records.alices.pk}",
        f"/partners/{records.alices.pk}/files",
        f"/partners/{records.alices.pk}/history",
        "/files?q=Тайна&format=csv",
    ):
        body = alice.get(address).content.decode()
        assert "Тайна.png" not in body, address
        assert str(file.pk) not in body, address
    assert alice.get(f"/partners/{records.alices.pk}/files/count").content.decode().strip() == ""
    assert {alice.get(address).status_code for address in ways(file, "x")} == {404}


def test_the_files_of_a_record_one_does_not_see_cannot_be_asked_for(people, records):
    file = attach(people.alice, records.alices, name="both.txt")
    commands.link_file(people.holly, file, entity="partners.partner", record=records.bobs.pk)
    bob = at_desk(people.bob)
    assert "both.txt" in bob.get(f"/files?record=partners.partner:{records.bobs.pk}").content.decode()
    assert "both.txt" not in bob.get(f"/files?record=partners.partner:{records.alices.pk}").content.decode()
    card = bob.get(f"/files/{file.pk}").content.decode()
    assert "Лютик" in card
    assert "Ромашка" not in card
    look = bob.get(f"/files/{file.pk}/preview?of=partners.partner:{records.alices.pk}")
    assert "Ромашка" not in look.content.decode()


def test_pictures_are_ours_and_walked_through(people, records):
    first = attach(people.alice, records.alices, png(300, 200), "plan.png")
    second = attach(people.alice, records.alices, pdf([["one"], ["two"]]), "offer.pdf")
    desk = at_desk(people.alice)
    of = f"partners.partner:{records.alices.pk}"
    assert "being made" in desk.get(f"/files/{second.pk}/preview").content.decode()
    drain()
    look = desk.get(f"/files/{second.pk}/preview?of={of}", headers={"HX-Request": "true"}).content.decode()
    assert look.count("<img") == 2
    assert f"/files/{first.pk}/preview?of={of}" in look
    picture = desk.get(f"/files/{second.pk}/1/2.webp")
    assert content(picture)[:4] == b"RIFF"
    assert (picture["Content-Type"], picture["Content-Security-Policy"]) == (
        "image/webp",
        "sandbox; default-src 'none'",
    )
    for nothing in ("3.webp", "0.webp", "large.webp", "..webp"):
        assert desk.get(f"/files/{second.pk}/1/{nothing}").status_code == 404
    small = desk.get(f"/files/{first.pk}/1/small.webp")
    assert (
        desk.get(f"/files/{first.pk}/1/small.webp", headers={"If-None-Match": small["ETag"]}).status_code
        == 304
    )


def test_a_new_version_and_an_old_one_through_pages(people, records):
    file = attach(people.alice, records.alices, b"first", "offer.txt")
    desk = at_desk(people.alice)
    given = {"file": SimpleUploadedFile("offer.txt", b"second"), "comment": "prices"}
    assert desk.post(f"/files/{file.pk}/version", given).status_code == 302
    card = desk.get(f"/files/{file.pk}").content.decode()
    assert "prices" in card
    assert "restore_version" in card
    assert desk.post(f"/files/{file.pk}/act/restore_version", {"number": "1"}).status_code == 302
    file.refresh_from_db()
    assert (file.current.number, file.size) == (3, 5)
    same = desk.post(
        f"/files/{file.pk}/version",
        given | {"file": SimpleUploadedFile("offer.txt", b"first")},
        headers={"Accept": "application/json"},
    )
    assert (same.status_code, "already" in same.json()["refused"][0]["sentence"]) == (422, True)


def test_a_file_that_is_there_is_attached_once_more(people, records):
    from artel.domains.partners.commands import partners

    file = attach(people.alice, records.alices, name="terms.txt")
    other = partners.add(people.alice, name="Василёк")
    desk = at_desk(people.alice)
    assert desk.post(f"/partners/{other.pk}/files/link", {"file": file.pk}).status_code == 302
    assert "terms.txt" in desk.get(f"/partners/{other.pk}/files").content.decode()
    for nothing in ("", "nonsense", str(uuid4())):
        assert desk.post(f"/partners/{other.pk}/files/link", {"file": nothing}).status_code == 302
    assert (
        at_desk(people.bob).post(f"/partners/{records.bobs.pk}/files/link", {"file": file.pk}).status_code
        == 302
    )
    assert File.objects.of(records.bobs).count() == 0


def test_every_kind_of_card_has_the_tab_but_a_file_itself(people, records):
    file = attach(people.ada, records.alices)
    ada = at_desk(people.ada)
    assert (
        f"/partners/{records.alices.pk}/files" in ada.get(f"/partners/{records.alices.pk}").content.decode()
    )
    assert ada.get(f"/users/{people.bob.user.pk}/files").status_code == 200
    assert ada.get(f"/files/{file.pk}/files").status_code == 404


def test_a_part_of_a_record_has_no_files_of_its_own(people, records):
    from artel.domains.partners.commands import partners
    from artel.domains.partners.models import PartnerContactPoint
    from artel.screens.registry import screens_of

    partners.change(people.ada, records.alices, phone="+7 495 787-40-08")
    point = PartnerContactPoint.objects.filter(owner=records.alices).first()
    address = f"/{screens_of(PartnerContactPoint).path}/{point.pk}"
    ada = at_desk(people.ada)
    assert f"{address}/files" not in ada.get(address).content.decode()
    assert ada.get(f"{address}/files").status_code == 404


def test_the_list_is_filtered(people, records):
    attach(people.alice, records.alices, png(5, 5), "plan.png")
    attach(people.alice, records.alices, b"words", "note.txt")
    desk = at_desk(people.alice)
    for query, expected in (
        ("type=picture", ["plan.png"]),
        ("type=document", ["note.txt"]),
        ("type=other", []),
        ("type=nonsense", []),
        ("entity=partners.partner", ["note.txt", "plan.png"]),
        ("entity=deals.deal", []),
        ("record=nonsense", []),
    ):
        body = desk.get(f"/files?{query}").content.decode()
        assert sorted(set(re.findall(r"plan\.png|note\.txt", body))) == expected, query


def test_how_many_statements_the_tab_costs_does_not_depend_on_how_many_files(people, records):
    desk = at_desk(people.alice)
    address = f"/partners/{records.alices.pk}/files"
    attach(people.alice, records.alices, b"0")

    def cost():
        desk.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address).status_code == 200
        return len(captured)

    few = cost()
    for number in range(1, 12):
        attach(people.alice, records.alices, b"%d" % number)
    assert cost() == few
    assert few <= 9, few


def test_an_erased_content_is_said_to_be_gone(people, records):
    from artel.domains.partners.commands import erase_person
    from artel.domains.partners.factories import contact

    person = contact(records.alices, "Орлова")
    file = attach(people.ada, person, b"passport", "passport.txt")
    erase_person(people.ada, person)
    ada = at_desk(people.ada)
    assert ada.get(f"/files/{file.pk}/1/download").status_code == 404
    assert "passport" not in ada.get(f"/files/{file.pk}").content.decode()
