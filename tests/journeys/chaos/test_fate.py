"""What a seed decides is the same each time, and as much as the plan says; and how it is told."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.journeys.chaos import fate
from tests.journeys.chaos.plan import NONE_OF_THEM, TOLD, Bound, Plan
from tests.journeys.chaos.report import table
from tests.journeys.chaos.scenarios import LONG, SHORT
from tests.journeys.chaos.verdict import Figure

PLANS = {**LONG, **SHORT}


@pytest.mark.parametrize("name", PLANS)
def test_a_seed_decides_everything_and_another_decides_otherwise(name: str) -> None:
    plan = PLANS[name]
    assert fate.asks(plan, 1) == fate.asks(plan, 1) != fate.asks(plan, 2)
    assert fate.blows(plan, 1) == fate.blows(plan, 1)
    dealt = Counter(one.what for one in fate.blows(plan, 1))
    counts = (dealt["kill"], dealt["term"], dealt["freeze"], dealt["restart"])
    assert counts == (plan.kills, plan.terms, plan.freezes, plan.restarts)


@pytest.mark.parametrize("name", PLANS)
def test_every_task_is_asked_for_once_and_in_time(name: str) -> None:
    plan = PLANS[name]
    asked = fate.asks(plan, 1)
    assert len({one.script.task_id for one in asked}) == len(asked) == plan.watches
    assert all(0 <= one.at <= plan.asking for one in asked)
    assert {one.chat for one in asked} == set(range(plan.groups + plan.people))


@pytest.mark.parametrize("name", [name for name, plan in PLANS.items() if plan.errands])
def test_no_task_ends_while_its_buttons_are_still_pressed(name: str) -> None:
    plan = PLANS[name]
    assert min(one.at + one.script.ends for one in fate.asks(plan, 1)) > plan.span


def test_blows_are_spread_over_the_whole_span() -> None:
    plan = Plan("", watches=1, people=1, asking=1, span=100, kills=10)
    tenths = [int(one.at // 10) for one in fate.blows(plan, 1)]
    assert tenths == list(range(10))
    assert fate.blows(replace(plan, kills=0), 1) == ()


def test_a_bound_holds_from_both_sides() -> None:
    assert Bound(most=2, least=1).holds(1.5)
    assert not Bound(most=2).holds(2.1)
    assert not Bound(least=1).holds(0.9)
    assert TOLD.holds(99)


def test_the_table_shows_the_worst_of_the_seeds_and_a_run_that_broke_down() -> None:
    lost, fast = Figure("lost", 0, NONE_OF_THEM), Figure("a second", 25, Bound(least=20))
    told = table(
        {
            "good": {1: [lost, fast], 2: [lost, replace(fast, value=21)]},
            "bad": {1: [lost], 2: [replace(lost, value=3)]},
            "gone": {1: [], 2: [lost]},
            "none": {1: [], 2: []},
        }
    ).splitlines()
    assert told[2:] == [
        "| good | lost | ≤ 0 | 0 | 0 | 0 | ✓ |",
        "|  | a second | ≥ 20 | 25 | 21 | 21 | ✓ |",
        "| bad | lost | ≤ 0 | 0 | 3 | 3 | ✗ |",
        "| gone | lost | ≤ 0 | – | 0 | 0 | ✗ |",
        "| none | did not come to its end | | – | – | – | ✗ |",
    ]
