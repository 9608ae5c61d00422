"""Files through the API: brought as a form or as they are, fetched, versioned; for strangers there is nothing."""

from __future__ import annotations

import io
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from artel.kernel.files.models import Blob, File
from artel.kernel.roles import Reach

from .programs import program

pytestmark = pytest.mark.django_db
OF = "partners.partner"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def bare(api, record, content=b"hello", name="note.txt", to="files", **headers):
    given = {"entity": OF, "record": record.pk, "name": name} if to == "files" else {"name": name}
    sent = {"Content-Type": "application/octet-stream", **headers}
    return api.send("POST", f"{to}?{urlencode(given)}", raw=content, **sent)


def form(api, record, content=b"hello", name="note.txt", **more):
    given = {"file": SimpleUploadedFile(name, content), "entity": OF, "record": str(record.pk), **more}
    return post_form(api, "files", given)


def post_form(api, path, given):
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    return api.send(
        "POST", path, raw=encode_multipart(BOUNDARY, given), **{"Content-Type": MULTIPART_CONTENT}
    )


def bytes_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("way", [bare, form])
def test_a_file_is_brought_read_and_fetched(people, firm, way):
    made = way(people.as_alice, firm, b"hello", "Договор.txt")
    assert made.status_code == 201, made.content
    said = made.json()
    assert (said["name"], said["size"], said["media_type"], said["number"]) == (
        "Договор.txt",
        5,
        "text/plain",
        1,
    )
    assert said["records"] == f"{OF}:{firm.pk}"
    assert made["Location"] == f"/api/v1/files/{said['id']}"
    assert made["X-Change-Set"]
    got = people.as_alice.get(f"files/{said['id']}/content")
    assert bytes_of(got) == b"hello"
    assert got["Content-Disposition"].startswith("attachment")
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert people.as_alice.get(f"files/{said['id']}").json()["name"] == "Договор.txt"
    assert people.as_alice.get("files?q=договор").json()["items"][0]["id"] == said["id"]


def test_versions_come_and_go_back(people, firm):
    api = people.as_alice
    key = bare(api, firm, b"one").json()["id"]
    assert bare(api, firm, b"two!", to=f"files/{key}/versions").status_code == 201
    told = api.get(f"files/{key}/versions").json()["items"]
    assert [(one["number"], one["size"]) for one in told] == [(2, 4), (1, 3)]
    assert bytes_of(api.get(f"files/{key}/versions/1/content")) == b"one"
    assert api.get(f"files/{key}/versions/9/content").status_code == 404
    assert api.post(f"files/{key}/commands/restore_version", {"number": 1}).status_code == 200
    assert bytes_of(api.get(f"files/{key}/content")) == b"one"
    part = api.get(f"files/{key}/content", Range="bytes=1-1")
    assert (part.status_code, bytes_of(part)) == (206, b"n")


def test_what_is_wrong_stands_beside_its_field(people, firm):
    api = people.as_alice
    for query, field in (
        ({"record": firm.pk, "name": "a"}, "entity"),
        ({"entity": OF, "name": "a"}, "record"),
        ({"entity": OF, "record": "nonsense", "name": "a"}, "record"),
        ({"entity": OF, "record": firm.pk}, "name"),
        ({"entity": OF, "record": firm.pk, "name": "a", "nonsense": 1}, "nonsense"),
    ):
        no = api.send("POST", f"files?{urlencode(query)}", raw=b"x", **{"Content-Type": "text/plain"})
        assert no.status_code == 422, query
        assert [one["field"] for one in no.json()["errors"]] == [field]
    none = post_form(api, "files", {"entity": OF, "record": str(firm.pk)})
    assert [one["field"] for one in none.json()["errors"]] == ["file"]
    assert bare(api, firm, b"").json()["code"] == "empty"
    assert File.objects.count() == 0


def test_a_repeated_request_attaches_once(people, firm):
    first, second = (bare(people.as_alice, firm, **{"Idempotency-Key": "k1"}) for _turn in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert second["Idempotent-Replay"] == "true"
    assert File.objects.count() == 1


def test_what_is_too_large_is_cut_off(people, firm, settings, home):
    settings.LARGEST_FILE = 1
    for way in (bare, form):
        no = way(people.as_alice, firm, bytes(1_200_000))
        assert (no.status_code, no["Content-Type"], no.json()["code"]) == (
            413,
            "application/problem+json",
            "too_large",
        )
    assert Blob.objects.count() == 0
    assert [path for path in (home / "files").rglob("*") if path.is_file()] == []


def test_a_body_that_says_it_is_too_large_is_not_read(people, firm, settings):
    settings.LARGEST_FILE = 1

    class Unread(io.BytesIO):
        def read(self, *_size):
            raise AssertionError("it was read")

    query = urlencode({"entity": OF, "record": firm.pk, "name": "a"})
    for kind in ("application/pdf", "multipart/form-data; boundary=x"):
        no = people.as_alice.generic(
            "POST", f"/api/v1/files?{query}", b"", headers=people.as_alice.headers,
            **{"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(3 << 20), "wsgi.input": Unread()},
        )  # fmt: skip
        assert no.status_code == 413, kind


def test_nothing_of_a_stranger_is_read_or_kept(people, firm):
    for api, expected in ((people.as_bob, 404), (people.as_nobody, 403), (people.as_stranger, 401)):
        assert bare(api, firm).status_code == expected
    from artel.domains.company.factories import person

    looker = program(person("marta", "marketer", reach=Reach.ALL))
    assert bare(looker, firm).status_code == 403
    assert Blob.objects.count() == 0


def test_a_hidden_file_answers_as_a_missing_one(people, firm):
    key = bare(people.as_alice, firm, name="Тайна.txt").json()["id"]
    for api in (people.as_bob, people.as_nobody):
        for tail in ("", "/content", "/versions", "/versions/1/content", "/history"):
            hidden, missing = (api.get(f"files/{one}{tail}") for one in (key, uuid4()))
            assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content), tail
            assert hidden.status_code == 404
        assert bare(api, firm, to=f"files/{key}/versions").status_code == 404
        assert api.get(f"files?record={OF}:{firm.pk}").status_code in {200, 403}
        assert "Тайна" not in api.get(f"files?record={OF}:{firm.pk}").content.decode()
        assert "Тайна" not in api.get(f"search?q={quote('Тайна')}").content.decode()


def test_a_private_file_is_silent_for_programs_too(people, firm):
    key = bare(people.as_head, firm, name="Тайна.txt").json()["id"]
    assert people.as_head.post(f"files/{key}/commands/make_private").status_code == 200
    assert people.as_alice.get(f"files/{key}").status_code == 404
    assert people.as_alice.get(f"partners/{firm.pk}/history").content.decode().count(key) == 0
    assert "filelink" not in people.as_alice.get(f"partners/{firm.pk}/history").content.decode()
    assert people.as_admin.get(f"files/{key}").status_code == 200


def test_files_of_a_record_and_their_owners(people, firm):
    key = bare(people.as_alice, firm).json()["id"]
    assert [one["id"] for one in people.as_alice.get(f"files?record={OF}:{firm.pk}").json()["items"]] == [key]
    assert people.as_alice.get(f"files?record={OF}:{uuid4()}").json()["items"] == []
    assert people.as_alice.get("files?record=nonsense").status_code == 400
    for given in (
        {"entity": OF, "record": "x"},
        {"entity": OF, "record": str(uuid4())},
        {"entity": "no", "record": str(firm.pk)},
    ):
        assert people.as_alice.post(f"files/{key}/commands/link_file", given).status_code in {404, 422}
    unlinked = people.as_alice.post(
        f"files/{key}/commands/unlink_file", {"entity": OF, "record": str(firm.pk)}
    )
    assert unlinked.json()["code"] == "last_record"


def test_a_token_needs_the_scopes_of_files_and_of_their_records(people, firm):
    key = bare(people.as_alice, firm).json()["id"]
    only = program(people.alice, scopes=("partners.*",))
    assert only.get(f"files/{key}/content").status_code in {403, 404}
    assert bare(only, firm).status_code == 403
    both = program(people.alice, scopes=("partners.*", "files.*"))
    assert both.get(f"files/{key}/content").status_code == 200


def test_the_document_tells_of_them(people):
    paths = people.as_stranger.get("openapi.json").json()["paths"]
    assert {"get", "post"} <= paths["/files"].keys()
    assert "multipart/form-data" in paths["/files"]["post"]["requestBody"]["content"]
    assert {"get", "post"} <= paths["/files/{id}/versions"].keys()
    assert "get" in paths["/files/{id}/content"]
