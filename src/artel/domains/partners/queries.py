"""Named filters over partners and what belongs to them."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from artel.kernel.records import M, RecordQuerySet
from artel.lib.names import sort_key


class PartnerQuerySet(RecordQuerySet[M]):
    """Partners."""

    def clients(self) -> Self:
        return self.filter(is_client=True)

    def competitors(self) -> Self:
        return self.filter(is_competitor=True)

    def in_region(self, key: UUID) -> Self:
        """Of a business region and everything below it."""
        return self.filter(region__path__contains=key.hex)

    def named(self, text: str) -> Self:
        """Whose working name is exactly this, without regard to case and ё."""
        return self.filter(sort_name=sort_key(text)[:250])

    def with_inn(self, inn: str) -> Self:
        """Who has this INN, itself or through a legal entity."""
        own = self.filter(inn=inn)
        linked = self.filter(legal_links__legal_entity__inn=inn, legal_links__is_deleted=False)
        return self.filter(pk__in=own.values("pk").union(linked.values("pk")))

    def with_point(self, key: str) -> Self:
        """Who has a phone or e-mail with this search key (last ten digits; casefolded address)."""
        return self.filter(pk__in=self.filter(points__key=key, points__is_deleted=False).values("pk"))


class LegalEntityQuerySet(RecordQuerySet[M]):
    """Legal entities."""

    def with_inn(self, inn: str) -> Self:
        return self.filter(inn=inn)


class ContactRoleQuerySet(RecordQuerySet[M]):
    """What people are to partners."""

    def present(self) -> Self:
        """A role goes and comes back with its person: nobody acts for a partner who is marked himself."""
        return super().present().filter(person__is_deleted=False)


class PersonQuerySet(RecordQuerySet[M]):
    """Natural persons."""

    def near_to(self, key: UUID) -> Self:
        """Offered first beside a partner: its own people."""
        return self.of_partner(key)

    def of_partner(self, key: UUID) -> Self:
        """Its present contact people."""
        roles: Any = self.model._meta.get_field("contact_roles").related_model
        roles = roles._default_manager
        return self.filter(pk__in=roles.filter(partner=key, is_deleted=False, ended_on=None).values("person"))
