"""Signing in and out, personal settings, errors."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from artel.kernel.models import User

from .toys import PASSWORD, client_of, seeding

pytestmark = pytest.mark.only_on(
    "postgres",
    "what pages are made of is the same; what they ask is asked on both by commands, lists and programs",
)


def sign_in(client, login="alice", password=PASSWORD, **more):
    return client.post(reverse("web:sign_in"), {"login": login, "password": password, **more})


def test_a_stranger_is_sent_to_sign_in_and_back(alice):
    client = Client()
    answer = client.get("/toy-tokens?sort=-name")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=%2Ftoy-tokens%3Fsort%3D-name"
    answer = sign_in(client, next="/toy-tokens?sort=-name")
    assert answer["Location"] == "/toy-tokens?sort=-name"
    assert client.get("/").status_code == 200


def test_signing_in_never_leads_out_of_the_house(alice):
    for away in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert sign_in(Client(), next=away)["Location"] == "/"


def test_a_wrong_login_and_a_wrong_password_answer_alike(alice):
    answers = [sign_in(Client(), login, "wrong") for login in ("alice", "nobody")]
    assert [each.status_code for each in answers] == [422, 422]
    bodies = [each.content.decode().replace("nobody", "alice") for each in answers]
    first, second = (body.split('<div class="callout bad"')[1].split("</div></div>")[0] for body in bodies)
    assert first == second


def test_wrong_attempts_close_the_door_for_this_name_only(alice, bob, settings):
    settings.AXES_FAILURE_LIMIT = 3
    client = Client()
    answers = [sign_in(client, password="wrong").status_code for _attempt in range(3)]
    assert (answers, sign_in(client).status_code) == ([422, 422, 429], 429)
    assert sign_in(client, "bob").status_code == 302


def test_an_email_signs_in_too_unless_two_people_share_it(alice, bob):
    with seeding():
        User.objects.filter(pk=alice.pk).update(email="Lee@firm.example")
    assert sign_in(Client(), "lee@firm.example").status_code == 302
    with seeding():
        User.objects.filter(pk=bob.pk).update(email="lee@firm.example")
    assert sign_in(Client(), "lee@firm.example").status_code == 422


def test_signing_out_needs_a_post(alice):
    client = client_of(alice)
    assert client.get(reverse("web:sign_out")).status_code == 405
    assert client.post(reverse("web:sign_out"))["Location"] == "/sign-in"
    assert client.get("/").status_code == 302


def test_an_htmx_request_of_a_stranger_is_told_to_leave_the_page(db):
    answer = Client().get("/toy-tokens", headers={"HX-Request": "true", "HX-Current-URL": "/toy-tokens"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in?next=%2Ftoy-tokens")


def test_language_zone_and_look_are_kept(charlie):
    client = client_of(charlie)
    given = {
        "language": "ru",
        "time_zone": "Asia/Omsk",
        "theme": "dark",
        "density": "regular",
        "has_single_keys": "1",
    }
    assert client.post(reverse("web:personal"), given).status_code == 302
    charlie.refresh_from_db()
    assert (charlie.language, charlie.time_zone) == ("ru", "Asia/Omsk")
    body = client.get(reverse("web:personal")).content.decode()
    assert '<html lang="ru" data-theme="dark" data-bs-theme="dark" data-density="regular">' in body
    assert 'data-keys="off"' in body


def test_a_damaged_look_gives_the_defaults(charlie):
    client = client_of(charlie)
    client.cookies["artel_look"] = "theme=<script>&density=7&single_keys"
    assert '<html lang="en" data-theme="system">' in client.get("/").content.decode()


def test_the_password_changes_and_other_sessions_end(charlie):
    here, elsewhere = client_of(charlie), client_of(charlie)
    new = "three tall silver birches"
    wrong = here.post(reverse("web:password"), {"old": "no", "new": new, "again": new})
    assert (wrong.status_code, "not your present password" in wrong.content.decode()) == (422, True)
    weak = here.post(reverse("web:password"), {"old": PASSWORD, "new": "1234567890", "again": "1234567890"})
    assert weak.status_code == 422
    assert here.post(reverse("web:password"), {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    assert User.objects.get(pk=charlie.pk).check_password(new)
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


@pytest.mark.parametrize(
    "address", ["/nothing-here", "/toy-tokens/01a20baa-e98a-7b99-9483-53a85584a381", "/toy-none/new"]
)
def test_errors_keep_the_frame_and_say_what_to_do(alice, address):
    answer = client_of(alice).get(address)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert "Alice Lee" in answer.content.decode()


def test_every_page_forbids_inline_scripts_and_styles(alice):
    client = client_of(alice)
    for address in ("/", "/settings", "/toy-tokens", "/toy-tokens/new", "/keys", "/more", "/search?q=x"):
        answer = client.get(address)
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        body = answer.content.decode()
        assert " style=" not in body
        assert "<style" not in body
        assert "onclick" not in body
        assert body.count("<script") == body.count("<script src=") + body.count('<script type="module" src=')


def test_every_answer_tells_browsers_what_no_other_site_may_do(alice):
    for client, address in ((client_of(alice), "/"), (Client(), "/sign-in"), (Client(), "/nothing")):
        answer = client.get(address)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
    assert Client().get("/sign-in", headers={"host": "elsewhere.example"}).status_code == 400
