"""Sealed secrets: what is kept tells nothing, a former key opens it, and it is sealed anew."""

from __future__ import annotations

from typing import Any

import pytest

from artel.kernel.sealing import BrokenSeal, is_fresh, seal, unseal


def test_what_was_sealed_is_read_again_and_stands_nowhere_in_the_clear() -> None:
    one, other = seal("whsec_Ключ"), seal("whsec_Ключ")
    assert one != other
    assert "whsec" not in one
    assert {unseal(one), unseal(other)} == {"whsec_Ключ"}


def test_another_key_opens_nothing_and_a_former_one_does(settings: Any) -> None:
    sealed = seal("secret")
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the house"
    with pytest.raises(BrokenSeal):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed) == "secret"
    assert not is_fresh(sealed)
    assert is_fresh(seal("secret"))


@pytest.mark.parametrize("text", ["", "nonsense", "gAAAAA==", "не по-нашему"])
def test_what_we_did_not_seal_is_refused(text: str) -> None:
    with pytest.raises(BrokenSeal):
        unseal(text)


def test_a_touched_text_is_refused() -> None:
    sealed = seal("secret")
    place = len(sealed) // 2
    with pytest.raises(BrokenSeal):
        unseal(sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :])
