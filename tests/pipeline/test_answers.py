"""What a person asks, what is done about it, and what bad input changes: nothing."""

from dataclasses import replace

import pytest

from bot.core.notice import (
    AlreadyWatched,
    BadIds,
    Card,
    Hint,
    NotAllowed,
    Toast,
    ToastText,
    TooMany,
    WatchList,
    WatchWhat,
)
from bot.core.request import AskList, AskWatch, Button, Press
from bot.core.task import TaskId
from bot.core.watch import UserId, WatchRef
from tests.builders import ANN, XIAOLI, ask, completed, failed, queued, running
from tests.pipeline.conftest import Line

GROUP = -500


async def counted(line: Line, table: str) -> int:
    async with line.database.read() as tx:
        return int((await tx.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar() or 0)


def last_toast(line: Line) -> Toast:
    return next(one.notice for one in reversed(line.chat.sent) if isinstance(one.notice, Toast))


async def card_of(line: Line, chat: int = ANN) -> WatchRef:
    await line.delivers(seconds=1)
    cards = [one.notice for one in line.chat.sent if one.chat_id == chat]
    return next(one.ref for one in reversed(cards) if isinstance(one, Card))


def press(button: Button, ref: WatchRef, query: str = "q1") -> Press:
    return Press(query, button, ref)


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        (AskWatch(()), Hint()),
        (AskWatch((), command=True), WatchWhat()),
        (AskWatch((), ("task_été",)), BadIds(("task_été",))),
    ],
)
async def test_bad_input_is_answered_and_changes_nothing(
    line: Line, wish: AskWatch, answer: object
) -> None:
    await line.asks(ask(wish))
    await line.delivers()
    assert [one.notice for one in line.chat.sent] == [answer]
    assert await counted(line, "tasks") == 0
    assert await counted(line, "subscriptions") == 0


async def test_fifty_one_ids_at_once_are_refused_whole_and_the_quota_is_named(line: Line) -> None:
    ids = tuple(TaskId(f"task_{number:06}") for number in range(51))
    await line.asks(ask(AskWatch(ids)))
    await line.delivers()
    assert [one.notice for one in line.chat.sent] == [TooMany(asked=51, active=0, limit=50)]
    assert await counted(line, "subscriptions") == 0


async def test_the_quota_counts_what_is_watched_already(line: Line) -> None:
    line.rules = replace(line.rules, max_watches=2)
    line.restart()
    await line.asks(ask(AskWatch((TaskId("task_a1"), TaskId("task_a2")))))
    await line.asks(ask("task_a3"))
    await line.delivers(seconds=5)
    assert TooMany(asked=1, active=2, limit=2) in [one.notice for one in line.chat.sent]


async def test_good_ids_are_watched_beside_bad_ones(line: Line) -> None:
    await line.asks(ask(AskWatch((TaskId("task_a1"),), ("task_é",))))
    await line.delivers(seconds=3)
    assert sorted(line.chat.told()) == ["BadIds", "Card"]


async def test_an_id_that_is_watched_already_is_not_watched_twice(line: Line) -> None:
    line.provider.says("task_a1", queued())
    await line.asks(ask("task_a1"))
    await line.asks(ask("task_a1"))
    await line.delivers(seconds=3)
    assert AlreadyWatched((TaskId("task_a1"),)) in [one.notice for one in line.chat.sent]
    assert await counted(line, "subscriptions") == 1


async def test_the_stop_button_ends_the_watch_and_its_polling(line: Line) -> None:
    line.provider.says("task_a1", queued())
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.asks(ask(press(Button.STOP, await card_of(line))))
    await line.delivers(seconds=5)
    assert last_toast(line).text is ToastText.STOPPED
    closing = [one.notice for one in line.chat.sent if isinstance(one.notice, Card)][-1]
    assert closing.stopped
    assert await line.looks(after=600) == 0


async def test_a_stopped_watch_of_one_chat_goes_on_for_the_other(line: Line) -> None:
    line.provider.says("task_a1", queued(), completed())
    await line.asks(ask("task_a1", ANN))
    await line.asks(ask("task_a1", XIAOLI))
    await line.looks()
    await line.asks(ask(press(Button.STOP, await card_of(line, ANN)), ANN))
    await line.looks(after=20)
    await line.delivers(seconds=5)
    assert "Ended" not in line.chat.told(ANN)
    assert line.chat.told(XIAOLI)[-3:-1] == ["Ended", "Attachment"]


@pytest.mark.parametrize("button", list(Button))
async def test_a_button_from_another_chat_says_the_same_as_one_that_never_was(
    line: Line, button: Button
) -> None:
    line.provider.says("task_a1", queued())
    await line.asks(ask("task_a1", ANN))
    ref = await card_of(line)
    before = await counted(line, "subscriptions")
    await line.asks(ask(press(button, ref), XIAOLI))
    await line.delivers()
    foreign = last_toast(line)
    await line.asks(ask(press(button, WatchRef("x" * 22)), XIAOLI))
    await line.delivers()
    assert foreign == last_toast(line)
    assert foreign.text is ToastText.GONE
    assert await counted(line, "subscriptions") == before
    assert await line.looks(after=20) == 1


async def test_in_a_group_only_the_one_who_asked_may_stop(line: Line) -> None:
    line.provider.says("task_a1", queued())
    await line.asks(ask("task_a1", GROUP, user=ANN))
    ref = await card_of(line, GROUP)
    await line.asks(ask(press(Button.STOP, ref), GROUP, user=XIAOLI))
    await line.delivers(seconds=5)
    assert last_toast(line).text is ToastText.GONE
    await line.asks(ask(press(Button.STOP, ref), GROUP, user=ANN))
    await line.delivers(seconds=5)
    assert last_toast(line).text is ToastText.STOPPED


async def test_a_stale_button_changes_nothing(line: Line) -> None:
    line.provider.says("task_a1", queued(), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    ref = await card_of(line)
    await line.looks(after=20)
    for button in (Button.STOP, Button.LADDER):
        await line.asks(ask(press(button, ref)))
        await line.delivers(seconds=3)
        assert last_toast(line).text is ToastText.GONE


async def test_the_bell_button_turns_to_the_next_ladder_and_does_not_ring_for_the_past(
    line: Line,
) -> None:
    line.provider.says("task_a1", running(60), running(62), running(92))
    await line.asks(ask("task_a1"))
    await line.looks()
    ref = await card_of(line)
    for _ in range(3):  # 50, none, every ten
        await line.asks(ask(press(Button.LADDER, ref)))
        await line.delivers(seconds=3)
    assert last_toast(line).ladder == tuple(range(10, 100, 10))
    await line.looks(after=20)
    await line.delivers(seconds=5)
    assert "Milestone" not in line.chat.told()
    await line.looks(after=20)
    await line.delivers(seconds=5)
    assert line.chat.told().count("Milestone") == 1


async def test_check_again_after_a_failure_asks_the_provider_anew(line: Line) -> None:
    line.provider.says("task_a1", failed(), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    ref = next(one.notice.ref for one in line.chat.sent if hasattr(one.notice, "ref"))
    await line.asks(ask(press(Button.AGAIN, ref)))
    await line.looks()
    await line.delivers(seconds=5)
    assert last_toast(line).text is ToastText.AGAIN
    assert line.chat.told()[-1] == "Attachment"


async def test_check_again_pressed_twice_watches_once(line: Line) -> None:
    line.provider.says("task_a1", failed(), queued())
    await line.asks(ask("task_a1"))
    await line.looks()
    ref = next(one.notice.ref for one in line.chat.sent if hasattr(one.notice, "ref"))
    await line.asks(ask(press(Button.AGAIN, ref)))
    await line.asks(ask(press(Button.AGAIN, ref)))
    assert await counted(line, "subscriptions") == 2  # the failed one, and the new one


async def test_list_shows_what_is_watched_here_and_nothing_of_others(line: Line) -> None:
    await line.asks(ask("task_a1", ANN))
    await line.asks(ask("task_b1", XIAOLI))
    await line.asks(ask(AskList(), ANN))
    await line.delivers(seconds=3)
    (shown,) = [one.notice for one in line.chat.sent if isinstance(one.notice, WatchList)]
    assert [task.id for _, task in shown.rows] == ["task_a1"]


async def test_a_stranger_is_turned_away_politely_and_nothing_is_stored(line: Line) -> None:
    line.rules = replace(line.rules, allowed_users=frozenset({UserId(ANN)}))
    line.restart()
    await line.asks(ask("task_a1", XIAOLI))
    await line.delivers()
    assert [one.notice for one in line.chat.sent] == [NotAllowed()]
    assert await counted(line, "tasks") == 0


async def test_a_watch_that_lasts_too_long_ends_honestly_and_can_go_on(line: Line) -> None:
    line.provider.says("task_a1", running(40))
    await line.asks(ask("task_a1"))
    await line.looks()
    line.clock.pass_by(hours=73)
    await line.sweep.once()
    await line.delivers(seconds=5)
    assert "GaveUp" in line.chat.told()
    assert await line.looks(after=60) == 0
    ref = next(one.notice.ref for one in line.chat.sent if hasattr(one.notice, "ref"))
    await line.asks(ask(press(Button.AGAIN, ref)))
    assert await line.looks() == 1
