"""The good days: the start, a part, the whole; and what is said of us on the way."""

import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.core.film import Progress
from bot.media.fetch import HEAD, Fetcher, Peek, fetching
from tests.media.hosts import OUTSIDE, Names, a_file, a_page, hosting, leading

FILM = bytes(range(256)) * (HEAD // 128)
"""Twice as long as a peek."""


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with fetching((), allow_private=True) as opened:
        yield opened


async def test_a_peek_is_the_first_mebibyte_and_what_was_said(fetcher: Fetcher) -> None:
    async with hosting(a_file(FILM, "Video/MP4")) as site:
        peek = await fetcher.peek(site.url())
        assert peek == Peek(site.url(), len(FILM), FILM[:HEAD], "video/mp4")
    assert site.asked.all("range") == [[f"bytes=0-{HEAD - 1}"]]


async def test_a_server_without_parts_is_left_after_the_first_mebibyte(fetcher: Fetcher) -> None:
    async with hosting(a_page(body=FILM, Content_Type="image/png; q=1")) as site:
        peek = await fetcher.peek(site.url())
        assert peek == Peek(site.url(), len(FILM), FILM[:HEAD], "image/png")


@pytest.mark.parametrize("length", [1, 1000, HEAD])
async def test_a_short_file_is_seen_whole(fetcher: Fetcher, length: int) -> None:
    async with hosting(a_file(FILM[:length])) as site:
        peek = await fetcher.peek(site.url())
    assert isinstance(peek, Peek)
    assert (peek.size, peek.start) == (length, FILM[:length])


async def test_a_size_that_nobody_says_is_known_once_all_has_come(fetcher: Fetcher) -> None:
    async def chunked(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"film")
        return response

    async with hosting(chunked) as site:
        peek = await fetcher.peek(site.url())
        into, progress = io.BytesIO(), Progress()
        assert await fetcher.download(site.url(), into, 4, progress) == 4
    assert isinstance(peek, Peek)
    assert (peek.size, peek.start, peek.content_type) == (4, b"film", "application/octet-stream")
    assert (into.getvalue(), progress) == (b"film", Progress(0, 4))


async def test_a_download_is_all_of_it_and_counted_on_the_way(fetcher: Fetcher) -> None:
    progress = Progress()
    into = io.BytesIO()
    async with hosting(a_file(FILM)) as site:
        assert await fetcher.download(site.url(), into, len(FILM), progress) == len(FILM)
    assert into.getvalue() == FILM
    assert progress == Progress(len(FILM), len(FILM))
    assert site.asked.all("range") == [[]]


async def test_several_downloads_count_into_one_progress(fetcher: Fetcher) -> None:
    """An album's size is known to whoever looked at all of it."""
    progress = Progress(size=30)
    async with hosting(a_file(b"0123456789")) as site:
        for _ in range(3):
            assert await fetcher.download(site.url(), io.BytesIO(), 10, progress) == 10
    assert progress == Progress(30, 30)


async def test_three_redirects_are_followed_and_the_link_stays_as_it_was(fetcher: Fetcher) -> None:
    async with hosting(leading("/1", "/2?a=%2B", "3")) as site:
        peek = await fetcher.peek(site.url("/0"))
    assert isinstance(peek, Peek)
    assert (peek.url, peek.start) == (site.url("/0"), b"arrived")
    assert site.asked.targets == ["/0", "/1", "/2?a=%2B", "/3"]
    assert site.asked.all("range") == [[f"bytes=0-{HEAD - 1}"]] * 4


async def test_a_signed_link_is_asked_for_as_it_is_spelled(fetcher: Fetcher) -> None:
    path = "/%7Efilm.mp4?X-Amz-Signature=%2b%2Fa~&e=1+1"
    async with hosting(a_file(FILM)) as site:
        assert isinstance(await fetcher.peek(site.url(path)), Peek)
    assert site.asked.targets == [path]


async def test_a_chinese_name_of_a_file_is_quoted(fetcher: Fetcher) -> None:
    async with hosting(a_file(FILM)) as site:
        assert isinstance(await fetcher.peek(site.url("/视频.mp4")), Peek)
    assert site.asked.targets == ["/%E8%A7%86%E9%A2%91.mp4"]


async def test_nothing_of_us_is_said_but_a_name() -> None:
    """Neither cookies that a redirect sets, nor where we come from, nor a key."""

    async def setting(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b"film")
        if request.path == "/0":
            response = web.Response(status=302, headers={"Location": "/1"})
        response.set_cookie("session", "1")
        return response

    names = Names()
    names.say("cdn.example", [OUTSIDE])  # for an address alone no jar keeps a cookie
    async with (
        hosting(setting) as site,
        fetching((), allow_private=True, resolver=names) as fetcher,
    ):
        url = site.url("/0", "cdn.example")
        assert isinstance(await fetcher.peek(url), Peek)
        assert await fetcher.download(url, io.BytesIO(), 10, Progress()) == 4
    assert len(site.asked) == 4
    said = {"host", "accept", "accept-encoding", "user-agent"}
    assert [set(one) - {"range"} for one in site.asked.headers] == [said] * 4
    assert site.asked.all("accept-encoding") == [["identity"]] * 4
    assert site.asked.all("user-agent") == [["reelbell"]] * 4
