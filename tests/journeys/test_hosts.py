"""Hosts of every kind: what the user is told, and what is left behind."""

from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.scripts import Media
from sandbox.video_api import TINY, Script
from tests.journeys.company import Where, journey
from tests.journeys.guest import says
from tests.journeys.house import House
from tests.journeys.reels import PATIENCE, end_of, finished


@dataclass(frozen=True, slots=True)
class Host:
    media: Media
    words: str
    linked: bool = True


HOSTS = (
    Host("403", "stopped working", linked=False),
    Host("404", "stopped working", linked=False),
    Host("410", "stopped working", linked=False),
    Host("500", "couldn’t get the file"),
    Host("html", "neither a video nor a picture"),
    Host("disguised", "neither a video nor a picture"),
    Host("empty", "neither a video nor a picture"),
    Host("broken", "damaged"),
    Host("truncated", "couldn’t get the file"),
    Host("huge", "too big"),
    Host("endless", "too big"),
    Host("slow", "too slowly"),
    Host("loop", "stopped working", linked=False),
)


@journey()
async def test_whatever_a_host_does_the_user_is_told(house: House) -> None:
    """One person for each, all at once."""
    guests = {}
    for number, host in enumerate(HOSTS):
        guests[host] = house.newcomer("Ann")
        finished(house, f"task_host{number:02}", media=host.media)
        guests[host].says(f"task_host{number:02}")
    for number, (host, guest) in enumerate(guests.items()):
        end = await end_of(house, guest, f"task_host{number:02}")
        assert host.words in says(end), host
        kinds = [one["type"] for one in end["entities"]]
        assert ("text_link" in kinds) == host.linked, host
        assert len(guest.rung()) == 1, host


@journey(Where.ALONE)
async def test_nothing_is_left_on_the_disk(house: House) -> None:
    media: tuple[Media, ...] = ("film", "broken", "truncated", "endless", "mislabelled")
    for number, one in enumerate(media):
        finished(house, f"task_disk{number:02}", media=one, film=replace(TINY, sound=False))
        ann = house.newcomer("Ann")
        ann.says(f"task_disk{number:02}")
        await end_of(house, ann, f"task_disk{number:02}")
    await house.telegram.until(lambda: not files(house))
    assert await house.terminate() == 0
    assert list(house.temporary.iterdir()) == []


def files(house: House) -> list[Path]:
    return [one for one in house.temporary.rglob("*") if one.is_file()]


@journey(Where.ALONE)
async def test_what_a_killed_process_left_on_the_disk_is_removed_by_the_next(house: House) -> None:
    ann = house.newcomer("Ann")
    house.breaks("editMessageMedia", ann, "hang")
    finished(house, "task_left01", film=replace(TINY, sound=False))
    ann.says("task_left01")
    await house.telegram.until(lambda: house.telegram.called("editMessageMedia", ann.chat))
    await house.kill()
    assert files(house) != []
    await house.start()
    await ann.gets_the("video", PATIENCE)
    assert await house.terminate() == 0
    assert list(house.temporary.iterdir()) == []


@journey(Where.ALONE)
async def test_a_film_at_a_private_address_is_neither_fetched_nor_passed_on(house: House) -> None:
    await house.kill()
    house.settings["ALLOW_PRIVATE_MEDIA_HOSTS"] = "false"
    await house.start()
    ann = house.newcomer("Ann")
    finished(house, "task_private01")
    ann.says("task_private01")
    end = await end_of(house, ann, "task_private01")
    assert "not a public address" in says(end)
    assert [one["type"] for one in end["entities"]] == ["code", "code"]
    assert house.videos.fetches == []


@journey(Where.ALONE)
async def test_a_redirect_to_a_host_that_is_not_listed_is_not_followed(house: House) -> None:
    await house.kill()
    house.settings["MEDIA_HOSTS"] = "127.0.0.1"
    await house.start()
    house.videos.faults.inward = "http://localhost:9/film.mp4"
    ann = house.newcomer("Ann")
    finished(house, "task_inward01", media="inward")
    ann.says("task_inward01")
    end = await end_of(house, ann, "task_inward01")
    assert "may not fetch from it" in says(end)
    assert [one["type"] for one in end["entities"]] == ["code", "code"]


@journey()
async def test_a_link_that_had_expired_before_anybody_asked_says_when(house: House) -> None:
    ann = house.newcomer("Ann")
    house.videos.add(Script("task_expired01", age=4 * 86_400))
    ann.says("task_expired01")
    end = await end_of(house, ann, "task_expired01")
    assert "link to the file expired on" in says(end)
    assert "date_time" in [one["type"] for one in end["entities"]]
