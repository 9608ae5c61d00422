"""Russian requisites and their check digits (rules §3.6).

A check returns the number without outer spaces or raises Malformed with a code such as `inn_checksum`. Whether a wrong
one blocks (a Russian partner) or only warns (a foreign one) is for the caller to decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from stdnum.ru import inn

from artel.lib.malformed import Malformed
from artel.lib.malformed import marked as _

OwnerKind = Literal["company", "person"]

_SENTENCES = {
    "inn_digits": _("The INN must consist of digits only."),
    "inn_length": _("The INN must have 10 digits for a company and 12 for a person."),
    "inn_checksum": _("The check digit of the INN does not match."),
    "kpp_format": _("The KPP must have 9 characters: digits, with letters A–Z allowed in places 5 and 6."),
    "ogrn_digits": _("The OGRN must consist of digits only."),
    "ogrn_length": _("The OGRN must have 13 digits."),
    "ogrn_checksum": _("The check digit of the OGRN does not match."),
    "ogrnip_digits": _("The OGRNIP must consist of digits only."),
    "ogrnip_length": _("The OGRNIP must have 15 digits."),
    "ogrnip_checksum": _("The check digit of the OGRNIP does not match."),
    "okpo_digits": _("The OKPO must consist of digits only."),
    "okpo_length": _("The OKPO must have 8 digits for a company and 10 for a sole trader."),
    "okpo_checksum": _("The check digit of the OKPO does not match."),
    "snils_length": _("The SNILS must have 11 digits."),
    "snils_checksum": _("The check digits of the SNILS do not match."),
    "bik_format": _("The BIK must have 9 digits."),
    "account_format": _("The bank account must have 20 digits."),
    "account_checksum": _("The check digit of the bank account does not match the account and the BIK."),
}

_INN_LENGTHS = {"company": (10,), "person": (12,), None: (10, 12)}
_OGRN_LENGTH, _OGRNIP_LENGTH = 13, 15
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")  # order of the tax service ММВ-7-6/435@
_BIK = re.compile(r"[0-9]{9}")
_ACCOUNT = re.compile(r"[0-9]{5}[0-9АВСЕНКМРТХABCEHKMPTX][0-9]{14}")
# The sixth place of a clearing-currency account is a letter that counts as a digit; its Latin twins are what people type.
_ACCOUNT_LETTERS = str.maketrans("АВСЕНКМРТХABCEHKMPTX", "01234567890123456789")
_ACCOUNT_WEIGHTS = (7, 1, 3)
_CASH_CENTRES = ("000", "001", "002")  # endings of the BIK of the Bank of Russia's own units
_SNILS_SEPARATORS = str.maketrans("", "", " -")
_LAST_UNCHECKED_SNILS = "001001998"


def check_inn(text: str, owner: OwnerKind | None = None) -> str:
    """ИНН: 10 digits of a company, 12 of a person; `owner` None accepts both."""
    number = _digits("inn", text, _INN_LENGTHS[owner])
    if len(number) == 10:
        _expect("inn", number.endswith(inn.calc_company_check_digit(number)))
    else:
        _expect("inn", number.endswith(inn.calc_personal_check_digits(number)))
    return number


def check_kpp(text: str) -> str:
    """КПП of a company's place of registration; it has no check digit."""
    number = text.strip().upper()
    if not _KPP.fullmatch(number):
        raise _malformed("kpp_format")
    return number


def check_ogrn(text: str) -> str:
    """ОГРН of a company."""
    number = _digits("ogrn", text, (_OGRN_LENGTH,))
    _expect("ogrn", int(number[:-1]) % 11 % 10 == int(number[-1]))
    return number


def check_ogrnip(text: str) -> str:
    """ОГРНИП of a sole trader. (python-stdnum forgets `mod 10` here and refuses about a sixth of real numbers.)"""
    number = _digits("ogrnip", text, (_OGRNIP_LENGTH,))
    _expect("ogrnip", int(number[:-1]) % 13 % 10 == int(number[-1]))
    return number


def check_okpo(text: str) -> str:
    """ОКПО: 8 digits of a company, 10 of a sole trader. A remainder of 10 is weighed anew from 3; 10 again counts as 0."""
    number = _digits("okpo", text, (8, 10))
    body = number[:-1]
    for first in (1, 3):
        found = _weighted_sum(body, [(first + place - 1) % 10 + 1 for place in range(len(body))]) % 11
        if found < 10:
            break
    _expect("okpo", found % 10 == int(number[-1]))
    return number


def check_snils(text: str) -> str:
    """СНИЛС as 11 digits; spaces and hyphens are dropped. Numbers up to 001-001-998 carry no check digits."""
    number = text.translate(_SNILS_SEPARATORS)
    if not (len(number) == 11 and _is_digits(number)):
        raise _malformed("snils_length")
    body = number[:9]
    expected = _weighted_sum(body, range(9, 0, -1)) % 101 % 100
    _expect("snils", body <= _LAST_UNCHECKED_SNILS or int(number[9:]) == expected)
    return number


def check_bik(text: str) -> str:
    """БИК of a bank; it has no check digit."""
    number = text.strip()
    if not _BIK.fullmatch(number):
        raise _malformed("bik_format")
    return number


def check_account(text: str, bik: str, *, correspondent: bool = False) -> str:
    """A settlement account in the bank `bik`, or (`correspondent`) that bank's own account at the Bank of Russia."""
    account, bank = text.strip().upper(), check_bik(bik)
    if not _ACCOUNT.fullmatch(account):
        raise _malformed("account_format")
    at_central_bank = correspondent or bank.endswith(_CASH_CENTRES)
    prefix = f"0{bank[4:6]}" if at_central_bank else bank[-3:]
    digits = prefix + account.translate(_ACCOUNT_LETTERS)
    weights = [_ACCOUNT_WEIGHTS[i % 3] for i in range(len(digits))]
    _expect("account", sum(int(d) * w % 10 for d, w in zip(digits, weights, strict=True)) % 10 == 0)
    return account


def _digits(what: str, text: str, lengths: Sequence[int]) -> str:
    number = text.strip()
    if not _is_digits(number):
        raise _malformed(f"{what}_digits")
    if len(number) not in lengths:
        raise _malformed(f"{what}_length")
    return number


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _weighted_sum(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _expect(what: str, holds: bool) -> None:
    if not holds:
        raise _malformed(f"{what}_checksum")


def _malformed(code: str) -> Malformed:
    return Malformed(code, _SENTENCES[code])
