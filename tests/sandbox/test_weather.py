"""Random accidents: as often as ordered, the same for a seed, never where they are not meant."""

from collections import Counter

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from sandbox.bot_api import BotApi
from sandbox.serving import serve
from sandbox.telegram.faults import Kind
from sandbox.video_api import VideoApi
from sandbox.weather import Weather
from tests.sandbox.conftest import SCRIPT, TASK, Client

ANN = 7


def days(seed: int, shares: dict[str, float], count: int = 10_000) -> list[str | None]:
    weather = Weather(seed, shares)
    return [weather.strike() for _ in range(count)]


def test_accidents_are_as_frequent_as_ordered() -> None:
    seen = Counter(days(1, {"lost": 0.03, "429": 0.05}))
    assert seen["lost"] == pytest.approx(300, abs=60)
    assert seen["429"] == pytest.approx(500, abs=80)
    assert seen[None] == 10_000 - seen["lost"] - seen["429"]


def test_a_seed_repeats_its_weather_and_another_does_not() -> None:
    shares = {"lost": 0.1, "500": 0.1}
    assert days(1, shares, 100) == days(1, shares, 100) != days(2, shares, 100)


def test_shares_that_make_no_sense_are_refused() -> None:
    for shares in ({"lost": 0.7, "500": 0.4}, {"lost": -0.1}):
        with pytest.raises(ValueError, match="shares"):
            Weather(1, shares)


async def test_telegram_s_weather_spares_polling_and_lasts_until_it_is_cleared() -> None:
    api = BotApi()
    api.private_chat(api.user(ANN, "Ann"))
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        only: dict[Kind, float] = {"429": 1}
        api.faults.weather = Weather(1, only, retry_after=3)
        assert await bot.get_updates() == ()
        for _ in range(2):
            with pytest.raises(RetryAfter) as refused:
                await bot.send_message(ANN, "x")
            assert refused.value.retry_after == 3
        api.faults.clear()
        await bot.send_message(ANN, "x")
    assert len(api.messages(ANN)) == 1


async def test_weather_may_name_its_method_polling_included() -> None:
    api = BotApi()
    api.private_chat(api.user(ANN, "Ann"))
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        only: dict[Kind, float] = {"500": 1}
        api.faults.weather = Weather(1, only, method="getUpdates")
        await bot.send_message(ANN, "x")
        with pytest.raises(NetworkError):
            await bot.get_updates()


@pytest.mark.parametrize(("kind", "left"), [("hang", 0), ("silent", 1)])
async def test_whoever_waits_in_vain_is_cut_off_in_the_end(kind: Kind, left: int) -> None:
    api = BotApi()
    api.private_chat(api.user(ANN, "Ann"))
    api.faults.patience = 0.01
    async with serve(api.app) as url, Bot(api.token, base_url=f"{url}/bot") as bot:
        only: dict[Kind, float] = {kind: 1}
        api.faults.weather = Weather(1, only)
        with pytest.raises(NetworkError):
            await bot.send_message(ANN, "x", read_timeout=30)
    assert len(api.messages(ANN)) == left


async def test_the_provider_has_weather_and_latency_too(api: VideoApi, client: Client) -> None:
    api.add(SCRIPT)
    api.faults.latency = 0.001
    api.faults.weather = Weather(1, {"502-html": 1})
    async with client.look(TASK) as response:
        assert response.status == 502
    assert api.calls[-1].fault == "502-html"
    api.faults.clear()
    assert (await client.data())["status"] == "queued"
