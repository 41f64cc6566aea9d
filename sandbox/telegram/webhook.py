"""What setWebhook is given goes in; where to push updates, or Telegram's refusal, comes out."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, RefusedError, bad_request

SECRET = re.compile(r"[A-Za-z0-9_-]*")
PORTS = {80, 88, 443, 8443}
ONLY_HTTPS = "An HTTPS URL must be provided for webhook"
ONLY_PORTS = "Webhook can be set up only on ports 80, 88, 443 or 8443"


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    """As it was given: without a protocol it is https."""
    secret: str
    """Empty: the pushes carry none."""
    max_connections: int
    ip: str
    """Empty: wherever the name leads."""

    @property
    def target(self) -> str:
        return self.url if "://" in self.url else f"https://{self.url}"

    @property
    def is_here(self) -> bool:
        """On this machine, the only one that is pushed to."""
        return _is_loopback(urlsplit(self.target).hostname or "")

    @property
    def described(self) -> Json:
        """For getWebhookInfo. Names are not looked up."""
        host = urlsplit(self.target).hostname or ""
        known = self.ip or (host if _is_ip(host) else "127.0.0.1" if self.is_here else "<unknown>")
        return {"max_connections": self.max_connections, "ip_address": known}


def read_webhook(params: Params) -> Webhook | None:
    """None: no address, which takes the webhook away."""
    url = params.text("url")
    if not url:
        return None
    asked = params.integer("max_connections")
    connections = min(max(40 if asked is None else asked, 1), 100)
    hook = Webhook(url, params.text("secret_token"), connections, params.text("ip_address"))
    place = _split(hook.target)
    if len(hook.secret) > 256:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(hook.secret):
        raise bad_request("secret token contains unallowed characters")
    if not hook.is_here:
        _check_elsewhere(place, hook.ip)
    return hook


def _split(target: str) -> SplitResult:
    try:
        place = urlsplit(target)
        if place.scheme in ("http", "https") and place.hostname and place.port != 0:
            return place
    except ValueError:
        pass
    raise bad_request("invalid webhook URL specified")


def _check_elsewhere(place: SplitResult, ip: str) -> None:
    if place.scheme != "https":
        raise _bad_webhook(ONLY_HTTPS)
    if (place.port or 443) not in PORTS:
        raise _bad_webhook(ONLY_PORTS)
    host = place.hostname or ""
    if ip and not _is_ip(ip):
        raise _bad_webhook("Invalid IP address specified")
    for address in {ip, host} - {""}:
        if _is_ip(address) and ip_address(address).version == 6:
            raise _bad_webhook("IPv6-only addresses are not allowed")
        if _is_ip(address) and not ip_address(address).is_global:
            raise _bad_webhook(f"IP address {address} is reserved")


def _bad_webhook(words: str) -> RefusedError:
    return bad_request(f"bad webhook: {words}")


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)
