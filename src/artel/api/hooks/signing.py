"""Signatures as the specification Standard Webhooks has them: `v1,` and the base64 of an HMAC-SHA256 over id, moment and body."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from uuid import UUID

PREFIX = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64


def new_secret() -> str:
    """256 random bits as receivers take them."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises ValueError for what is no such secret."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not secret.startswith(PREFIX) or not FEWEST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError("not a secret of the specification")
    return key


def headers(message: UUID, moment: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """What a receiver verifies and drops repeats by; `moment` in seconds since 1970, one signature a secret."""
    signed = f"{message}.{moment}.".encode() + body
    return {
        "webhook-id": str(message),
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(_signature(key_of(one), signed) for one in keys),
    }


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
