"""Films of every size and shape: what arrives in the chat, and how."""

from dataclasses import replace
from typing import Any

from sandbox.films import Film
from sandbox.scripts import Media
from sandbox.video_api import TINY, Fetch
from tests.journeys.company import journey
from tests.journeys.guest import Guest, Message, says
from tests.journeys.house import House
from tests.journeys.reels import PATIENCE, finished, ways

BIG = 1_000_000


def shown(video: dict[str, Any]) -> tuple[int, int, int]:
    return video["width"], video["height"], video["duration"]


@journey()
async def test_a_film_that_telegram_can_fetch_is_fetched_by_telegram(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_byurl01")
    ann.says("task_byurl01")
    film = await ann.gets_the("video")
    assert ways(house, "task_byurl01") == ["url"]
    assert shown(film["video"]) == (160, 90, 1)
    assert "160×90" in says(film)


@journey()
async def test_a_silent_film_is_uploaded_or_telegram_would_make_it_a_gif(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_silent01", film=replace(TINY, sound=False))
    ann.says("task_silent01")
    film = await ann.gets_the("video")
    assert ways(house, "task_silent01") == ["upload"]
    assert shown(film["video"]) == (160, 90, 1)
    assert film["video"]["thumbnail"]["width"] <= 320


@journey()
async def test_a_film_whose_index_comes_last_is_put_in_order(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_last01", film=replace(TINY, index_last=True))
    ann.says("task_last01")
    await ann.gets_the("video")
    [arrival] = [one for one in house.telegram.files if "task_last01" in one.file.name]
    start = arrival.file.path.read_bytes()
    assert start.index(b"moov") < start.index(b"mdat")


@journey()
async def test_a_big_film_goes_up_through_us(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_big01", size=49 * BIG)
    ann.says("task_big01")
    film = await ann.gets_the("video", PATIENCE)
    assert film["video"]["file_size"] == 49 * BIG
    assert ways(house, "task_big01") == ["upload"]


@journey()
async def test_a_film_that_is_too_big_is_a_link_that_says_how_big(house: House) -> None:
    ann = house.newcomer("Ann", "zh-hans")
    finished(house, "task_toobig01", size=51 * BIG)
    ann.says("task_toobig01")
    end = await house.telegram.until(
        lambda: next((one for one in ann.seen() if "51 MB" in says(one)), None), PATIENCE
    )
    assert end is not None
    assert [one["type"] for one in end["entities"]] == ["code", "text_link", "date_time"]


@journey()
async def test_a_film_that_telegram_cannot_play_is_a_file_that_says_why(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_hevc01", film=replace(TINY, codec="hevc"))
    ann.says("task_hevc01")
    file = await ann.gets_the("document", PATIENCE)
    assert "HEVC" in says(file)
    assert file["document"]["file_name"] == "task_hevc01.mp4"


@journey()
async def test_a_picture_that_calls_itself_a_film_is_a_picture(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_png01", media="mislabelled")
    ann.says("task_png01")
    await ann.gets_the("photo", PATIENCE)


@journey()
async def test_an_album_arrives_whole_and_in_order(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_album01", outcome="image", pictures=4, where="images")
    ann.says("task_album01")
    await house.telegram.until(lambda: len(pictures(ann)) == 4, PATIENCE)
    assert len({one["media_group_id"] for one in pictures(ann)}) == 1
    assert [bool(says(one)) for one in pictures(ann)] == [True, False, False, False]


def pictures(guest: Guest) -> list[Message]:
    return [one for one in guest.seen() if "photo" in one]


@journey()
async def test_a_dead_link_is_asked_for_again_and_the_fresh_one_works(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_fresh01", dead_links=1)
    ann.says("task_fresh01")
    await ann.gets_the("video", PATIENCE)
    assert house.videos.asked("task_fresh01") == 2


@journey()
async def test_the_button_brings_the_very_bytes_as_a_file_once(house: House) -> None:
    ann = house.newcomer("Ann")
    finished(house, "task_bytes01")
    ann.says("task_bytes01")
    film = await ann.gets_the("video")
    button = film["reply_markup"]["inline_keyboard"][0][1]["callback_data"]
    first = await ann.presses(film, button)
    file = await ann.gets_the("document")
    second = await ann.presses(film, button)
    assert first != second
    assert file["document"]["file_name"] == "task_bytes01.mp4"
    [bytes_] = [
        one.file
        for one in house.telegram.files
        if one.file.kind == "document" and "bytes01" in one.file.name
    ]
    assert bytes_.size == film["video"]["file_size"]
    assert len([one for one in ann.seen() if "document" in one]) == 1


GOOD: tuple[tuple[Media, Film | None], ...] = (
    ("unlabelled", None),
    ("whole", None),
    ("redirect", None),
    ("film", replace(TINY, container="mov")),
    ("film", replace(TINY, width=90, height=160)),
)


@journey()
async def test_what_is_good_arrives_however_it_is_offered(house: House) -> None:
    guests = []
    for number, (media, film) in enumerate(GOOD):
        guests.append(house.newcomer("Ann"))
        finished(house, f"task_good{number:02}", media=media, film=film)
        guests[-1].says(f"task_good{number:02}")
    for (media, film), guest in zip(GOOD, guests, strict=True):
        arrived = await guest.gets_the("video", PATIENCE)
        made = film or TINY
        assert shown(arrived["video"]) == (made.width, made.height, 1), media


@journey()
async def test_fifty_chats_share_one_download_and_one_upload(house: House) -> None:
    finished(house, "task_fifty01", size=21 * BIG)
    guests = [house.newcomer("Ann") for _ in range(50)]
    for one in guests:
        one.says("task_fifty01")
    for one in guests:
        await one.gets_the("video", PATIENCE)
    assert sorted(ways(house, "task_fifty01")) == ["file_id"] * 49 + ["upload"]
    assert len([one for one in house.videos.fetches if is_whole(one, "task_fifty01")]) == 1


def is_whole(one: Fetch, task_id: str) -> bool:
    return one.task_id == task_id and not one.bytes_range
