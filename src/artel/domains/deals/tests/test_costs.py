"""How many statements a page of deals asks in a process that is warm: a number that grows is found here, not by a customer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artel.kernel.roles import Reach

from .world import person


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        # the epoch; the rows; the names of clients
        ("/deals?status=in_work&sort=-potential", 3),
        # the epoch; the deal; its client; stages passed, participants, demand, first interest; the journal
        ("/deals/{deal}", 8),
        # the epoch; kinds offered as a filter; the numbers
        ("/reports/sales-funnel?from=2026-01-01&to=2026-12-31", 3),
    ],
)
def test_a_page_asks_so_many_statements(world, client, page, expected):
    alice = person("alice", "deals.*", "partners.*", reach=Reach.ALL, only=[world.group])
    assert alice.user is not None
    deals = [world.open(alice) for _number in range(3)]
    client.force_login(alice.user, backend="django.contrib.auth.backends.ModelBackend")
    path = page.format(deal=deals[0].pk)
    for _visit in range(2):
        assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    assert len(asked) == expected, "\n".join(each["sql"][:150] for each in asked)
