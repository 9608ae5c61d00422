"""Refusing malformed Russian requisites in a batch (rules §3.6). Foreign parties have numbers of their own: not checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext

from artel.lib.malformed import Malformed
from artel.lib.requisites import OwnerKind, check_inn, check_kpp, check_ogrn, check_ogrnip

from .acts import Line

KindOf = Callable[[Line[Any, Any]], OwnerKind | None]
REQUISITES = ("inn", "kpp", "ogrn")


def check_requisites(lines: Sequence[Line[Any, Any]], kind_of: KindOf) -> None:
    """Clean `inn`, `kpp` and `ogrn` of the lines' arguments; refuse a line with a malformed one, naming the field.

    `kind_of` says whether a line speaks of a company, of a person, or of either (None). A foreign line is only trimmed.
    """
    for line in lines:
        for name in REQUISITES:
            raw = str(line.args.get(name) or "").strip()
            if name in line.args:
                line.args[name] = raw
            if raw and not line.value("is_foreign", default=False):
                _check(line, name, raw, kind_of(line))


def _check(line: Line[Any, Any], name: str, raw: str, kind: OwnerKind | None) -> None:
    try:
        line.args[name] = _CHECKS[name](raw, kind)
    except Malformed as error:
        sentence = gettext(error.sentence) % error.values
        line.refuse("invalid", sentence, fields={name: sentence})


def _ogrn(raw: str, kind: OwnerKind | None) -> str:
    is_trader = kind == "person" or (kind is None and len(raw) > 13)
    return check_ogrnip(raw) if is_trader else check_ogrn(raw)


_CHECKS: dict[str, Callable[[str, OwnerKind | None], str]] = {
    "inn": check_inn,
    "kpp": lambda raw, _kind: check_kpp(raw),
    "ogrn": _ogrn,
}
