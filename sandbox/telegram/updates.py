"""What happened goes in; long polling brings it out, in order, until it is acknowledged."""

import time

from sandbox.telegram.bell import Bell
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, conflict

ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook"
    " first"
)


class Updates:
    def __init__(self, bell: Bell) -> None:
        self.pending: list[Json] = []
        self.webhook = ""
        self._allowed: list[str] = []
        self._next_id = 730_001
        self._bell = bell
        self._pollers = 0

    def push(self, kind: str, content: Json) -> None:
        """Kinds that the bot did not ask for are dropped, as by Telegram."""
        if kind in self._allowed or (not self._allowed and kind not in ONLY_ON_REQUEST):
            self.pending.append({"update_id": self._next_id, kind: content})
            self._next_id += 1
        self._bell.ring()

    async def poll(self, params: Params) -> list[Json]:
        if self.webhook:
            raise conflict(WEBHOOK)
        self.allow(params)
        self._acknowledge(params.integer("offset") or 0)
        self.interrupt()
        turn = self._pollers
        deadline = time.monotonic() + (params.integer("timeout") or 0)
        while not self.pending and (left := deadline - time.monotonic()) > 0:
            await self._bell.next(left)
            if turn != self._pollers:
                raise conflict(OTHER_POLLER)
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
        """Stored only: nothing is pushed. It ends a running poll."""
        self.allow(params)
        self.webhook = params.text("url")
        if params.flag("drop_pending_updates"):
            self.pending.clear()
        self.interrupt()
        return True

    def interrupt(self) -> None:
        """A running poll ends."""
        self._pollers += 1
        self._bell.ring()

    def webhook_info(self) -> Json:
        info: Json = {
            "url": self.webhook,
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        return info | ({"allowed_updates": self._allowed} if self._allowed else {})
