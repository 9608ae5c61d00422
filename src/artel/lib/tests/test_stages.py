"""Stage statistics: the rules one by one, and hypothesis against a naive replay of the same acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artel.lib.stages import (
    Result,
    StageRefused,
    StageRow,
    begun,
    current_row,
    duration_days,
    implied,
    lost,
    moved,
    relaid,
    reopened,
    restarted,
    with_potential,
    won,
)

PATH = ("contact", "qualify", "offer", "fulfil")
START = datetime(2015, 3, 3, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def shown(rows):
    return [(row.stage, row.result.value, row.duration) for row in rows]


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 0), (0.49, 0), (0.5, 1), (1.4999, 1), (1.5, 2), (34, 34), (33.5, 34)]
)
def test_duration_is_rounded_half_up(days, expected):
    assert duration_days(START, day(days)) == expected


def test_moving_over_several_passes_the_skipped_in_no_time():
    rows = moved(begun(PATH, START, "alice", Decimal(10)), PATH, "fulfil", day(34), "bob")
    assert shown(rows) == [
        ("contact", "won", 34),
        ("qualify", "won", 0),
        ("offer", "won", 0),
        ("fulfil", "in_work", None),
    ]
    assert rows[1].started_at == rows[1].ended_at == day(34)
    assert [row.responsible for row in rows] == ["alice", "bob", "bob", "bob"]
    assert {row.potential for row in rows} == {Decimal(10)}


def test_moving_back_deletes_what_was_after_and_reopens_the_target():
    rows = moved(begun(PATH, START, "alice"), PATH, "fulfil", day(2), "alice")
    back = moved(rows, PATH, "qualify", day(5), "bob")
    assert shown(back) == [("contact", "won", 2), ("qualify", "in_work", None)]
    assert back[1].started_at == day(2)
    assert back[1].ended_at is None
    assert back[1].responsible == "bob"


def test_a_lost_deal_moves_back_as_lost_and_not_forward():
    rows = lost(moved(begun(PATH, START), PATH, "offer", day(1)), PATH, day(3))
    assert shown(rows)[-1] == ("offer", "lost", None)
    assert rows[-1].ended_at == day(3)
    back = moved(rows, PATH, "contact", day(4))
    assert shown(back) == [("contact", "lost", None)]
    assert back[0].ended_at is None
    with pytest.raises(StageRefused, match="not_in_work"):
        moved(rows, PATH, "fulfil", day(4))


def test_winning_closes_the_current_stage_only_and_reopening_clears_the_end():
    rows = won(begun(PATH, START), PATH, day(1.5))
    assert shown(rows) == [("contact", "won", 2)]
    assert shown(reopened(rows, PATH)) == [("contact", "in_work", None)]
    assert reopened(rows, PATH)[0].ended_at is None


def test_a_lost_deal_won_after_all_gets_its_duration():
    rows = won(lost(begun(PATH, START), PATH, day(1)), PATH, day(3))
    assert shown(rows) == [("contact", "won", 3)]
    assert shown(lost(rows, PATH, day(4))) == [("contact", "lost", None)]


def test_another_start_of_the_current_stage_moves_the_end_before_it():
    rows = moved(begun(PATH, START), PATH, "qualify", day(10))
    changed = restarted(rows, PATH, day(4))
    assert shown(changed) == [("contact", "won", 4), ("qualify", "in_work", None)]
    assert changed[0].ended_at == changed[1].started_at == day(4)


@pytest.mark.parametrize("start", [4, 12])
def test_stages_jumped_over_go_with_another_start_of_the_one_after_them(start):
    rows = moved(begun(PATH, START), PATH, PATH[3], day(10))
    changed = restarted(rows, PATH, day(start))
    assert [row.duration for row in changed] == [start, 0, 0, None]
    assert {row.ended_at for row in changed[:3]} == {row.started_at for row in changed[1:]} == {day(start)}


def test_a_deal_of_another_kind_keeps_what_it_passed_and_goes_on_after_it():
    rows = moved(begun(PATH, START), PATH, PATH[1], day(2), "alice")
    other = [PATH[0], "visit", "sign"]
    laid = relaid(rows, other, day(3), "bob", Decimal(5))
    assert shown(laid) == [(PATH[0], "won", 2), ("visit", "in_work", None)]
    assert (laid[1].started_at, laid[1].responsible) == (day(3), "bob")
    assert {row.potential for row in laid} == {Decimal(5)}
    assert shown(relaid(rows, PATH[:1], day(3))) == [(PATH[0], "in_work", None)]
    assert shown(relaid(rows, ["visit"], day(3))) == [("visit", "in_work", None)]
    assert shown(relaid(rows, [PATH[1], "visit"], day(3))) == [(PATH[1], "in_work", None)]


@pytest.mark.parametrize("start", [-1, 6])
def test_a_stage_never_ends_before_it_starts(start):
    rows = lost(moved(begun(PATH, START), PATH, "qualify", day(2)), PATH, day(5))
    with pytest.raises(StageRefused, match="before_start"):
        restarted(rows, PATH, day(start))


def test_refusals():
    rows = begun(PATH, START)
    with pytest.raises(StageRefused, match="same_stage"):
        moved(rows, PATH, "contact", day(1))
    with pytest.raises(StageRefused, match="not_on_path"):
        moved(rows, PATH, "elsewhere", day(1))
    with pytest.raises(StageRefused, match="no_rows"):
        won((), PATH, day(1))
    with pytest.raises(StageRefused, match="before_start"):
        lost(rows, PATH, day(-1))


def test_a_deal_without_stages_has_no_statistics():
    assert begun((), START) == ()
    assert implied((), result=Result.WON, started_at=START, ended_at=day(1)) == ()
    assert current_row((), ()) is None


def test_a_stage_that_left_the_path_stays_before_all_others():
    row = StageRow(stage="old", started_at=START)
    rows = moved((row,), PATH, "qualify", day(1))
    assert shown(rows) == [
        ("old", "won", 1),
        ("contact", "won", 0),
        ("qualify", "in_work", None),
    ]
    assert restarted(rows[:1] + rows[2:], PATH, day(5))[0] == rows[0]


def test_potential_reaches_every_row():
    rows = with_potential(moved(begun(PATH, START), PATH, "offer", day(1)), Decimal(7))
    assert [row.potential for row in rows] == [Decimal(7)] * 3


def test_implied_rows_are_those_of_the_acceptance_deals():
    whole = implied(PATH, result=Result.WON, started_at=START, ended_at=day(34))
    assert shown(whole) == [
        ("contact", "won", 34),
        ("qualify", "won", 0),
        ("offer", "won", 0),
        ("fulfil", "won", 0),
    ]
    assert shown(implied(PATH, result=Result.LOST, started_at=START, ended_at=START)) == [
        ("contact", "lost", None)
    ]
    assert shown(implied(PATH, result=Result.IN_WORK, started_at=START, ended_at=None)) == [
        ("contact", "in_work", None)
    ]
    assert shown(implied(PATH[:1], result=Result.WON, started_at=START, ended_at=None)) == [
        ("contact", "won", 0)
    ]


class NaiveDeal:
    """The rules said again with mutable dictionaries, place by place."""

    def __init__(self):
        self.rows = {0: self.row(START)}
        self.at = 0
        self.status = "in_work"

    @staticmethod
    def row(start):
        return {"start": start, "end": None, "duration": None, "result": "in_work"}

    def close(self, place, when):
        row = self.rows[place]
        seconds = (when - row["start"]).total_seconds()
        row.update(end=when, result="won", duration=int(seconds / 86400 + 0.5))

    def move(self, place, when):
        if place > self.at:
            self.close(self.at, when)
            for between in range(self.at + 1, place):
                self.rows[between] = self.row(when)
                self.close(between, when)
            self.rows[place] = self.row(when)
        else:
            for gone in range(place + 1, self.at + 1):
                del self.rows[gone]
            result = "lost" if self.status == "lost" else "in_work"
            self.rows[place].update(end=None, duration=None, result=result)
        self.at = place

    def finish(self, status, when):
        self.status = status
        if status == "won":
            self.close(self.at, when)
        elif status == "lost":
            self.rows[self.at].update(end=when, duration=None, result="lost")
        else:
            self.rows[self.at].update(end=None, duration=None, result="in_work")

    def restart(self, when):
        jump, before = self.rows[self.at]["start"], self.at - 1
        while before > 0 and self.rows[before]["start"] == self.rows[before]["end"] == jump:
            self.rows[before].update(start=when, end=when)
            before -= 1
        self.rows[self.at]["start"] = when
        if self.at:
            self.close(before, when)

    def facts(self):
        return [
            (PATH[place], row["start"], row["end"], row["duration"], row["result"])
            for place, row in sorted(self.rows.items())
        ]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["move", "won", "lost", "in_work", "restart"]),
        st.integers(0, len(PATH) - 1),
        st.floats(0, 5, allow_nan=False),
    ),
    max_size=12,
)


@given(ACTS)
def test_any_sequence_of_acts_equals_a_naive_replay(acts):
    naive, rows, now = NaiveDeal(), begun(PATH, START), START
    for name, place, later in acts:
        now += timedelta(days=later)
        if name == "move":
            if place == naive.at or (place > naive.at and naive.status != "in_work"):
                continue
            rows = moved(rows, PATH, PATH[place], now)
            naive.move(place, now)
        elif name == "restart":
            if naive.status != "in_work":
                continue
            rows = restarted(rows, PATH, now)
            naive.restart(now)
        else:
            rows = (
                reopened(rows, PATH)
                if name == "in_work"
                else {"won": won, "lost": lost}[name](rows, PATH, now)
            )
            naive.finish(name, now)
        current = current_row(rows, PATH)
        assert current is not None
        assert current.stage == PATH[naive.at]
        assert [
            (r.stage, r.started_at, r.ended_at, r.duration, r.result.value) for r in rows
        ] == naive.facts()
