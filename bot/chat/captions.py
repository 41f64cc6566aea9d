"""A result goes in; the words beside it, or in its place, come out as messages."""

from datetime import datetime, timedelta
from typing import assert_never
from urllib.parse import urlsplit

from bot.chat import keyboards
from bot.chat.locale import Html, tell
from bot.chat.message import Message
from bot.chat.phrases import code, date, dots, due, lines, link, model, size, span
from bot.core.film import Facts, Shape, Unattached, Why
from bot.core.notice import LINK_LIVES, AsFile, Attachment, FilmNotice, Reminder
from bot.core.task import MediaKind, Task

MOST_BYTES = 50_000_000
"""That Telegram takes from a bot, unless the Bot API server is a local one."""
MAY_PASS = (Why.GONE, Why.SLOW, Why.UNREACHABLE, Why.NO_ROOM)
NOTHING_KNOWN = Facts()


def caption(
    said: FilmNotice, locale: str, shape: Shape | None = None, facts: Facts = NOTHING_KNOWN
) -> Message:
    """With the way to its original. Without a *shape*: as such a result is shown usually."""
    match said:
        case Attachment():
            return _of_attachment(said, locale, shape or _usual(said.task), facts)
        case AsFile():
            measured = None if facts.size is None else size(locale, facts.size)
            return Message(dots(code(said.task.id), measured))
        case _:
            assert_never(said)


def album(said: FilmNotice, locale: str, shape: Shape, shown: int) -> Message:
    """An album cannot have buttons: the ways to the originals are among the words."""
    task = said.task
    count = len(_addresses(task))
    part = tell(locale, "album-part", shown=shown, count=count) if shown < count else None
    return Message(
        lines(
            dots(code(task.id), model(task)),
            dots(part, _told(task, locale, NOTHING_KNOWN)),
            _why_a_file(task, locale, shape, NOTHING_KNOWN),
            _way(task, locale),
            _until(task, locale),
        )
    )


def link_instead(said: FilmNotice, locale: str, most: int = MOST_BYTES) -> Message:
    """The address is in the text: Telegram refuses a message for a button's, not for a link's."""
    task, unattached = said.task, _unattached(said)
    is_file = isinstance(said, AsFile)
    headline = tell(locale, "button-file" if is_file else "ended-completed")
    may_pass = unattached.why in MAY_PASS and not is_file
    leads_there = _leads_there(unattached.why)
    return Message(
        lines(
            dots(headline, code(task.id), model(task)),
            _why(task, locale, unattached, most),
            _sized(task, locale, unattached) if leads_there else None,
            _told(task, locale, NOTHING_KNOWN),
            _until(task, locale) if leads_there else None,
        ),
        keyboards.again(locale, said.ref) if may_pass else None,
    )


def reminder(said: Reminder, locale: str) -> Message:
    task, dies = said.task, _dies(said.task)
    return Message(
        lines(
            dots(tell(locale, "reminder-head"), code(task.id), model(task)),
            None if dies is None else tell(locale, "reminder", when=due(dies)),
            _way(task, locale),
        ),
        None if task.media is None else keyboards.original(locale, task.media.url),
    )


def _of_attachment(said: Attachment, locale: str, shape: Shape, facts: Facts) -> Message:
    """What is a file already need not be sent as one."""
    task = said.task
    url = "" if task.media is None else task.media.url
    original = keyboards.original(locale, url)
    return Message(
        lines(
            dots(code(task.id), model(task)),
            _told(task, locale, facts),
            _why_a_file(task, locale, shape, facts),
            _way(task, locale) if original is None else None,
            _until(task, locale),
        ),
        original if shape is Shape.FILE else keyboards.of_film(locale, said.ref, url),
    )


def _usual(task: Task) -> Shape:
    is_image = task.media is not None and task.media.kind is MediaKind.IMAGE
    return Shape.PHOTO if is_image else Shape.VIDEO


def _why_a_file(task: Task, locale: str, shape: Shape, facts: Facts) -> Html | None:
    if shape is not Shape.FILE or task.media is None:
        return None
    kind = task.media.kind.value
    return tell(locale, f"odd-{kind}" if facts.odd else f"file-{kind}", odd=facts.odd)


def _told(task: Task, locale: str, facts: Facts) -> Html:
    took = None
    if task.started_at is not None and task.ended_at is not None:
        took = tell(locale, "took", span=span(locale, task.ended_at - task.started_at))
    pixels = Html(f"{facts.width}×{facts.height}") if facts.width and facts.height else None
    lasts = span(locale, timedelta(seconds=facts.seconds)) if facts.seconds else None
    measured = None if facts.size is None else size(locale, facts.size)
    cost = tell(locale, "cost", cost=task.cost) if task.cost else None
    return dots(took, pixels, lasts, measured, cost)


def _unattached(said: FilmNotice) -> Unattached:
    """A link that has expired has a date on which it did; without one it is merely gone."""
    given = said.unattached or Unattached(Why.REFUSED)
    if given.why in (Why.EXPIRED, Why.TOO_LATE) and _dies(said.task) is None:
        return Unattached(Why.GONE)
    return given


def _why(task: Task, locale: str, unattached: Unattached, most: int) -> Html:
    dies = _dies(task)
    return tell(
        locale,
        f"unattached-{unattached.why.value}",
        size=_above(locale, unattached.size, most),
        limit=size(locale, most),
        date=Html() if dies is None else date(dies),
        host=code(_host(task)),
    )


def _above(locale: str, count: int | None, most: int) -> Html:
    """So that nobody reads that 50 MB are too many where 50 MB are allowed."""
    limit = size(locale, most)
    measured = limit if count is None else size(locale, count)
    return tell(locale, "more-than", size=limit) if measured == limit else measured


def _leads_there(why: Why) -> bool:
    """There is a link that may be worth following."""
    match why:
        case Why.TOO_BIG | Why.NOT_MEDIA | Why.BROKEN | Why.REFUSED | Why.UNSURE:
            return True
        case Why.SLOW | Why.UNREACHABLE | Why.NO_ROOM:
            return True
        case Why.EXPIRED | Why.GONE | Why.FORBIDDEN | Why.TOO_LATE:
            return False
        case _:
            assert_never(why)


def _sized(task: Task, locale: str, unattached: Unattached) -> Html:
    """What is too big has had its size told."""
    is_told = unattached.size is None or unattached.why is Why.TOO_BIG
    measured = None if is_told else size(locale, unattached.size or 0)
    return dots(_way(task, locale), measured)


def _way(task: Task, locale: str) -> Html | None:
    addresses = _addresses(task)
    if len(addresses) > 1:
        numbered = enumerate(addresses, 1)
        links = Html(" ".join(link(url, Html(number)) for number, url in numbered))
        return tell(locale, "originals", links=links)
    return link(addresses[0], tell(locale, "open-original")) if addresses else None


def _addresses(task: Task) -> tuple[str, ...]:
    return () if task.media is None else (task.media.url, *task.media.more)


def _host(task: Task) -> str:
    """Its name alone: an address that we may not ask is no link for anybody else either."""
    try:
        return urlsplit("".join(_addresses(task)[:1])).hostname or "?"
    except ValueError:
        return "?"


def _until(task: Task, locale: str) -> Html | None:
    dies = _dies(task)
    return None if dies is None else tell(locale, "link-until", date=date(dies))


def _dies(task: Task) -> datetime | None:
    return None if task.ended_at is None else task.ended_at + LINK_LIVES
