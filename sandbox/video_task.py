"""A script and moves by hand go in; the one task's answer at this very moment comes out."""

from collections.abc import Callable
from typing import get_args

from sandbox.pace import Leg, Pace
from sandbox.scripts import Moment, Script, moment, told
from sandbox.wire import MEANINGS, Json, Meaning

USUAL_PERCENT = {"queued": 0, "processing": 1, "completed": 100, "failed": 0}


class Task:
    """Follows its script until it is moved by hand. *script* may be replaced at any time."""

    def __init__(self, script: Script, clock: Callable[[], float], speed: float) -> None:
        self.script = script
        self._clock = clock
        self._speed = speed
        self._pace: Pace | None = None
        self._moved: Moment | None = None
        self._verbatim: Json | None = None
        self.links = 0
        """That were told so far, if each look gives a new one."""
        if script.starts == "added":
            self.start()

    def start(self) -> Pace:
        """Once: what happens twice changes nothing."""
        if self._pace is None:
            self._pace = Pace(self._clock() - self.script.age / self._speed, self._speed)
        return self._pace

    @property
    def speed(self) -> float:
        """Seconds of script per second. A change makes neither a jump nor another past."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if self._pace is not None and speed != self._speed:
            self._pace.change(self._clock(), speed)
        self._speed = speed

    @property
    def legs(self) -> list[Leg]:
        """How its time has run so far; empty before the start."""
        return [] if self._pace is None else list(self._pace.legs)

    @property
    def elapsed(self) -> float:
        """Seconds of script; before the start, what the start will make of it."""
        return self.script.age if self._pace is None else self._pace.elapsed(self._clock())

    @property
    def moment(self) -> Moment:
        return self._moved or moment(self.script, self.elapsed)

    def payload(self, base: str) -> Json:
        """Starts the task."""
        pace = self.start()
        if self._verbatim is not None:
            return self._verbatim
        now = self.moment
        ended = None if now.ended_after is None else pace.at(now.ended_after)
        self.links += now.has_url
        return told(self.script, now, base, pace.at(0), ended, self.links)

    def move_to(
        self,
        status: str,
        percent: int | None = None,
        *,
        error: str | None = None,
        has_url: bool = True,
    ) -> None:
        """Stay there until the next move. *status*: of `Meaning`, spelled by the wire; or any word.

        None: the usual percentage of that status; the error of the script.
        """
        self.start()
        meaning = _meaning(status)
        failed, ended = meaning == "failed", meaning in ("completed", "failed")
        self._verbatim = None
        self._moved = Moment(
            meaning=meaning,
            percent=USUAL_PERCENT.get(meaning) if percent is None else percent,
            has_url=has_url and meaning == "completed",
            error=(self.script.error if error is None else error) if failed else "",
            ended_after=self._ended_after() if ended else None,
            word="" if status == meaning else status,
        )

    def _ended_after(self) -> float:
        """An end does not move when it is told again."""
        before = self.moment.ended_after
        return self.elapsed if before is None else before

    def answer_with(self, body: Json) -> None:
        """Verbatim, until the next move."""
        self._verbatim = body

    def follow_script(self) -> None:
        """It went on meanwhile."""
        self._moved = self._verbatim = None


def _meaning(status: str) -> Meaning:
    known: tuple[Meaning, ...] = get_args(Meaning)
    for meaning in known:
        if status == meaning:
            return meaning
    return MEANINGS.get(status.lower(), "processing")
