"""Films for the chat: real files on disk, a site that gives them, and parcels that bring them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
from aiohttp import web

from bot.chat.sender import Sender
from bot.core.delivery import IN_PLACE, Form, Parcel, Receipt, Sent
from bot.core.film import Facts, Film, Shape
from bot.core.notice import AsFile, Attachment, Ended, FilmNotice
from bot.core.task import Media, MediaKind, Status, Task
from bot.core.watch import ChatId
from sandbox.bot_api import BotApi
from sandbox.canvas import NIGHT, Canvas
from sandbox.serving import serve
from sandbox.telegram.refusal import Json
from tests.builders import ANN, NOON, a_parcel, a_task
from tests.chat.samples import REF

BYTES = {
    Shape.VIDEO: b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 1200,
    Shape.PHOTO: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    Shape.FILE: b"\0\0\0\x14ftypqt  " + bytes(range(256)) * 300,
}
"""Enough for Telegram's stand-in, and more than is read at a time."""
NAMES = {Shape.VIDEO: "task_1.mp4", Shape.PHOTO: "task_1.png", Shape.FILE: "task_1.mov"}
FACTS = Facts(3_200_000, 720, 1280, 8.04)
EDITS = IN_PLACE


def finished(url: str, kind: MediaKind = MediaKind.VIDEO, *more: str) -> Task:
    return a_task(
        status=Status.COMPLETED,
        media=Media(kind, url, more),
        model="sora2-12s",
        started_at=NOON - timedelta(minutes=3, seconds=12),
        ended_at=NOON,
    )


def kind_of(shape: Shape) -> MediaKind:
    return MediaKind.IMAGE if shape is Shape.PHOTO else MediaKind.VIDEO


def on_disk(folder: Path, shape: Shape, number: int = 1, **more: Any) -> Film:
    """Each *number* has other bytes."""
    path = folder / f"{number}-{shape.value}.part"
    path.write_bytes(BYTES[shape] + bytes([number]))
    usual = {"url": "https://cdn.example/film.mp4", "facts": FACTS, "streams": True}
    return Film(**{"shape": shape, "name": NAMES[shape], "path": path, **usual, **more})


def at(url: str, shape: Shape = Shape.VIDEO, **more: Any) -> Film:
    return Film(shape, NAMES[shape], url, **{"facts": FACTS, "streams": True, **more})


def a_thumbnail(folder: Path) -> Path:
    path = folder / "thumbnail.jpg"
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 180, 320, "yuvj420p"
        frame = Canvas(180, 320, NIGHT).frame()
        container.mux(stream.encode(frame.reformat(format="yuvj420p")))
        container.mux(stream.encode())
    return path


def a_silent_film(path: Path) -> bytes:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        container.mux(stream.encode(Canvas(160, 90, NIGHT).frame()))
        container.mux(stream.encode())
    return path.read_bytes()


@asynccontextmanager
async def giving(files: dict[str, tuple[bytes, str]]) -> AsyncIterator[str]:
    async def give(request: web.Request) -> web.Response:
        body, kind = files[request.path]
        return web.Response(body=body, content_type=kind)

    app = web.Application()
    app.router.add_get("/{path:.*}", give)
    async with serve(app) as url:
        yield url


async def announced(sender: Sender, task: Task, chat: int = ANN) -> int:
    receipt = await sender.send(a_parcel(Ended(REF, task), chat_id=ChatId(chat)))
    assert isinstance(receipt, Sent)
    assert receipt.message_id is not None
    return receipt.message_id


async def carried(sender: Sender, parcel: Parcel, *films: Film) -> Sent:
    receipt: Receipt = await sender.send(parcel, films)
    assert isinstance(receipt, Sent), receipt
    return receipt


async def on_the_way(sender: Sender, form: Form, shape: Shape = Shape.VIDEO, **more: Any) -> Parcel:
    """Announced, where it will be put in the place of that."""
    task = finished("https://cdn.example/film.mp4", kind_of(shape))
    number = await announced(sender, task) if form in EDITS else None
    return a_parcel(Attachment(REF, task), form, message_id=number, **more)


def as_file(shape: Shape = Shape.VIDEO) -> FilmNotice:
    return AsFile(REF, finished("https://cdn.example/film.mp4", kind_of(shape)))


def shown(message: Json) -> tuple[Shape, Json]:
    """As what, and the file of it."""
    if "photo" in message:
        return Shape.PHOTO, message["photo"][-1]
    if "video" in message:
        return Shape.VIDEO, message["video"]
    return Shape.FILE, message["document"]


def arrived(api: BotApi, message: Json) -> bytes:
    """The bytes of the file in that message."""
    stored = api.stored(shown(message)[1]["file_unique_id"])
    assert stored is not None
    return stored.path.read_bytes()
