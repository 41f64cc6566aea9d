"""A request to the Bot API goes in; its parameters as text and its files on disk come out."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.telegram.refusal import Json, bad_request, too_large
from sandbox.telegram.sink import Sink, Upload

STRUCTURED = {
    *("allowed_updates", "caption_entities", "commands", "entities", "link_preview_options"),
    *("media", "reaction", "reply_markup", "reply_parameters", "scope"),
}


@dataclass(frozen=True, slots=True)
class Params:
    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    came: float = field(default_factory=time.time, compare=False)
    """When all of them were here; seconds of `time.time()`."""

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def integer(self, name: str) -> int | None:
        """None when absent."""
        value = self.text(name)
        if not value:
            return None
        try:
            return int(value)
        except ValueError:
            raise bad_request(f"{name} must be a number") from None

    def structure(self, name: str) -> Any:  # noqa: ANN401 — whatever JSON the client has sent
        """None when absent."""
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def within(self, inner: Json) -> "Params":
        """The parameters of an object inside a parameter; the files stay reachable."""
        return Params(as_text(inner), self.uploads)

    def described(self) -> Json:
        """For the record: structures decoded, files in a few words."""
        shown: Json = {name: _decoded(name, value) for name, value in self.values.items()}
        return shown | {name: str(upload) for name, upload in self.uploads.items()}


def _decoded(name: str, value: str) -> Any:  # noqa: ANN401 — whatever JSON the client has sent
    if name not in STRUCTURED:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def as_text(values: Json) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
        if value is not None
    }


async def read_params(request: web.Request, new_sink: Callable[[], Sink], limit: int) -> Params:
    """Raises 413 once the body, forms and files together, is longer than *limit* bytes."""
    if (request.content_length or 0) > limit:
        await _drain(request)
        raise too_large()
    values = dict(request.query)
    match request.content_type:
        case "multipart/form-data":
            return await _multipart(request, values, new_sink, limit)
        case "application/json":
            values |= as_text(await _json_object(request))
        case _:
            form = await request.post()
            values |= {name: str(value) for name, value in form.items()}
    return Params(values)


async def _drain(request: web.Request) -> None:
    """A client that is still sending would not hear the answer."""
    async for _ in request.content.iter_any():
        pass


async def _json_object(request: web.Request) -> Json:
    try:
        decoded = json.loads(await request.text() or "{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(decoded, dict):
        raise bad_request("expected a JSON object")
    return decoded


async def _multipart(
    request: web.Request, values: dict[str, str], new_sink: Callable[[], Sink], limit: int
) -> Params:
    uploads: dict[str, Upload] = {}
    size = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.filename is None:
            values[part.name] = await part.text()
            size += len(values[part.name])
            continue
        with new_sink() as sink:
            while chunk := await part.read_chunk(1 << 16):
                size += len(chunk)
                if size <= limit:
                    sink.write(chunk)
        mime = part.headers.get("Content-Type", "")
        uploads[part.name] = sink.upload(part.filename, mime)
    if size > limit:
        raise too_large()
    return Params(values, uploads)
