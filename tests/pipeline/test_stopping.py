"""/stop: what is stopped, what is asked back, and what is never said after it."""

import pytest

from bot.core.notice import BadIds, NotWatched, Stopped
from bot.core.request import AskStop, AskStopAll, AskWatch, Wish
from bot.core.task import TaskId
from tests.builders import ANN, XIAOLI, ask
from tests.pipeline.conftest import Line

ONE, OTHER, FOREIGN = TaskId("task_a1"), TaskId("task_a2"), TaskId("task_zz9")


@pytest.mark.parametrize(
    ("wish", "stopped", "unknown"),
    [
        (AskStop((ONE,)), [ONE], []),
        (AskStop((OTHER, ONE)), [ONE, OTHER], []),
        (AskStopAll(), [ONE, OTHER], []),
        (AskStop((FOREIGN,)), [], [FOREIGN]),
        (AskStop((OTHER, FOREIGN)), [OTHER], [FOREIGN]),
    ],
)
async def test_stop_takes_ids_or_all(
    line: Line, wish: Wish, stopped: list[TaskId], unknown: list[TaskId]
) -> None:
    await line.asks(ask(AskWatch((ONE, OTHER))))
    await line.asks(ask(wish))
    await line.delivers(seconds=8)
    told = [one.notice for one in line.chat.sent]
    assert [i for one in told if isinstance(one, Stopped) for i in one.task_ids] == stopped
    assert [i for one in told if isinstance(one, NotWatched) for i in one.task_ids] == unknown


async def test_twelve_unknown_ids_are_one_answer_not_twelve(line: Line) -> None:
    unknown = tuple(TaskId(f"task_{number}") for number in range(12))
    await line.asks(ask(AskStop(unknown)))
    await line.delivers(seconds=20)
    assert [one.notice for one in line.chat.sent] == [NotWatched(unknown)]


async def test_stop_with_a_word_that_is_no_id_stops_nothing(line: Line) -> None:
    await line.asks(ask("task_a1"))
    await line.asks(ask(AskStop((), ("été",))))
    await line.delivers(seconds=5)
    assert BadIds(("été",)) in [one.notice for one in line.chat.sent]
    assert "Stopped" not in line.chat.told()


async def test_stop_without_an_id_asks_which_when_there_are_several(line: Line) -> None:
    await line.asks(ask(AskWatch((ONE, OTHER))))
    await line.asks(ask(AskStop()))
    await line.delivers(seconds=5)
    assert line.chat.told().count("StopWhich") == 1
    assert "Stopped" not in line.chat.told()


async def test_stop_without_an_id_stops_the_only_one(line: Line) -> None:
    await line.asks(ask("task_a1"))
    await line.asks(ask(AskStop()))
    await line.delivers(seconds=5)
    assert "Stopped" in line.chat.told()


@pytest.mark.parametrize("wish", [AskStop(), AskStopAll()])
async def test_with_nothing_to_stop_the_answer_is_that_there_is_nothing(
    line: Line, wish: Wish
) -> None:
    await line.asks(ask("task_a1", XIAOLI))
    await line.asks(ask(wish, ANN))
    await line.delivers(seconds=3)
    assert line.chat.told(ANN) == ["WatchList"]
