"""Whether the company keeps what it says to its clients here."""

from django.utils.translation import gettext_lazy as _

from artel.kernel.options import declare

INTERACTIONS = "interactions"

declare(
    INTERACTIONS,
    _("Interactions"),
    help=_("Off: meetings, calls and letters are neither recorded nor shown; what was recorded stays."),
)
