"""The provider's words for a failure go in; what kind of failure it is comes out."""

import re
from enum import StrEnum


class Cause(StrEnum):
    """Only what deserves a sentence of its own beside the provider's words."""

    MODERATION = "moderation"
    """The content filter refused it; trying again without a change is in vain."""
    INPUT = "input"
    """What was ordered cannot be made."""
    TRANSPORT = "transport"
    """Something broke on the way; the same order may well succeed."""


_SIGNS: tuple[tuple[Cause, re.Pattern[str]], ...] = tuple(
    (cause, re.compile(pattern, re.IGNORECASE))
    for cause, pattern in (
        (Cause.MODERATION, r"moderation|content.?polic|trademark|sensitive|违规|敏感|审核"),
        (Cause.TRANSPORT, r"(took|taking) too long"),
        (Cause.INPUT, r"too_?.?long|duration_|invalid.(param|input|image|prompt)|unsupported|参数"),
        (Cause.TRANSPORT, r"timed? ?out|upload failed|connection (reset|refused|aborted)|超时"),
    )
)


def cause_of(error: str) -> Cause | None:
    """None: the words have to speak for themselves."""
    return next((cause for cause, signs in _SIGNS if signs.search(error)), None)
