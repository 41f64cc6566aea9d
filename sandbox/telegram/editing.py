"""An edit method's parameters go in; the message as it is from now on comes out."""

import time
from typing import get_args

from sandbox.telegram.captions import media_content
from sandbox.telegram.chats import Chat
from sandbox.telegram.files import Kind
from sandbox.telegram.formatting import read_caption, read_text
from sandbox.telegram.keyboards import read_keyboard
from sandbox.telegram.media import Media
from sandbox.telegram.params import Params
from sandbox.telegram.posting import CONTENT
from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
FILES = ("video", "photo", "document", "animation")
CAPTION = ("caption", "caption_entities", "show_caption_above_media")
REACTIONS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 "
    "❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 "
    "😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ "
    "😡 "
)


class Editing:
    def __init__(self, world: World, media: Media) -> None:
        self._world = world
        self._media = media

    async def text(self, params: Params) -> Json:
        chat, message = self._own(params)
        content = read_text(params).under("text")
        if "text" not in message:
            raise bad_request("there is no text in the message to edit")
        if preview := params.structure("link_preview_options"):
            content |= {"link_preview_options": preview}
        return self._replace(chat, message, params, content)

    async def caption(self, params: Params) -> Json:
        chat, message = self._own(params)
        content = read_caption(params).under("caption")
        if not message.keys() & set(FILES):
            raise bad_request("there is no caption in the message to edit")
        if params.flag("show_caption_above_media"):
            content["show_caption_above_media"] = True
        kept = {name: message[name] for name in FILES if name in message}
        return self._replace(chat, message, params, kept | content)

    async def media(self, params: Params) -> Json:
        """A text becomes media; media are replaced."""
        chat, message = self._own(params)
        given = params.structure("media")
        if not isinstance(given, dict) or given.get("type") not in get_args(Kind):
            raise bad_request("can't parse InputMedia: type must be known")
        read_keyboard(params)
        kind: Kind = given["type"]
        if "media_group_id" in message and (kind == "document") != ("document" in message):
            raise bad_request("can't change media type in the album")
        content = await media_content(self._media, kind, params.within(given), "media")
        chat, message = self._own(params)
        return self._replace(chat, message, params, content)

    async def keyboard(self, params: Params) -> Json:
        chat, message = self._own(params)
        content = {name: message[name] for name in CONTENT if name in message}
        return self._replace(chat, message, params, content, marks=False)

    async def delete(self, params: Params) -> bool:
        chat = self._world.chat_for(params)
        message = chat.messages.get(params.integer("message_id") or 0)
        if message is None:
            raise bad_request("message to delete not found")
        admin = chat.members.get(self._world.bot["id"]) in ("administrator", "creator")
        if chat.kind != "private" and not admin and not self._is_mine(message):
            raise bad_request("message can't be deleted")
        self._world.remove(chat, message["message_id"])
        return True

    async def react(self, params: Params) -> bool:
        """One reaction at most: a bot has no Premium."""
        chat = self._world.chat_for(params)
        message = chat.messages.get(params.integer("message_id") or 0)
        if message is None:
            raise bad_request("message to react not found")
        reactions = params.structure("reaction") or []
        if len(reactions) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        if any(reaction.get("emoji") not in REACTIONS.split() for reaction in reactions):
            raise bad_request("REACTION_INVALID")
        chat.reactions[message["message_id"]] = [reaction["emoji"] for reaction in reactions]
        self._world.bell.ring()
        return True

    def _own(self, params: Params) -> tuple[Chat, Json]:
        if params.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        chat = self._world.chat_for(params)
        message = chat.messages.get(params.integer("message_id") or 0)
        if message is None:
            raise bad_request("message to edit not found")
        if not self._is_mine(message):
            raise bad_request("message can't be edited")
        return chat, message

    def _is_mine(self, message: Json) -> bool:
        return bool(message["from"]["id"] == self._world.bot["id"])

    def _replace(
        self, chat: Chat, message: Json, params: Params, content: Json, *, marks: bool = True
    ) -> Json:
        """Without a keyboard in *params* the message has none. *marks*: it shows as edited."""
        keyboard = read_keyboard(params)
        kept = {
            name: value
            for name, value in message.items()
            if name not in CONTENT and name != "reply_markup"
        }
        changed: Json = kept | content | keyboard
        if essence(changed) == essence(message):
            raise bad_request(NOT_MODIFIED)
        if marks:
            changed["edit_date"] = int(time.time())
        self._world.change(chat, changed)
        return changed


def essence(message: Json) -> Json:
    """What "exactly the same" compares."""
    compared = ("text", "entities", "reply_markup", *CAPTION)
    files = {name: _unique(message[name]) for name in FILES if name in message}
    return files | {name: message[name] for name in compared if name in message}


def _unique(media: Json | list[Json]) -> object:
    sizes = media if isinstance(media, list) else [media]
    return [size["file_unique_id"] for size in sizes]
