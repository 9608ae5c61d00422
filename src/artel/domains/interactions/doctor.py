"""What the doctor says about interactions: columns that contradict each other, digests that differ from what they count."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Q
from django.utils.translation import gettext as _

from .digests import wrong_digests
from .models import AHEAD, Interaction

SHOWN = 20
ABOUT_NOTHING = Q(subject_type="", subject_id__isnull=True)
ABOUT_SOMETHING = ~Q(subject_type="") & Q(subject_id__isnull=False)


def findings() -> Iterator[str]:
    """One sentence for each record in question."""
    knows_when = Q(is_ahead=True, state__in=AHEAD) | (Q(is_ahead=False) & ~Q(state__in=AHEAD))
    for rows, sentence in (
        (~knows_when, _("The interaction %(code)s (%(name)s) does not know whether it lies ahead.")),
        (
            ~(ABOUT_NOTHING | ABOUT_SOMETHING),
            _("The interaction %(code)s (%(name)s) does not know what it is about."),
        ),
    ):
        for code, name in Interaction.objects.filter(rows).values_list("code", "name")[:SHOWN]:
            yield sentence % {"code": code, "name": name}
    for key in islice(wrong_digests(), SHOWN):
        yield _("What is counted of the interactions of the record %(key)s is not what they say.") % {
            "key": key
        }
