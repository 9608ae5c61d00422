"""The client base, gathered for Django."""

from .channels import Channel, FirstInterest, PartnerFirstInterest
from .contacts import ContactPersonRole, ContactRole, Person, PersonContactPoint, Position
from .legal_entities import LegalEntity, PartnerLegalEntity
from .partner import BusinessRegion, Gender, Partner, PartnerContactPoint, PartnerKind
from .relations import PartnerRelation, PartnerRelationKind

__all__ = [
    "BusinessRegion",
    "Channel",
    "ContactPersonRole",
    "ContactRole",
    "FirstInterest",
    "Gender",
    "LegalEntity",
    "Partner",
    "PartnerContactPoint",
    "PartnerFirstInterest",
    "PartnerKind",
    "PartnerLegalEntity",
    "PartnerRelation",
    "PartnerRelationKind",
    "Person",
    "PersonContactPoint",
    "Position",
]
