"""Markup, labels and answers that a process keeps show nobody what is another's, and never what is no longer so."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from artel.kernel.models import Grant, Role, User
from artel.web.jinja import TOKEN, escaped

from .toys import client_of, person, seeding, token


def page_of(client, address):
    return client.get(address).content.decode()


def shell_of(body):
    """The page without its content."""
    return body.partition("<main")[0] + body.partition("</main>")[2]


def test_people_who_come_in_turns_each_see_their_own_frame(alice, bob):
    theirs = {alice: client_of(alice), bob: client_of(bob)}
    for _turn in range(2):
        for me, other in ((alice, bob), (bob, alice)):
            shell = shell_of(page_of(theirs[me], "/toy-tokens"))
            assert me.name in shell
            assert other.name not in shell
    assert "/toy-groups/new" in shell_of(page_of(theirs[alice], "/toy-tokens"))
    assert "/toy-groups" not in shell_of(page_of(theirs[bob], "/toy-tokens"))


def test_every_form_of_the_frame_carries_the_token_of_its_own_page(alice, bob):
    seen = set()
    for client in (client_of(alice), client_of(alice), client_of(bob)):
        body = page_of(client, "/toy-tokens")
        tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', shell_of(body)))
        assert len(tokens) == 1
        assert tokens == set(re.findall(r'data-csrf="([^"]*)"', body))
        assert TOKEN not in body
        seen |= tokens
    assert len(seen) == 3


def test_a_name_that_reads_like_the_place_of_the_token_is_but_a_name(db):
    sly = person("sly", TOKEN, "toys.*", "kernel.*")
    body = page_of(client_of(sly), "/toy-tokens")
    [given] = set(re.findall(r'data-csrf="([^"]*)"', body))
    assert '<div class="mh">&lt;token&gt;</div>' in body
    assert f'<div class="mh">{given}' not in body


def test_a_right_that_was_taken_away_leaves_the_frame_and_the_buttons(alice):
    one = token(alice, "one")
    client = client_of(alice)
    assert "revoke_toy" in page_of(client, f"/toy-tokens/{one.pk}")
    assert "/toy-groups" in shell_of(page_of(client, f"/toy-tokens/{one.pk}"))
    with seeding():
        role = Grant.objects.get(user=alice).role
        Role.objects.filter(pk=role.pk).update(added=["kernel.view_token"])
    body = page_of(client, f"/toy-tokens/{one.pk}")
    assert "revoke_toy" not in body
    assert "/toy-groups" not in body


def test_a_field_that_is_closed_now_is_shown_no_more(alice):
    one = token(alice, "one")
    client = client_of(alice)
    assert "<dt>User</dt>" in page_of(client, f"/toy-tokens/{one.pk}")
    with seeding():
        role = Grant.objects.get(user=alice).role
        Role.objects.filter(pk=role.pk).update(hidden_fields={"kernel.token": ["user"]})
    assert "<dt>User</dt>" not in page_of(client, f"/toy-tokens/{one.pk}")


def test_labels_are_in_the_language_of_the_reader(alice):
    """One process speaks both, in turns."""
    one = token(alice, "one")
    for turn, mine, other in (("ru", "Пользователь", "User"), ("en", "User", "Пользователь")) * 2:
        with seeding():
            User.objects.filter(pk=alice.pk).update(language=turn)
        body = page_of(client_of(alice), f"/toy-tokens/{one.pk}")
        assert f"<dt>{mine}</dt>" in body
        assert f"<dt>{other}</dt>" not in body


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("<b>&", "&lt;b&gt;&amp;"),
        (Markup("<b>"), "<b>"),
        (gettext_lazy("<i>"), "&lt;i&gt;"),
        (type("Sly", (str,), {})("<u>"), "&lt;u&gt;"),
        (12, "12"),
        (None, "None"),
    ],
)
def test_what_is_no_markup_is_escaped(value, written):
    assert str(escaped(value)) == written
