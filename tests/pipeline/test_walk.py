"""From an ID to the end of its task, stage by stage."""

from bot.core.notice import Attachment, Card, Ended, Milestone
from bot.core.task import Status
from tests.builders import ANN, XIAOLI, ask, completed, failed, queued, running
from tests.fakes import FILE
from tests.pipeline.conftest import Line


async def test_the_happy_path_rings_for_every_milestone_and_brings_the_film(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(30), running(57), running(80), completed())
    await line.asks(ask("task_a1"))
    for _ in range(5):
        await line.looks(after=20)
        await line.delivers(seconds=5)
    kinds = line.chat.told()
    assert [kind for kind in kinds if kind != "Card"] == [
        "Milestone",
        "Milestone",
        "Milestone",
        "Ended",
        "Attachment",
    ]
    marks = [p.notice.mark for p in line.chat.sent if isinstance(p.notice, Milestone)]
    assert marks == [25, 50, 75]
    assert kinds[0] == "Card"


async def test_the_card_is_sent_once_and_edited_from_then_on(line: Line) -> None:
    line.provider.says("task_a1", queued(), running(10), running(20))
    await line.asks(ask("task_a1"))
    for _ in range(3):
        await line.looks(after=20)
    cards = [one for one in line.chat.sent if isinstance(one.notice, Card)]
    assert [one.message_id is None for one in cards] == [True, False, False]


async def test_a_finished_task_delivers_at_once_without_a_card(line: Line) -> None:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    await line.looks()
    assert line.chat.told() == ["Ended", "Attachment"]


async def test_a_slow_provider_does_not_hold_up_the_card(line: Line) -> None:
    await line.asks(ask("task_a1"))
    await line.delivers(seconds=1)
    assert line.chat.told() == ["Card"]


async def test_a_failure_is_told_in_the_providers_words(line: Line) -> None:
    line.provider.says("task_a1", failed("<b>&"))
    await line.asks(ask("task_a1"))
    await line.looks()
    (parcel,) = line.chat.sent
    assert isinstance(parcel.notice, Ended)
    assert parcel.notice.task.error == "<b>&"


async def test_two_chats_cost_one_poll_and_one_upload(line: Line) -> None:
    line.provider.says("task_a1", queued(), completed())
    await line.asks(ask("task_a1", ANN))
    await line.asks(ask("task_a1", XIAOLI))
    await line.looks()
    assert line.provider.asked == ["task_a1"]
    await line.looks(after=20)
    await line.delivers(seconds=5)
    assert line.provider.asked == ["task_a1"] * 2
    films = [one for one in line.chat.sent if isinstance(one.notice, Attachment)]
    assert {one.chat_id for one in films} == {ANN, XIAOLI}
    assert [one.kept for one in films] == [None, FILE]


async def test_a_film_sent_before_comes_back_without_asking_the_provider(line: Line) -> None:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1", ANN))
    await line.looks()
    await line.asks(ask("task_a1", XIAOLI))
    await line.delivers(seconds=3)
    assert line.chat.told(XIAOLI) == ["Ended", "Attachment"]
    assert line.provider.asked == ["task_a1"]


async def test_an_unknown_id_is_told_so_gets_its_minute_and_leaves_nothing(line: Line) -> None:
    await line.asks(ask("task_nowhere1"))
    await line.looks()  # no film of that name
    await line.looks()  # and no image
    (card,) = line.chat.sent
    assert isinstance(card.notice, Card)
    assert card.notice.task.missing_since is not None
    for _ in range(62):
        await line.looks(after=1)
    assert 8 <= len(line.provider.asked) <= 20
    assert line.chat.told().count("Ended") == 1
    last = next(one for one in line.chat.sent if isinstance(one.notice, Ended))
    assert isinstance(last.notice, Ended)
    assert last.notice.task.status is Status.UNKNOWN
    await line.delivers(seconds=10)
    await line.sweep.once()
    async with line.database.read() as tx:
        for table in ("tasks", "subscriptions"):
            assert (await tx.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar() == 0


async def test_an_ended_task_is_never_polled_again(line: Line) -> None:
    line.provider.says("task_a1", completed())
    await line.asks(ask("task_a1"))
    for _ in range(10):
        await line.looks(after=60)
    assert line.provider.asked == ["task_a1"]


async def test_a_task_that_cannot_be_read_holds_up_nobody_elses_end(line: Line) -> None:
    for name in ("task_a1", "task_b2"):
        await line.asks(ask(name))
    async with line.database.write() as tx:
        await tx.exec_driver_sql("UPDATE tasks SET state = '{' WHERE task_id = 'task_a1'")
    line.clock.pass_by(hours=73)
    assert await line.sweep.once() == 1
