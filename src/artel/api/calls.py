"""One request on its way: who asks for which resource, answered as JSON or with a problem; nothing else leaves the house."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from artel.kernel.access import require, restrict, view_permission
from artel.kernel.actors import Actor
from artel.kernel.outages import outage_of
from artel.kernel.refusals import Refused
from artel.screens import registry

from .callers import caller_of, from_memory, speaking_to
from .columns import Bound, public_joins
from .problems import Problem, no_such_address, not_found, of_refusal
from .requests import etag

log = logging.getLogger(__name__)
Handler = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Call:
    """A request of a known caller."""

    request: HttpRequest
    actor: Actor

    def resource(self, path: str) -> Bound:
        """The resource at a path. Raises Problem 404, also while its option is off."""
        try:
            return Bound(registry.resource(path), self.actor)
        except KeyError as error:
            raise no_such_address() from error


def answer(
    document: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """JSON that no cache between keeps."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    made = HttpResponse(body, status=status, content_type="application/json")
    for name, value in {"Cache-Control": "no-store", **(headers or {})}.items():
        made[name] = value
    return made


def endpoint(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view: `endpoint(get=read, patch=change)`. Handlers take a Call and the words of the address."""
    known = {name.upper(): handler for name, handler in handlers.items()}
    if "GET" in known:
        known["HEAD"] = known["GET"]
    allowed = ", ".join(sorted(known))

    @csrf_exempt  # asked for in callers, where a token needs none
    def view(request: HttpRequest, **words: Any) -> HttpResponse:
        try:
            with from_memory(request):
                response = _serve(request, known, allowed, words)
            if rate := getattr(request, "rate", None):
                for name, value in rate.headers().items():
                    response[name] = value
            return response
        except Problem as problem:
            return problem.response()
        except Exception as error:  # noqa: BLE001 -- the last hand: whatever broke, the caller gets a problem document
            return _broken(request, error).response()

    return view


def _serve(
    request: HttpRequest, known: Mapping[str, Handler], allowed: str, words: dict[str, Any]
) -> HttpResponse:
    actor = caller_of(request)
    with speaking_to(actor):
        try:
            handler = known.get(request.method or "")
            if handler is None:
                sentence = _("This address takes %(allowed)s only.") % {"allowed": allowed}
                raise Problem(
                    HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", sentence, headers={"Allow": allowed}
                )
            return handler(Call(request, actor), **words)
        except Problem as problem:
            return problem.response()
        except Refused as refusal:
            return of_refusal(refusal).response()
        except (SuspiciousOperation, RequestDataTooBig):
            sentence = _("The request was not understood.")
            return Problem(HTTPStatus.BAD_REQUEST, "bad_request", sentence).response()
        except Exception as error:  # noqa: BLE001 -- as above, in the caller's language
            return _broken(request, error).response()


def _broken(request: HttpRequest, error: Exception) -> Problem:
    if outage := outage_of(error):
        log.error("%s at %s %r", outage.code, request.method, request.path, exc_info=error)
        return Problem(outage.status, outage.code, outage.sentence, headers={"Retry-After": str(outage.wait)})
    number = secrets.token_hex(3).upper()
    log.critical("API fault %s at %s %r", number, request.method, request.path, exc_info=error)
    sentence = _("The error is ours and is written down under number %(number)s.") % {"number": number}
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "broken", sentence)


def rows_of(bound: Bound) -> Any:
    """The rows the caller may see, marked ones too, with what is read along."""
    rows = bound.model._default_manager.select_related(*public_joins(bound))
    return restrict(rows, bound.actor, view_permission(bound.model))


def seen(bound: Bound, key: UUID) -> Any:
    """The record behind a key. Raises Problem 404 alike for a missing and for a hidden one."""
    record = rows_of(bound).filter(pk=key).first()
    if record is None:
        raise not_found()
    return record


def may_list(bound: Bound) -> None:
    """Raise Forbidden for who may see no record of the kind at all."""
    require(bound.actor, view_permission(bound.model))


def record_answer(
    bound: Bound, key: UUID, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The record as it stands now; only its key for who has just handed it out of his own sight."""
    record = rows_of(bound).filter(pk=key).first()
    if record is None:
        return answer({"id": str(key)}, status, headers)
    return shown(bound, record, status, headers)


def shown(
    bound: Bound, record: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A record just read."""
    [document] = bound.shown([record])
    return answer(document, status, {"ETag": etag(record.version), **(headers or {})})
