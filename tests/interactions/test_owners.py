"""A record of several owners and a private one, by the facts of a model and nothing else."""

import pytest
from django.db.models import Q

from artel.domains.company.factories import HOUSE, person
from artel.domains.interactions.models import Interaction, InteractionParticipant
from artel.kernel.access import Q_ALL, Q_NOTHING, predicate
from artel.kernel.roles import Reach

pytestmark = pytest.mark.django_db
VIEW = "interactions.view_interaction"


def test_whoever_sees_every_owner_needs_no_look_at_the_links():
    head = person("head", "head", reach=Reach.ALL)
    private = Q(is_private=False) | Q(is_private=True, responsible=head.user_id)
    assert predicate(head, Interaction, VIEW) == private
    assert predicate(person("admin", "administrator", reach=Reach.ALL), Interaction, VIEW) == Q_ALL


def test_the_links_are_asked_row_by_row_and_once_whatever_the_grants():
    alice = person("alice", "sales_manager")
    sql = str(Interaction.objects.filter(predicate(alice, Interaction, VIEW)).query)
    assert sql.count("EXISTS") == 3, "partners, people, deals"
    assert '"interaction_id" = ("interactions_interaction"."id")' in sql


def test_without_the_right_nothing_opens():
    stranger = person("stranger")
    assert predicate(stranger, Interaction, VIEW) == Q_NOTHING
    assert predicate(stranger, InteractionParticipant, VIEW) == Q_NOTHING


def test_the_house_sees_all():
    assert predicate(HOUSE, Interaction, VIEW) == Q_ALL
