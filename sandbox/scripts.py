"""A task's script and the seconds since it began go in; what the provider then says comes out."""

from dataclasses import dataclass, field, replace
from typing import Literal, assert_never
from urllib.parse import quote

from sandbox.films import Film
from sandbox.wire import NO_SUCH_TASK, NOT_YOURS, Facts, Json, Meaning, Wire, refusal, spoken

Shape = Literal["smooth", "coarse", "stuck_at_0", "stuck_at_99", "missing", "regress"]
Outcome = Literal[
    "video",
    "image",
    "failed",
    "failed_then_video",  # says failed for `late` seconds, then completed
    "stall",  # never ends
    "no_url",  # completed without a file, for ever
    "late_url",  # the file comes `late` seconds after completion
    "not_yours",
]
Media = Literal[
    "film",  # or the pictures of an image task: good
    "403",
    "404",
    "410",
    "500",
    "html",  # a page, with status 200
    "disguised",  # the same page as video/mp4
    "empty",
    "unlabelled",  # good bytes as application/octet-stream
    "mislabelled",  # a picture as video/mp4
    "broken",  # begins like a film, and is none
    "truncated",  # half of what Content-Length promises
    "huge",  # promises 10 GB
    "endless",  # promises nothing and never stops
    "slow",  # good bytes, one now and then
    "whole",  # good bytes, but never a part of them
    "redirect",  # to the good file
    "loop",  # from itself to itself
    "inward",  # to `faults.inward`
]
Where = Literal["anywhere", "videos", "images"]
Starts = Literal["added", "asked"]
LAST_SHARE = 0.999


@dataclass(frozen=True, slots=True)
class Script:
    """All spans are seconds."""

    task_id: str
    model: str = "sora2-12s"
    queue: float = 5
    duration: float = 60
    """From the end of the queue to completion or failure."""
    shape: Shape = "smooth"
    outcome: Outcome = "video"
    error: str = "PROVIDER_MODERATION_ERROR"
    first_seen_after: float = 0
    """Until then there is no such task."""
    late: float = 10
    wire: Wire = field(default_factory=Wire)
    owner: str = ""
    """The one key that may see it; empty: any that is valid."""
    starts: Starts = "added"
    age: float = 0
    """How old the task already is when it starts."""
    media: Media = "film"
    film: Film | None = None
    """None: the API's usual one, which is an MP4."""
    size: int | None = None
    """Bytes to which the film, or each picture, is padded; None: as it comes."""
    pictures: int = 1
    """Of an image task."""
    where: Where = "anywhere"
    """The endpoint that knows it."""
    url: str | None = None
    """Told instead of our own."""
    url_lives: float = 3 * 86_400
    dead_links: int = 0
    """So many of its links are dead from the start; each look at the ended task gives a new one."""
    note: str = ""
    """For people: what there is to see."""

    @property
    def ends(self) -> float:
        return self.queue + self.duration

    @property
    def shows_image(self) -> bool:
        return self.outcome == "image"

    @property
    def file_name(self) -> str:
        made = "mp4" if self.film is None else self.film.container
        return f"{self.task_id}.{'png' if self.shows_image else made}"


@dataclass(frozen=True, slots=True)
class Moment:
    meaning: Meaning
    percent: int | None = None
    has_url: bool = False
    error: str = ""
    ended_after: float | None = None
    """Seconds from the start; None: it has not ended."""
    word: str = ""
    """The status as told; empty: as the wire says it."""


def payload(
    script: Script,
    elapsed: float,
    base: str = "http://sandbox.invalid",
    began: float = 1_764_899_481,
    speed: float = 1,
) -> Json:
    """The whole JSON body; *began* in Unix seconds, *speed* in seconds of script per second."""
    now = moment(script, elapsed)
    ended = None if now.ended_after is None else began + now.ended_after / speed
    return told(script, now, base, began, ended)


def told(
    script: Script, now: Moment, base: str, began: float, ended: float | None, link: int = 1
) -> Json:
    """*began* and *ended* in Unix seconds; None: it has not ended. *link*: which one it is."""
    if now.meaning == "not_there":
        return refusal("-1", NO_SUCH_TASK, script.wire)
    if now.meaning == "not_yours":
        return refusal("-1", NOT_YOURS, script.wire)
    facts = Facts(
        task_id=script.task_id,
        model=script.model,
        meaning=now.meaning,
        word=now.word,
        percent=now.percent,
        began=began,
        ended=ended,
        urls=_urls(script, base, ended, link) if now.has_url and ended is not None else (),
        shows_image=script.shows_image,
        error=now.error,
    )
    return spoken(facts, script.wire)


def _urls(script: Script, base: str, ended: float, link: int) -> tuple[str, ...]:
    """They look signed, so that a log which shows one can be caught."""
    if script.url is not None:
        return (script.url,)
    path = f"{'' if script.wire.relative else base}/media/{quote(script.file_name)}"
    signed = f"expires={int(ended + script.url_lives)}&sign=SIGNED-LINK"
    fresh = f"&link={link}" if script.dead_links else ""
    parts = ("", *(f"part={number}&" for number in range(2, script.pictures + 1)))
    return tuple(f"{path}?{part}{signed}{fresh}" for part in parts)


def moment(script: Script, elapsed: float) -> Moment:
    if elapsed < script.first_seen_after:
        return Moment("not_there")
    if script.outcome == "not_yours":
        return Moment("not_yours")
    if elapsed < script.queue:
        return Moment("queued", None if script.shape == "missing" else 0)
    if elapsed < script.ends:
        return Moment("processing", percent(script.shape, _share(script, elapsed)))
    return _ended(script, elapsed - script.ends)


def _share(script: Script, elapsed: float) -> float:
    return min((elapsed - script.queue) / script.duration, LAST_SHARE)


def percent(shape: Shape, share: float) -> int | None:
    """*share*, in [0, 1), of the running time is over."""
    match shape:
        case "smooth":
            return 1 + int(share * 99)
        case "coarse":
            return (0, 30, 60, 90)[int(share * 4)]
        case "stuck_at_0":
            return 0
        case "stuck_at_99":
            return min(99, 1 + int(share * 490))
        case "missing":
            return None
        case "regress":
            smooth = 1 + int(share * 99)
            return smooth - 30 if 0.6 <= share < 0.8 else smooth
        case _:
            assert_never(shape)


def _ended(script: Script, since: float) -> Moment:
    hundred = None if script.shape == "missing" else 100
    done = Moment("completed", hundred, has_url=True, ended_after=script.ends)
    failed = Moment("failed", 0, error=script.error, ended_after=script.ends)
    match script.outcome:
        case "video" | "image":
            return done
        case "failed":
            return failed
        case "failed_then_video":
            return failed if since < script.late else done
        case "stall":
            return Moment("processing", percent(script.shape, LAST_SHARE))
        case "no_url":
            return replace(done, has_url=False)
        case "late_url":
            return replace(done, has_url=since >= script.late)
        case "not_yours":
            return Moment("not_yours")
        case _:
            assert_never(script.outcome)
