"""Registering and changing partners: defaults, requisites, contact points, holdings, first interest."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from artel.domains.company.factories import person
from artel.domains.partners.commands import channels, hand_over, partners
from artel.domains.partners.factories import HOUSE, partner
from artel.domains.partners.models import LegalEntity, Partner, PartnerContactPoint
from artel.domains.partners.options import LEGAL_ENTITIES
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.refusals import Refused
from artel.kernel.rights_acts import access_groups, switch_option

pytestmark = pytest.mark.django_db
SBER, OTHER = "7707083893", "7736050003"
TRADER = "500100732259"


def test_what_nobody_said_is_filled_in():
    made = partner("  Северный   фарфор ")
    assert (made.name, made.public_name, made.kind) == ("Северный фарфор", "Северный фарфор", "company")
    assert made.access_group.code == "default"
    assert made.is_client
    assert made.manager is None


def test_codes_follow_one_another():
    first, second = partner("А"), partner("Б")
    assert first.code.startswith("00-")
    assert int(second.code[3:]) == int(first.code[3:]) + 1


def test_a_code_brought_along_is_kept_and_never_given_again():
    partner("А", code="00-00000500")
    assert partner("Б").code == "00-00000501"


def test_who_registers_is_the_manager():
    alice = person("alice", "sales_manager")
    assert partner("Волга", alice).manager == alice.user


@pytest.mark.parametrize("name", ["", "   "])
def test_a_partner_needs_a_name(name):
    with pytest.raises(Refused) as caught:
        partner(name)
    assert "name" in caught.value.fields


def test_an_access_group_cannot_be_taken_away():
    made = partner("Волга")
    with pytest.raises(Refused) as caught:
        partners.change(HOUSE, made, access_group=None)
    assert "access_group" in caught.value.fields


def test_requisites_go_to_a_legal_entity():
    made = partner("Волга", inn=SBER, kpp="773601001", ogrn="1027700132195")
    [link] = made.legal_links.all()
    assert link.is_main
    assert (link.legal_entity.name, link.legal_entity.inn) == ("Волга", SBER)
    assert made.inn == ""


def test_a_trader_is_known_by_the_inn():
    made = partner("Ермолаева", inn=TRADER, ogrn="304500116000157")
    assert made.legal_links.get().legal_entity.kind == "entrepreneur"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inn", "7707083894"),
        ("inn", "77070"),
        ("kpp", "12"),
        ("ogrn", "1027700132196"),
        ("phone", "12"),
        ("email", "a@"),
    ],
)
def test_what_is_malformed_is_refused_beside_its_field(name, value):
    with pytest.raises(Refused) as caught:
        partner("Волга", **{name: value})
    assert list(caught.value.fields) == [name]
    assert not Partner.objects.exists()


def test_a_foreign_partner_has_numbers_of_its_own():
    made = partner("Kikinda", is_foreign=True, inn="SRB-100")
    assert made.legal_links.get().legal_entity.inn == "SRB-100"


def test_shops_of_a_chain_share_one_legal_entity():
    first = partner("Магазин 1", inn=SBER)
    second = partner("Магазин 2", inn=SBER)
    assert first.legal_links.get().legal_entity_id == second.legal_links.get().legal_entity_id
    partners.change(HOUSE, second, inn=OTHER)
    assert first.legal_links.get().legal_entity.inn == SBER
    assert second.legal_links.get(is_main=True).legal_entity.inn == OTHER


def test_in_one_batch_too():
    lines: list[Line[Any, Any]] = [Line(Values(name=f"Магазин {n}", inn=SBER)) for n in range(3)]
    partners.add.run(HOUSE, lines)
    assert LegalEntity.objects.get().name == "Магазин 0"


def test_a_change_of_the_inn_changes_its_own_legal_entity():
    made = partner("Волга", inn=SBER)
    partners.change(HOUSE, made, inn=OTHER)
    assert LegalEntity.objects.get().inn == OTHER


def test_without_legal_entities_a_partner_has_its_own_requisites():
    switch_option(HOUSE, code=LEGAL_ENTITIES, is_on=False)
    made = partner("Волга", inn=SBER)
    assert made.inn == SBER
    assert not LegalEntity.objects.exists()


def test_contact_points_are_written_and_changed_in_place():
    made = partner("Волга", phone="8 (846) 000-14-27", email="Zakupki@Volga.Example", city="Самара")
    found = {point.kind.code: point for point in PartnerContactPoint.objects.select_related("kind")}
    assert found["phone"].value == "+78460001427"
    assert found["phone"].key == "8460001427"
    assert found["email"].key == "zakupki@volga.example"
    partners.change(HOUSE, made, phone="+7 495 787 40 08", city="")
    present = {p.kind.code: p.value for p in PartnerContactPoint.objects.present().select_related("kind")}
    assert present == {"phone": "+74957874008", "email": found["email"].value}


def test_a_holding_has_no_circles():
    top = partner("Холдинг")
    middle = partner("Дочка", head=top)
    below = partner("Внучка", head=middle)
    with pytest.raises(Refused, match=r".") as caught:
        partners.change(HOUSE, top, head=below)
    assert caught.value.code == "circle"
    with pytest.raises(Refused):
        partners.change(HOUSE, top, head=top)


def test_a_refused_move_opens_no_circle_for_the_others_of_its_batch():
    """Elm is below Ash, which asks to be below itself: Ash stays, so Elm may not be its head."""
    elm = partner("Elm")
    ash = partner("Ash", head=elm)
    lines = [Line(Values(head=ash), one) for one in (elm, ash)]
    partners.change.run(HOUSE, lines)
    assert [bool(line.refusal) for line in lines] == [True, True]
    assert [str(Partner.objects.get(pk=one.pk).head or "") for one in (elm, ash)] == ["", "Elm"]


def test_two_moves_of_one_batch_make_no_circle_either():
    one, two = partner("Один"), partner("Два")
    lines: list[Line[Any, Any]] = [Line(Values(head=two), one), Line(Values(head=one), two)]
    assert len(partners.change.run(HOUSE, lines).refused) == 2


def test_a_client_can_be_a_source_by_name_or_code():
    shop = partner("Диваны и кровати (магазин)")
    for source in (shop.name, shop.code, str(shop.pk)):
        made = partner("Новый", source_type="client", source=source)
        assert made.first_interests.get().source == shop.pk


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"source_type": "client", "source": "Никто"}, "source"),
        ({"source": "Никто"}, "source_type"),
        ({"source_type": "луна"}, "source_type"),
    ],
)
def test_a_source_that_cannot_be_is_refused(more, field):
    with pytest.raises(Refused) as caught:
        partner("Волга", **more)
    assert list(caught.value.fields) == [field]


def test_a_channel_allows_its_own_sources_only():
    shows = channels.add(HOUSE, name="Рекомендации", source_types=["client"])
    with pytest.raises(Refused) as caught:
        partner("Волга", channel=shows, source_type="user")
    assert caught.value.fields.keys() == {"source_type"}


def test_an_ambiguous_source_is_refused():
    partner("Тёзка"), partner("Тезка")
    with pytest.raises(Refused) as caught:
        partner("Волга", source_type="client", source="тёзка")
    assert list(caught.value.fields) == ["source"]


def test_a_hidden_source_answers_as_a_missing_one():
    hidden = partner("Тайный")
    alice = person("alice", "sales_manager")

    def refusal(name):
        with pytest.raises(Refused) as caught:
            partner("Волга", alice, source_type="client", source=name)
        return caught.value.fields["source"]

    assert refusal(hidden.name) == refusal("Такого нет")


def test_a_used_partner_cannot_be_marked():
    top = partner("Холдинг")
    partner("Дочка", head=top)
    with pytest.raises(Refused) as caught:
        partners.mark(HOUSE, top)
    assert caught.value.code == "in_use"


def test_many_are_handed_over_at_once():
    bob = person("bob", "sales_manager")
    made = [partner(name) for name in "АБВ"]
    hand_over.run(HOUSE, [Line(hand_over.args(manager=bob.user), one) for one in made])
    assert Partner.objects.filter(manager=bob.user).count() == 3


def test_a_batch_costs_no_query_a_line(django_assert_max_num_queries):
    group = access_groups.add(HOUSE, name="Оптовые")
    shows = channels.add(HOUSE, name="Рекомендации", source_types=["client"])
    partner("Советчик")

    def lines(count: int, digit: int) -> list[Line[Any, Any]]:
        return [
            Line(
                Values(
                    name=f"Партнёр {digit}{n}", inn=SBER, phone=f"+7495{digit}{n:06}", email=f"a{digit}{n}@b.example",
                    channel=shows, source="Советчик", access_group=group,
                )
            )
            for n in range(count)
        ]  # fmt: skip

    with django_assert_max_num_queries(30):
        outcome = partners.add.run(HOUSE, lines(25, 1))
    assert not outcome.refused
    with django_assert_max_num_queries(30):
        partners.add.run(HOUSE, lines(5, 2))


def test_the_day_of_registering_is_the_companys(monkeypatch):
    """At two in the night in Vladivostok it is yesterday where the company is."""
    with timezone.override("Asia/Vladivostok"):
        monkeypatch.setattr("artel.kernel.days.timezone.now", lambda: datetime(2026, 11, 25, 16, tzinfo=UTC))
        assert partner("Волга").registered_on == date(2026, 11, 25)
