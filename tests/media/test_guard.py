"""Which links, which addresses and which ports: tables, and nothing is connected."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.media.guard import ForbiddenError, Guard, anything, is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "223.5.5.5", "2606:4700::1111", "2400:3200::1"]
CLOSED = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1"),  # noqa: S104 — nothing listens there
    *("100.100.100.200", "127.0.0.1"),
    *("127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"),
    *("::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1", "100::1"),
    *("2001::7f00:1", "2001:0:4136:e378::", "2001:2::1", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1"),
    *("fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
    *("2606:4700::1111%eth0",),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_that_is_anybodys_own_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_address_of_version_4_gets_through_inside_one_of_version_6(inner: IPv4Address) -> None:
    number = int(inner)
    wrapped = {
        "v4-mapped": 0xFFFF << 32 | number,
        "v4-compatible": number,
        "NAT64": 0x64FF9B << 96 | number,
        "local NAT64": 0x64FF9B0001 << 80 | number,
        "6to4": 0x2002 << 112 | number << 80,
        "Teredo": 0x2001 << 112 | number << 64 | (~number & 0xFFFFFFFF),
    }
    assert [name for name, one in wrapped.items() if is_public(IPv6Address(one))] == []


@pytest.mark.parametrize(
    "host", ["cdn.example", "a.cdn.example", "A.B.CDN.Example", "cdn.example.", "a.cdn.example."]
)
@pytest.mark.parametrize("listed", ["cdn.example", ".cdn.example", "*.CDN.example", "cdn.example."])
def test_a_listed_host_and_those_below_it_may_be_asked(host: str, listed: str) -> None:
    assert Guard((listed,)).target(f"https://{host}/a") is not None


@pytest.mark.parametrize(
    "host",
    [
        *("example", "evilcdn.example", "cdn.example.evil", "cdn.example-evil.net", "cdn-example"),
        *("93.184.216.34", "[2606:4700::1111]", "cdn.example@evil.net", "evil.net#cdn.example"),
        *("evil.net/.cdn.example", "evil.net?cdn.example", "evil.net\\.cdn.example", ""),
    ],
)
def test_a_list_ends_at_whole_labels_and_is_closed(host: str) -> None:
    assert Guard(("cdn.example", "media.example")).target(f"https://{host}/a") is None


def test_private_hosts_may_be_allowed_without_opening_the_list() -> None:
    guard = Guard(("cdn.example",), None, anything)
    assert guard.target("http://cdn.example:8080/") is not None
    assert guard.target("http://127.0.0.1:8080/") is None


@pytest.mark.parametrize("link", ["http://a.example", "https://a.example", "HTTP://a.example:443"])
def test_a_link_of_the_web_leads_somewhere(link: str) -> None:
    assert Guard().target(link) is not None


@pytest.mark.parametrize(
    "link",
    [
        *("", "a", "/a", "//a.example", "http:", "http://", "http:///a", "http:a.example"),
        *("ftp://a.example", "file:///etc/passwd", "gopher://a.example", "data:text/plain,a"),
        *("http://u@a.example", "http://u:p@a.example", "http://@a.example", "http://:@a.example"),
        *("http://a.example:22", "http://a.example:8080", "http://a.example:0"),
        *("http://a.example:99999", "http://a.example:-1", "http://a.example:8O"),
        *("http://a.example\\@b.example", "http:\\\\a.example", "http://a.example/\\b"),
        *("http://a.example/ b", " http://a.example", "http://a.example\n", "http://a\t.example"),
        *("http://a.example/\x00", "http://a.example/\r\nX: y", "http://a.example/\x7f"),
        *("http://[::1", "http://::1", "http://[::1%25lo]", "http://[a.example]]", "http://a%2eb"),
        *("http://a,b", "http://a b", "http://$a", "http://a.example/\udc80"),
    ],
)
def test_any_other_link_leads_nowhere(link: str) -> None:
    assert Guard().target(link) is None


@pytest.mark.parametrize(
    "path", ["/a%7Eb?X-Sig=%2B%2f+%20~&b=c;d", "/%E4%B8%AD?", "/a//b/../c?q=a|b", "/?a=%zz", "/"]
)
def test_a_signed_link_is_asked_for_as_it_is_spelled(path: str) -> None:
    target = Guard().target(f"https://a.example{path}#cut")
    assert target is not None
    assert target.raw_path_qs.rstrip("?") == path.rstrip("?")


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("/b", "https://a.example/b"),
        ("b?c=%2B", "https://a.example/x/b?c=%2B"),
        ("//b.example/", "https://b.example/"),
        ("http://b.example/", "http://b.example/"),
    ],
)
def test_a_relative_link_is_seen_from_where_it_was_said(link: str, there: str) -> None:
    target = Guard().target(link, URL("https://a.example/x/y?z"))
    assert str(target) == there


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:10.0.0.1", "169.254.169.254"])
def test_the_last_wall_gives_no_socket_for_a_closed_address(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    info = (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443))
    with pytest.raises(ForbiddenError):
        Guard().socket(info)


@pytest.mark.parametrize("port", [0, 22, 25, 6379, 8080])
def test_the_last_wall_gives_no_socket_for_another_port(port: int) -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("8.8.8.8", port))
    with pytest.raises(ForbiddenError):
        Guard().socket(info)


@pytest.mark.parametrize("port", [80, 443])
def test_the_last_wall_gives_a_socket_for_a_public_one(port: int) -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("8.8.8.8", port))
    with Guard().socket(info) as given_one:
        assert given_one.type == socket.SOCK_STREAM
