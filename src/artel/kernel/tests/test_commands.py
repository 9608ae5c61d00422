"""Commands on directory items of the kernel: lines, refusals, versions, keys, rights."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from artel.kernel.actors import Actor
from artel.kernel.acts import Act, Line, Lines
from artel.kernel.applies import Applies
from artel.kernel.arguments import Values
from artel.kernel.commands import all_commands, command, stamp_of
from artel.kernel.journal.models import ChangeSet
from artel.kernel.journal.writing import change_set
from artel.kernel.models import AccessGroup, Grant, Role, User
from artel.kernel.record_commands import record_commands
from artel.kernel.refusals import Conflict, Forbidden, NotThere, Refused
from artel.kernel.roles import Reach

pytestmark = pytest.mark.django_db
HOUSE = Actor.system()


def no_devil(act, lines):
    for line in lines:
        if line.args.get("name") == "666":
            line.refuse("bad_name", "Not this name.", fields={"name": "Not this name."})


GROUPS = record_commands(AccessGroup, fields=["name", "is_archived"], check=no_devil, room="test")


@pytest.fixture
def wholesale():
    return GROUPS.add(HOUSE, name="Wholesale")


def person(*permissions, login="alice"):
    with transaction.atomic(), change_set(stamp_of(HOUSE), command="test.people"):
        user = User.objects.create(login=login, name=login.title())
        role = Role.objects.create(name="Test", added=list(permissions))
        Grant.objects.create(user=user, role=role, reach=Reach.ALL)
    return Actor.person(user)


def test_a_create_returns_its_record_and_leaves_a_change_set(wholesale):
    assert wholesale.version == 1
    assert AccessGroup.objects.get(code="").sort_name == "wholesale"
    assert ChangeSet.objects.get(command="test.add_accessgroup").actor_kind == "system"


def test_a_change_bumps_the_version_and_keeps_the_sort_key(wholesale):
    GROUPS.change(HOUSE, wholesale, name="Ёлки")
    fresh = AccessGroup.objects.get(code="")
    assert (fresh.version, fresh.sort_name) == (2, "елки")


def test_a_change_of_nothing_writes_nothing(wholesale):
    GROUPS.change(HOUSE, wholesale, name="Wholesale")
    assert AccessGroup.objects.get(code="").version == 1


def test_a_refused_line_leaves_the_others(wholesale):
    lines: list[Any] = [Line(Values(name=name), number=n) for n, name in enumerate(["A", "666", "B"])]
    outcome = GROUPS.add.run(HOUSE, lines)
    assert [bool(line.refusal) for line in outcome.lines] == [False, True, False]
    assert set(AccessGroup.objects.filter(code="").values_list("name", flat=True)) == {"Wholesale", "A", "B"}


def test_a_batch_of_refusals_leaves_no_change_set(wholesale):
    before = ChangeSet.objects.count()
    outcome = GROUPS.add.run(HOUSE, [Line(Values(name="666"))])
    assert outcome.change_set is None
    assert ChangeSet.objects.count() == before


def test_a_single_refusal_is_raised_and_nothing_stays(wholesale):
    with pytest.raises(Refused, match="Not this name"):
        GROUPS.change(HOUSE, wholesale, name="666")
    assert AccessGroup.objects.get(code="").version == 1


def test_a_taken_name_is_refused_in_words(wholesale):
    with pytest.raises(Refused) as caught:
        GROUPS.add(HOUSE, name="Wholesale")
    assert caught.value.code == "already_exists"
    assert list(caught.value.fields) == ["name"]


def test_a_lost_race_shows_both_values(wholesale):
    GROUPS.change(HOUSE, wholesale, name="Theirs")
    with pytest.raises(Conflict) as caught:
        GROUPS.change(HOUSE, wholesale, name="Mine", expected_version=1)
    assert (caught.value.theirs, caught.value.mine) == ({"name": "Theirs"}, {"name": "Mine"})


def test_the_same_key_acts_once(wholesale):
    first = GROUPS.add(HOUSE, name="Once", key="k1")
    again = GROUPS.add(HOUSE, name="Once", key="k1")
    assert again.pk == first.pk
    with pytest.raises(Refused) as caught:
        GROUPS.add(HOUSE, name="Twice", key="k1")
    assert caught.value.code == "key_reused"


def test_a_stranger_is_refused(wholesale):
    stranger = person("test.view_accessgroup")
    with pytest.raises(Forbidden):
        GROUPS.add(stranger, name="Mine")


def test_who_may_see_but_not_change_is_told_so(wholesale):
    reader = person("kernel.view_accessgroup", "test.change_nothing")
    with pytest.raises(Forbidden):
        GROUPS.change(reader, wholesale, name="X")


def test_a_missing_record_is_not_there(wholesale):
    ghost = AccessGroup(name="ghost")
    with pytest.raises(NotThere):
        GROUPS.change(HOUSE, ghost, name="X")


def test_a_marked_record_frees_its_name_and_comes_back(wholesale):
    GROUPS.mark(HOUSE, wholesale)
    twin = GROUPS.add(HOUSE, name="Wholesale")
    with pytest.raises(Refused) as caught:
        GROUPS.unmark(HOUSE, wholesale)
    assert caught.value.code == "already_exists"
    GROUPS.mark(HOUSE, twin)
    GROUPS.unmark(HOUSE, wholesale)
    assert not AccessGroup.objects.get(pk=wholesale.pk).is_deleted


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """No arguments."""


@command(
    permission="test.open",
    label="Open",
    applies=Applies(lambda group: group.is_archived, ["is_archived"], "open_already", "It is open already."),
)
def open_group(act: Act, lines: Lines[AccessGroup, Nothing]) -> None:
    for line in lines:
        act.change(line.subject, is_archived=False)


def test_one_rule_says_whether_an_act_applies_and_refuses_it(wholesale):
    assert not open_group.applies_to(wholesale)
    with pytest.raises(Refused) as no:
        open_group(HOUSE, wholesale)
    assert (no.value.code, str(no.value)) == ("open_already", "It is open already.")
    shut = GROUPS.add(HOUSE, name="Shut", is_archived=True)
    assert open_group.applies_to(shut)
    outcome = open_group.run(HOUSE, [Line(Nothing(), wholesale), Line(Nothing(), shut)])
    assert [line.refusal is None for line in outcome.lines] == [False, True]
    assert not AccessGroup.objects.get(pk=shut.pk).is_archived


def test_every_act_that_applies_sometimes_reads_only_the_columns_it_names(wholesale):
    """A list asks it of every row: with only these columns fetched there must be no query."""
    for one in all_commands():
        if rule := one.declared.applies:
            fields: Any = [one.model._meta.get_field(name) for name in ("id", *rule.columns)]
            columns = {field.attname: None for field in fields}
            row = one.model.from_db(None, list(columns), list(columns.values()))
            with CaptureQueriesContext(connection) as asked:
                rule.to(row)
            assert len(asked) == 0, one.name
