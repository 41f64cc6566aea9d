"""A send method's parameters go in; the new message, as every reader now sees it, comes out."""

from uuid import uuid4

from sandbox.telegram.albums import album_contents
from sandbox.telegram.captions import media_content
from sandbox.telegram.chats import Chat
from sandbox.telegram.files import Kind
from sandbox.telegram.formatting import read_caption, read_text
from sandbox.telegram.keyboards import read_keyboard
from sandbox.telegram.media import Media
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.world import World, quoted

CONTENT = {
    *("text", "entities", "caption", "caption_entities", "show_caption_above_media"),
    *("video", "photo", "document", "animation", "link_preview_options"),
}
ACTIONS = {
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"),
    *("upload_document", "choose_sticker", "find_location", "record_video_note"),
    "upload_video_note",
}


class Posting:
    def __init__(self, world: World, media: Media) -> None:
        self._world = world
        self._media = media

    async def message(self, params: Params) -> Json:
        chat = self._world.chat_for(params)
        content = read_text(params).under("text")
        if preview := params.structure("link_preview_options"):
            content |= {"link_preview_options": preview}
        return self._post(chat, params, content)

    async def video(self, params: Params) -> Json:
        return await self._send_media("video", params)

    async def photo(self, params: Params) -> Json:
        return await self._send_media("photo", params)

    async def document(self, params: Params) -> Json:
        return await self._send_media("document", params)

    async def animation(self, params: Params) -> Json:
        return await self._send_media("animation", params)

    async def album(self, params: Params) -> list[Json]:
        """It rings once. Of a single file it makes a plain message."""
        chat = self._world.chat_for(params)
        self._thread(chat, params, self._answered(chat, params))
        contents = await album_contents(self._media, params)
        group = {"media_group_id": str(uuid4().int >> 65)} if len(contents) > 1 else {}
        first, *others = contents
        return [
            self._post(chat, params, first | group),
            *(self._post(chat, params, other | group, rings=False) for other in others),
        ]

    async def copy(self, params: Params) -> Json:
        chat = self._world.chat_for(params)
        source = self._world.known_chat(Params({"chat_id": params.text("from_chat_id")}))
        original = source.messages.get(params.integer("message_id") or 0)
        if original is None:
            raise bad_request("message to copy not found")
        content = {name: value for name, value in original.items() if name in CONTENT}
        if "caption" in params.values:
            content.pop("caption_entities", None)
            content |= read_caption(params).under("caption")
        return {"message_id": self._post(chat, params, content)["message_id"]}

    async def chat_action(self, params: Params) -> bool:
        self._thread(self._world.chat_for(params), params, None)
        if params.text("action") not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    async def _send_media(self, kind: Kind, params: Params) -> Json:
        """The place is looked at first: nothing is fetched for one that cannot be written to."""
        chat = self._world.chat_for(params)
        self._thread(chat, params, self._answered(chat, params))
        content = await media_content(self._media, kind, params, kind)
        return self._post(chat, params, content)

    def _post(self, chat: Chat, params: Params, content: Json, *, rings: bool = True) -> Json:
        keyboard = read_keyboard(params)
        answered = self._answered(chat, params)
        thread = self._thread(chat, params, answered)
        message = self._world.envelope(chat, self._world.bot, thread) | content | keyboard
        if answered is not None:
            message["reply_to_message"] = quoted(answered)
        if params.flag("protect_content"):
            message["has_protected_content"] = True
        self._world.add(chat, message, rings=rings and not params.flag("disable_notification"))
        return message

    def _answered(self, chat: Chat, params: Params) -> Json | None:
        reply = params.structure("reply_parameters") or {
            "message_id": params.integer("reply_to_message_id"),
            "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
        }
        wanted = reply.get("message_id")
        if wanted is None:
            return None
        found = chat.messages.get(int(wanted))
        if found is None and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return found

    def _thread(self, chat: Chat, params: Params, answered: Json | None) -> int | None:
        """A reply without a thread goes where the message is that it answers.

        In a group without topics a thread is ignored.
        """
        thread = params.integer("message_thread_id")
        if thread is None or not (chat.forum or chat.kind == "private"):
            return (answered or {}).get("message_thread_id")
        if thread not in chat.topics:
            raise bad_request("message thread not found")
        if not chat.topics[thread]:
            raise bad_request("TOPIC_CLOSED")
        return thread
