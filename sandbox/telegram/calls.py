"""Calls of the bot go in; a record that a test can read, or wait on, comes out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sandbox.telegram.bell import Bell
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    seq: int
    at: float
    """Seconds of `time.time()`, when the answer was ready."""
    method: str
    chat_id: int | None
    params: Json
    status: int
    """HTTP status; 0: no answer has reached the client."""
    answer: Json | None
    """The body, also of a lost answer; None when there was none, or HTML."""
    came: float = 0
    """When the question was here, as *at*."""

    def __str__(self) -> str:
        shown = {name: value for name, value in self.params.items() if name != "chat_id"}
        words = (self.answer or {}).get("description", "")
        chat = "" if self.chat_id is None else f" in {self.chat_id}"
        return f"#{self.seq} {self.method}{chat} → {self.status} {words} {str(shown)[:200]}"


class Calls:
    def __init__(self, bell: Bell) -> None:
        self.made: list[Call] = []
        self._bell = bell

    def record(
        self, method: str, chat_id: int | None, params: Params, status: int, answer: Json | None
    ) -> None:
        said, seq = params.described(), len(self.made) + 1
        call = Call(seq, time.time(), method, chat_id, said, status, answer, params.came)
        self.made.append(call)
        self._bell.ring()

    async def until(self, condition: Callable[[], T], timeout: float) -> T:  # noqa: ASYNC109 — its failure names the calls
        deadline = time.monotonic() + timeout
        while not (found := condition()):
            left = deadline - time.monotonic()
            if left <= 0 or not (await self._bell.next(left) or condition()):
                raise AssertionError(f"not within {timeout} s; the last calls:\n{self._tail()}")
        return found

    def _tail(self) -> str:
        told = [call for call in self.made if call.method != "getUpdates" or call.status != 200]
        return "\n".join(map(str, told[-20:])) or "none"
