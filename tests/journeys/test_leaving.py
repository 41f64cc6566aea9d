"""How the bot ends: told to, or because it cannot begin."""

import time

from sandbox.bot_api import Fault
from tests.journeys.company import BOTH, Where, journey
from tests.journeys.house import PROMISED, House


@journey(Where.ALONE)
async def test_an_idle_bot_ends_with_0_when_told_to(house: House) -> None:
    before = time.monotonic()
    assert await house.terminate() == 0
    assert time.monotonic() - before < PROMISED


@journey(Where.ALONE, on=BOTH)
async def test_calls_that_hang_hold_up_the_end_no_longer_than_promised(house: House) -> None:
    ann, bob = house.newcomer("Ann"), house.newcomer("Bob")
    house.task("task_hanging01")
    house.breaks("sendMessage", ann, "hang")
    ann.says("task_hanging01")
    await house.telegram.until(lambda: house.telegram.called("sendMessage", ann.chat))
    house.task("task_hanging02")
    house.videos.faults.add("hang", task_id="task_hanging02")
    bob.says("task_hanging02")
    await bob.sees("🔎 Looking…")

    assert await house.terminate() == 0
    assert "look.untold" not in house.output()  # cut off before the look's own deadline of 20 s

    await house.start()  # finds no claim of the first that it would have to wait for
    await ann.sees("⏳ Queued")
    await bob.sees("⏳ Queued")
    assert [len(ann.cards()), len(bob.cards())] == [1, 1]


@journey(Where.CLOSED)
async def test_a_bot_that_still_waits_for_telegram_ends_with_0_when_told_to(house: House) -> None:
    house.telegram.faults.add(Fault("getMe", "502-html", times=99))
    await house.run()
    await house.telegram.until(lambda: house.telegram.called("getMe"), 30)
    assert await house.terminate() == 0


@journey()
async def test_a_second_bot_on_the_same_file_is_sent_away(house: House) -> None:
    ended = await house.command("run")
    assert ended.code == 2
    (line,) = ended.err.splitlines()
    assert "another Reelbell uses" in line


@journey(Where.CLOSED)
async def test_a_missing_or_malformed_token_is_named_in_one_line(house: House) -> None:
    for token in ("", "not-a-token"):
        for command in ("run", "check"):
            ended = await house.command(command, TELEGRAM_TOKEN=token)
            assert (ended.code, ended.out) == (2, "")
            (line,) = ended.err.splitlines()
            assert line.startswith("TELEGRAM_TOKEN ")


@journey(Where.CLOSED)
async def test_a_token_that_telegram_refuses_ends_the_bot_with_one_line(house: House) -> None:
    ended = await house.command("run", TELEGRAM_TOKEN="4242424242:CANARY-that-is-wrong")
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("TELEGRAM_TOKEN is refused")


@journey(Where.CLOSED)
async def test_a_missing_key_ends_the_bot_with_one_line(house: House) -> None:
    ended = await house.command("run", JIMMY_API_KEY="")
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("JIMMY_API_KEY is missing")


@journey(Where.CLOSED)
async def test_check_is_content_with_what_is_right(house: House) -> None:
    assert (await house.command("migrate")).code == 0
    ended = await house.command("check")
    assert ended.code == 0
    assert [line[0] for line in ended.out.splitlines()] == ["✓"] * 4
    assert "@reelbell_sandbox_bot" in ended.out


@journey(Where.CLOSED)
async def test_check_names_the_bad_token_and_the_bad_key(house: House) -> None:
    ended = await house.command(
        "check", TELEGRAM_TOKEN="4242424242:CANARY-that-is-wrong", JIMMY_API_KEY="CANARY-wrong"
    )
    assert ended.code == 1
    marks = [line.split()[0] for line in ended.out.splitlines()]
    assert (marks[0], marks[1], marks[-1]) == ("✗", "✗", "✓")
    for cure in ("TELEGRAM_TOKEN", "JIMMY_API_KEY"):
        assert cure in ended.out
