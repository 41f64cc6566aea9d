"""A media parameter goes in (id, URL or upload); a stored file and its JSON come out."""

import asyncio
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sandbox.telegram.fetching import Fetched, Fetcher, Outcome, TooBig, Unreachable
from sandbox.telegram.files import FileStore, Kind, StoredFile, Way
from sandbox.telegram.params import Params
from sandbox.telegram.probe import (
    Facts,
    measure,
    plays_as_video,
    starts_like_a_jpeg,
    starts_like_an_image,
)
from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.rules import Limits
from sandbox.telegram.sink import Upload

WRONG_FILE = "wrong file identifier/HTTP URL specified"
DOCUMENTS_BY_URL = ("application/pdf", "application/zip", "image/gif")
PHOTO_BYTES = 10 << 20
PHOTO_SIDES = 10_000
"""Pixels of both together."""
PHOTO_RATIO = 20
THUMBNAIL_BYTES = 200_000
THUMBNAIL_SIDE = 320


class Media:
    def __init__(self, files: FileStore, fetcher: Fetcher, limits: Limits) -> None:
        self.files = files
        self._fetcher = fetcher
        self._limits = limits
        self._from_urls: dict[tuple[Kind, str], StoredFile] = {}

    async def obtain(self, kind: Kind, params: Params, name: str) -> StoredFile:
        """*name* is the parameter; its upload may carry that name or an `attach://` one."""
        given = params.text(name)
        if (came := await self._brought(params, name)) is not None:
            how, upload = came
            return self.files.arrived(how, await self._keep(upload, kind, params, name))
        if given.lower().startswith(("http://", "https://")):
            return await self._from_url(kind, given, params)
        if given.startswith("attach://"):
            raise bad_request(f"can't parse InputMedia: {name} not found")
        if not given:
            raise bad_request(f"there is no {kind} in the request")
        return self._reused(kind, given)

    async def _brought(self, params: Params, name: str) -> tuple[Way, Upload] | None:
        """By the request itself, or by a path on a disk that a local server shares."""
        given = params.text(name)
        upload = params.uploads.get(given.removeprefix("attach://") or name)
        if upload is not None:
            return "upload", upload
        if self._limits.local and given.lower().startswith("file:/"):
            with self.files.new_sink() as sink:
                return "path", await asyncio.to_thread(sink.copy, _path(given))
        return None

    def _reused(self, kind: Kind, file_id: str) -> StoredFile:
        known = self.files.find(file_id)
        if known is None:
            raise bad_request(WRONG_FILE)
        if known.kind != kind and {known.kind, kind} != {"video", "animation"}:
            raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
        return self.files.arrived("file_id", known)

    async def _from_url(self, kind: Kind, url: str, params: Params) -> StoredFile:
        """One URL is one file for as long as Telegram remembers it."""
        how: Way = "cache" if self._fetcher.knows(url) else "url"
        upload = self._usable(kind, await self._fetcher.fetch(url))
        if (known := self._from_urls.get((kind, upload.sha256 + url))) is None:
            known = await self._keep(upload, kind, params, "")
            if kind == "video" and known.facts.silent and self._limits.silent_url_becomes_animation:
                known = self.files.keep(upload, "animation", known.facts, fetched=True)
            self._from_urls[kind, upload.sha256 + url] = known
        return self.files.arrived(how, known, url)

    def _usable(self, kind: Kind, outcome: Outcome) -> Upload:
        match outcome:
            case Unreachable():
                raise bad_request("failed to get HTTP URL content")
            case TooBig(mime):
                _check_type(kind, mime)
                raise bad_request(WRONG_FILE)
            case Fetched(upload):
                _check_type(kind, upload.mime)
                if kind == "photo" and upload.size > self._limits.photo_url_bytes:
                    raise bad_request(WRONG_FILE)
                return upload

    async def _keep(
        self, upload: Upload, kind: Kind, params: Params, uploaded_as: str
    ) -> StoredFile:
        """*uploaded_as*: a parameter's name; empty: it was fetched."""
        if not upload.size:
            raise bad_request("file must be non-empty")
        facts = await asyncio.to_thread(measure, upload.path)
        if kind == "photo":
            _check_photo(upload, facts)
        elif kind == "document":
            if uploaded_as and _is_taken_for_a_film(upload, facts, params):
                kind = "video"
        elif not plays_as_video(upload.path, upload.name):
            kind = "document"
        told = self._told(facts, params) if uploaded_as else self._seen(facts, upload, kind)
        return self.files.keep(upload, kind, told, fetched=not uploaded_as)

    def _told(self, facts: Facts, params: Params) -> Facts:
        """By the bot, whatever is true."""
        return replace(
            facts,
            width=params.integer("width") or facts.width,
            height=params.integer("height") or facts.height,
            duration=params.integer("duration") or facts.duration,
        )

    def _seen(self, facts: Facts, upload: Upload, kind: Kind) -> Facts:
        """What the bot tells does not travel with an address."""
        if kind == "photo" or upload.size <= self._limits.url_looked_into_bytes:
            return facts
        return Facts(silent=facts.silent)

    async def shown(self, file: StoredFile, params: Params) -> Json:
        """The media fields of a message."""
        match file.kind:
            case "photo":
                return {"photo": [photo_size(file)]}
            case "document":
                return {"document": _plain(file) | await self._thumbnail(params)}
            case "animation":
                return {"animation": _moving(file), "document": _plain(file)}
            case "video":
                extra = await self._thumbnail(params) if not file.fetched else {}
                if params.text("cover") or "cover" in params.uploads:
                    cover = await self.obtain("photo", params, "cover")
                    extra |= {"cover": [photo_size(cover)]}
                return {"video": _moving(file) | extra}

    async def _thumbnail(self, params: Params) -> Json:
        """A bad one is dropped without a word."""
        came = await self._brought(params, "thumbnail")
        if came is None:
            return {}
        _, upload = came
        if upload.size >= THUMBNAIL_BYTES or not starts_like_a_jpeg(upload.path):
            return {}
        facts = await asyncio.to_thread(measure, upload.path)
        if max(facts.width, facts.height) > THUMBNAIL_SIDE:
            return {}
        return {"thumbnail": photo_size(self.files.keep(upload, "photo", facts))}


def _path(uri: str) -> Path:
    path = Path(unquote(urlsplit(uri).path))
    if not path.is_file():
        raise bad_request(WRONG_FILE)
    return path


def _is_taken_for_a_film(upload: Upload, facts: Facts, params: Params) -> bool:
    """What looks like one does not stay a document, unless the bot forbids to look."""
    looks = not params.flag("disable_content_type_detection")
    return looks and upload.mime == "video/mp4" and facts.duration > 0


def _check_type(kind: Kind, mime: str) -> None:
    match kind:
        case "video" | "animation":
            right = mime.startswith("video/") or (kind == "animation" and mime == "image/gif")
        case "photo":
            right = mime.startswith("image/")
        case "document":
            right = mime in DOCUMENTS_BY_URL
    if not right:
        raise bad_request("wrong type of the web page content")


def _check_photo(upload: Upload, facts: Facts) -> None:
    if upload.size > PHOTO_BYTES:
        words = f"file of size {upload.size} bytes is too big for a photo"
        raise bad_request(f"{words}; the maximum size is {PHOTO_BYTES} bytes")
    if not starts_like_an_image(upload.path):
        raise bad_request("IMAGE_PROCESS_FAILED")
    short, long = sorted((facts.width, facts.height))
    if short + long > PHOTO_SIDES or long > PHOTO_RATIO * max(short, 1):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _plain(file: StoredFile) -> Json:
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": file.size,
    }


def _moving(file: StoredFile) -> Json:
    facts = file.facts
    return _plain(file) | {
        "width": facts.width,
        "height": facts.height,
        "duration": facts.duration,
    }


def photo_size(file: StoredFile) -> Json:
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "width": file.facts.width,
        "height": file.facts.height,
        "file_size": file.size,
    }
