"""A film that we bring ourselves: byte for byte, in pieces, counted, and with all its looks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.chat.sender import Sender
from bot.chat.telegram import connected
from bot.chat.uploads import Counted, loaded
from bot.core.delivery import WITH_FILE, Form, Sent
from bot.core.film import Progress, Shape
from sandbox.bot_api import BotApi, User
from sandbox.serving import serve
from tests.builders import ANN, a_parcel
from tests.chat.reels import (
    EDITS,
    NAMES,
    a_thumbnail,
    arrived,
    as_file,
    carried,
    on_disk,
    on_the_way,
    shown,
)

METHODS = {Shape.VIDEO: "sendVideo", Shape.PHOTO: "sendPhoto", Shape.FILE: "sendDocument"}
PIECE = 1 << 20
"""More than this of a film is never in memory."""

every_form = pytest.mark.parametrize("form", sorted(WITH_FILE))
every_shape = pytest.mark.parametrize("shape", Shape)


class Steps(Progress):
    """Keeps the largest step."""

    largest = 0

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "went":
            self.largest = max(self.largest, value - getattr(self, "went", 0))
        super().__setattr__(name, value)


@every_form
@every_shape
async def test_the_bytes_arrive_as_they_are_in_each_form_and_shape(
    api: BotApi, sender: Sender, tmp_path: Path, form: Form, shape: Shape
) -> None:
    film = on_disk(tmp_path, shape)
    parcel = await on_the_way(sender, form, shape)
    receipt = await carried(sender, parcel, film)
    (message,) = api.messages(ANN)
    assert film.path is not None
    assert arrived(api, message) == film.path.read_bytes()
    told_as, file = shown(message)
    assert told_as is shape
    assert receipt.message_id == message["message_id"]
    assert receipt.kept is not None
    assert receipt.kept.file_ids == (file["file_id"],)
    assert (receipt.kept.shape, receipt.kept.facts) == (shape, film.facts)
    assert "3.2 MB" in message["caption"]
    assert api.calls[-1].method == ("editMessageMedia" if form in EDITS else METHODS[shape])


@every_form
async def test_a_film_arrives_with_its_measures_and_its_thumbnail(
    api: BotApi, sender: Sender, tmp_path: Path, form: Form
) -> None:
    film = on_disk(tmp_path, Shape.VIDEO, thumbnail=a_thumbnail(tmp_path))
    await carried(sender, await on_the_way(sender, form), film)
    (message,) = api.messages(ANN)
    video = message["video"]
    assert (video["width"], video["height"], video["duration"]) == (720, 1280, 8)
    assert video["file_name"] == NAMES[Shape.VIDEO]
    assert (video["thumbnail"]["width"], video["thumbnail"]["height"]) == (180, 320)
    thumbnail = api.stored(video["thumbnail"]["file_unique_id"])
    assert thumbnail is not None
    assert film.thumbnail is not None
    assert thumbnail.path.read_bytes() == film.thumbnail.read_bytes()


@every_form
@pytest.mark.parametrize("streams", [True, False])
async def test_only_what_has_its_index_first_is_said_to_stream(
    api: BotApi, sender: Sender, tmp_path: Path, form: Form, *, streams: bool
) -> None:
    film = on_disk(tmp_path, Shape.VIDEO, streams=streams)
    await carried(sender, await on_the_way(sender, form), film)
    params = api.calls[-1].params
    said = params["media"] if form in EDITS else params
    assert str(said["supports_streaming"]).lower() == str(streams).lower()


@every_form
async def test_a_file_stays_a_file(api: BotApi, sender: Sender, tmp_path: Path, form: Form) -> None:
    """Telegram would look into it, and make a video of whatever seems to be one."""
    film = on_disk(tmp_path, Shape.FILE)
    await carried(sender, await on_the_way(sender, form, Shape.FILE), film)
    params = api.calls[-1].params
    said = params["media"] if form in EDITS else params
    assert str(said["disable_content_type_detection"]).lower() == "true"


async def test_a_film_of_less_than_half_a_second_lasts_one(
    api: BotApi, sender: Sender, tmp_path: Path
) -> None:
    film = on_disk(tmp_path, Shape.VIDEO)
    brief = replace(film, facts=replace(film.facts, seconds=0.2))
    await carried(sender, await on_the_way(sender, Form.NEW), brief)
    assert api.messages(ANN)[0]["video"]["duration"] == 1


@every_form
async def test_what_has_left_is_counted_in_pieces(
    api: BotApi, sender: Sender, tmp_path: Path, form: Form
) -> None:
    film = on_disk(tmp_path, Shape.FILE)
    assert film.path is not None
    with film.path.open("ab") as file:
        file.truncate(8 * PIECE)
    progress = Steps(size=8 * PIECE, came=8 * PIECE)
    receipt = await sender.send(await on_the_way(sender, form, Shape.FILE), [film], progress)
    assert isinstance(receipt, Sent)
    assert progress.went == 8 * PIECE
    assert progress.percent == 99
    assert progress.largest <= PIECE
    (message,) = api.messages(ANN)
    assert message["document"]["file_size"] == 8 * PIECE


def test_nobody_can_read_a_film_whole(tmp_path: Path) -> None:
    """Ten uploads of 50 MB at once took a gigabyte when the library did."""
    film = on_disk(tmp_path, Shape.VIDEO)
    with loaded([film], lambda _: None, attached=False, local=False) as (load,):
        assert not isinstance(load.source, str)
        given = load.source.input_file_content
        assert isinstance(given, Counted)
        with pytest.raises(TypeError):
            given.read()  # type: ignore[call-arg]
        opened = given
    with pytest.raises(ValueError, match="closed"):
        opened.read(1)


async def test_a_file_that_was_asked_for_comes_with_its_name_and_size(
    api: BotApi, sender: Sender, tmp_path: Path, ann: User
) -> None:
    asked = api.say(ann, "task_c2501e28")["message_id"]
    film = on_disk(tmp_path, Shape.FILE, name="task_c2501e28.mp4")
    await carried(sender, a_parcel(as_file(), reply_to=asked), film)
    message = api.messages(ANN)[-1]
    assert message["caption"] == "task_c2501e28 · 3.2 MB"
    assert message["document"]["file_name"] == "task_c2501e28.mp4"
    assert message["reply_to_message"]["message_id"] == asked
    assert "reply_markup" not in message


@every_form
@every_shape
async def test_a_local_server_is_given_the_path_and_reads_the_file_itself(
    api: BotApi, ann: User, tmp_path: Path, form: Form, shape: Shape
) -> None:
    film = on_disk(tmp_path, shape, thumbnail=a_thumbnail(tmp_path))
    async with serve(api.app) as url, connected(api.token, url, local_mode=True) as bot:
        sender = Sender(bot, local_mode=True)
        progress = Progress()
        await sender.send(await on_the_way(sender, form, shape), [film], progress)
    params = api.calls[-1].params
    assert film.path is not None
    given = params["media"]["media"] if form in EDITS else params[shape_name(shape)]
    assert given == film.path.as_uri()
    assert progress.went == 0
    uploads = [value for value in params.values() if str(value).endswith("bytes>")]
    assert len(uploads) == (shape is not Shape.PHOTO), "the thumbnail alone"


def shape_name(shape: Shape) -> str:
    return "document" if shape is Shape.FILE else shape.value
