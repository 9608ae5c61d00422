"""Eight people at work at the same time, each a process of his own: commands lose nothing and give no number twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forking import Child, Parent

PATIENCE_SECONDS = 240
WRITERS, ACTS, SHARED = 8, 15, 4

BEGIN = """
from artel.domains.deals import commands
from artel.domains.deals.models import Stage
from artel.domains.partners.factories import partner

client = partner("Shared client")
kind = commands.kinds.add(house, name="Shared", type="manual", stages=list(Stage.objects.exclude(code="")[:5]))
deals = [commands.open_deal(house, name=f"Shared {n}", kind=kind, client=client) for n in range(int(given[0]))]
print(json.dumps([str(deal.pk) for deal in deals]))
"""

# Each opens deals of his own, moves deals that everybody moves, changes them by the version he has seen, and sends some
# requests twice. Only refusals with a reason are allowed: anything else ends the process with an error.
WRITE = """
import random
from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealKind, Stage
from artel.domains.partners.models import Partner
from artel.kernel.refusals import Refused

me, count, keys = int(given[0]), int(given[1]), given[2:]
chance, kind = random.Random(me), DealKind.objects.get(name="Shared")
stages = list(Stage.objects.filter(pk__in=kind.stage_keys))
client = Partner.objects.get(name="Shared client")
told = {"opened": [], "changed": [], "refused": [], "moved": 0}
for n in range(count):
    for turn in range(1 + n % 2):
        deal = commands.open_deal(house, name=f"{me}-{n}", kind=kind, client=client, key=f"{me}-{n}")
        told["opened"].append([str(deal.pk), deal.code])
    seen = Deal.objects.get(pk=chance.choice(keys))
    try:
        commands.move_deal(house, seen, stage=chance.choice(stages))
        told["moved"] += 1
    except Refused as no:
        told["refused"].append(no.code)
    try:
        note = f"{seen.comment}|{me}-{n}"
        commands.change_deal(house, seen, comment=note, expected_version=seen.version)
        told["changed"].append(f"{me}-{n}")
    except Refused as no:
        told["refused"].append(no.code)
    seen = Deal.objects.get(pk=chance.choice(keys))
    try:
        note = f"{seen.comment}|{me}+{n}"
        commands.change_deal(house, seen, comment=note, expected_version=seen.version)
        told["changed"].append(f"{me}+{n}")
    except Refused as no:
        told["refused"].append(no.code)
print(json.dumps(told))
"""

LOOK = """
from artel.domains.deals.models import Deal, DealStage
from artel.kernel.journal.models import ChangeSet, Event, RowChange

shared = Deal.objects.filter(name__startswith="Shared")
current = {row.pk: row.stage_id for row in shared}
places = {}
for row in DealStage.objects.filter(deal__in=shared, ended_at__isnull=True):
    places.setdefault(row.deal_id, []).append(row.stage_id)
print(json.dumps({
    "codes": list(Deal.objects.values_list("code", flat=True)),
    "notes": [note for row in shared for note in row.comment.split("|") if note],
    "one_place": all(places.get(key) == [stage] for key, stage in current.items()),
    "moves": ChangeSet.objects.filter(command="deals.move_deal").count(),
    "told": Event.objects.filter(name="deals.DealMoved").count(),
    "opened": ChangeSet.objects.filter(command="deals.open_deal").count(),
    "rows": sum(ChangeSet.objects.exclude(row_count=None).filter(parent=None).values_list("row_count", flat=True)),
    "changes": RowChange.objects.count(),
}))
"""

FRAME = """
import json, sys
from artel.kernel.actors import Actor
house, given = Actor.system("writer"), sys.argv[1:]
"""


@pytest.fixture
def home(new_home: Callable[[], dict[str, str]], parent_in: Callable[[dict[str, str]], Parent]) -> Parent:
    """Of processes with a base of their own, on the database the tests run on."""
    return parent_in(new_home())


def started(home: Parent, script: str, *given: str) -> Child:
    return home.begin(FRAME + script, *given)


def answer(process: Child) -> Any:
    out, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    return json.loads(out)


def test_eight_at_once_lose_nothing_and_give_no_number_twice(home: Parent) -> None:
    shared = answer(started(home, BEGIN, str(SHARED)))
    writers = [started(home, WRITE, str(me), str(ACTS), *shared) for me in range(WRITERS)]
    try:
        told = [answer(each) for each in writers]
    finally:
        for each in writers:
            each.kill()
    found = answer(started(home, LOOK))
    opened = [tuple(pair) for one in told for pair in one["opened"]]
    assert len(set(opened)) == WRITERS * ACTS, "a request sent twice acts once"
    assert len(found["codes"]) == len(set(found["codes"])) == SHARED + WRITERS * ACTS
    assert found["opened"] == SHARED + WRITERS * ACTS
    assert sorted(found["notes"]) == sorted(note for one in told for note in one["changed"]), (
        "a change was lost"
    )
    assert found["one_place"]
    assert found["moves"] == found["told"] == sum(one["moved"] for one in told)
    refusals = {code for one in told for code in one["refused"]}
    assert "changed_meanwhile" in refusals, "nobody met anybody: nothing was tried"
    assert refusals <= {"changed_meanwhile", "same_stage"}
    assert found["rows"] == found["changes"]
