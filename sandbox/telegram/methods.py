"""The name of a method goes in; what carries it out comes out."""

from collections.abc import Awaitable, Callable

from sandbox.telegram.account import Account
from sandbox.telegram.editing import Editing
from sandbox.telegram.params import Params
from sandbox.telegram.posting import Posting
from sandbox.telegram.updates import Updates

Method = Callable[[Params], Awaitable[object]]

MESSAGES = {
    *("sendMessage", "sendVideo", "sendPhoto", "sendDocument", "sendAnimation", "sendMediaGroup"),
    "copyMessage",
    *("editMessageText", "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup"),
}
"""What Telegram counts against its flood limits."""


def all_methods(
    account: Account, posting: Posting, editing: Editing, updates: Updates
) -> dict[str, Method]:
    return {
        "getUpdates": updates.poll,
        **_of_account(account),
        "sendMessage": posting.message,
        "sendVideo": posting.video,
        "sendPhoto": posting.photo,
        "sendDocument": posting.document,
        "sendAnimation": posting.animation,
        "sendMediaGroup": posting.album,
        "copyMessage": posting.copy,
        "sendChatAction": posting.chat_action,
        "editMessageText": editing.text,
        "editMessageCaption": editing.caption,
        "editMessageMedia": editing.media,
        "editMessageReplyMarkup": editing.keyboard,
        "deleteMessage": editing.delete,
        "setMessageReaction": editing.react,
    }


def _of_account(account: Account) -> dict[str, Method]:
    return {
        "getMe": account.me,
        "setMyCommands": account.set_commands,
        "getMyCommands": account.get_commands,
        "deleteMyCommands": account.delete_commands,
        "setMyName": account.set_profile,
        "setMyDescription": account.set_profile,
        "setMyShortDescription": account.set_profile,
        "getMyName": account.get_profile("name"),
        "getMyDescription": account.get_profile("description"),
        "getMyShortDescription": account.get_profile("short_description"),
        "answerCallbackQuery": account.answer_callback,
        "getChat": account.chat,
        "getChatMember": account.member,
        "getChatAdministrators": account.administrators,
        "getFile": account.file,
        "setWebhook": account.set_webhook,
        "deleteWebhook": account.delete_webhook,
        "getWebhookInfo": account.webhook_info,
        "logOut": account.nothing,
        "close": account.nothing,
    }
