"""A deal may be what an interaction is about: whoever sees the deal sees what was said about it (rules §2.21).

Its first interest points at a source, like that of a partner.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from artel.domains.interactions.subjects import register_subject_type
from artel.domains.partners.source_types import SOURCES
from artel.kernel.pointers import PointerKind

from .models import Deal, DealFirstInterest

DEAL = "deal"
register_subject_type(PointerKind(DEAL, _("Deal"), Deal, order=10, opens=True, active=Q(is_closed=False)))
SOURCES.stand_in(DealFirstInterest, "source_type", "source")
