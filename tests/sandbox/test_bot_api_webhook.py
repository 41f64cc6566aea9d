"""What a bot with a webhook hears of the stand-in, and what getWebhookInfo tells meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import Conflict

from sandbox.bot_api import NO_FLOOD_LIMITS, BotApi, Limits
from sandbox.serving import serve
from tests.sandbox.ear import Ear

ANN, BOB = 7, 8


@pytest.fixture
async def api() -> BotApi:
    return BotApi(limits=NO_FLOOD_LIMITS)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        yield bot


@pytest.fixture
async def ear() -> Ear:
    return Ear()


@pytest.fixture
async def hook(ear: Ear) -> AsyncIterator[str]:
    async with serve(ear.app) as url:
        yield f"{url}/hook"


def says(api: BotApi, person: int, *texts: str) -> None:
    for text in texts:
        api.say(api.user(person, "Somebody"), text)


async def all_heard(api: BotApi) -> None:
    await api.until(lambda: not api.pending_updates)


async def test_what_is_pending_is_pushed_in_order_with_the_secret(
    api: BotApi, bot: Bot, ear: Ear, hook: str
) -> None:
    says(api, ANN, "one", "two")
    await bot.set_webhook(hook, secret_token="Se-cret_1", max_connections=7)
    says(api, ANN, "three")
    await all_heard(api)
    assert ear.heard == [(ANN, "one"), (ANN, "two"), (ANN, "three")]
    assert ear.secrets == ["Se-cret_1"] * 3
    assert [push.status for push in api.pushes] == [200] * 3
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.ip_address) == (hook, 7, "127.0.0.1")
    assert (info.pending_update_count, info.last_error_message) == (0, None)


async def test_without_a_secret_no_header_is_sent(
    api: BotApi, bot: Bot, ear: Ear, hook: str
) -> None:
    await bot.set_webhook(hook)
    says(api, ANN, "hello")
    await all_heard(api)
    assert ear.secrets == [None]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (500, "Wrong response from the webhook: 500 Internal Server Error"),
        (403, "Wrong response from the webhook: 403 Forbidden"),
        (302, "Wrong response from the webhook: 302 Found"),
    ],
)
async def test_an_update_that_is_not_acknowledged_comes_again_before_the_next_one(
    api: BotApi, bot: Bot, ear: Ear, hook: str, status: int, told: str
) -> None:
    ear.statuses += [status, status]
    await bot.set_webhook(hook)
    says(api, ANN, "one", "two")
    await api.until(lambda: api.pushes)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (2, told)
    assert info.last_error_date is not None
    await all_heard(api)
    assert ear.heard == [(ANN, "one")] * 3 + [(ANN, "two")]
    first, second, third, _ = api.pushes
    assert third.at - second.at > second.at - first.at


async def test_a_bot_that_is_away_hears_all_when_it_is_back(api: BotApi, bot: Bot) -> None:
    async with serve(Ear().app) as url:
        port = int(url.rpartition(":")[2])
    await bot.set_webhook(f"{url}/hook")
    says(api, ANN, "hello")
    await api.until(lambda: api.pushes)
    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    ear = Ear()
    async with serve(ear.app, port=port):
        await all_heard(api)
    assert ear.heard == [(ANN, "hello")]


async def test_no_answer_is_no_yes(ear: Ear, hook: str) -> None:
    api = BotApi(limits=Limits(push_seconds=0.05))
    ear.open.clear()
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        await bot.set_webhook(hook)
        says(api, ANN, "hello")
        await api.until(lambda: api.pushes)
        ear.open.set()
        await all_heard(api)
        assert (await bot.get_webhook_info()).last_error_message == "Read timeout expired"
    assert ear.heard[:2] == [(ANN, "hello")] * 2


async def test_a_lost_yes_brings_the_same_update_twice(
    api: BotApi, bot: Bot, ear: Ear, hook: str
) -> None:
    await bot.set_webhook(hook)
    api.lose_push_answers()
    says(api, ANN, "one", "two")
    await all_heard(api)
    assert ear.heard == [(ANN, "one"), (ANN, "one"), (ANN, "two")]
    assert len({push.update_id for push in api.pushes}) == 2


async def test_a_chat_whose_updates_are_refused_holds_up_no_other(
    api: BotApi, bot: Bot, ear: Ear, hook: str
) -> None:
    ear.deaf_to = ANN
    await bot.set_webhook(hook, max_connections=1)
    says(api, ANN, "refused")
    await api.until(lambda: len(api.pushes) == 3)  # the next try is 0.8 s away
    says(api, BOB, "one", "two", "three")
    await api.until(lambda: len(api.pending_updates) == 1)
    assert ear.heard[3:] == [(BOB, "one"), (BOB, "two"), (BOB, "three")]


async def test_a_new_webhook_hears_at_once_what_the_old_one_is_still_thinking_of(
    api: BotApi, bot: Bot, ear: Ear, hook: str
) -> None:
    ear.open.clear()
    await bot.set_webhook(hook)
    says(api, ANN, "hello")
    await asyncio.wait_for(ear.came.get(), 30)
    heir = Ear()
    async with serve(heir.app) as url:
        await bot.set_webhook(f"{url}/hook")
        await all_heard(api)
    assert heir.heard == ear.heard == [(ANN, "hello")]


@pytest.mark.parametrize("most", [1, 3])
async def test_no_more_than_max_connections_are_open_at_once(
    api: BotApi, bot: Bot, ear: Ear, hook: str, most: int
) -> None:
    await bot.set_webhook(hook, max_connections=most)
    ear.open.clear()
    for person in range(10, 20):
        says(api, person, "hello")
    for _ in range(most):
        await asyncio.wait_for(ear.came.get(), 30)
    await bot.get_webhook_info()  # time enough for one too many
    ear.open.set()
    await all_heard(api)
    assert ear.most_at_once == most
    assert len(ear.heard) == 10


async def test_the_kinds_that_were_not_asked_for_are_not_pushed(
    api: BotApi, bot: Bot, ear: Ear, hook: str
) -> None:
    await bot.set_webhook(hook, allowed_updates=["message"])
    ann = api.user(ANN, "Ann")
    said = api.say(ann, "mistkae")
    api.edit(ann, said["message_id"], "mistake")
    says(api, ANN, "next")
    await all_heard(api)
    assert ear.heard == [(ANN, "mistkae"), (ANN, "next")]


@pytest.mark.parametrize(("drop", "left"), [("no", ["refused", "later"]), ("yes", ["later"])])
async def test_without_a_webhook_what_was_not_heard_can_be_polled_unless_dropped(
    api: BotApi, bot: Bot, ear: Ear, hook: str, drop: str, left: list[str]
) -> None:
    ear.deaf_to = ANN
    await bot.set_webhook(hook)
    says(api, ANN, "refused")
    await api.until(lambda: api.pushes)
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=drop == "yes")
    before = len(api.pushes)
    says(api, ANN, "later")
    found = await bot.get_updates()
    assert [update.message.text for update in found if update.message] == left
    assert len(api.pushes) == before
    info = await bot.get_webhook_info()
    assert (info.url, info.last_error_message, info.max_connections) == ("", None, None)


async def test_an_outage_stops_the_pushes_until_it_ends(
    api: BotApi, bot: Bot, ear: Ear, hook: str
) -> None:
    await bot.set_webhook(hook)
    says(api, ANN, "before")
    await all_heard(api)
    api.outage = True
    says(api, BOB, "meanwhile")
    assert not await api.change(0.3)
    assert ear.heard == [(ANN, "before")]
    api.outage = False
    await all_heard(api)
    assert ear.heard == [(ANN, "before"), (BOB, "meanwhile")]
