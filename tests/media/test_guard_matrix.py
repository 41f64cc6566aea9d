"""Whatever a link says, nobody inside is connected to: what counts is the listener's count."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest

from bot.core.film import Unattached, Why
from bot.media.fetch import Fetcher, Peek, fetching
from bot.media.guard import PORTS, Address, is_public
from tests.media.hosts import (
    INSIDE,
    OUTSIDE,
    Listener,
    Names,
    Site,
    a_file,
    a_page,
    hosting,
    leading,
    listening,
)

FORBIDDEN = Unattached(Why.FORBIDDEN)

NUMBERS = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1"),
    *("0x7F.1", "0177.0.0.1", "017700000001", "00000177.0.0.1", "0", "127.255.255.254"),
    "0.0.0.0",  # noqa: S104 — nothing listens there
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::1%25lo]", "[::1%lo]", "[fe80::1%25lo]"),
    *("[fec0::1]", "[fd00:ec2::254]", "[ff02::1]", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255"),
]
SPELLINGS = [
    *("127。0。0。1", "127．0．0．1", "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127%2e0%2e0%2e1", "ｌocalhost"),
    *("public.example@127.0.0.1", "public.example:80@127.0.0.1", "public.example%40@127.0.0.1"),
    *("127.0.0.1\\@public.example", "public.example\\@127.0.0.1", "@127.0.0.1"),
]
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "inside.example": [INSIDE],
    "metadata.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "zone.example": ["fe80::1%lo"],
    "mixed.example": [OUTSIDE, INSIDE],
    "mixed-too.example": [INSIDE, OUTSIDE],
    "mixed-six.example": [OUTSIDE, "::1"],
    "mixed-last.example": [OUTSIDE, OUTSIDE, "10.0.0.1"],
    "odd.example": ["not an address"],
}
HOSTS = [*NUMBERS, *SPELLINGS, *NAMES]
WHOLE = ["//127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_a"]
LINKS = [*(f"http://{host}:{{port}}/" for host in HOSTS), "https://127.0.0.1:{port}/", *WHOLE]
UNSAID = [
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1:{port}/\r\nHost: a",
    " http://[::1]:{port}/",
]
"""No header could carry these."""


def judge(address: Address) -> bool:
    return address == ip_address(OUTSIDE) or is_public(address)


def a_world() -> Names:
    names = Names()
    names.say("public.example", [OUTSIDE])
    for name, addresses in NAMES.items():
        names.say(name, addresses)
    return names


@asynccontextmanager
async def guarded(
    listener: Listener, site: Site, names: Names | None = None
) -> AsyncIterator[Fetcher]:
    """Both ports are open, so that only the address can be in the way."""
    async with fetching(
        (),
        allow_private=False,
        resolver=names or a_world(),
        ports=PORTS | {listener.port, site.port},
        judge=judge,
    ) as fetcher:
        yield fetcher


@pytest.mark.parametrize("link", [*LINKS, *UNSAID])
async def test_a_link_to_the_inside_connects_to_nobody(link: str) -> None:
    async with (
        listening() as listener,
        hosting(a_file(b"film")) as site,
        guarded(listener, site) as fetcher,
    ):
        assert await fetcher.peek(link.format(port=listener.port)) == FORBIDDEN
    assert listener.accepted == 0
    assert len(site.asked) == 0


@pytest.mark.parametrize("link", LINKS)
async def test_nor_does_a_redirect_to_it(link: str) -> None:
    async with listening() as listener:
        there = link.format(port=listener.port)
        async with hosting(leading(there)) as site, guarded(listener, site) as fetcher:
            assert await fetcher.peek(site.url("/0", "public.example")) == FORBIDDEN
    assert listener.accepted == 0
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f000001", "127。0。0。1", "inside.example", "mixed-too.example"]
)
async def test_without_the_guard_they_get_through(host: str) -> None:
    """Or the count of the listener would prove nothing."""
    async with (
        listening() as listener,
        fetching((), allow_private=True, resolver=a_world()) as fetcher,
    ):
        assert isinstance(await fetcher.peek(f"http://{host}:{listener.port}/"), Peek)
    assert listener.accepted == 1


@pytest.mark.parametrize("host", ["public.example", "PUBLIC.example", "public.example.", OUTSIDE])
async def test_a_public_host_is_asked(host: str) -> None:
    async with (
        listening() as listener,
        hosting(a_file(b"film")) as site,
        guarded(listener, site) as fetcher,
    ):
        peek = await fetcher.peek(site.url(host=host.lower()))
    assert isinstance(peek, Peek)
    assert peek.start == b"film"


async def test_a_host_without_any_address_is_unreachable() -> None:
    names = Names()
    names.say("empty.example", [])
    async with fetching((), allow_private=False, resolver=names) as fetcher:
        for host in ("empty.example", "unknown.example", f"{'a' * 64}.example", "a..example"):
            assert await fetcher.peek(f"http://{host}/") == Unattached(Why.UNREACHABLE)


async def test_a_name_that_turns_inside_is_left_then() -> None:
    names = a_world()
    names.say("rebind.example", [OUTSIDE], [INSIDE])
    async with (
        listening() as listener,
        hosting(a_page(body=b"film", Connection="close")) as site,
        guarded(listener, site, names) as fetcher,
    ):
        link = site.url(host="rebind.example")
        assert isinstance(await fetcher.peek(link), Peek)
        assert names.asked == ["rebind.example"]  # once: what was checked is what was connected to
        assert await fetcher.peek(link) == FORBIDDEN
    assert (listener.accepted, len(site.asked)) == (0, 1)


async def test_other_ports_of_a_public_host_are_none_of_ours() -> None:
    async with (
        hosting(a_file(b"film")) as site,
        fetching((), allow_private=False, resolver=a_world(), judge=judge) as fetcher,
    ):
        assert await fetcher.peek(site.url()) == FORBIDDEN
        assert await fetcher.peek(site.url(host="public.example")) == FORBIDDEN
    assert len(site.asked) == 0


async def test_the_list_of_hosts_holds_for_redirects_and_for_private_hosts() -> None:
    async with hosting(leading("/1", "http://other.example/2")) as site:
        names = Names()
        names.say("cdn.example", [OUTSIDE])
        names.say("other.example", [OUTSIDE])
        async with fetching(["cdn.example"], allow_private=True, resolver=names) as fetcher:
            assert await fetcher.peek(site.url("/0", "cdn.example")) == FORBIDDEN
            assert await fetcher.peek(site.url("/2", "other.example")) == FORBIDDEN
    assert site.asked.targets == ["/0", "/1"]


async def test_neither_proxies_nor_passwords_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password something")
    async with listening() as listener, hosting(a_file(b"film")) as site:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            for spelling in (name, name.upper()):
                monkeypatch.setenv(spelling, f"http://{INSIDE}:{listener.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("NETRC", str(netrc))
        async with guarded(listener, site) as fetcher:
            assert isinstance(await fetcher.peek(site.url(host="public.example")), Peek)
    assert listener.accepted == 0
    assert site.asked.all("authorization") == [[]]


async def test_the_machines_own_resolver_is_checked_like_any_other() -> None:
    async with listening() as listener:
        ports = frozenset((listener.port,))
        async with fetching((), allow_private=False, ports=ports) as fetcher:
            assert await fetcher.peek(f"http://localhost:{listener.port}/") == FORBIDDEN
    assert listener.accepted == 0
