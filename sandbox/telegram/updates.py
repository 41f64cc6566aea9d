"""What happened goes in; it stays, in order, until a poll or a push has brought it to the bot."""

import time

from sandbox.telegram.bell import Bell
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, conflict, too_many_requests
from sandbox.telegram.rules import Limits
from sandbox.telegram.webhook import Webhook, read_webhook

Lane = tuple[str, int]
"""What is pushed one after the other: a kind of update, and the chat or person it came from."""

ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
SET_WEBHOOK = "terminated by setWebhook request"
WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook"
    " first"
)


class Updates:
    def __init__(self, bell: Bell, limits: Limits) -> None:
        """*bell* rings with `news`."""
        self.pending: list[Json] = []
        self.webhook: Webhook | None = None
        self.news = Bell()
        """Rings when there may be something new to bring, or another way to bring it."""
        self.news.rings_also(bell)
        self._allowed: list[str] = []
        self._next_id = 730_001
        self._pollers = 0
        self._error: Json = {}
        self._pause = limits.set_webhook_seconds
        self._may_set_at = 0.0

    def push(self, kind: str, content: Json) -> None:
        """Kinds that the bot did not ask for are dropped, as by Telegram."""
        if kind in self._allowed or (not self._allowed and kind not in ONLY_ON_REQUEST):
            self.pending.append({"update_id": self._next_id, kind: content})
            self._next_id += 1
        self.news.ring()

    async def poll(self, params: Params) -> list[Json]:
        if self.webhook:
            raise conflict(WEBHOOK)
        self.allow(params)
        self._acknowledge(params.integer("offset") or 0)
        self.interrupt()
        turn = self._pollers
        deadline = time.monotonic() + (params.integer("timeout") or 0)
        while not self.pending and (left := deadline - time.monotonic()) > 0:
            await self.news.next(left)
            if turn != self._pollers:
                raise conflict(SET_WEBHOOK if self.webhook else OTHER_POLLER)
        return self.pending[: min(max(params.integer("limit") or 100, 1), 100)]

    def allow(self, params: Params) -> None:
        """Absent: as before. An empty list: everything but what must be asked for."""
        asked = params.structure("allowed_updates")
        if isinstance(asked, list):
            self._allowed = asked

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def set_webhook(self, params: Params) -> bool:
        """It ends a running poll. A refused one takes the old one away, as by Telegram."""
        self._throttle(params)
        old, self.webhook = self.webhook, None
        self.news.ring()
        dropping = params.flag("drop_pending_updates")
        if dropping:
            self.pending.clear()
        self.webhook = read_webhook(params)
        self.allow(params)
        if dropping or self.webhook != old:
            self._error = {}
        if self.webhook:
            self.interrupt()
        return True

    def _throttle(self, params: Params) -> None:
        now = time.monotonic()
        if not params.text("url"):
            return
        if now < self._may_set_at:
            raise too_many_requests(1)
        self._may_set_at = now + self._pause

    def interrupt(self) -> None:
        """A running poll ends."""
        self._pollers += 1
        self.news.ring()

    def lanes(self) -> set[Lane]:
        return {lane_of(update) for update in self.pending}

    def first_of(self, lane: Lane) -> Json | None:
        """None: nothing of it is pending."""
        return next((update for update in self.pending if lane_of(update) == lane), None)

    def heard(self, update: Json) -> None:
        """The webhook said yes."""
        self.pending = [other for other in self.pending if other is not update]
        self.news.ring()

    def not_heard(self, trouble: str) -> None:
        self._error = {"last_error_date": int(time.time()), "last_error_message": trouble}
        self.news.ring()

    def webhook_info(self) -> Json:
        info: Json = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
            **self._error,
            **(self.webhook.described if self.webhook else {}),
        }
        return info | ({"allowed_updates": self._allowed} if self._allowed else {})


def lane_of(update: Json) -> Lane:
    kind, content = next((name, value) for name, value in update.items() if name != "update_id")
    origin = content["from"] if kind == "callback_query" else content["chat"]
    return kind.removeprefix("edited_"), origin["id"]
