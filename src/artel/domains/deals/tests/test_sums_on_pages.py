"""Sums on pages carry their currency: once in the head of a column where all rows have one, beside each sum otherwise."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artel.domains.company.commands import choose_management_currency, currencies
from artel.domains.company.factories import person
from artel.domains.company.models import Currency
from artel.domains.deals import commands
from artel.domains.deals.models import Deal
from artel.screens import registry
from artel.web.arrange import rearrange
from artel.web.changes import told
from artel.web.commands import as_oneself, change_own_speech

from .world import HOUSE
from .world import person as somebody

NBSP = "\u00a0"
COLUMNS = ["name", "potential", "demand_sum"]


@pytest.fixture
def actor(world):
    return person("olga", "administrator")


def said(actor, address, language="ru"):
    """The page as one reads it, with a line between its cells."""
    change_own_speech(as_oneself(actor.user), actor.user, language=language)
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return re.sub(r"<[^>]*>", "|", unescape(client.get(address).content.decode()))


def demand_of(deal, amount):
    commands.add_demand_row(HOUSE, deal, description="Тара", sum=Decimal(amount))


def test_a_column_says_its_currency_once_and_zero_is_nothing(world, actor):
    world.open(name="First", potential=Decimal(15000))
    world.open(name="Second")
    russian = said(actor, "/deals")
    assert "Потенциал, ₽" in russian
    assert f"|15{NBSP}000,00|" in russian
    assert "|0,00|" not in russian
    english = said(actor, "/deals", "en")
    assert "Potential, ₽" in english
    assert "|15,000.00|" in english


def test_a_card_says_the_sum_with_its_sign(world, actor):
    deal = world.open(name="First", potential=Decimal(15000))
    assert f"15{NBSP}000,00{NBSP}₽" in said(actor, f"/deals/{deal.pk}")
    assert "₽15,000.00" in said(actor, f"/deals/{deal.pk}", "en")
    partner = said(actor, f"/partners/{world.client.pk}", "en")
    assert partner.count("₽15,000.00") == 2, "the deal and the sum of all"


def test_another_management_currency_stands_on_every_page(world, actor):
    deal = world.open(name="First", potential=Decimal(15000))
    choose_management_currency(HOUSE, Currency.objects.get(code="KZT"))
    assert "Потенциал, ₸" in said(actor, "/deals")
    assert f"15{NBSP}000,00{NBSP}₸" in said(actor, f"/deals/{deal.pk}")


def test_sums_of_several_currencies_carry_their_own(world, actor):
    dollars, plain = Currency.objects.get(code="USD"), currencies.add(HOUSE, code="XAU", name="Золото")
    rearrange(registry.find("deals.deal"), actor, COLUMNS)
    for name, currency, amount in (("One", None, 100), ("Two", dollars, 200)):
        demand_of(world.open(name=name, demand_currency=currency), amount)
    both = said(actor, "/deals")
    assert "Сумма спроса|" in both
    assert f"|100,00{NBSP}₽|" in both
    assert f"|200,00{NBSP}$|" in both
    commands.change_deal(HOUSE, Deal.objects.get(name="One"), demand_currency=dollars)
    assert "Сумма спроса, $|" in said(actor, "/deals")
    commands.change_deal(HOUSE, Deal.objects.get(name="One"), demand_currency=plain)
    assert f"|100,00{NBSP}XAU|" in said(actor, "/deals")


def test_rows_of_demand_say_the_currency_of_demand(world, actor):
    deal = world.open(demand_currency=Currency.objects.get(code="EUR"))
    demand_of(deal, 100)
    assert "Сумма, €" in said(actor, f"/deals/{deal.pk}")
    [added, *_rest] = told(deal, actor).sets
    assert not [each for row in added.rows for each in row.differences if "₽" in each.after]


def test_the_sign_is_told_to_who_may_not_list_currencies(world):
    reader = somebody("alice", "deals.*", "partners.*")
    world.open(reader, name="First", potential=Decimal(15000))
    assert "Potential, ₽" in said(reader, "/deals", "en")


def test_nothing_is_asked_for_each_row(world, actor):
    rearrange(registry.find("deals.deal"), actor, COLUMNS)
    currency = Currency.objects.get(code="USD")
    asked = []
    for place in range(4):
        demand_of(world.open(name=f"Deal {place}", demand_currency=currency if place % 2 else None), 100)
        said(actor, "/deals")
        with CaptureQueriesContext(connection) as queries:
            said(actor, "/deals")
        asked.append(len(queries))
    assert len(set(asked[1:])) == 1
