"""Letting people and programs in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from artel.kernel.actors import Actor
from artel.kernel.admission import add_user, digest_of, give_role, issue_token, new_secret, token_arguments
from artel.kernel.models import Grant, Reach, Role, Token, User
from artel.kernel.refusals import Forbidden, Refused

pytestmark = pytest.mark.django_db
HOUSE = Actor.system("test")


@pytest.fixture
def alice() -> User:
    user: User = add_user(HOUSE, login="alice", name="Алиса Ким", password="long enough 7")
    return user


def test_a_new_base_knows_four_roles_and_nobody() -> None:
    known = dict(Role.objects.values_list("code", "usual_reach"))
    assert known == {
        "sales_manager": Reach.OWN,
        "head": Reach.DEPARTMENT,
        "marketer": Reach.ALL,
        "administrator": Reach.ALL,
    }
    assert not User.objects.exists()


def test_a_person_signs_in_with_the_password_given(alice: User) -> None:
    kept = User.objects.get(login="alice")
    assert kept.check_password("long enough 7")
    assert "long enough 7" not in kept.password


def test_a_person_is_let_in_with_no_weak_password() -> None:
    for weak in ("short", "1234567890", "qwertyuiop", "bob.reeding1"):
        with pytest.raises(Refused) as refused:
            add_user(HOUSE, login="bob", name="Bob Reeding", password=weak)
        assert (refused.value.code, set(refused.value.fields)) == ("weak_password", {"password"})
    assert not User.objects.filter(login="bob").exists()


def test_without_a_password_nobody_signs_in() -> None:
    bob = add_user(HOUSE, login="bob")
    assert not bob.check_password("")
    assert not bob.has_usable_password()


@pytest.mark.parametrize(("login", "code"), [("alice", "login_taken"), ("a  b", "login"), ("", "login")])
def test_a_login_is_unique_and_plain(alice: User, login: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        add_user(HOUSE, login=login)
    assert no.value.code == code


def test_a_role_is_given_once_with_its_usual_reach(alice: User) -> None:
    first = give_role(HOUSE, alice, role="head")
    assert give_role(HOUSE, alice, role="head") == first
    assert Grant.objects.get(user=alice).reach == Reach.DEPARTMENT


def test_an_unknown_role_is_refused_with_the_known_ones(alice: User) -> None:
    with pytest.raises(Refused, match="sales_manager"):
        give_role(HOUSE, alice, role="king")


def test_a_stranger_lets_nobody_in(alice: User) -> None:
    stranger = Actor.person(alice)
    with pytest.raises(Forbidden):
        add_user(stranger, login="mallory")
    with pytest.raises(Forbidden):
        give_role(stranger, alice, role="administrator")
    with pytest.raises(Forbidden):
        issue_token(stranger, alice, **token_arguments(new_secret(), "loot"))


def test_of_a_token_only_its_digest_is_kept(alice: User) -> None:
    secret = new_secret()
    tomorrow = timezone.now() + timedelta(days=1)
    arguments = token_arguments(secret, "robot", scopes=("deals.view_deal",), expires_at=tomorrow)
    issue_token(HOUSE, alice, **arguments)
    kept = Token.objects.get(digest=digest_of(secret))
    assert kept.is_live
    assert kept.scopes == ["deals.view_deal"]
    assert secret not in "".join(str(value) for value in vars(kept).values())
