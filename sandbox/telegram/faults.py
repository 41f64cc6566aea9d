"""Accidents that a test orders go in; the one that hits a given call comes out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from sandbox.weather import Weather

Kind = Literal[
    "400",  # refused with `description`
    "403",
    "413",
    "429",  # with `retry_after`
    "500",  # JSON
    "502-html",
    "hang",  # not executed, no answer until the client leaves, or `patience` is over
    "lost",  # executed, then the connection is cut without an answer
    "silent",  # executed, no answer, same
    "reset",  # cut before executing
    "ok-without-result",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """Hits *times* calls of *method* ("*": any but getUpdates) once *after* others were spared."""

    method: str
    kind: Kind
    times: int = 1
    chat_id: int | None = None
    after: int = 0
    retry_after: int = 5
    """Seconds."""
    description: str = ""
    """Empty: what Telegram usually says with that status."""

    def concerns(self, method: str, chat_id: int | None) -> bool:
        named = self.method.lower() == method.lower()
        any_ = self.method == "*" and method.lower() != "getupdates"
        return (named or any_) and self.chat_id in (None, chat_id)


class Faults:
    def __init__(self, interrupt: Callable[[], None]) -> None:
        """*interrupt* ends a running poll."""
        self.pending: list[Fault] = []
        self.weather: Weather[Kind] | None = None
        """Hits whatever no fault was ordered for; None: calm."""
        self.lost: Counter[str] = Counter()
        """By method: calls that the weather let be executed and left without an answer."""
        self.patience = 60.0
        """Seconds after which whoever waits for an answer in vain is cut off."""
        self._outage = False
        self._interrupt = interrupt

    @property
    def outage(self) -> bool:
        """While true every call, polling included, has its connection cut."""
        return self._outage

    @outage.setter
    def outage(self, begins: bool) -> None:
        self._outage = begins
        self._interrupt()

    def add(self, fault: Fault) -> None:
        self.pending.append(fault)

    def clear(self) -> None:
        self.outage = False
        self.weather = None
        self.pending.clear()

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """The first fault that concerns the call; it has one hit less afterwards."""
        for index, fault in enumerate(self.pending):
            if not fault.concerns(method, chat_id):
                continue
            if fault.after:
                self.pending[index] = replace(fault, after=fault.after - 1)
                continue
            self.pending[index] = replace(fault, times=fault.times - 1)
            self.pending = [left for left in self.pending if left.times > 0]
            return fault
        return self._of_weather(method, chat_id)

    def _of_weather(self, method: str, chat_id: int | None) -> Fault | None:
        weather = self.weather
        if weather is None or not Fault(weather.method, "500").concerns(method, chat_id):
            return None
        kind = weather.strike()
        if kind in ("lost", "silent"):
            self.lost[method] += 1
        return None if kind is None else Fault(method, kind, retry_after=weather.retry_after)
