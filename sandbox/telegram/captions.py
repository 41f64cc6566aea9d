"""Parameters of a file and of its caption go in; the fields of a message come out."""

from sandbox.telegram.files import Kind
from sandbox.telegram.formatting import read_caption
from sandbox.telegram.keyboards import read_keyboard
from sandbox.telegram.media import Media
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json


async def media_content(media: Media, kind: Kind, params: Params, name: str) -> Json:
    """The caption is read first: nothing is fetched for a message that would be refused."""
    caption = read_caption(params).under("caption")
    if params.flag("show_caption_above_media"):
        caption["show_caption_above_media"] = True
    read_keyboard(params)
    stored = await media.obtain(kind, params, name)
    return await media.shown(stored, params) | caption
