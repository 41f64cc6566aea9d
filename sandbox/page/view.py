"""The cast and its chats go in; the JSON in which the page is told of them comes out."""

import json

from sandbox.page.cast import Cast
from sandbox.telegram.chats import Version
from sandbox.telegram.refusal import Json


def people(cast: Cast) -> list[Json]:
    return [person.json for person in cast.people.values()]


def chats(cast: Cast) -> list[Json]:
    return [_chat(cast, chat_id) for chat_id in cast.chats()]


def _chat(cast: Cast, chat_id: int) -> Json:
    """`state` is "new" as long as nobody has written there; `topics` are those with a thread."""
    chat = cast.chat(chat_id)
    shown: Json = {"id": chat_id, "members": cast.members(chat_id)}
    if chat is None:
        person = cast.people[chat_id]
        return shown | {"kind": "private", "title": person.name, "state": "new", "topics": []}
    names = cast.topics.get(chat_id, {})
    topics = [{"id": thread, "name": names.get(thread, f"#{thread}")} for thread in chat.topics]
    return shown | {
        "kind": chat.kind,
        "title": chat.title,
        "state": chat.state,
        "forum": chat.forum,
        "privacy": chat.privacy,
        "topics": topics,
        "reactions": {str(one): marks for one, marks in chat.reactions.items() if marks},
    }


def menus(cast: Cast) -> dict[str, list[Json]]:
    """By chat and person ("-2001:1001"), the commands that this person is offered there."""
    return {
        f"{chat_id}:{person}": _menu(cast, chat_id, person)
        for chat_id in cast.chats()
        for person in cast.members(chat_id)
    }


def _menu(cast: Cast, chat_id: int, person: int) -> list[Json]:
    """The narrowest scope that has commands in the person's language, or in none."""
    language = cast.people[person].language[:2]
    for scope in _scopes(cast, chat_id, person):
        for spoken in (language, ""):
            found = cast.api.commands.get((json.dumps(scope, sort_keys=True), spoken))
            if found:
                return found
    return []


def _scopes(cast: Cast, chat_id: int, person: int) -> list[Json]:
    """In the order in which Telegram looks."""
    this = {"type": "chat", "chat_id": chat_id}
    if chat_id > 0:
        return [this, {"type": "all_private_chats"}, {"type": "default"}]
    chat = cast.chat(chat_id)
    rules = chat is not None and chat.members.get(person) in ("creator", "administrator")
    return [
        {"type": "chat_member", "chat_id": chat_id, "user_id": person},
        *([{"type": "chat_administrators", "chat_id": chat_id}] if rules else []),
        this,
        *([{"type": "all_chat_administrators"}] if rules else []),
        {"type": "all_group_chats"},
        {"type": "default"},
    ]


def descriptions(cast: Cast) -> dict[str, str]:
    """What an empty chat shows of the bot: by language, "" for all others."""
    profile = cast.api.profile.items()
    return {language: words for (field, language), words in profile if field == "description"}


def messages(cast: Cast, chat_id: int) -> list[Json]:
    """As they are now, oldest first."""
    if cast.chat(chat_id) is None:
        return []
    history = cast.api.history(chat_id)
    rang = {version.message["message_id"] for version in history if version.rings}
    return [
        {"chat": chat_id, "message": message, "rang": message["message_id"] in rang}
        for message in cast.api.messages(chat_id)
    ]


def change(chat_id: int, version: Version) -> tuple[str, Json]:
    """The event and its body."""
    message = version.message
    if version.change == "deleted":
        return "deleted", {"chat": chat_id, "message_id": message["message_id"]}
    return version.change, {"chat": chat_id, "message": message, "rang": version.rings}
