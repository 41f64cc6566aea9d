"""Files in a real folder, and in what speaks like S3: whole or not at all, and never elsewhere."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.archive import Unkept
from bot.core.film import Progress, Unattached, Why
from bot.media import archive as module
from bot.media.archive import PART, Archive
from bot.media.archived import ArchiveFetcher
from bot.media.fetch import HEAD, Peek
from tests.media.buckets import Bucket, a_bucket

NAME = "task_%41/1.mp4"
FILM = bytes(range(256)) * (PART // 128) + b"end"
"""Three parts, the last a short one."""
KEYS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "eu-west-1",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "here"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film"
    path.write_bytes(FILM)
    return path


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bucket]:
    async with a_bucket() as bucket:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": bucket.endpoint}.items():
            monkeypatch.setenv(name, value)
        yield bucket


@pytest.fixture(params=["folder", "bucket"])
def archive(request: pytest.FixtureRequest) -> Archive:
    if request.param == "folder":
        return Archive(request.getfixturevalue("folder").as_uri())
    request.getfixturevalue("bucket")
    return Archive("s3://films/of-ours")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRIES", {**module.RETRIES, "max_retries": 0})


def _fill(path: Path, body: bytes) -> None:
    path.write_bytes(body)


async def got(archive: Archive, name: str = NAME, most: int = len(FILM)) -> object:
    into = io.BytesIO()
    came = await archive.get(name, into, most, Progress())
    return came if isinstance(came, Unattached) else into.getvalue()


@pytest.mark.parametrize("size", [0, 1, PART, len(FILM)])
async def test_what_is_put_is_got(archive: Archive, film: Path, size: int) -> None:
    _fill(film, FILM[:size])
    assert await archive.put(NAME, film) == size
    assert await got(archive) == FILM[:size]


async def test_what_is_put_again_is_there_once(archive: Archive, film: Path) -> None:
    await archive.put(NAME, film)
    _fill(film, b"another")
    assert await archive.put(NAME, film) == 7
    assert await got(archive) == b"another"


async def test_it_is_counted_on_its_way(archive: Archive, film: Path) -> None:
    await archive.put(NAME, film)
    progress = Progress()
    await archive.get(NAME, io.BytesIO(), len(FILM), progress)
    assert progress == Progress(len(FILM), len(FILM))


async def test_what_is_too_big_is_not_begun(archive: Archive, film: Path) -> None:
    await archive.put(NAME, film)
    assert await got(archive, most=len(FILM) - 1) == Unattached(Why.TOO_BIG, len(FILM))


async def test_what_is_not_there_is_gone(archive: Archive, film: Path) -> None:
    await archive.put(NAME, film)
    assert await got(archive, "task_b/1.mp4") == Unattached(Why.GONE)


async def test_a_copy_is_looked_at_like_a_link(archive: Archive, film: Path) -> None:
    await archive.put(NAME, film)
    fetcher, url, end = ArchiveFetcher(archive), f"archive:{NAME}", len(FILM)
    assert await fetcher.peek(url) == Peek(url, end, FILM[:HEAD], "")
    into = io.BytesIO()
    assert await fetcher.download(url, into, end, Progress()) == end
    assert into.getvalue() == FILM


async def test_an_empty_copy_is_no_film(archive: Archive, film: Path) -> None:
    _fill(film, b"")
    await archive.put(NAME, film)
    assert await ArchiveFetcher(archive).peek(f"archive:{NAME}") == Unattached(Why.NOT_MEDIA, 0)


@pytest.mark.parametrize("name", ["../1.mp4", "a/../../1.mp4", "a/./1", "a//1", "a\0b/1", "a/../1"])
async def test_no_name_leads_out_of_the_archive(
    archive: Archive, film: Path, tmp_path: Path, name: str
) -> None:
    """Neither in nor out; and nobody has such a name, so it is gone, not away."""
    (tmp_path / "kept").mkdir(exist_ok=True)
    (tmp_path / "kept" / "1.mp4").write_bytes(b"another's")
    assert isinstance(await archive.put(name, film), Unkept)
    assert isinstance(await got(archive, name), Unattached)
    assert (tmp_path / "kept" / "1.mp4").read_bytes() == b"another's"


async def test_an_absolute_name_is_one_in_the_folder(
    folder: Path, film: Path, tmp_path: Path
) -> None:
    await Archive(folder.as_uri()).put(f"{tmp_path}/1.mp4", film)
    assert not (tmp_path / "1.mp4").exists()


async def test_a_file_that_is_not_there_cannot_be_kept(archive: Archive, tmp_path: Path) -> None:
    assert await archive.put(NAME, tmp_path / "none") == Unkept("No such file or directory")


async def test_what_a_kill_left_of_an_earlier_attempt_leaves(folder: Path, film: Path) -> None:
    archive = Archive(folder.as_uri())
    await archive.put("task_%41/11.mp4", film)
    (folder / f"{NAME}#1").write_bytes(b"half")
    await archive.put(NAME, film)
    assert sorted(path.name for path in (folder / NAME).parent.iterdir()) == ["1.mp4", "11.mp4"]


async def test_a_folder_that_comes_back_is_used_again(folder: Path, film: Path) -> None:
    folder.parent.write_bytes(b"a file is in its place")
    archive = Archive(folder.as_uri())
    assert await archive.put(NAME, film) == Unkept("Not a directory")
    assert await got(archive) == Unattached(Why.UNREACHABLE)
    folder.parent.unlink()
    assert await archive.put(NAME, film) == len(FILM)


async def test_an_upload_has_no_name_before_its_end(bucket: Bucket, film: Path) -> None:
    bucket.held = asyncio.Event()
    archive = Archive("s3://films/of-ours")
    putting = asyncio.create_task(archive.put(NAME, film))
    await asyncio.wait_for(bucket.ending.wait(), 30)
    assert await got(archive) == Unattached(Why.GONE)
    bucket.held.set()
    assert await putting == len(FILM)
    assert await got(archive) == FILM


async def test_a_bucket_s_prefix_comes_before_every_name(bucket: Bucket, film: Path) -> None:
    await Archive("s3://films/of-ours").put("task_a/1.mp4", film)
    assert list(bucket.objects) == ["/films/of-ours/task_a/1.mp4"]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("status", "why"), [(403, "HTTP 403"), (503, "HTTP 503")])
async def test_a_bucket_that_refuses_says_so_and_holds_nothing(
    bucket: Bucket, film: Path, status: int, why: str
) -> None:
    archive = Archive("s3://films/of-ours")
    bucket.refuses = status
    refused = await archive.put(NAME, film)
    assert isinstance(refused, Unkept)
    assert bucket.objects == {}
    bucket.refuses = 0
    assert await archive.put(NAME, film) == len(FILM)
    assert refused == Unkept(why)


@pytest.mark.usefixtures("impatient")
async def test_a_bucket_out_of_reach_is_no_exception(
    monkeypatch: pytest.MonkeyPatch, film: Path
) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(name, value)
    archive = Archive("s3://films")
    assert await archive.put(NAME, film) == Unkept("Connect")
    assert await got(archive) == Unattached(Why.UNREACHABLE)
