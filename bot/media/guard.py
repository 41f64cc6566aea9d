"""A link, or an address it leads to, goes in; what may be connected to comes out, or nothing.

Three walls: the link's own words, all addresses of its name, and the one that gets a socket.
Nothing is looked up twice, so nothing can change between the check and the connection.
"""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

PORTS = frozenset((80, 443))

Address = IPv4Address | IPv6Address
Judge = Callable[[Address], bool]

_UNICAST = IPv6Network("2000::/3")
"""All that is routed; beside it are loopback, v4-mapped, NAT64, local ones and multicast."""
_CLOSED = tuple(
    ip_network(one)
    for one in (
        # `is_global` knows these in some versions of Python, or in none
        "168.63.129.16/32",  # Azure's host, behind a public number
        "192.0.0.0/24",  # of the protocols'; a cloud keeps its secrets at .192
        "192.88.99.0/24",  # relays of 6to4
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",
    )
)
_UNCLEAR = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
"""What one parser skips and the next one heeds."""
_HOST = re.compile(r"[0-9a-z_.-]+|[0-9a-f:.]+", re.IGNORECASE)


class ForbiddenError(OSError):
    """That address, or that port, is none of ours."""


def is_public(address: Address) -> bool:
    """Whether everybody on the internet would reach the same by it."""
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _UNICAST):
        return False
    return address.is_global and not any(address in network for network in _CLOSED)


def anything(address: Address) -> bool:
    """The judge of a sandbox, where all hosts are at home."""
    del address
    return True


@dataclass(frozen=True, slots=True)
class Guard:
    hosts: tuple[str, ...] = ()
    """What a host has to end with, in whole labels; empty: any host."""
    ports: frozenset[int] | None = PORTS
    """None: any."""
    judge: Judge = is_public

    def target(self, link: str, base: URL | None = None) -> URL | None:
        """Where *link* leads, seen from *base*; None where nobody is to go.

        What is signed must be asked for as it is spelled: nothing is quoted anew in plain ASCII.
        """
        if _UNCLEAR.search(link):
            return None
        try:
            url = URL(link, encoded=link.isascii())
            return self._admitted(url if base is None else base.join(url))
        except ValueError:
            return None

    def _admitted(self, url: URL) -> URL | None:
        is_web = url.scheme in ("http", "https") and "@" not in url.raw_authority
        is_open = self.ports is None or url.port in self.ports
        host = url.raw_host or ""
        is_host = _HOST.fullmatch(host) is not None and self._is_listed(host)
        return url if is_web and is_open and is_host else None

    def _is_listed(self, host: str) -> bool:
        name = f".{_bare(host)}"
        return not self.hosts or any(name.endswith(f".{_bare(one)}") for one in self.hosts)

    def check(self, host: str, port: int) -> None:
        """*host* is an address by now, not a name. Raises `ForbiddenError`."""
        try:
            address = ip_address(host)
        except ValueError:
            raise ForbiddenError from None
        if not self.judge(address) or (self.ports is not None and port not in self.ports):
            raise ForbiddenError

    def socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Of aiohttp's connector: it has no other way to connect, by name or by number."""
        family, kind, protocol, _, (host, port, *_) = info
        self.check(str(host), int(port))
        return socket.socket(family, kind, protocol)


class CheckedResolver(AbstractResolver):
    """Of an answer with one bad address nothing is used: who mixes them means the bad one."""

    def __init__(self, inner: AbstractResolver, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answers = await self._inner.resolve(host, port, family)
        for one in answers:
            self._guard.check(one["host"], one["port"])
        if not answers:  # aiohttp asserts that there is one
            raise OSError(None, "no address")
        return answers

    async def close(self) -> None:
        await self._inner.close()


def is_forbidden(error: BaseException) -> bool:
    """Whether a request failed because of us: aiohttp wraps what a resolver or a socket raises."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return isinstance(cause, ForbiddenError | aiohttp.InvalidURL)  # the latter: 2130706433, 127.1 …


def _bare(host: str) -> str:
    return host.lower().removeprefix("*.").strip(".")
