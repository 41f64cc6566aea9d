"""Did every command and every pressed button do what it does, once?"""

from collections import defaultdict
from collections.abc import Iterable

from sandbox.bot_api import Call
from tests.journeys.chaos.oracle.facts import Errand, Line

ARRIVED = (0, 200)
"""Of a lost answer the person has seen the toast."""


def answers_of(lines: Iterable[Line], calls: Iterable[Call]) -> dict[tuple[int, str], list[str]]:
    """By chat and message, or by 0 and query: what was said, in order. A toast is a call."""
    found: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for line in lines:
        if line.change == "sent" and line.kind == "answer" and line.reply_to is not None:
            found[line.chat, str(line.reply_to)].append(line.text)
    for call in calls:
        if call.method == "answerCallbackQuery" and call.status in ARRIVED:
            found[0, str(call.params["callback_query_id"])].append(str(call.params.get("text", "")))
    return dict(found)


def unanswered(errands: Iterable[Errand], answers: dict[tuple[int, str], list[str]]) -> list[str]:
    return [f"no answer: {one}" for one in errands if not _of(one, answers)]


def misdone(errands: Iterable[Errand], answers: dict[tuple[int, str], list[str]]) -> list[str]:
    """What was answered differently than it should: done twice, or out of turn."""
    return [
        f"{one} was answered {said!r}"
        for one in errands
        for said in _of(one, answers)
        if one.expects not in said
    ]


def _of(errand: Errand, answers: dict[tuple[int, str], list[str]]) -> list[str]:
    return answers.get((errand.chat, errand.ref)) or answers.get((0, errand.ref)) or []
