"""Every no of the API is `application/problem+json` (RFC 9457) with a stable code and a sentence in the caller's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artel.kernel.refusals import Conflict, Forbidden, NotThere, Refused, type_of_text

MEDIA_TYPE = "application/problem+json"

_STATUS_OF_CODE = {
    "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "required": HTTPStatus.UNPROCESSABLE_ENTITY,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "no_space": HTTPStatus.INSUFFICIENT_STORAGE,
    "key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
}


class Problem(Exception):
    """A request that cannot be served. `errors` maps a field or parameter to (code, sentence)."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: type_of_text,
        *,
        errors: Mapping[str, tuple[str, type_of_text]] | None = None,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def document(self) -> dict[str, Any]:
        """The body; `type` is the code as a URI that is not meant to be opened."""
        body = {
            "type": f"urn:artel:problem:{self.code}",
            "title": str(_TITLES[int(self.status)]),
            "status": int(self.status),
            "code": self.code,
            "detail": str(self.detail),
            **self.more,
        }
        if self.errors:
            body["errors"] = [
                {"field": field, "code": code, "detail": str(detail)}
                for field, (code, detail) in self.errors.items()
            ]
        return body

    def response(self) -> HttpResponse:
        answer = HttpResponse(
            json.dumps(self.document(), ensure_ascii=False), status=self.status, content_type=MEDIA_TYPE
        )
        for name, value in {"Cache-Control": "no-store", **self.headers}.items():
            answer[name] = value
        return answer


def of_refusal(refusal: Refused, fields: Mapping[str, str] | None = None) -> Problem:
    """A rule's no. `fields` renames arguments to the names the caller used."""
    renamed = fields or {}
    errors = {renamed.get(name, name): (refusal.code, text) for name, text in refusal.fields.items()}
    more: dict[str, Any] = {}
    if refusal.needs:
        more["needs"] = [renamed.get(name, name) for name in refusal.needs]
    if refusal.offers:
        more["offers"] = list(refusal.offers)
    return Problem(_status(refusal), refusal.code, refusal.sentence, errors=errors, more=more)


def _status(refusal: Refused) -> int:
    if isinstance(refusal, NotThere):
        return HTTPStatus.NOT_FOUND
    if isinstance(refusal, Forbidden):
        return HTTPStatus.FORBIDDEN
    if isinstance(refusal, Conflict):
        return HTTPStatus.PRECONDITION_FAILED
    if refusal.needs:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return _STATUS_OF_CODE.get(refusal.code, HTTPStatus.CONFLICT)


def not_found() -> Problem:
    """The one answer for what is not there and for what the caller may not see."""
    return Problem(
        HTTPStatus.NOT_FOUND, "not_found", _("There is no such record, or it is not visible to you.")
    )


def no_such_address() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "no_such_address", _("There is nothing at this address."))


_TITLES: Mapping[int, type_of_text] = {
    400: gettext_lazy("The request was not understood"),
    401: gettext_lazy("Who are you?"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("The address does not take this method"),
    409: gettext_lazy("A rule says no"),
    410: gettext_lazy("No longer there"),
    412: gettext_lazy("Somebody was faster"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Not JSON"),
    422: gettext_lazy("Some fields need correcting"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something broke"),
    503: gettext_lazy("Not now"),
    507: gettext_lazy("No room"),
}
