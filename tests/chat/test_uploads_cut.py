"""What goes wrong while a film is on its way up, and what one then knows of it."""

import asyncio
from pathlib import Path

import pytest
from telegram import Bot

from bot.chat.sender import Sender
from bot.chat.telegram import connected
from bot.core.delivery import WITH_FILE, Doubt, Form, MediaRefused, Receipt, Sent, Unsure
from bot.core.film import Film, Progress, Shape
from sandbox.bot_api import BotApi, Fault, User
from sandbox.telegram.faults import Kind
from tests.builders import a_parcel
from tests.chat.accidents import SHORTLY, at
from tests.chat.reels import EDITS, as_file, on_disk, on_the_way
from tests.chat.servers import deaf, length_in, refusing_at_once, talking

every_form = pytest.mark.parametrize("form", sorted(WITH_FILE))


@every_form
@pytest.mark.parametrize(
    ("kind", "doubt"),
    [("reset", Doubt.OUTAGE), ("lost", Doubt.OUTAGE), ("hang", Doubt.PATIENCE)],
)
async def test_an_upload_that_is_cut_may_have_arrived(
    api: BotApi, bot: Bot, ann: User, tmp_path: Path, form: Form, kind: Kind, doubt: Doubt
) -> None:
    film = on_disk(tmp_path, Shape.VIDEO)
    sender = Sender(bot, media_deadline=SHORTLY if kind == "hang" else 30)
    parcel = await on_the_way(sender, form)
    api.faults.add(Fault(method(form), kind))
    receipt = await sender.send(parcel, [film])
    assert isinstance(receipt, Unsure)
    assert receipt.doubt is doubt


@every_form
async def test_what_is_too_large_is_refused_and_the_chat_is_fine(
    api: BotApi, sender: Sender, tmp_path: Path, form: Form
) -> None:
    parcel = await on_the_way(sender, form)
    api.faults.add(Fault(method(form), "413"))
    film = on_disk(tmp_path, Shape.VIDEO)
    assert isinstance(await sender.send(parcel, [film]), MediaRefused)


def method(form: Form) -> str:
    return "editMessageMedia" if form in EDITS else "sendVideo"


async def test_a_refusal_is_heard_before_all_bytes_have_left(tmp_path: Path) -> None:
    film = heavy(tmp_path)
    async with refusing_at_once(413) as url, at(url) as sender:
        receipt = await sender.send(a_parcel(as_file()), [film])
    assert isinstance(receipt, MediaRefused)


async def test_an_upload_that_stands_still_is_given_up(tmp_path: Path) -> None:
    film = heavy(tmp_path)
    progress = Progress()
    async with deaf() as url, connected("42:SANDBOX-TOKEN", url) as bot:
        sender = Sender(bot, media_deadline=SHORTLY)
        receipt = await sender.send(a_parcel(as_file()), [film], progress)
    assert isinstance(receipt, Unsure)
    assert receipt.doubt is Doubt.PATIENCE
    assert progress.went < 40_000_000


def test_a_slow_upload_may_take_its_time_as_long_as_it_moves(tmp_path: Path) -> None:
    """It is given half a minute for each piece, and takes minutes in all."""
    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        receipt, began, ended = runner.run(slowly_taken(heavy(tmp_path)))
    assert receipt == Sent(7)
    assert ended - began > 100


async def slowly_taken(film: Film) -> tuple[Receipt, float, float]:
    """20 seconds pass with each piece, in no time."""
    progress, loop = Progress(), asyncio.get_running_loop()
    assert isinstance(loop, HastyLoop)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        left = length_in(head)
        while left:
            seen = progress.went
            piece = await reader.readexactly(min(left, 4_000_000))
            left -= len(piece)
            while seen == progress.went < 40_000_000:  # noqa: ASYNC110 — it rings no bell
                await asyncio.sleep(0)
            loop.ahead += 20 if progress.went < 40_000_000 else 0
        body = b'{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":1,"type":"private"}}}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    began = loop.time()
    async with talking(take) as url, connected("42:SANDBOX-TOKEN", url) as bot:
        sender = Sender(bot, media_deadline=30)
        receipt = await sender.send(a_parcel(as_file()), [film], progress)
    return receipt, began, loop.time()


class HastyLoop(asyncio.SelectorEventLoop):
    """Its clock can be moved on."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def heavy(folder: Path) -> Film:
    """More than sockets hold."""
    film = on_disk(folder, Shape.FILE)
    assert film.path is not None
    with film.path.open("ab") as file:
        file.truncate(40_000_000)
    return film


async def test_a_film_that_is_not_there_is_no_call(api: BotApi, sender: Sender) -> None:
    before = len(api.calls)
    with pytest.raises(FileNotFoundError):
        await sender.send(
            a_parcel(as_file()), [Film(Shape.FILE, "a", "https://b.example", Path("/nowhere"))]
        )
    assert len(api.calls) == before
