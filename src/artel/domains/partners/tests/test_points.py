"""Several phones of one partner: which of them is the main one."""

import pytest

from artel.domains.partners.commands import partner_points
from artel.domains.partners.factories import HOUSE, partner
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.contact_points import ContactKind
from artel.kernel.journal.models import ChangeSet
from artel.kernel.record_commands import NoArguments
from artel.kernel.rights_acts import contact_kinds
from artel.kernel.undoing import undo_change_set

pytestmark = pytest.mark.django_db


def numbers(owner):
    """The digits of a partner's phones, the main one first."""
    rows = owner.points.filter(is_deleted=False).order_by("-is_main", "id")
    return [(row.key[-1], row.is_main) for row in rows]


@pytest.fixture
def phones():
    """A partner with three phones, of which the first is the main one."""
    volga = partner("Волга")
    phone, mobile = ContactKind.objects.get(code="phone"), contact_kinds.add(HOUSE, name="Fax", type="phone")
    rows = [partner_points.add(HOUSE, owner=volga, kind=phone, value=f"8495787400{n}") for n in (1, 2, 3)]
    return volga, rows, mobile


def test_a_marked_main_phone_gives_way_and_comes_back_beside_the_other(phones):
    volga, (first, *_others), _kind = phones
    partner_points.mark(HOUSE, first)
    assert numbers(volga) == [("2", True), ("3", False)]
    taken_back = ChangeSet.objects.latest("pk").pk
    undo_change_set(HOUSE, taken_back)
    assert numbers(volga) == [("1", True), ("2", False), ("3", False)]
    partner_points.mark(HOUSE, first)
    partner_points.unmark(HOUSE, first)
    assert numbers(volga) == [("2", True), ("1", False), ("3", False)]


def test_the_only_phone_comes_back_as_the_main_one():
    volga = partner("Волга", phone="84957874001")
    [only] = volga.points.all()
    partner_points.mark(HOUSE, only)
    assert numbers(volga) == []
    partner_points.unmark(HOUSE, only)
    assert numbers(volga) == [("1", True)]


def test_two_main_phones_that_come_back_together_are_one(phones):
    volga, (first, second, third), _kind = phones
    partner_points.mark(HOUSE, third)
    partner_points.mark(HOUSE, first)
    partner_points.mark(HOUSE, second)
    partner_points.unmark.run(HOUSE, [Line(NoArguments(), one.pk) for one in (first, second, third)])
    assert [main for _number, main in numbers(volga)] == [True, False, False]


def test_a_phone_that_is_main_no_more_leaves_the_place_to_the_oldest_other(phones):
    volga, (first, _second, third), _kind = phones
    partner_points.change(HOUSE, third, is_main=True)
    assert numbers(volga)[0] == ("3", True)
    partner_points.change(HOUSE, third, is_main=False)
    assert numbers(volga) == [("1", True), ("2", False), ("3", False)]
    only = partner("Кама", phone="84957874009")
    partner_points.change(HOUSE, only.points.get(), is_main=False)
    assert numbers(only) == [("9", True)]
    partner_points.change(HOUSE, first, comment="Reception")
    assert numbers(volga)[0] == ("1", True)


def test_a_phone_of_another_kind_leaves_its_old_place_and_takes_no_new_one(phones):
    volga, (first, second, _third), fax = phones
    partner_points.change(HOUSE, first, kind=fax)
    assert numbers(volga) == [("1", True), ("2", True), ("3", False)]
    partner_points.change(HOUSE, second, kind=fax)
    assert sorted(numbers(volga)) == [("1", True), ("2", False), ("3", True)]


def test_of_several_new_main_phones_the_last_is_the_main_one():
    volga, kind = partner("Волга"), ContactKind.objects.get(code="phone")
    given = [{"owner": volga, "kind": kind, "value": f"8495787400{n}", "is_main": True} for n in (1, 2)]
    partner_points.add.run(HOUSE, [Line(Values(one)) for one in given])
    assert numbers(volga) == [("2", True), ("1", False)]
