"""The media of an album go in; what each of its messages shows comes out, or why none is sent."""

from collections.abc import Iterator
from typing import cast

from sandbox.telegram.captions import media_content
from sandbox.telegram.files import Kind
from sandbox.telegram.media import WRONG_FILE, Media
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, RefusedError, bad_request

MOST = 10
KINDS = ("photo", "video", "document")
NOT_FETCHED = {
    "failed to get HTTP URL content": "WEBPAGE_CURL_FAILED",
    "wrong type of the web page content": "WEBPAGE_MEDIA_EMPTY",
    WRONG_FILE: "MEDIA_EMPTY",
}
"""Of a single message's refusal, what it is called when Telegram fails within an album."""


async def album_contents(media: Media, params: Params) -> list[Json]:
    """One refused item, and nothing is sent."""
    items = list(_items(params))
    kinds = {kind for kind, _ in items}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    if len({item.flag("show_caption_above_media") for _, item in items}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    return [await _content(media, kind, item, at) for at, (kind, item) in enumerate(items, 1)]


def _items(params: Params) -> Iterator[tuple[Kind, Params]]:
    given = params.structure("media") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise bad_request("expected an Array of InputMedia")
    if not given:
        raise bad_request("there are no messages to send")
    if len(given) > MOST:
        raise bad_request("too many messages to send as an album")
    for one in given:
        kind = one.get("type")
        if kind not in KINDS:
            words = f'type "{kind}" can\'t be used in sendMediaGroup'
            raise bad_request(f"can't parse InputMedia: {words}")
        looks = {"disable_content_type_detection": True} if kind == "document" else {}
        yield cast("Kind", kind), params.within(one | looks)


async def _content(media: Media, kind: Kind, item: Params, number: int) -> Json:
    try:
        return await media_content(media, kind, item, "media")
    except RefusedError as refused:
        why = refused.description.removeprefix("Bad Request: ")
        fetched = item.text("media").lower().startswith("http")
        code = NOT_FETCHED.get(why, why) if fetched else why
        if not code.isupper():
            raise
        words = f'failed to send message #{number} with the error message "{code}"'
        raise bad_request(words) from refused
