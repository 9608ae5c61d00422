"""Any sequence of acts with deals, taken back in reverse, leaves every row of the house as it was, and so does doing it again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artel.domains.deals import commands
from artel.domains.deals.models import Deal, DemandRow, Participant
from artel.domains.partners.models import Partner
from artel.kernel.journal.catalogue import journalled_models, unjournalled_fields
from artel.kernel.journal.models import ChangeSet
from artel.kernel.refusals import NotThere, Refused
from artel.kernel.roles import Reach
from artel.kernel.undoing import undo_change_set

from .world import HOUSE, person


def open_one(world: Any, _deal: Any, number: int) -> None:
    world.open(kind=(world.manual, world.standard, world.plain)[number % 3])


def lose(world: Any, deal: Any, number: int) -> None:
    to_competitor = {"loss_reason": world.to_competitor, "winner": world.competitor}
    commands.lose_deal(HOUSE, deal, **(to_competitor if number % 2 else {"loss_reason": world.reason}))


def change(world: Any, deal: Any, number: int) -> None:
    changes = (
        {"potential": Decimal(number * 100)},
        {"client": (world.client, world.competitor, None)[number % 3]},
        {"kind": (world.manual, world.standard)[number % 2]},
    )
    commands.change_deal(HOUSE, deal, **changes[number % 3])


def add_participant(_world: Any, deal: Any, number: int) -> None:
    commands.add_participant(HOUSE, deal, partner=Partner.objects.order_by("name")[number % 2])


def remove_participant(_world: Any, deal: Any, _number: int) -> None:
    if row := Participant.objects.filter(deal=deal).first():
        commands.remove_participant(HOUSE, deal, participant=row)


def add_demand(_world: Any, deal: Any, number: int) -> None:
    commands.add_demand_row(HOUSE, deal, description="masts", sum=Decimal(number), satisfied_percent=100)


def remove_demand(_world: Any, deal: Any, _number: int) -> None:
    if row := DemandRow.objects.filter(deal=deal).first():
        commands.remove_demand_row(HOUSE, deal, row=row)


ACTS: dict[str, Callable[[Any, Any, int], object]] = {
    "open": open_one,
    "lose": lose,
    "change": change,
    "add a participant": add_participant,
    "remove a participant": remove_participant,
    "add demand": add_demand,
    "remove demand": remove_demand,
    "move": lambda world, deal, number: commands.move_deal(HOUSE, deal, stage=world.stages[number]),
    "win": lambda _world, deal, _number: commands.win_deal(HOUSE, deal),
    "reopen": lambda _world, deal, _number: commands.reopen_deal(HOUSE, deal),
    "close": lambda _world, deal, _number: commands.close_deal(HOUSE, deal),
    "copy": lambda _world, deal, _number: commands.copy_deal(HOUSE, deal),
    "mark": lambda _world, deal, _number: commands.mark_deal(HOUSE, deal),
    "unmark": lambda _world, deal, _number: commands.unmark_deal(HOUSE, deal),
    "calculate": lambda _world, deal, _number: commands.calculate_potential(HOUSE, deal),
    "list": lambda world, _deal, number: commands.list_stage(HOUSE, world.manual, stage=world.stages[number]),
    "unlist": lambda world, _deal, number: commands.unlist_stage(
        HOUSE, world.manual, stage=world.stages[number]
    ),
}
acts = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 5)), min_size=1, max_size=7)


def picture() -> dict[str, list[Any]]:
    """Every journalled row of the house, less what never enters the journal."""
    return {model._meta.label: rows(model) for model in journalled_models()}


def rows(model: Any) -> list[Any]:
    left_out = unjournalled_fields(model)
    columns = [each.attname for each in model._meta.concrete_fields if each.name not in left_out]
    return sorted(model._base_manager.values_list(*columns), key=str)


@contextmanager
def going_back() -> Any:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def done(world: Any, verb: str, number: int) -> int | None:
    """The change set of an act, none when it was refused or changed nothing."""
    last = ChangeSet.objects.order_by("-id").values_list("id", flat=True).first() or 0
    deals = list(Deal.objects.order_by("code"))
    try:
        ACTS[verb](world, deals[number % len(deals)], number)
    except Refused:
        return None
    made = ChangeSet.objects.filter(id__gt=last, row_count__gt=0).values_list("id", flat=True)
    return made.get() if made else None


def put_back(number: int) -> int | None:
    result = undo_change_set(HOUSE, number)
    assert result.conflicts == []
    return result.set_id


@given(acts)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_taken_back_in_reverse_everything_is_as_it_was(world: Any, steps: list[tuple[str, int]]) -> None:
    with going_back():
        world.open()
        pictures, sets = [picture()], []
        for verb, number in steps:
            if made := done(world, verb, number):
                sets.append(made)
                pictures.append(picture())
        undone = []
        for made, before in zip(reversed(sets), reversed(pictures[:-1]), strict=True):
            undone.append(put_back(made))
            assert picture() == before
        for back, after in zip(reversed(undone), pictures[1:], strict=True):
            assert back is not None
            put_back(back)
            assert picture() == after


def test_a_salesman_takes_his_loss_back_whole(world: Any) -> None:
    """The stage row and the winner are parts of the deal: the right to change it is the right to put them back."""
    alice, bob = person("alice", reach=Reach.OWN), person("bob", reach=Reach.OWN)
    deal = world.open(alice)
    commands.move_deal(alice, deal, stage=world.stages[1])
    before = picture()
    commands.lose_deal(alice, deal, loss_reason=world.to_competitor, winner=world.competitor)
    lost = ChangeSet.objects.latest("id").pk
    with pytest.raises(NotThere):
        undo_change_set(bob, lost)
    assert undo_change_set(alice, lost).conflicts == []
    assert picture() == before
