"""Numbers of records: which series there are, how far each has come, what tells this base's numbers from others'."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from artel.kernel.access import ADMINISTER
from artel.kernel.numbering import base_prefix, code, last_number
from artel.kernel.records import facts_of
from artel.lib.words import capital
from artel.web.frame import Frame
from artel.web.guard import actor_of, signed_in
from artel.web.render import page


@dataclass(frozen=True)
class Series:
    """One series: whose numbers, the last one given, the next one."""

    label: str
    last: str
    following: str


@signed_in
def numbering(request: HttpRequest) -> HttpResponse:
    """Only looked at: a number once given is never taken back, so there is nothing to set but the prefix of the base."""
    if not actor_of(request).has(ADMINISTER):
        raise Http404
    named = {
        facts_of(model).code_prefix: str(model._meta.verbose_name_plural)
        for model in apps.get_models()
        if facts_of(model).code_prefix
    }
    frame = Frame(_("Numbering"), section="administration")
    context = {"frame": frame, "prefix": base_prefix(), "series": [_series(*one) for one in named.items()]}
    return page(request, "web/numbering.html", context)


def _series(name: str, label: str) -> Series:
    last = last_number(name)
    return Series(capital(label), code(last) if last else "—", code(last + 1))
