"""The vectors of rules §3.6 and what breaks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ru import ogrn as peer

from artel.lib.malformed import Malformed
from artel.lib.requisites import (
    check_account,
    check_bik,
    check_inn,
    check_kpp,
    check_ogrn,
    check_ogrnip,
    check_okpo,
    check_snils,
)


def code_of(check, *args, **options):
    with pytest.raises(Malformed) as refusal:
        check(*args, **options)
    assert str(refusal.value).endswith(".")
    return refusal.value.code


@pytest.mark.parametrize("text", ["7707083893", "7736050003", " 7707083893 ", "500100732259"])
def test_inn(text):
    assert check_inn(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "owner", "code"),
    [
        ("7707083894", None, "inn_checksum"),
        ("500100732258", None, "inn_checksum"),
        ("500100732249", None, "inn_checksum"),
        ("770708389", None, "inn_length"),
        ("7707083893", "person", "inn_length"),
        ("500100732259", "company", "inn_length"),
        ("77070838x3", None, "inn_digits"),
        ("٧٧٠٧٠٨٣٨٩٣", None, "inn_digits"),
        ("", None, "inn_digits"),
    ],
)
def test_wrong_inn(text, owner, code):
    assert code_of(check_inn, text, owner) == code


def test_kpp():
    assert check_kpp(" 773601001 ") == "773601001"
    assert check_kpp("7736az001") == "7736AZ001"
    for text in ("77360100", "7736010011", "A73601001", "7736ЯЯ001"):
        assert code_of(check_kpp, text) == "kpp_format"


def test_okpo():
    for text in ("00032537", "00040778", "00000035", "0000000051"):  # the last but one is weighed twice
        assert check_okpo(text) == text
    for text, code in (("00032538", "checksum"), ("0003253", "length"), ("0003253x", "digits")):
        assert code_of(check_okpo, text) == f"okpo_{code}"


def test_ogrn_and_ogrnip():
    assert check_ogrn("1027700132195") == "1027700132195"
    assert check_ogrnip("304500116000157") == "304500116000157"
    assert code_of(check_ogrn, "1027700132196") == "ogrn_checksum"
    assert code_of(check_ogrn, "304500116000157") == "ogrn_length"
    assert code_of(check_ogrnip, "304500116000158") == "ogrnip_checksum"
    assert code_of(check_ogrnip, "30450011600015а") == "ogrnip_digits"


@given(st.integers(10**11, 10**12 - 1))
def test_ogrn_agrees_with_another_implementation(body):
    right = f"{body}{peer.calc_check_digit(f'{body}0')}"
    assert check_ogrn(right) == right
    wrong = f"{body}{(int(right[-1]) + 1) % 10}"
    assert code_of(check_ogrn, wrong) == "ogrn_checksum"


def test_an_ogrnip_whose_remainder_has_two_digits():
    body = next(str(n) for n in range(30450011600000, 30450011600100) if n % 13 == 12)
    assert check_ogrnip(f"{body}2") == f"{body}2"


def test_snils():
    assert check_snils("112-233-445 95") == "11223344595"
    assert check_snils("001-001-998 00") == "00100199800"
    assert code_of(check_snils, "112-233-445 96") == "snils_checksum"
    assert code_of(check_snils, "112-233-445") == "snils_length"


def test_a_snils_whose_sum_leaves_a_hundred_ends_in_zeros():
    def remainder(number):
        return sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=True)) % 101

    body = next(str(n) for n in range(112233000, 112234000) if remainder(str(n)) == 100)
    assert check_snils(f"{body}00") == f"{body}00"


def test_bank_accounts():
    assert check_bik("044525225") == "044525225"
    assert check_account("40702810638050013199", "044525225") == "40702810638050013199"
    assert check_account("30101810400000000225", "044525225", correspondent=True) == "30101810400000000225"
    assert code_of(check_account, "40702810638050013198", "044525225") == "account_checksum"
    assert code_of(check_account, "4070281063805001319", "044525225") == "account_format"
    assert code_of(check_account, "40702810638050013199", "04452522") == "bik_format"


def test_a_letter_in_the_sixth_place_counts_as_its_digit():
    # 8 in the sixth place is the letter Т (or its Latin twin), so the check digit stays the same.
    assert check_account("40702Т10638050013199", "044525225") == "40702Т10638050013199"
    assert check_account("40702t10638050013199", "044525225") == "40702T10638050013199"
