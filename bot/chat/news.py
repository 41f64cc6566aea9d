"""What happened to a watched task goes in; the card, the ring and the end come out as messages."""

from telegram import InlineKeyboardMarkup

from bot.chat import keyboards
from bot.chat.locale import Html, tell
from bot.chat.message import Message
from bot.chat.phrases import ago, bar, code, dots, lines, model, quote, short, span
from bot.core.failure import cause_of
from bot.core.notice import Attaching, Card, Ended, GaveUp, Milestone
from bot.core.step import visible_trouble
from bot.core.task import Media, Status, Task


def card(said: Card, locale: str) -> Message:
    task = said.task
    if said.stopped:
        headline = tell(locale, "card-stopped")
        return Message(lines(dots(headline, model(task)), code(task.id)))
    body = lines(dots(state(task, locale), model(task)), code(task.id), *_details(task, locale))
    if task.status.is_end:
        return Message(body)
    return Message(body, keyboards.of_card(locale, said.ref, said.ladder))


def state(task: Task, locale: str) -> Html:
    """In a few words, with what is known of the progress."""
    match task.status:
        case Status.NEW if task.missing_since is not None:
            return tell(locale, "state-missing")
        case Status.RUNNING if task.fileless_since is not None:
            return tell(locale, "state-fileless")
        case Status.RUNNING if task.percent is not None:
            done = task.percent
            return tell(locale, "state-percent", bar=bar(done), percent=done)
        case status:
            return tell(locale, f"state-{status.value}")


def _details(task: Task, locale: str) -> list[Html]:
    if task.status.is_end:
        return []
    told = []
    if task.missing_since is not None:
        told.append(tell(locale, "card-missing"))
    if task.status is Status.RUNNING and task.started_at is not None:
        told.append(tell(locale, "card-running-since", ago=ago(task.started_at)))
        if task.changed_at is not None and task.changed_at > task.started_at:
            told.append(tell(locale, "card-last-change", ago=ago(task.changed_at)))
    trouble = _trouble(task, locale)
    if trouble is not None:
        told.append(trouble)
    return told


def _trouble(task: Task, locale: str) -> Html | None:
    trouble = visible_trouble(task)
    if trouble is None or task.trouble_since is None:
        return None
    return tell(locale, f"trouble-{trouble.value}", ago=ago(task.trouble_since))


def milestone(said: Milestone, locale: str) -> Message:
    reached = tell(locale, "milestone", percent=said.mark)
    elapsed = None if said.elapsed is None else span(locale, said.elapsed)
    return Message(dots(reached, short(said.task.id), elapsed))


def ended(said: Ended, locale: str) -> Message:
    task, again = said.task, keyboards.again(locale, said.ref)
    match task.status:
        case Status.COMPLETED if task.media is not None:
            return _announced(task, locale, _doing(task.media, locale))
        case Status.COMPLETED:
            return _verdict(task, locale, "ended-fileless", "why-no-file", again)
        case Status.FAILED:
            return _verdict(task, locale, "ended-failed", _why(task.error), again)
        case Status.REFUSED if task.refusal is not None:
            return _verdict(task, locale, "ended-refused", f"why-{task.refusal.value}")
        case _:
            return _verdict(task, locale, "ended-unknown", "why-unknown")


def attaching(said: Attaching, locale: str) -> Message:
    """An album leaves its announcement as it is: nobody would ever take the percentage back."""
    media = said.task.media
    if media is None or media.more:
        return ended(Ended(said.ref, said.task), locale)
    doing = _doing(media, locale)
    return _announced(said.task, locale, tell(locale, "so-far", doing=doing, percent=said.percent))


def _announced(task: Task, locale: str, what_follows: Html) -> Message:
    return Message(dots(tell(locale, "ended-completed"), code(task.id), what_follows))


def _doing(media: Media, locale: str) -> Html:
    if media.more:
        return tell(locale, "album", count=1 + len(media.more))
    return tell(locale, f"attaching-{media.kind.value}")


def _why(error: str) -> str:
    cause = cause_of(error)
    if cause is not None:
        return f"why-{cause.value}"
    return "why-failed" if error else "why-silent"


def _verdict(
    task: Task, locale: str, verdict: str, why: str, keyboard: InlineKeyboardMarkup | None = None
) -> Message:
    """Without a button where nothing is kept that it could ask about again."""
    headline = dots(tell(locale, verdict), code(task.id), model(task))
    return Message(lines(headline, tell(locale, why), quote(task.error)), keyboard)


def gave_up(said: GaveUp, locale: str) -> Message:
    headline = dots(tell(locale, "gave-up"), code(said.task.id), model(said.task))
    known = tell(
        locale,
        "gave-up-known",
        after=span(locale, said.after),
        state=state(said.task, locale),
    )
    why = _trouble(said.task, locale)
    return Message(lines(headline, known, why), keyboards.go_on(locale, said.ref))
