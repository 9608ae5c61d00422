"""Any sequence of acts leaves the rows that a naive reading of the rules gives (rules §2.5, §2.7)."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DealStage
from artel.kernel.refusals import Refused

from .world import HOUSE, moment

START = moment(1)
STAGES = 4

acts = st.one_of(
    st.tuples(st.just("move"), st.integers(0, STAGES)),
    st.tuples(st.just("restart"), st.integers(-3, 60)),
    st.tuples(st.just("lose"), st.none()),
    st.tuples(st.just("win"), st.none()),
    st.tuples(st.just("reopen"), st.none()),
    st.tuples(st.just("potential"), st.integers(0, 1000)),
)


@dataclass
class Replay:
    """The rules read one by one, on plain lists: row = [start, end, days, result]."""

    rows: dict[int, list[Any]] = field(default_factory=lambda: {0: [START, None, None, "in_work"]})
    status: str = "in_work"
    potential: int = 0

    def current(self):
        working = [place for place, row in self.rows.items() if row[3] == "in_work"]
        return max(working or self.rows)

    def move(self, target, now):
        here = self.current()
        if target >= STAGES or target == here:
            return False
        if self.status == "won":
            return False
        if target < here:
            self.rows = {place: row for place, row in self.rows.items() if place <= target}
            start = self.rows[target][0]
            self.rows[target] = [start, None, None, "lost" if self.status == "lost" else "in_work"]
            return True
        if self.rows[here][3] != "in_work" or now < self.rows[here][0]:
            return False
        self.close(here, now)
        for place in range(here + 1, target):
            self.rows.setdefault(place, [now, now, 0, "won"])
        self.rows[target] = [now, None, None, "in_work"]
        return True

    def close(self, place, now):
        start = self.rows[place][0]
        self.rows[place] = [start, now, days(start, now), "won"]

    def restart(self, offset, now):
        here, start = self.current(), START + timedelta(hours=12 * offset)
        row = self.rows[here]
        if row[1] is not None and start > row[1]:
            return False
        place = here - 1
        jumped = []
        while place > 0 and self.rows[place][0] == self.rows[place][1] == row[0]:
            jumped.append(place)
            place -= 1
        before = self.rows.get(place)
        if before and before[1] is not None:
            if start < before[0]:
                return False
            self.close(place, start)
        for place in jumped:
            self.rows[place][:2] = [start, start]
        row[0] = start
        if row[2] is not None:
            row[2] = days(start, row[1])
        return True

    def lose(self, _value, now):
        row = self.rows[self.current()]
        if self.status == "lost" or now < row[0]:
            return False
        row[1:] = [now, None, "lost"]
        self.status = "lost"
        return True

    def win(self, _value, now):
        here = self.current()
        if self.status == "won" or now < self.rows[here][0]:
            return False
        self.close(here, now)
        self.status = "won"
        return True

    def reopen(self, _value, now):
        if self.status == "in_work":
            return False
        self.rows[self.current()][1:] = [None, None, "in_work"]
        self.status = "in_work"
        return True

    def set_potential(self, value, now):
        self.potential = value
        return True


def days(start, end):
    return int((end - start).total_seconds() / 86400 + 0.5)


def act(world, deal, name, value, now):
    with mock.patch("artel.kernel.commands.timezone.now", return_value=now):
        try:
            if name == "move":
                commands.move_deal(HOUSE, deal, stage=world.stages[value])
            elif name == "restart":
                commands.restart_stage(HOUSE, deal, started_at=START + timedelta(hours=12 * value))
            elif name == "lose":
                commands.lose_deal(HOUSE, deal, loss_reason=world.reason)
            elif name == "potential":
                commands.change_deal(HOUSE, deal, potential=Decimal(value))
            else:
                {"win": commands.win_deal, "reopen": commands.reopen_deal}[name](HOUSE, deal)
        except Refused:
            return False
    return True


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(script=[("move", 1), ("win", None), ("move", 0)])
@example(script=[("move", 2), ("lose", None), ("move", 0)])
@given(script=st.lists(acts, min_size=1, max_size=9))
def test_acts_equal_a_naive_replay(world, script):
    deal = world.open(started_at=START)
    replay = Replay()
    for step, (name, value) in enumerate(script, 1):
        now = START + timedelta(days=2 * step, hours=7)
        wanted = getattr(replay, "set_potential" if name == "potential" else name)(value, now)
        assert act(world, deal, name, value, now) == wanted, (name, value)
        check(world, deal, replay)


def check(world, deal, replay):
    found = DealStage.objects.filter(deal=deal).order_by("order")
    stored = {row.order - 1: [row.started_at, row.ended_at, row.days, row.result] for row in found}
    assert stored == replay.rows
    assert {row.potential for row in found} == {Decimal(replay.potential)}
    kept = Deal.objects.get(pk=deal.pk)
    assert kept.status == replay.status
    assert (kept.stage_order, kept.stage) == (replay.current() + 1, world.stages[replay.current()])
