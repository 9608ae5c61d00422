from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import models

from artel.kernel.arguments import argument, arguments_of, read_all
from artel.kernel.refusals import Refused


class Colour(models.TextChoices):
    RED = "red", "Red"
    BLUE = "blue", "Blue"


@dataclass(frozen=True, kw_only=True)
class Paint:
    name: str
    colour: Colour = argument(label="Colour", default=Colour.RED)
    count: int = 1
    price: Decimal | None = argument(label="Price", default=None, decimal_places=2, max_digits=5)
    on: date | None = None
    at: datetime | None = None
    glossy: bool = False


KNOWN = arguments_of(Paint)


def read(**raw):
    return read_all(KNOWN, raw, None)


def refused(**raw):
    with pytest.raises(Refused) as caught:
        read(**raw)
    return {name: str(text) for name, text in caught.value.fields.items()}


def test_texts_become_typed_values():
    values = read(name=" fence ", colour="blue", count="3", price="1 23,50", on="31.12.2026", glossy="да")
    assert values["name"] == "fence"
    assert values["colour"] is Colour.BLUE
    assert (values["count"], values["price"]) == (3, Decimal("123.50"))
    assert (values["on"], values["glossy"]) == (date(2026, 12, 31), True)


def test_absent_arguments_take_their_defaults():
    assert read(name="x") == {"name": "x", "colour": Colour.RED, "count": 1, "glossy": False}


def test_every_bad_field_has_its_sentence():
    wrong = refused(colour="green", count="1.5", price="12345", on="31.02.2026", glossy="maybe", size="9")
    assert set(wrong) == {"name", "colour", "count", "price", "on", "glossy", "size"}


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e9999", "", "--1", "0x10"])
def test_odd_numbers_are_no_numbers(text):
    if text == "":
        assert read(name="x", price=text)["price"] is None
    else:
        assert "price" in refused(name="x", price=text)


def test_a_day_is_a_moment_at_local_midnight(settings):
    settings.TIME_ZONE = "Europe/Moscow"
    assert read(name="x", at="2015-03-03")["at"].astimezone(UTC) == datetime(2015, 3, 2, 21, tzinfo=UTC)


def test_a_change_of_some_fields_leaves_the_others_out():
    assert read_all(KNOWN, {"count": 2}, None, partial=True) == {"count": 2}
