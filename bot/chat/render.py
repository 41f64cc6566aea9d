"""A notice and a language go in, the message that a person reads comes out."""

from typing import assert_never

from bot.chat import captions, news, phrases
from bot.chat.locale import Html, say, tell, text
from bot.chat.message import Message
from bot.chat.phrases import code, dots, lines
from bot.core import notice
from bot.core.notice import Answer, News, Toast, ToastText
from bot.core.task import Task

MODEL_IN_LIST = 24
PLAIN: dict[type[Answer], str] = {
    notice.Welcome: "welcome",
    notice.Hint: "hint",
    notice.WatchWhat: "watch-what",
    notice.NoRoom: "no-room",
    notice.NotAllowed: "not-allowed",
    notice.UnknownCommand: "unknown-command",
}
"""Answers that always say the same."""


def render(said: News | Answer, locale: str) -> Message:
    match said:
        case notice.Card():
            return news.card(said, locale)
        case notice.Milestone():
            return news.milestone(said, locale)
        case notice.Ended():
            return news.ended(said, locale)
        case notice.Attachment() | notice.AsFile():
            return captions.caption(said, locale)
        case notice.Reminder():
            return captions.reminder(said, locale)
        case notice.Attaching():
            return news.attaching(said, locale)
        case notice.GaveUp():
            return news.gave_up(said, locale)
        case answer:
            return Message(_answer(answer, locale))


def render_toast(said: Toast, locale: str) -> str:
    """Plain: a toast has no markup."""
    if said.text is ToastText.LADDER:
        name = "toast-ladder" if said.ladder else "toast-ladder-none"
        return say(locale, name, ladder=phrases.ladder(locale, said.ladder))
    return say(locale, f"toast-{said.text.value}")


def _answer(said: Answer, locale: str) -> Html:
    match said:
        case notice.Help(limit):
            return tell(locale, "help", limit=limit)
        case notice.BadIds(words):
            bad = phrases.listed(locale, words)
            return lines(tell(locale, "bad-ids", count=len(words)), bad, tell(locale, "id-looks"))
        case notice.TooMany(asked, active, limit):
            return tell(locale, "too-many", asked=asked, active=active, limit=limit)
        case notice.AlreadyWatched(ids):
            head = tell(locale, "already-watched", count=len(ids))
            return lines(head, phrases.listed(locale, ids))
        case notice.WatchList():
            return _list(said, locale)
        case notice.Stopped(ids):
            return lines(tell(locale, "stopped", count=len(ids)), phrases.listed(locale, ids))
        case notice.StopWhich(among):
            return lines(_list(among, locale), tell(locale, "stop-which"))
        case notice.NotWatched(ids):
            return lines(tell(locale, "not-watched"), phrases.listed(locale, ids))
        case notice.KeyTrouble(since):
            return tell(locale, "key-trouble", ago=phrases.ago(since))
        case (
            notice.Welcome()
            | notice.Hint()
            | notice.WatchWhat()
            | notice.NoRoom()
            | notice.NotAllowed()
            | notice.UnknownCommand()
        ):
            return tell(locale, PLAIN[type(said)])
        case _:
            assert_never(said)


def _list(said: notice.WatchList, locale: str) -> Html:
    if not said.rows:
        return tell(locale, "list-empty")
    rows = [_row(task, locale) for _, task in said.rows]
    more = tell(locale, "and-more", count=said.more) if said.more else None
    return lines(tell(locale, "list-head", count=len(rows) + said.more), *rows, more)


def _row(task: Task, locale: str) -> Html:
    model = text(task.model[:MODEL_IN_LIST]) if task.model else None
    return dots(news.state(task, locale), code(task.id), model)
