"""What was sent: JSON bodies without surprises, conditional headers, idempotency keys."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .problems import Problem

JSON_TYPES = ("application/json", "application/merge-patch+json")
LONGEST_KEY = 200
_VERSION = re.compile(r'(?:W/)?"?(\d{1,9})"?')
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of the body; an empty body is an empty object. Raises Problem 400, 413 or 415."""
    try:
        raw = request.body
    except RequestDataTooBig as error:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            _("The request is larger than the server takes."),
        ) from error
    if not raw:
        return {}
    if request.content_type not in JSON_TYPES:
        sentence = _("Send JSON: Content-Type must be application/json.")
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", sentence)
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _malformed() from error
    if not isinstance(found, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "not_an_object", _("The body must be a JSON object."))
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _malformed() -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "malformed_json", _("The body is not well-formed JSON in UTF-8."))


def holds_no_text(value: str) -> bool:
    """Whether a string has what no database text can hold: NUL, halves of surrogate pairs."""
    return bool(_NO_TEXT.search(value))


def expected_version(request: HttpRequest) -> int | None:
    """The version of If-Match; None without it or for `*`. A tag that is none of ours matches no version."""
    tag = request.headers.get("If-Match", "").strip()
    if tag in {"", "*"}:
        return None
    found = _VERSION.fullmatch(tag)
    return int(found[1]) if found else -1


def idempotency_key(request: HttpRequest) -> str | None:
    """Raises Problem 400 for a key that cannot be kept."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not key.isprintable():
        sentence = _("An idempotency key is at most %(most)d printable characters.") % {"most": LONGEST_KEY}
        raise Problem(HTTPStatus.BAD_REQUEST, "bad_key", sentence)
    return key or None


def etag(version: int) -> str:
    return f'"{version}"'
