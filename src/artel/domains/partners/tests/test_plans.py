"""How the database finds partners once it knows how their rows lie."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artel.domains.company.factories import person
from artel.domains.partners.commands import partners
from artel.domains.partners.factories import HOUSE
from artel.domains.partners.models import Partner
from artel.kernel import standing, steering
from artel.kernel.actors import Actor
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.dialect import gather_statistics
from artel.kernel.rights_acts import access_groups
from artel.kernel.roles import AccessGroup, Reach

pytestmark = pytest.mark.django_db
ON_SQLITE = pytest.mark.only_on("sqlite", "PostgreSQL gathers its statistics by itself, after a while")


def plan() -> str:
    """Names of fifty partners, as a list reads them for who sees one group."""
    shared = {record.access_group_id for record in Partner.objects.all()}
    keys = list(Partner.objects.values_list("pk", flat=True)[:50])
    return str(Partner.objects.filter(access_group__in=shared, pk__in=keys).only("name").explain())


@ON_SQLITE
def test_records_are_looked_up_by_their_keys_not_by_the_group_that_many_share() -> None:
    partners.add.run(HOUSE, [Line(Values(name=f"Партнёр {number}")) for number in range(400)])
    gather_statistics(connection)
    assert "in_group" not in plan()


Groups = tuple[AccessGroup, AccessGroup]


@pytest.fixture
def groups() -> Groups:
    """Of 400 partners three are in the second group, all others in the first one."""
    usual, rare = (access_groups.add(HOUSE, name=name) for name in ("Частые", "Редкие"))
    rows = [
        Values(name=f"Партнёр {number}", access_group=rare if number % 150 == 7 else usual)
        for number in range(400)
    ]
    partners.add.run(HOUSE, [Line(row) for row in rows])
    gather_statistics(connection)
    return usual, rare


def seeing(*groups: AccessGroup) -> Actor:
    """Somebody who sees these groups only."""
    names = "-".join(str(group.pk)[-4:] for group in groups)
    return person(f"sees-{names}", "sales_manager", reach=Reach.ALL, only=[*groups])


def by_name(actor: Actor) -> tuple[list[str], str, int]:
    """The first page of the list: names, its plan, and statements it took."""
    rows = Partner.objects.visible_to(actor).filter(is_deleted=False).order_by("sort_name", "pk")[:50]
    with standing.read_once(), CaptureQueriesContext(connection) as asked:
        names = [one.name for one in rows]
        explained = str(rows.explain())
    return names, explained, len(asked)


@ON_SQLITE
def test_a_list_of_who_sees_few_begins_with_what_he_sees(
    groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = seeing(groups[1])
    monkeypatch.setattr(steering, "PAGE", 2)
    names, explained, _asked = by_name(few)
    assert names == ["Партнёр 157", "Партнёр 307", "Партнёр 7"]
    assert "partner_in_group" in explained
    assert "partner_by_name" not in explained


@ON_SQLITE
def test_a_list_of_who_sees_much_is_walked_in_its_order(
    groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "PAGE", 2)
    names, explained, _asked = by_name(seeing(groups[0]))
    assert len(names) == 50
    assert "partner_by_name" in explained
    assert "TEMP B-TREE" not in explained


@ON_SQLITE
def test_what_one_sees_is_counted_once_an_epoch(groups: Groups) -> None:
    few = seeing(groups[1])
    first, second = by_name(few)[2], by_name(few)[2]
    assert second < first
    gather_statistics(connection)
    assert by_name(few)[2] == first


def test_both_ways_show_the_same_and_nothing_else(groups: Groups, monkeypatch: pytest.MonkeyPatch) -> None:
    for seen in ([groups[1]], [groups[0]], [*groups]):
        actor, shown = seeing(*seen), []
        for seldom in (True, False):
            monkeypatch.setattr(steering, "is_seldom", lambda *_asked, answer=seldom: answer)
            standing.changed()
            shown.append(by_name(actor)[0])
        right = Partner.objects.filter(access_group__in=seen).order_by("sort_name", "pk")
        assert shown[0] == shown[1] == [one.name for one in right[:50]]
        assert shown[0]


@pytest.mark.only_on("postgres", "SQLite is steered")
def test_postgresql_is_left_alone(groups: Groups) -> None:
    rows = Partner.objects.visible_to(seeing(groups[1])).order_by("sort_name")[:50]
    with standing.read_once():
        sql = str(rows.query)
    assert "IN (SELECT" not in sql
    assert "+(" not in sql
