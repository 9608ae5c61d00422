"""Reports through the API."""

import pytest

from artel.reports import registry
from artel.reports.composing import run

from .test_records import problem

pytestmark = pytest.mark.django_db


def test_every_report_answers_as_it_does_at_home(people):
    for report in registry.all_reports():
        for block in report.blocks:
            answer = people.as_head.get(
                f"reports/{report.name}?block={block.name}&from=2020-01-01&to=2030-01-01"
            )
            assert answer.status_code == 200, answer.content.decode()
            body = answer.json()
            params = {"block": block.name, "from": "2020-01-01", "to": "2030-01-01"}
            at_home = run(people.head, report.name, params).as_json()
            assert {**body, "as_of": ""} == {**at_home, "as_of": ""}
            assert body["blocks"] == [one.name for one in report.blocks]


@pytest.mark.parametrize(
    "query", ["from=soon", "block=x", "rows=x", "measures=x", "colour=red", "from=2026-02-01&to=2026-01-01", "filter=[", "rows=%00", "kind=x%00"]
)  # fmt: skip
def test_wrong_parameters_are_named(people, query):
    assert problem(people.as_head.get(f"reports/sales-funnel?{query}"), 400)


def test_an_unknown_report_is_not_there(people):
    problem(people.as_head.get("reports/nonsense"), 404, "no_such_address")
    problem(people.as_nobody.get("reports/sales-funnel"), 403, "forbidden")
    problem(people.as_stranger.get("reports/sales-funnel"), 401, "unauthorized")
