"""Who and where: users and chats as Telegram keeps them, and as its JSON shows them."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.telegram.refusal import Json

FIRST_SUPERGROUP = -1_000_000_000_000
OWNER = {"can_" + right: True for right in ("delete_messages", "edit_stories", "invite_users")}
RIGHTS = {
    **OWNER,
    **dict.fromkeys(("can_manage_chat", "can_manage_video_chats", "can_restrict_members"), True),
    **dict.fromkeys(("can_promote_members", "can_change_info", "can_post_stories"), False),
    **dict.fromkeys(("can_delete_stories", "can_be_edited", "is_anonymous"), False),
    "can_send_welcome_messages": False,
}
LEFT_TO_A_RESTRICTED_MEMBER = {
    "is_member": True,
    **{
        f"can_{deed}": False
        for deed in (
            *("send_messages", "send_audios", "send_documents", "send_photos", "send_videos"),
            *("send_video_notes", "send_voice_notes", "send_polls", "send_other_messages"),
            *("add_web_page_previews", "react_to_messages", "edit_tag", "change_info"),
            *("invite_users", "pin_messages", "manage_topics"),
        )
    },
    "until_date": 0,
}


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    language: str = "en"
    """As Telegram reports it, e.g. "zh-hans"."""

    @property
    def json(self) -> Json:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a chat: what a message was like from *at* on, or before it went."""

    at: float
    """Seconds of `time.time()`."""
    change: Literal["sent", "edited", "deleted"]
    message: Json
    rings: bool
    """A new message of the bot, without disable_notification."""


@dataclass(slots=True)
class Chat:
    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str
    forum: bool = False
    privacy: bool = True
    """The bot sees only commands and replies to it (groups only)."""
    state: Literal["open", "blocked", "kicked", "deactivated"] = "open"
    migrated_to: int | None = None
    topics: dict[int, bool] = field(default_factory=dict)
    """By thread id, whether it is open."""
    members: dict[int, str] = field(default_factory=dict)
    """By user id, the status."""
    messages: dict[int, Json] = field(default_factory=dict)
    history: list[Version] = field(default_factory=list)
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """The bot's, by message id."""
    last_id: int = 0

    @property
    def json(self) -> Json:
        shown: Json = {"id": self.id, "type": self.kind}
        shown |= {"first_name" if self.kind == "private" else "title": self.title}
        return shown | ({"is_forum": True} if self.forum else {})


def member_json(user: Json, status: str) -> Json:
    shown: Json = {"status": status, "user": user}
    match status:
        case "creator":
            return shown | {"is_anonymous": False}
        case "administrator":
            return shown | RIGHTS
        case "restricted":
            return shown | LEFT_TO_A_RESTRICTED_MEMBER
        case "kicked":
            return shown | {"until_date": 0}
        case _:
            return shown
