"""What may happen to the outbox, as values for Hypothesis."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from bot.core.delivery import (
    ChatGone,
    ChatMoved,
    Doubt,
    FloodWait,
    MediaRefused,
    MessageGone,
    NotSent,
    Receipt,
    Rejected,
    ReplyGone,
    Sent,
    TokenRefused,
    TopicGone,
    Unsure,
)
from bot.core.task import Reading, TaskId
from bot.core.watch import ChatId
from tests.builders import ANN, completed, failed, running

GROUP, SUPERGROUP = ChatId(-500), ChatId(-100_500)
TASKS = (TaskId("task_a1"), TaskId("task_b1"))


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Claim:
    limit: int


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Whoever was sending stood still for longer than a lease, and wakes when it is answered."""


@dataclass(frozen=True, slots=True)
class GoWell:
    """A round of delivery, two seconds later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Telegram's, to one of the messages on their way, dead leases included, or to the next one."""

    which: int
    receipt: Receipt
    landed: bool
    """When the receipt does not say: whether it was done."""


@dataclass(frozen=True, slots=True)
class Crash:
    """Of the process that was sending this one."""

    which: int
    landed: bool


@dataclass(frozen=True, slots=True)
class Look:
    task: TaskId
    reading: Reading


@dataclass(frozen=True, slots=True)
class GiveUp:
    task: TaskId


@dataclass(frozen=True, slots=True)
class Ask:
    chat: int
    task: TaskId


@dataclass(frozen=True, slots=True)
class Stop:
    chat: int


@dataclass(frozen=True, slots=True)
class Redraw:
    """The bell button is pressed."""

    chat: int


@dataclass(frozen=True, slots=True)
class Lost:
    chat: int


@dataclass(frozen=True, slots=True)
class Back:
    chat: int


@dataclass(frozen=True, slots=True)
class Sweep:
    pass


OfPeople = Ask | Stop | Redraw | Lost | Back
Deed = Wait | Claim | TakeOver | GoWell | Answer | Crash | Look | GiveUp | Sweep | OfPeople
PRODUCES = (Look, GiveUp, Ask, Redraw, Stop)
"""What may put something into the outbox, or wake a card."""


some_chat = st.sampled_from([ANN, int(GROUP)])
some_task = st.sampled_from(TASKS)
receipts: st.SearchStrategy[Receipt] = st.one_of(
    st.just(Sent(0)),
    st.just(Sent(0)),
    st.sampled_from([NotSent("refused"), TokenRefused(), FloodWait(timedelta(seconds=3))]),
    st.sampled_from([ChatGone("blocked"), ChatMoved(SUPERGROUP), TopicGone(), MessageGone()]),
    st.sampled_from([ReplyGone(), MediaRefused("too big"), Rejected("a bug")]),
    st.builds(Unsure, st.just("cut"), st.sampled_from(Doubt)),
)
readings: st.SearchStrategy[Reading] = st.one_of(
    *[st.builds(running, st.sampled_from([10, 30, 60, 80]))] * 6,
    st.sampled_from([completed(), completed(), failed()]),
)
often: st.SearchStrategy[Deed] = st.one_of(
    st.just(GoWell()),
    st.just(GoWell()),
    st.builds(Claim, st.integers(1, 8)),
    st.builds(Answer, st.integers(0, 3), receipts, st.booleans()),
    st.builds(Answer, st.integers(0, 3), receipts, st.booleans()),
    st.builds(Wait, st.sampled_from([1.0, 4.0])),
    st.just(TakeOver()),
    st.builds(Look, some_task, readings),
    st.builds(Back, some_chat),
)
seldom: st.SearchStrategy[Deed] = st.one_of(
    st.builds(Wait, st.just(2000.0)),
    st.builds(Crash, st.integers(0, 3), st.booleans()),
    st.builds(GiveUp, some_task),
    st.builds(Ask, some_chat, some_task),
    st.builds(Stop, some_chat),
    st.builds(Redraw, some_chat),
    st.builds(Lost, some_chat),
    st.builds(Back, some_chat),
    st.just(Sweep()),
)
lives = st.lists(st.one_of(*[often] * 8, seldom), min_size=25, max_size=60)
"""A list that may be empty is nearly always short, and nothing happens in it."""
