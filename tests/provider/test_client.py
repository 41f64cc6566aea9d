"""One question over real HTTP: where it goes, what it carries, what must never leave with it."""

import pytest
from httpx import URL
from hypothesis import given
from hypothesis import strategies as st

from bot.core.task import (
    Endpoint,
    KeyRefused,
    Nonsense,
    NotFound,
    Reading,
    Refusal,
    Refused,
    Snapshot,
    Status,
    TaskId,
    Unavailable,
)
from bot.provider.client import API, JimmyAI, locate
from sandbox.serving import serve
from sandbox.video_api import TINY, Script, VideoApi
from tests.builders import NOON
from tests.provider.servers import Upstream, answering, replying, saying

TASK = TaskId("task_c2501e28")
VIDEOS = f"{API}videos/"
ODD = TaskId("veo3.1:1764899481-jTkhPerTVj")
KEY = "jm-Zx81/Qw+9=canary"
RUNNING = b'{"code":"20000","data":{"status":"processing","progress":57}}'
BAD_IDS = [
    "",
    ".",
    "..",
    "../..",
    "../users/me",
    "a/b",
    "a/../../b",
    "/etc",
    "//evil.example/a",
    "http://evil.example/a",
    "@evil.example/a",
    "\\\\evil.example\\a",
    "%2e%2e",
    "%2e%2e%2fusers",
    "a?key=1",
    "a#b",
    "a;b",
    "a b",
    "a\r\nX-Injected: 1",
    "a\n",
    "a\x00b",
    "任务",
    "a\u2025b",
    "ａ．．",
    "\ud800",
    "x" * 129,
]


async def read(upstream: Upstream, task_id: str = TASK, key: str = KEY) -> Reading:
    async with JimmyAI(upstream.base) as provider:
        return await provider.read(TaskId(task_id), key, NOON)


def a_stand_in(*scripts: Script) -> VideoApi:
    api = VideoApi(key=KEY, clock=NOON.timestamp, film=TINY)
    for script in scripts:
        api.add(script)
    return api


async def test_a_task_is_followed_from_the_queue_to_its_video() -> None:
    api = a_stand_in(Script(TASK))
    seen = []
    async with serve(api.app) as base, JimmyAI(f"{base}/") as provider:
        for word in ("queued", "processing", "completed"):
            api.task(TASK).move_to(word)
            reading = await provider.read(TASK, KEY, NOON)
            assert isinstance(reading, Snapshot)
            seen.append(reading)
    assert [one.status for one in seen] == [Status.QUEUED, Status.RUNNING, Status.COMPLETED]
    assert seen[-1].media is not None
    assert seen[-1].media.url.startswith(f"{base}/media/")
    assert api.asked(TASK) == 3


async def test_the_stand_in_tells_strangers_tasks_and_unknown_ones_apart() -> None:
    api = a_stand_in(Script(TASK, owner="another"), Script(ODD))
    async with serve(api.app) as base, JimmyAI(base) as provider:
        assert await provider.read(TASK, KEY, NOON) == Refused(Refusal.NOT_YOURS)
        assert await provider.read(TaskId("nobody"), KEY, NOON) == NotFound()
        assert await provider.read(ODD, "wrong-key", NOON) == KeyRefused()
        assert isinstance(await provider.read(ODD, KEY, NOON), Snapshot)


async def test_an_image_is_known_at_its_own_endpoint_only() -> None:
    api = a_stand_in(Script(TASK, outcome="image", where="images"))
    api.task(TASK).move_to("completed")
    async with serve(api.app) as base, JimmyAI(base) as provider:
        assert await provider.read(TASK, KEY, NOON) == NotFound()
        seen = await provider.read(TASK, KEY, NOON, Endpoint.IMAGES)
    assert isinstance(seen, Snapshot)
    assert seen.media is not None
    assert seen.media.url.startswith(f"{base}/media/")


async def test_a_provider_without_an_endpoint_for_images_has_no_image_of_that_name() -> None:
    """A page of its web server's; taken for an outage, it would close the gate for everybody."""
    page = b"<html><h1>404 Not Found</h1></html>"
    async with answering(saying(page, 404)) as upstream, JimmyAI(upstream.base) as provider:
        assert await provider.read(TASK, KEY, NOON, Endpoint.IMAGES) == NotFound()
        assert await provider.read(TASK, KEY, NOON) == Unavailable("HTTP 404")


@pytest.mark.parametrize("endpoint", Endpoint)
async def test_each_endpoint_is_a_folder_of_its_own(endpoint: Endpoint) -> None:
    async with answering(saying(RUNNING)) as upstream, JimmyAI(upstream.base) as provider:
        assert isinstance(await provider.read(TASK, KEY, NOON, endpoint), Snapshot)
    assert upstream.asked.targets == [f"/api/open-api/v1/{endpoint}/{TASK}"]


async def test_a_relative_film_is_found_beside_the_api() -> None:
    body = b'{"code":20000,"data":{"status":"done","url":"/media/a.mp4"}}'
    async with answering(saying(body)) as upstream:
        seen = await read(upstream)
        assert isinstance(seen, Snapshot)
        assert seen.media is not None
        assert seen.media.url == f"{upstream.base}/media/a.mp4"


async def test_a_question_carries_its_key_and_nothing_that_was_not_meant() -> None:
    async with answering(saying(RUNNING)) as upstream:
        assert isinstance(await read(upstream, ODD), Snapshot)
    asked = upstream.asked
    assert len(asked) == 1
    assert asked.targets[0].replace("%3A", ":") == f"{VIDEOS}{ODD}"
    assert asked.all("authorization") == [[f"Bearer {KEY}"]]
    assert asked.all("accept-encoding") == [["identity"]]
    assert set(asked.headers[0]) <= {
        *("host", "connection", "authorization", "accept", "accept-encoding", "user-agent"),
    }


async def test_every_question_carries_the_key_of_its_own_owner() -> None:
    async with answering(saying(RUNNING)) as upstream, JimmyAI(upstream.base) as provider:
        for key in ("key-of-ann", "key-of-xiaoli", "key-of-ann"):
            await provider.read(TASK, key, NOON)
    bearers = [["Bearer key-of-ann"], ["Bearer key-of-xiaoli"], ["Bearer key-of-ann"]]
    assert upstream.asked.all("authorization") == bearers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_no_cookie_of_one_answer_is_shown_with_the_next_question(host: str) -> None:
    """Aiohttp's own jar keeps none of an address, but those of a name."""
    handler = saying(RUNNING, Set_Cookie="session=of-ann; Path=/; Max-Age=9999")
    async with (
        answering(handler) as upstream,
        JimmyAI(upstream.base.replace("127.0.0.1", host)) as provider,
    ):
        for key in ("key-of-ann", "key-of-xiaoli"):
            assert isinstance(await provider.read(TASK, key, NOON), Snapshot)
    assert upstream.asked.all("cookie") == [[], []]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_takes_no_key_with_it(status: int) -> None:
    async with answering(saying(RUNNING)) as evil:
        handler = saying(b"", status, Location=f"{evil.base}{VIDEOS}{TASK}")
        async with answering(handler) as upstream:
            assert await read(upstream) == Nonsense(f"HTTP {status}")
    assert (len(upstream.asked), len(evil.asked)) == (1, 0)


@pytest.mark.parametrize(
    "location", [b"http://[::1", b"javascript:x", b"http://xn--/", b"\xff\xfe", b"//", b""]
)
async def test_a_redirect_to_nowhere_is_nonsense(location: bytes) -> None:
    reply = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % location
    async with replying(reply) as upstream:
        assert isinstance(await read(upstream), Nonsense)
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("task_id", BAD_IDS)
async def test_a_hostile_id_is_refused_before_anybody_is_asked(task_id: str) -> None:
    async with answering(saying(RUNNING)) as upstream:
        assert await read(upstream, task_id) == Refused(Refusal.BAD_ID)
    assert len(upstream.asked) == 0


@given(
    st.sampled_from(["https://api.example", "http://127.0.0.1:8090/under/a/path", "http://[::1]"]),
    st.sampled_from(BAD_IDS) | st.text() | st.from_regex(r"([./\\%:@?#a]|%2[ef]){1,8}"),
)
def test_no_text_leads_away_from_the_folder(base: str, task_id: str) -> None:
    """The second wall, should the first ever let a strange ID through."""
    folder = URL(f"{base}{VIDEOS}")
    url = locate(folder, task_id)
    if url is not None:
        assert (url.scheme, url.netloc) == (folder.scheme, folder.netloc)
        path, _, name = url.raw_path.rpartition(b"/")
        assert path + b"/" == folder.raw_path
        assert name not in (b"", b".", b"..")
        assert URL(f"{folder}{name.decode()}") == url
