"""What the page asks for goes in; people write, press, delete, block and switch languages."""

import re

from aiohttp import web

from sandbox.bot_api import User
from sandbox.page.cast import Cast
from sandbox.page.fields import Fields, read_fields, wrong
from sandbox.telegram.refusal import Json

LONGEST = 20_000
"""Characters that are looked at; how many a message may have, the stand-in knows."""
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")


class Deeds:
    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._api = cast.api

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/say", self.say)
        router.add_post("/edit", self.edit)
        router.add_post("/delete", self.delete)
        router.add_post("/forward", self.forward)
        router.add_post("/press", self.press)
        router.add_post("/language", self.language)
        router.add_post("/presence", self.presence)

    async def say(self, request: web.Request) -> web.Response:
        """To `chat`, in its topic `thread` if it has one."""
        fields = await read_fields(request)
        user, chat = self._speaker(fields)
        reply_to = fields.maybe_integer("reply_to")
        if reply_to is not None:
            self._message(chat, reply_to)
        text, thread = fields.text("text", LONGEST), fields.maybe_integer("thread")
        said = self._api.say(user, text, self._place(user, chat), thread, reply_to)
        return web.json_response({"message_id": said["message_id"]})

    async def edit(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        user, chat = self._speaker(fields)
        message_id = fields.integer("message_id")
        self._message(chat, message_id)
        self._api.edit(user, message_id, fields.text("text", LONGEST), chat)
        return web.json_response({})

    async def delete(self, request: web.Request) -> web.Response:
        """Anybody's message, for everybody: the page is everyone's administrator."""
        fields = await read_fields(request)
        chat, message_id = self._chat(fields), fields.integer("message_id")
        self._message(chat, message_id)
        self._api.delete_message(chat, message_id)
        return web.json_response({})

    async def forward(self, request: web.Request) -> web.Response:
        """From `source` to `chat`."""
        fields = await read_fields(request)
        user, chat = self._speaker(fields)
        source, message_id = self._chat(fields, "source"), fields.integer("message_id")
        self._message(source, message_id)
        place, thread = self._place(user, chat), fields.maybe_integer("thread")
        self._api.forward(user, source, message_id, place, thread)
        return web.json_response({})

    async def press(self, request: web.Request) -> web.Response:
        """The bot's answer comes later, by the stream, under the query's id."""
        fields = await read_fields(request)
        user, chat = self._speaker(fields)
        message_id, data = fields.integer("message_id"), fields.text("data", 64)
        self._message(chat, message_id)
        return web.json_response({"query": self._api.press(user, message_id, data, chat)})

    async def language(self, request: web.Request) -> web.Response:
        fields = await read_fields(request)
        user, language = self._person(fields), fields.text("language", 20)
        if not LANGUAGE.fullmatch(language):
            wrong("language must be like en or zh-hans")
        self._cast.now_speaks(user.id, language)
        self._api.bell.ring()
        return web.json_response({})

    async def presence(self, request: web.Request) -> web.Response:
        """`present`: whether the bot is to be unblocked, or in the group."""
        fields = await read_fields(request)
        user, chat = self._speaker(fields)
        self._cast.change_place(chat, user.id, present=fields.flag("present"))
        return web.json_response({})

    def _person(self, fields: Fields) -> User:
        found = self._cast.people.get(fields.integer("user"))
        return found or wrong("no such person")

    def _chat(self, fields: Fields, name: str = "chat") -> int:
        chat = fields.integer(name)
        if chat not in self._cast.chats():
            wrong("no such chat")
        return chat

    def _speaker(self, fields: Fields) -> tuple[User, int]:
        user, chat = self._person(fields), self._chat(fields)
        if user.id not in self._cast.members(chat):
            wrong("they are not in this chat")
        return user, chat

    def _place(self, user: User, chat: int) -> int:
        """A private chat opens when somebody first writes there."""
        return self._api.private_chat(user) if chat > 0 else chat

    def _message(self, chat: int, message_id: int) -> Json:
        found = self._cast.chat(chat)
        if found is None or message_id not in found.messages:
            raise web.HTTPNotFound(text="no such message")
        return found.messages[message_id]
