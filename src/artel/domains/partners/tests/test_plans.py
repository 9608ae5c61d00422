"""How the database finds partners once it knows how their rows lie."""

import pytest
from django.db import connection

from artel.domains.partners.commands import partners
from artel.domains.partners.factories import HOUSE
from artel.domains.partners.models import Partner
from artel.kernel.acts import Line
from artel.kernel.arguments import Values
from artel.kernel.dialect import gather_statistics

pytestmark = pytest.mark.django_db


def plan() -> str:
    """Names of fifty partners, as a list reads them for who sees one group."""
    shared = {record.access_group_id for record in Partner.objects.all()}
    keys = list(Partner.objects.values_list("pk", flat=True)[:50])
    return str(Partner.objects.filter(access_group__in=shared, pk__in=keys).only("name").explain())


@pytest.mark.only_on("sqlite", "PostgreSQL gathers its statistics by itself, after a while")
def test_records_are_looked_up_by_their_keys_not_by_the_group_that_many_share() -> None:
    partners.add.run(HOUSE, [Line(Values(name=f"Партнёр {number}")) for number in range(400)])
    gather_statistics(connection)
    assert "in_group" not in plan()
