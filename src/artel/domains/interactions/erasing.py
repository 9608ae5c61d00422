"""What was said with a person who is erased goes with him (rules §3.9).

Interactions whose contact he is, or in which nobody else from outside took part, are erased whole; of those with others only
his own line is.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from artel.kernel.erasure import erased_along
from artel.kernel.records import Record

from .models import Interaction, InteractionParticipant

Rows = dict[type[Record], set[UUID]]


@erased_along("partners.person")
def _of_people(people: set[UUID]) -> Rows:
    return _talks(Q(person__in=people), Interaction.objects.filter(contact__in=people))


@erased_along("partners.partner")
def _of_private_partners(partners: set[UUID]) -> Rows:
    return _talks(Q(partner__in=partners), Interaction.objects.filter(client__in=partners, contact=None))


def _talks(his: Q, own: Any) -> Rows:
    lines = InteractionParticipant.objects.filter(his)
    others = InteractionParticipant.objects.exclude(his).filter(employee=None).values("interaction")
    alone = lines.exclude(interaction__in=others).values_list("interaction", flat=True)
    whole = {*own.values_list("pk", flat=True), *alone}
    return {Interaction: whole, InteractionParticipant: set(lines.values_list("pk", flat=True))}
