"""The kernel's tables, gathered for Django."""

from .contact_points import ContactKind
from .people import Token, User
from .registers import Counter, Epoch, Erasure, ExternalId, Option
from .roles import AccessGroup, Grant, GrantGroup, Reach, Role

__all__ = [
    "AccessGroup",
    "ContactKind",
    "Counter",
    "Epoch",
    "Erasure",
    "ExternalId",
    "Grant",
    "GrantGroup",
    "Option",
    "Reach",
    "Role",
    "Token",
    "User",
]
