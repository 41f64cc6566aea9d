"""A milestone that is overtaken while it is being sent: nothing may wait for it."""

from bot.core.delivery import NotSent, Parcel, Receipt
from bot.core.film import Film, Progress
from bot.core.notice import Milestone
from bot.core.request import AskStopAll
from tests.builders import ANN, ask, completed, queued, running
from tests.fakes import RecordingChat
from tests.pipeline.conftest import Line


class SlowChat(RecordingChat):
    """Refuses the first milestone, and takes so long for it that the next look comes meanwhile."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self._overtaken = False

    async def send(
        self, parcel: Parcel, films: tuple[Film, ...] = (), progress: Progress | None = None
    ) -> Receipt:
        if isinstance(parcel.notice, Milestone) and not self._overtaken:
            self._overtaken = True
            self._line.clock.pass_by(seconds=20)
            await self._line.poll.once()
            return NotSent("connection refused")
        return await super().send(parcel, films, progress)


async def test_the_end_arrives_although_a_milestone_before_it_was_not_sent(line: Line) -> None:
    """The user saw nothing more of that task, for ever: each waited for the other."""
    line.chat = SlowChat(line)
    line.restart()
    line.provider.says("task_a1", queued(), running(60), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.looks(after=20)
    await line.delivers(seconds=60)
    assert line.chat.told()[-3:] == ["Ended", "Attachment", "Card"]


async def test_the_end_arrives_although_a_process_died_at_the_milestone_before_it(
    line: Line,
) -> None:
    """Same, after a kill -9 between a milestone and its answer (PostgreSQL)."""
    line.chat.explode_on = Milestone
    line.provider.says("task_a1", queued(), running(60), completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.looks(after=20)
    line.chat.explode_on = None
    line.restart()
    await line.looks(after=20)
    await line.delivers(seconds=60)
    assert line.chat.told()[-3:] == ["Ended", "Attachment", "Card"]


async def test_a_milestone_arrives_although_the_one_before_it_was_not_sent(line: Line) -> None:
    line.chat = SlowChat(line)
    line.restart()
    line.provider.says("task_a1", queued(), running(30), running(60))
    await line.asks(ask("task_a1"))
    await line.looks()
    await line.looks(after=20)
    await line.delivers(seconds=60)
    marks = [one.notice.mark for one in line.chat.sent if isinstance(one.notice, Milestone)]
    assert marks == [50]


async def test_a_milestone_that_was_refused_is_not_rung_after_stop(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(30))
    await line.asks(ask("task_a1"))
    await line.looks()
    line.chat.receipts[ANN] = [NotSent("refused")]
    line.clock.pass_by(seconds=20)
    await line.poll.once()
    await line.deliver.once()
    await line.asks(ask(AskStopAll()))
    await line.delivers(seconds=60)
    assert "Milestone" not in line.chat.told()
