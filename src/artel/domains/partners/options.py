"""Which of the three directories of parties a company keeps (rules §2.16): partners always, the others by choice."""

from django.utils.translation import gettext_lazy as _

from artel.kernel.options import declare

LEGAL_ENTITIES = "legal_entities"
CONTACT_PEOPLE = "contact_people"

declare(
    LEGAL_ENTITIES,
    _("Legal entities are kept apart from partners"),
    help=_("Off: a partner has its own requisites and is its own legal entity."),
)
declare(
    CONTACT_PEOPLE, _("Contact people"), help=_("Off: partners are kept without the people who act for them.")
)
