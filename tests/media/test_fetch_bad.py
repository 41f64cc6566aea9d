"""The bad days: each ends in words, and none raises."""

import io
from dataclasses import dataclass
from itertools import repeat

import pytest
from aiohttp import web

from bot.core.film import Progress, Unattached, Why
from bot.media.disk import DiskError
from bot.media.fetch import HEAD, Peek, fetching
from tests.media.hosts import Handler, a_file, a_page, a_stream, hosting, leading, replying

MOST = 2_000_000
GIB = 2**30
OK = b"HTTP/1.1 200 OK\r\n"
PART = b"HTTP/1.1 206 Partial Content\r\n"
PAGE = b"<!doctype html><title>Sign in</title>"


@dataclass
class Seen:
    """One link, looked at and fetched."""

    peek: Peek | Unattached
    whole: int | Unattached
    written: bytes


async def see(url: str) -> Seen:
    into = io.BytesIO()
    async with fetching((), allow_private=True) as fetcher:
        peek = await fetcher.peek(url)
        whole = await fetcher.download(url, into, MOST, Progress())
    return Seen(peek, whole, into.getvalue())


async def see_at(handler: Handler, path: str = "/film.mp4") -> Seen:
    async with hosting(handler) as site:
        return await see(site.url(path))


async def see_reply(reply: bytes) -> Seen:
    async with replying(reply) as site:
        return await see(site.url())


def both(why: Why) -> Seen:
    return Seen(Unattached(why), Unattached(why), b"")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_a_dead_link_is_gone(status: int) -> None:
    assert await see_at(a_page(status, PAGE)) == both(Why.GONE)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_an_error_that_may_pass_is_no_verdict(status: int) -> None:
    assert await see_at(a_page(status, PAGE, Retry_After="9")) == both(Why.UNREACHABLE)


async def test_a_page_is_handed_on_as_it_is_for_the_bytes_decide() -> None:
    seen = await see_at(a_page(body=PAGE, Content_Type="video/mp4"))
    assert isinstance(seen.peek, Peek)
    assert (seen.peek.start, seen.whole, seen.written) == (PAGE, len(PAGE), PAGE)


@pytest.mark.parametrize("handler", [a_file(b""), a_page(body=b""), a_page(204)])
async def test_nothing_is_no_film(handler: Handler) -> None:
    assert await see_at(handler) == both(Why.NOT_MEDIA)


@pytest.mark.parametrize("packing", ["gzip", "br", "deflate"])
async def test_what_comes_packed_is_no_film_and_is_not_unpacked(packing: str) -> None:
    assert await see_at(a_page(body=b"x" * 99, Content_Encoding=packing)) == both(Why.NOT_MEDIA)


async def test_a_file_that_breaks_off_may_pass_and_its_size_is_known() -> None:
    seen = await see_reply(b"%sContent-Length: 9999\r\n\r\nftyp" % OK)
    cut = Unattached(Why.UNREACHABLE, 9999)
    assert seen == Seen(cut, cut, b"ftyp")


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        OK,
        b"%sTransfer-Encoding: chunked\r\n\r\n4\r\nftyp\r\n" % OK,
        b"%sTransfer-Encoding: chunked\r\n\r\n4\r\nftyp\r\nzz\r\n" % OK,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\xff\r\n\r\n",
        b"%sX-Long: %s\r\n\r\n" % (OK, b"a" * 70_000),
        b"%sContent-Length: -1\r\n\r\nftyp" % OK,
        b"%sContent-Length: 1\r\nContent-Length: 2\r\n\r\nftyp" % OK,
    ],
)
async def test_an_answer_that_breaks_off_or_is_none_may_pass(reply: bytes) -> None:
    seen = await see_reply(reply)
    assert (seen.peek, seen.whole) == (Unattached(Why.UNREACHABLE), Unattached(Why.UNREACHABLE))


async def test_of_more_than_was_promised_nothing_is_taken() -> None:
    """Whether it breaks the answer depends on the moment in which the rest comes."""
    seen = await see_reply(b"%sContent-Length: 4\r\n\r\nftypisom" % OK)
    assert seen.whole == 4 or isinstance(seen.whole, Unattached)
    assert seen.written in (b"ftyp", b"")


async def test_nobody_at_the_address_may_pass() -> None:
    async with hosting(a_page()) as site:
        url = site.url()
    assert await see(url) == both(Why.UNREACHABLE)
    async with hosting(a_page()) as site:
        tls = site.url().replace("http:", "https:")
        assert await see(tls) == both(Why.UNREACHABLE)
    assert len(site.asked) == 0


@pytest.mark.parametrize("size", [MOST + 1, 10 * GIB, 10**17])
async def test_what_is_announced_as_too_big_is_not_fetched_and_its_size_is_known(size: int) -> None:
    async def announcing(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(size)})
        await response.prepare(request)
        await response.write(bytes(HEAD))
        return response

    seen = await see_at(announcing)
    assert isinstance(seen.peek, Peek)
    assert (seen.peek.size, len(seen.peek.start)) == (size, HEAD)
    assert (seen.whole, seen.written) == (Unattached(Why.TOO_BIG, size), b"")


async def test_what_never_ends_is_too_big_of_unknown_size() -> None:
    seen = await see_at(a_stream(repeat(bytes(65_536))))
    assert isinstance(seen.peek, Peek)
    assert (seen.peek.size, len(seen.peek.start)) == (None, HEAD)
    assert seen.whole == Unattached(Why.TOO_BIG)
    assert len(seen.written) == MOST + 1


@pytest.mark.parametrize(
    "steps", [("/0",), ("/1", "/0"), ("/1", "/2", "/3", "/4"), ("",), ("/1", "", "/2")]
)
async def test_a_link_that_leads_round_in_circles_or_nowhere_is_gone(
    steps: tuple[str, ...],
) -> None:
    async with hosting(leading(*steps)) as site:
        assert await see(site.url("/0")) == both(Why.GONE)
    assert len(site.asked) <= 8


@pytest.mark.parametrize(
    "there", ["ftp://a.example/", "http://u:p@127.0.0.2/", "http://[::1", "\\"]
)
async def test_a_redirect_to_what_is_no_link_of_ours_is_forbidden(there: str) -> None:
    assert await see_at(leading(there), "/0") == both(Why.FORBIDDEN)


LIES = [
    b"Content-Range: bytes 5-8/100\r\nContent-Length: 4\r\n",
    b"Content-Range: bytes 0-3/2\r\nContent-Length: 4\r\n",
    b"Content-Range: parts 0-3/4\r\nContent-Length: 4\r\n",
    b"Content-Range: bytes */4\r\nContent-Length: 4\r\n",
    b"Content-Length: 4\r\n",
]


@pytest.mark.parametrize("lie", LIES)
async def test_a_part_of_somewhere_else_is_broken(lie: bytes) -> None:
    seen = await see_reply(b"%s%s\r\nftyp" % (PART, lie))
    assert seen == both(Why.BROKEN)


async def test_a_part_that_is_shorter_than_its_place_was_cut_off() -> None:
    lie = b"Content-Range: bytes 0-99/100\r\nContent-Length: 4\r\n"
    seen = await see_reply(b"%s%s\r\nftyp" % (PART, lie))
    assert seen.peek == Unattached(Why.UNREACHABLE, 100)


async def test_a_part_that_is_longer_than_its_place_is_cut_there() -> None:
    lie = b"Content-Range: bytes 0-3/4\r\nContent-Length: 8\r\n"
    seen = await see_reply(b"%s%s\r\nftypisom" % (PART, lie))
    assert isinstance(seen.peek, Peek)
    assert (seen.peek.start, seen.peek.size) == (b"ftyp", 4)


async def test_a_disk_that_takes_no_more_is_not_taken_for_a_host_that_fails() -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    async with (
        hosting(a_file(b"film")) as site,
        fetching((), allow_private=True) as fetcher,
    ):
        with pytest.raises(DiskError):
            await fetcher.download(site.url(), Full(), MOST, Progress())
