"""Whatever becomes of Telegram, the receiver goes on, and says so in one line."""

import logging

import pytest
from telegram import Bot

from bot.chat.receiver import LONGEST_PAUSE
from bot.chat.telegram import _request, connected
from sandbox.bot_api import BotApi, Fault, User
from sandbox.telegram.faults import Kind
from tests.chat.receiving import MoodyDatabase, Start, acknowledged, asked, messages, stored
from tests.chat.servers import saying
from tests.fakes import Pauses

# The library's advice does not fit us; bot.chat.receiver silences it outside of pytest.
pytestmark = pytest.mark.filterwarnings("ignore:Please use")


@pytest.mark.parametrize("kind", ["500", "502-html", "reset", "429", "ok-without-result"])
async def test_no_accident_ends_the_receiver(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start, pauses: Pauses, kind: Kind
) -> None:
    api.faults.add(Fault("getUpdates", kind, times=3, retry_after=17))
    api.say(ann, "hello")
    start()
    await acknowledged(api)
    assert await stored(moody) == ["hello"]
    expected = [17.0] * 3 if kind == "429" else [2.0, 4.0, 8.0]
    assert pauses.asked == (expected if kind != "ok-without-result" else [1.0] * 3)


async def test_the_pauses_grow_to_half_a_minute(
    api: BotApi, start: Start, pauses: Pauses, ann: User
) -> None:
    api.faults.add(Fault("getUpdates", "500", times=7))
    api.say(ann, "one")
    start()
    await acknowledged(api)
    assert pauses.asked == [2, 4, 8, 16, 30, 30, 30]
    api.faults.add(Fault("getUpdates", "500"))
    api.say(ann, "two")
    await acknowledged(api)
    assert pauses.asked[-1] == 2, "what works again starts over"


async def test_another_poller_is_stood_back_for(
    api: BotApi, ann: User, bot: Bot, moody: MoodyDatabase, start: Start, pauses: Pauses
) -> None:
    running = start()
    await api.until(lambda: api.called("getWebhookInfo"))
    await api.change(5)  # the poll has begun
    async with connected(api.token, bot.base_url.partition("/bot")[0]) as rival:
        await rival.get_updates()
        await api.until(lambda: pauses.asked)
    assert pauses.asked[0] >= 5
    api.say(ann, "hello")
    await acknowledged(api)
    assert await stored(moody) == ["hello"]
    assert not running.done()


async def test_a_poll_without_an_answer_is_asked_again(
    api: BotApi, ann: User, bot: Bot, moody: MoodyDatabase, start: Start
) -> None:
    impatient = Bot(
        api.token,
        base_url=bot.base_url.removesuffix(api.token),
        request=_request(1, read_timeout=5),
        get_updates_request=_request(1, read_timeout=0.2),
    )
    api.faults.add(Fault("getUpdates", "hang"))
    api.say(ann, "hello")
    start(impatient)
    await acknowledged(api)
    assert await stored(moody) == ["hello"]
    for request in impatient._request:
        await request.shutdown()


async def test_a_database_that_stays_away_is_told_once(
    api: BotApi, ann: User, moody: MoodyDatabase, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "reelbell.receive")
    start()
    api.say(ann, "one")
    await acknowledged(api)
    moody.away = True
    api.say(ann, "two")
    seen = len(asked(api))
    await api.until(lambda: len(asked(api)) > seen + 3)
    moody.away = False
    await acknowledged(api)
    assert messages(caplog) == ["updates.not_stored", "updates.up"]


async def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends(
    api: BotApi, ann: User, start: Start, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "reelbell.receive")
    api.faults.add(Fault("getUpdates", "500", times=4))
    api.say(ann, "hello")
    start()
    await acknowledged(api)
    assert messages(caplog) == ["updates.down", "updates.up"]


async def test_a_revoked_token_is_called_by_its_name(
    api: BotApi, start: Start, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = '{"ok":false,"error_code":401,"description":"Unauthorized"}'
    us = '{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"R","username":"reelbell_bot"}}'
    async with saying(401, refusal, getMe=us) as url, connected(api.token, url) as revoked:
        await revoked.initialize()
        running = start(revoked)
        await pauses.wanted()
        running.cancel()
    assert pauses.asked[0] == LONGEST_PAUSE
    assert "token.refused" in messages(caplog)
    assert api.token not in caplog.text
