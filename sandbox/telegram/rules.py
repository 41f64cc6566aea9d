"""The figures of Telegram that a test may want to change."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Flood figures are Telegram's own approximations; `math.inf` switches one off."""

    private_per_second: float = 1
    private_burst: float = 4
    group_per_minute: float = 20
    overall_per_second: float = 30
    upload_bytes: int = 50_000_000
    """The whole request body; not of a local server."""
    local: bool = False
    """As started with `--local`: files may be told by their path, and uploads may be larger."""
    local_upload_bytes: int = 2_000_000_000
    """By path, or as a body."""
    url_bytes: int = 20_000_000
    url_looked_into_bytes: int = 10_000_000
    """Of a larger film that Telegram fetched itself, nobody is told what it looks like."""
    photo_url_bytes: int = 5_000_000
    download_bytes: int = 20 << 20
    url_seconds: float = 20
    set_webhook_seconds: float = 1
    """Between two setWebhook."""
    push_seconds: float = 10
    """For the webhook's answer; Telegram's own patience is 60."""
    silent_url_becomes_animation: bool = True
    """A film without sound that Telegram fetched itself may come back as a GIF."""

    @property
    def most_bytes(self) -> int:
        return self.local_upload_bytes if self.local else self.upload_bytes


NO_FLOOD_LIMITS = Limits(
    private_per_second=math.inf,
    private_burst=math.inf,
    group_per_minute=math.inf,
    overall_per_second=math.inf,
    set_webhook_seconds=0,
)
