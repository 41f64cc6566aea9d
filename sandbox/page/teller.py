"""Both stand-ins go in; what one page does not know yet comes out, as (kind, body) pairs."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from sandbox.page import tasks, view
from sandbox.page.cast import Cast
from sandbox.page.switches import Switches
from sandbox.telegram.refusal import Json
from sandbox.video_api import VideoApi

News = list[tuple[str, object]]
CALLS, POLLS = 300, 3_000
"""How many of the past a newcomer is told."""


class Teller:
    """One page's cursors. Takes no time: nothing happens between two of its looks."""

    def __init__(self, cast: Cast, videos: VideoApi, switches: Switches) -> None:
        self._cast = cast
        self._videos = videos
        self._switches = switches
        self._versions: defaultdict[int, int] = defaultdict(int)
        self._answers = self._calls = self._polls = 0
        self._told: dict[object, object] = {}

    def first(self) -> News:
        """Everything up to now."""
        api = self._cast.api
        known = [one for chat in self._cast.chats() for one in view.messages(self._cast, chat)]
        snapshot: Json = {
            "bot": api.username,
            "messages": known,
            "calls": [tasks.call(one) for one in api.calls[-CALLS:]],
            "polls": [tasks.poll(one) for one in self._videos.calls[-POLLS:]],
        }
        self._versions.update({chat: len(api.history(chat)) for chat in api.chats()})
        self._answers, self._calls = len(api.callback_answers), len(api.calls)
        self._polls = len(self._videos.calls)
        return [("snapshot", snapshot), *self._state()]

    def news(self) -> News:
        """Everything since the last time."""
        return [*self._state(), *self._changes(), *self._toasts(), *self._made()]

    def _state(self) -> Iterator[tuple[str, object]]:
        """What is told whole, when it differs from what was told before."""
        state: dict[str, object] = {
            "people": view.people(self._cast),
            "chats": view.chats(self._cast),
            "menus": view.menus(self._cast),
            "descriptions": view.descriptions(self._cast),
            "switches": self._switches.state(),
            "speed": self._videos.speed,
        }
        for kind, body in state.items():
            yield from self._if_new(kind, kind, body)
        for task in self._videos.all_tasks():
            task_id = task.script.task_id
            yield from self._if_new(("task", task_id), "task", tasks.plan(task))
            yield from self._if_new(("progress", task_id), "progress", tasks.progress(task))

    def _if_new(self, key: object, kind: str, body: object) -> Iterator[tuple[str, object]]:
        if self._told.get(key) != body:
            self._told[key] = body
            yield kind, body

    def _changes(self) -> Iterator[tuple[str, object]]:
        for chat in self._cast.api.chats():
            history = self._cast.api.chat(chat).history
            for version in history[self._versions[chat] :]:
                yield view.change(chat, version)
            self._versions[chat] = len(history)

    def _toasts(self) -> Iterator[tuple[str, object]]:
        answers = self._cast.api.callback_answers
        for query, answer in islice(answers.items(), self._answers, None):
            loud = str(answer.get("show_alert", "")).lower() in ("true", "1")
            yield "toast", {"query": query, "text": answer.get("text", ""), "alert": loud}
        self._answers = len(answers)

    def _made(self) -> Iterator[tuple[str, object]]:
        """Calls of the bot, to Telegram and to the provider."""
        calls, polls = self._cast.api.calls, self._videos.calls
        yield from (("call", tasks.call(one)) for one in calls[self._calls :])
        yield from (("poll", tasks.poll(one)) for one in polls[self._polls :])
        self._calls, self._polls = len(calls), len(polls)
