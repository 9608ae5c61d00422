"""A base of its own and real processes: what `test_processes` begins, kills and asks. Answers are one JSON on stdout."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

HOT = 30
ALL_READ = 200
"""Rounds without anything new after which a reader gives up: only a test that has failed gets there."""


def main(act: str, *arguments: str) -> None:
    sys.stdout.write(json.dumps(ACTS[act](*arguments)))


def begin() -> None:
    """The hot rows that everybody will want."""
    from artel.kernel.journal.writing import system_set
    from artel.kernel.models import AccessGroup

    with system_set("scenario.begin"):
        for number in range(HOT):
            AccessGroup.objects.create(name=f"hot {number}")


def write(seed: str, count: str) -> list[str]:
    """Many small acts on the hot rows, some on several of them; the numbers that they took on the way."""
    from django.db import transaction

    from artel.kernel.journal.writing import ActorStamp, change_set
    from artel.kernel.models import AccessGroup
    from artel.kernel.numbering import reserve

    chance = random.Random(int(seed))
    keys = sorted(AccessGroup.objects.filter(name__startswith="hot").values_list("pk", flat=True))
    stamp = ActorStamp("person", None, f"writer {seed}")
    taken: list[str] = []
    for number in range(int(count)):
        several = chance.sample(keys, chance.choice([1, 1, 1, 8]))
        with transaction.atomic(), change_set(stamp, command="scenario.write"):
            rows = AccessGroup.objects.filter(pk__in=several).order_by("pk").select_for_update()
            for row in rows:
                AccessGroup.objects.filter(pk=row.pk).update(name_en=f"{seed}-{number}")
            taken += reserve("scenario", len(several))
    return taken


def read(count: str) -> list[int]:
    """Every writer's set as a reader meets them while they are written."""
    from artel.kernel.journal.reading import read_new

    met: list[int] = []
    idle = 0
    while len(met) < int(count) and idle < ALL_READ:
        with read_new("scenario", limit=7) as sets:
            met += [one.pk for one in sets if one.command == "scenario.write"]
        idle = 0 if sets else idle + pause()
    return met


def pause() -> int:
    from time import sleep

    sleep(0.1)
    return 1


def replay() -> dict[str, Any]:
    """Where the journal, replayed, and the table differ; where a "before" is not the "after" before it."""
    from artel.kernel.journal.models import ChangeSet, RowChange
    from artel.kernel.models import AccessGroup

    now: dict[Any, str] = {}
    breaks = 0
    for one in RowChange.objects.filter(set__command="scenario.write").order_by("pk"):
        was, became = (one.before or {})["name_en"], (one.after or {})["name_en"]
        breaks += was != now.get(one.row_id, "")
        now[one.row_id] = became
    table = dict(AccessGroup.objects.filter(name__startswith="hot").values_list("pk", "name_en"))
    sets = ChangeSet.objects.filter(command="scenario.write")
    return {
        "breaks": breaks,
        "differing": sum(table[key] != now.get(key, "") for key in table),
        "sets": list(sets.values_list("pk", flat=True)),
        "counted": sum(sets.values_list("row_count", flat=True)),
        "changes": RowChange.objects.filter(set__command="scenario.write").count(),
    }


def bring(count: str) -> None:
    """Half of an import, then a line on stdout, then the rest: to be killed in between."""
    from artel.kernel.journal.writing import system_set
    from artel.kernel.models import Option

    with system_set("scenario.bring"):
        for number in range(int(count)):
            Option.objects.create(code=f"brought-{number}", is_on=True)
        sys.stdout.write("half\n")
        sys.stdout.flush()
        sys.stdin.readline()
    sys.stdout.write("whole\n")


def left() -> list[int]:
    """What there is of an import: rows, changes, sets, open sets."""
    from artel.kernel.journal.models import ChangeSet, RowChange
    from artel.kernel.models import Option

    return [
        Option.objects.filter(code__startswith="brought").count(),
        RowChange.objects.filter(set__command="scenario.bring").count(),
        ChangeSet.objects.filter(command="scenario.bring").count(),
        ChangeSet.objects.filter(is_open=True).count(),
    ]


ACTS: dict[str, Any] = {
    "begin": begin,
    "write": write,
    "read": read,
    "replay": replay,
    "bring": bring,
    "left": left,
}
