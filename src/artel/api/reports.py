"""Reports as JSON: the same answer that the page shows and the command line writes."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext as _

from artel.kernel.refusals import Forbidden, NotThere, Refused
from artel.reports import composing

from .calls import Call, answer
from .filters import refuse
from .problems import Problem, no_such_address, of_refusal
from .requests import holds_no_text


def report(call: Call, name: str) -> HttpResponse:
    """The answer of a report; a parameter that comes several times holds all its values."""
    query = call.request.GET
    bad = [key for key in query if any(holds_no_text(text) for text in (key, *query.getlist(key)))]
    refuse({key: ("invalid", _("The value holds characters that no text has.")) for key in bad})
    params = {key: texts if len(texts := query.getlist(key)) > 1 else texts[0] for key in query}
    try:
        return answer(composing.run(call.actor, name, params).as_json())
    except NotThere as refusal:
        raise no_such_address() from refusal
    except Forbidden:
        raise
    except Refused as refusal:
        raise _misunderstood(refusal) from refusal


def _misunderstood(refusal: Refused) -> Problem:
    """The parameters of a GET are wrong: 400 with the sentence beside each."""
    problem = of_refusal(refusal)
    problem.status = HTTPStatus.BAD_REQUEST
    return problem
