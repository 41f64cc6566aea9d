"""A script and moves by hand go in; the one task's answer at this very moment comes out."""

from collections.abc import Callable
from typing import get_args

from sandbox.scripts import Moment, Script, moment, told
from sandbox.wire import MEANINGS, Json, Meaning

USUAL_PERCENT = {"queued": 0, "processing": 1, "completed": 100, "failed": 0}


class Task:
    """Follows its script until it is moved by hand. *script* may be replaced at any time."""

    def __init__(self, script: Script, clock: Callable[[], float], speed: float) -> None:
        self.script = script
        self._clock = clock
        self._speed = speed
        self._began: float | None = None
        self._moved: Moment | None = None
        self._verbatim: Json | None = None
        if script.starts == "added":
            self.start()

    def start(self) -> None:
        """Once: what happens twice changes nothing."""
        if self._began is None:
            self._began = self._clock() - self.script.age / self._speed

    @property
    def elapsed(self) -> float:
        """Seconds of script; before the start, what the start will make of it."""
        if self._began is None:
            return self.script.age
        return (self._clock() - self._began) * self._speed

    @property
    def moment(self) -> Moment:
        return self._moved or moment(self.script, self.elapsed)

    def payload(self, base: str) -> Json:
        """Starts the task."""
        self.start()
        if self._verbatim is not None:
            return self._verbatim
        began = self._clock() if self._began is None else self._began
        return told(self.script, self.moment, base, began, self._speed)

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
