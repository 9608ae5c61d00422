from __future__ import annotations

import pytest

from artel.lib.emails import canonical_email
from artel.lib.malformed import Malformed
from artel.lib.phones import (
    Phone,
    canonical_phone,
    display_phone,
    phone_search_key,
    readable_phone,
    with_readable_phones,
)


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("8 (495) 787-40-08", "+74957874008", ""),
        ("+7 495 787 40 08", "+74957874008", ""),
        ("74957874008", "+74957874008", ""),
        ("495 787-40-08", "+74957874008", ""),
        ("8(495)787-40-08 доб. 123", "+74957874008", "123"),
        ("+7 495 787-40-08, доб.12", "+74957874008", "12"),
        ("+7 495 787-40-08 (вн. 5)", "+74957874008", "5"),
        ("+1 650 253 0000 ext 7", "+16502530000", "7"),
        ("810 44 20 7946 0018", "+442079460018", ""),
        ("+44 20 7946 0018", "+442079460018", ""),
        ("787–40–08", "7874008", ""),
        ("375 29 123 45 67", "+375291234567", ""),
    ],
)
def test_canonical_phones(text, number, extension):
    phone = canonical_phone(text)
    assert phone == Phone(number, extension)
    assert canonical_phone(phone.number).number == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "позвонить",
        "8 495 787-40-08 Ольга",
        "7+4957874008",
        "+7 495",
        "495 111-11-11; 495 222-22-22",
    ],
)
def test_malformed_phones(text):
    with pytest.raises(Malformed) as refusal:
        canonical_phone(text)
    assert refusal.value.code == "bad_phone"
    assert text.strip() in str(refusal.value)


def test_phones_are_shown_and_found():
    assert display_phone(Phone("+74957874008")) == "+7 (495) 787-40-08"
    assert display_phone(Phone("+442079460018")) == "+44 20 7946 0018"
    assert display_phone(Phone("7874008")) == "7874008"
    assert Phone("+74957874008").search_key == phone_search_key("8 (495) 787 40 08") == "4957874008"
    assert Phone("+79161234567").is_mobile
    assert not Phone("+74957874008").is_mobile


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Ivan.Petrov@Example.ORG ", "ivan.petrov@example.org"),
        ("mailto:a+b@b-c.example.co.uk", "a+b@b-c.example.co.uk"),
        ("почта@пример.рф", "почта@пример.рф"),
        ("o'neil_1@example.com", "o'neil_1@example.com"),
    ],
)
def test_canonical_emails(text, address):
    assert canonical_email(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "a@", "@b.ru", "a b@c.ru", "a@b", "a@@b.ru", "a..b@c.ru", ".a@c.ru", "a@-b.ru", "a@b-.ru", "a@b.ru, c@d.ru",
     "a@b_c.ru.", f"{'a' * 65}@b.ru", f"a@{'b' * 64}.ru", f"a@{'b.' * 130}ru"],
)  # fmt: skip
def test_malformed_emails(text):
    with pytest.raises(Malformed) as refusal:
        canonical_email(text)
    assert refusal.value.code == "bad_email"


def test_what_is_no_phone_reads_as_it_is_written():
    assert readable_phone("+74957874008") == "+7 (495) 787-40-08"
    assert readable_phone("ask Nina") == "ask Nina"


def test_only_numbers_in_their_stored_form_are_rewritten_in_a_text():
    assert with_readable_phones("+79161234567") == "+7 (916) 123-45-67"
    assert with_readable_phones("+74957874008 доб. 12") == "+7 (495) 787-40-08 доб. 12"
    for text in ("добавочный 12", "89161234567", "a+79161234567@b.example", "+7", "—"):
        assert with_readable_phones(text) == text
