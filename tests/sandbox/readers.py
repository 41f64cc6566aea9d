"""Raw answers of the Bot API go in; what python-telegram-bot and aiogram read there comes out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import aiogram
import aiogram.methods
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from pydantic import BaseModel
from telegram.request import HTTPXRequest

READ_BY_PTB: dict[str, type[telegram.TelegramObject]] = {
    "getMe": telegram.User,
    "getUpdates": telegram.Update,
    "getChat": telegram.ChatFullInfo,
    "getChatMember": telegram.ChatMember,
    "getChatAdministrators": telegram.ChatMember,
    "getFile": telegram.File,
    "getWebhookInfo": telegram.WebhookInfo,
    "getMyCommands": telegram.BotCommand,
    "getMyName": telegram.BotName,
    "getMyDescription": telegram.BotDescription,
    "getMyShortDescription": telegram.BotShortDescription,
    "copyMessage": telegram.MessageId,
}
"""All others answer with a message or with true."""
SILENTLY_FALSE = {
    *("channel_chat_created", "group_chat_created", "supergroup_chat_created"),
    "delete_chat_photo",
}
"""What python-telegram-bot says of every message that does not say so itself."""
AIOGRAM = AiohttpSession()
SOME_BOT = aiogram.Bot("42:ANY")


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer as it came over the wire."""

    method: str
    status: int
    body: bytes

    @property
    def result(self) -> Any:
        return json.loads(self.body)["result"]


class Tap(HTTPXRequest):
    """The bot's own client; it keeps the bytes of every answer before anybody reads them."""

    def __init__(self, heard: list[Heard]) -> None:
        super().__init__()
        self._heard = heard

    async def do_request(self, url: str, *rest: Any, **more: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(url, *rest, **more)
        self._heard.append(Heard(url.rpartition("/")[2], status, body))
        return status, body


def by_ptb(heard: Heard) -> Any:
    """Raises TypeError when it misses a field."""
    reader = READ_BY_PTB.get(heard.method, telegram.Message)
    match heard.result:
        case list() as several:
            return [reader.de_json(one) for one in several]
        case dict() as one:
            return reader.de_json(one)
        case plain:
            return plain


def by_aiogram(heard: Heard) -> Any:
    """By its client's own way. Raises ClientDecodeError when it misses a field."""
    return _read_by_aiogram(heard).result


def _read_by_aiogram(heard: Heard) -> Any:
    name = heard.method[0].upper() + heard.method[1:]
    method = getattr(aiogram.methods, name).model_construct()
    return AIOGRAM.check_response(SOME_BOT, method, heard.status, heard.body.decode())


def told_by_ptb(heard: Heard) -> Any:
    """What it has read, written down again."""
    read = by_ptb(heard)
    if isinstance(read, list):
        return [_as_told(one.to_dict()) for one in read]
    return _as_told(read.to_dict()) if isinstance(read, telegram.TelegramObject) else read


def _as_told(written: Any) -> Any:
    match written:
        case dict():
            return {
                name: _as_told(value)
                for name, value in written.items()
                if value or name not in SILENTLY_FALSE
            }
        case list():
            return [_as_told(value) for value in written]
        case plain:
            return plain


def told_by_aiogram(heard: Heard) -> Any:
    """Same."""
    answer = _read_by_aiogram(heard)
    return answer.model_dump(mode="json", by_alias=True, exclude_unset=True)["result"]


def unknown_to_ptb(heard: Heard) -> set[str]:
    """As "Type.field"."""
    return {f"{type(one).__name__}.{key}" for one in _of_ptb(by_ptb(heard)) for key in _extra(one)}


def unknown_to_aiogram(heard: Heard) -> set[str]:
    """Same."""
    read = by_aiogram(heard)
    return {f"{type(one).__name__}.{key}" for one in _of_aiogram(read) for key in _extra(one)}


def _extra(one: telegram.TelegramObject | BaseModel) -> list[str]:
    return list((one.model_extra if isinstance(one, BaseModel) else one.api_kwargs) or ())


def _of_ptb(read: Any) -> Iterator[telegram.TelegramObject]:
    """Every object in it."""
    if isinstance(read, telegram.TelegramObject):
        yield read
        for name in read._get_attrs_names(include_private=False):
            yield from _of_ptb(getattr(read, name, None))
    elif isinstance(read, list | tuple):
        for one in read:
            yield from _of_ptb(one)


def _of_aiogram(read: Any) -> Iterator[BaseModel]:
    if isinstance(read, BaseModel):
        yield read
        for _, value in read:
            yield from _of_aiogram(value)
    elif isinstance(read, list | tuple):
        for one in read:
            yield from _of_aiogram(one)
