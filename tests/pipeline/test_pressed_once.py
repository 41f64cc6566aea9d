"""A kill at any commit of a pressed button: it has turned what it turns, and only once."""

import pytest

from bot.core.notice import Card, Toast, ToastText
from bot.core.request import Button, Press
from tests.builders import ask, queued
from tests.pipeline.conftest import Line
from tests.pipeline.test_crashes import Killed, MortalDatabase

AFTER_THE_LEASE = 31
MOST_COMMITS = 10


async def press_and_die(line: Line, number: int, *, before: bool) -> tuple[MortalDatabase, int]:
    """The chat in which it was pressed, too."""
    chat = 6000 + number + (500 if before else 0)
    line.provider.says(f"task_{chat}", queued())
    await line.asks(ask(f"task_{chat}", chat))
    await line.looks()
    (card,) = [one for one in line.chat.sent if one.chat_id == chat]
    assert isinstance(card.notice, Card)
    await line.arrives(ask(Press(f"query {chat}", Button.LADDER, card.notice.ref), chat))
    url = line.database.url.render_as_string(hide_password=False)
    mortal = MortalDatabase(url, number, before=before)
    immortal, line.database = line.database, mortal
    line.restart()
    try:
        await line.answering.once()
        await line.delivers()
    except Killed:
        pass
    line.database = immortal
    line.restart()
    line.clock.pass_by(seconds=AFTER_THE_LEASE)
    await line.answering.once()
    await line.delivers(seconds=10)
    await mortal.close()
    return mortal, chat


@pytest.mark.parametrize("before", [True, False], ids=["before the commit", "after the commit"])
async def test_a_kill_at_any_commit_of_a_press_turns_the_bell_once(
    line: Line, *, before: bool
) -> None:
    for number in range(1, MOST_COMMITS):
        mortal, chat = await press_and_die(line, number, before=before)
        sent = [one.notice for one in line.chat.sent if one.chat_id == chat]
        toasts = [one for one in sent if isinstance(one, Toast)]
        cards = [one for one in sent if isinstance(one, Card)]
        assert {(one.text, one.ladder) for one in toasts} == {(ToastText.LADDER, (50,))}
        assert cards[-1].ladder == (50,)
        if not mortal.dead:
            assert number > 3  # claimed, answered, claimed to be sent …
            return
    pytest.fail("it never outlived its killer")
