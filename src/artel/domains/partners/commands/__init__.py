"""Acts on the client base, gathered for those who call them."""

from .directories import channels, contact_person_roles, positions, regions, relation_kinds, relations
from .legal_entities import legal_entities, link_legal_entity, unlink_legal_entity
from .partners import erase_partner, hand_over, partners
from .people import contact_roles, erase_person, people
from .points import partner_points, person_points

__all__ = [
    "channels",
    "contact_person_roles",
    "contact_roles",
    "erase_partner",
    "erase_person",
    "hand_over",
    "legal_entities",
    "link_legal_entity",
    "partner_points",
    "partners",
    "people",
    "person_points",
    "positions",
    "regions",
    "relation_kinds",
    "relations",
    "unlink_legal_entity",
]
