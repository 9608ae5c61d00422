"""E-mail addresses: is it one at all, and how it is stored and compared. Whether a mailbox exists is not asked."""

from __future__ import annotations

import re
from functools import lru_cache

from artel.lib.malformed import Malformed
from artel.lib.malformed import marked as _

_LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")
_MAX_ADDRESS, _MAX_LOCAL, _MAX_LABEL = 254, 64, 63  # RFC 5321 §4.5.3.1, RFC 1035 §2.3.4


@lru_cache(maxsize=4_096)  # checked, written and compared: each asks for the same one again
def canonical_email(text: str) -> str:
    """The address without `mailto:` and outer spaces, in lower case: the stored form and the key of duplicates.

    Cyrillic addresses are kept as written. Raises Malformed `bad_email`.
    """
    address = text.strip().removeprefix("mailto:").lower()
    local, _at, domain = address.rpartition("@")
    fits = len(address) <= _MAX_ADDRESS and len(local) <= _MAX_LOCAL
    if not (
        fits and _ADDRESS.fullmatch(address) and all(len(part) <= _MAX_LABEL for part in domain.split("."))
    ):
        raise Malformed("bad_email", _("%(text)s is not an e-mail address."), text=text.strip())
    return address
