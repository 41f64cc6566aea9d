"""The key of a question: where it goes, and where it must never be seen."""

import json
import logging

import pytest

from bot.core.task import KeyRefused, Snapshot
from tests.provider.servers import answering, saying
from tests.provider.test_client import KEY, RUNNING, read

BAD_KEYS = ["", " ", "a b", "key\n", "key\r\nX-Injected: 1", "ключ-0123", "key\x00", "\ud800", "é"]


@pytest.mark.parametrize("key", BAD_KEYS)
async def test_a_key_that_no_header_can_carry_is_refused_before_anybody_is_asked(key: str) -> None:
    async with answering(saying(RUNNING)) as upstream:
        assert await read(upstream, key=key) == KeyRefused()
    assert len(upstream.asked) == 0


def spellings(key: str) -> dict[str, str]:
    """JSON has more than one way to write a character."""
    plain = json.dumps(key)[1:-1]
    return {
        "plain": plain,
        "slashes": plain.replace("/", "\\/"),
        "codes": "".join(f"\\u{ord(c):04x}" for c in key),
        "CODES": "".join(f"\\u{ord(c):04X}" for c in key),
        "mixed": plain.replace("J", "\\u004a").replace("/", "\\/"),
    }


@pytest.mark.parametrize("spelled", spellings(KEY))
@pytest.mark.parametrize("key", [KEY, 'a"b\\c/d(e)[f].*+?^$|{2}', "J" * 60])
@pytest.mark.parametrize("word", ["failed", None])
async def test_a_key_that_the_provider_repeats_is_in_no_reading(
    key: str, spelled: str, word: str | None
) -> None:
    """The chat of a failed task showed the operator's key, wherever JSON had escaped its slash."""
    echo = f"no access for {spellings(key)[spelled]}"
    fields = {"status": word or echo, "error": echo, "model": echo, "cost": echo}
    data = ",".join(f'"{name}":"{said}"' for name, said in fields.items())
    async with answering(saying(f'{{"code":"20000","data":{{{data}}}}}'.encode())) as upstream:
        seen = await read(upstream, key=key)
    assert isinstance(seen, Snapshot)
    told = "no access for ***"
    assert (seen.model, seen.cost) == (told, told)
    assert (seen.error, seen.strange_word) == ((told, "") if word else ("", told))


async def test_no_key_is_in_any_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({"code": -1, "msg": f"bad key {KEY}"}).encode()
    for handler in (saying(RUNNING), saying(echo), saying(echo, 401), saying(echo, 302)):
        async with answering(handler) as upstream:
            await read(upstream)
    assert KEY not in caplog.text
