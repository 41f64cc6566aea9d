"""Methods about the bot itself, its commands, its callbacks and its chats."""

import json
import re
from collections.abc import Awaitable, Callable

from sandbox.telegram.chats import Chat, member_json
from sandbox.telegram.files import FileStore
from sandbox.telegram.params import Params
from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
LENGTHS = {"name": 64, "short_description": 120, "description": 512}


class Account:
    def __init__(self, world: World, files: FileStore) -> None:
        self._world = world
        self._files = files
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """By scope (its JSON, keys sorted) and language."""
        self.profile: dict[tuple[str, str], str] = {}
        """By field (name, description, short_description) and language."""
        self.open_callbacks: set[str] = set()
        self.callback_answers: dict[str, Json] = {}
        """By callback query id, what the bot answered."""

    async def me(self, params: Params) -> Json:
        del params
        rights = ("can_read_all_group_messages", "supports_inline_queries", "has_main_web_app")
        more = ("can_connect_to_business", "has_topics_enabled", "allows_users_to_create_topics")
        new = ("supports_guest_queries", "can_manage_bots")
        return (
            self._world.bot | {"can_join_groups": True} | dict.fromkeys(rights + more + new, False)
        )

    async def set_commands(self, params: Params) -> bool:
        commands = params.structure("commands")
        if not isinstance(commands, list) or len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[_audience(params)] = commands
        return True

    async def get_commands(self, params: Params) -> list[Json]:
        return self.commands.get(_audience(params), [])

    async def delete_commands(self, params: Params) -> bool:
        self.commands.pop(_audience(params), None)
        return True

    async def set_profile(self, params: Params) -> bool:
        """Serves setMyName, setMyDescription and setMyShortDescription: the field tells."""
        language = params.text("language_code")
        for field in params.values.keys() & LENGTHS.keys():
            if len(params.text(field)) > LENGTHS[field]:
                raise bad_request(f"bot {field.replace('_', ' ')} is too long")
            self.profile[field, language] = params.text(field)
        return True

    def get_profile(self, field: str) -> Callable[[Params], Awaitable[Json]]:
        """A method for one field; a language of which nothing is known has the general one."""

        async def method(params: Params) -> Json:
            general = self.profile.get((field, ""), "")
            return {field: self.profile.get((field, params.text("language_code")), general)}

        return method

    async def answer_callback(self, params: Params) -> bool:
        query = params.text("callback_query_id")
        if query not in self.open_callbacks:
            raise bad_request(TOO_OLD)
        if len(params.text("text")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        self.callback_answers[query] = params.described()
        return True

    async def chat(self, params: Params) -> Json:
        chat = self._world.known_chat(params)
        return chat.json | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(
                (
                    *("unlimited_gifts", "limited_gifts", "unique_gifts"),
                    *("premium_subscription", "gifts_from_channels"),
                ),
                False,
            ),
        }

    async def member(self, params: Params) -> Json:
        chat = self._world.chat_for(params)
        return self._membership(chat, params.integer("user_id") or 0)

    async def administrators(self, params: Params) -> list[Json]:
        chat = self._world.chat_for(params)
        if chat.kind == "private":
            raise bad_request("there are no administrators in the private chat")
        named = [
            user for user, status in chat.members.items() if status in ("creator", "administrator")
        ]
        return [self._membership(chat, user) for user in named]

    def _membership(self, chat: Chat, user_id: int) -> Json:
        user = self._world.users.get(user_id)
        if user_id == self._world.bot["id"]:
            return member_json(self._world.bot, chat.members.get(user_id, "member"))
        if user is None:
            raise bad_request("member not found")
        return member_json(user.json, chat.members.get(user_id, "left"))

    async def file(self, params: Params) -> Json:
        stored = self._files.find(params.text("file_id"))
        if stored is None:
            raise bad_request("invalid file_id")
        if stored.size > self._world.limits.download_bytes:
            raise bad_request("file is too big")
        return {
            "file_id": stored.file_id,
            "file_unique_id": stored.file_unique_id,
            "file_size": stored.size,
            "file_path": f"{stored.kind}s/{stored.file_unique_id}",
        }

    async def set_webhook(self, params: Params) -> bool:
        return self._world.updates.set_webhook(params)

    async def delete_webhook(self, params: Params) -> bool:
        kept = {"drop_pending_updates": params.text("drop_pending_updates")}
        return self._world.updates.set_webhook(Params(kept))

    async def webhook_info(self, params: Params) -> Json:
        del params
        return self._world.updates.webhook_info()

    async def nothing(self, params: Params) -> bool:
        """logOut, close: said yes to, and nothing happens."""
        del params
        return True


def _audience(params: Params) -> tuple[str, str]:
    scope = params.structure("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), params.text("language_code")
