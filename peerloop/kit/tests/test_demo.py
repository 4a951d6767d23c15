"""Steps of the demo world: their order, their names, and acts at their moments."""

from datetime import UTC, datetime, timedelta

import pytest

from peerloop.kit import clock, demo
from peerloop.kit.demo import DemoStep, Stage, World

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_steps", {})


def test_steps_run_by_stage_and_then_as_declared() -> None:
    first = DemoStep("plan", Stage.PLANS, lambda world: None)
    second = DemoStep("members", Stage.ROWS, lambda world: None)
    third = DemoStep("courses", Stage.ROWS, lambda world: None)
    demo.declare([first, second, third])
    assert demo.declared() == [second, third, first]


def test_another_step_of_the_same_name_is_refused() -> None:
    demo.declare([DemoStep("members", Stage.ROWS, lambda world: None)])
    with pytest.raises(ValueError, match="called members"):
        demo.declare([DemoStep("members", Stage.PLANS, lambda world: None)])


def test_acts_happen_at_their_moments_and_none_after_now() -> None:
    world = World(now=NOON)
    seen: list[datetime] = []
    for hours in (-1, -3, 2):
        world.plan(NOON + timedelta(hours=hours), lambda at: seen.append(clock.now()))
    world.tell()
    assert seen == [NOON - timedelta(hours=3), NOON - timedelta(hours=1)]


def test_chance_is_the_same_in_every_seed() -> None:
    assert World(now=NOON).dice("a").random() == World(now=NOON).dice("a").random()
    assert World(now=NOON).dice("a").random() != World(now=NOON).dice("b").random()
