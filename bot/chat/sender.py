"""A parcel goes in, one call of the Bot API is made, a receipt comes out; nothing is retried."""

import asyncio
from typing import assert_never

from telegram import (
    Animation,
    Bot,
    Document,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    PhotoSize,
    ReplyParameters,
    Video,
)
from telegram.constants import ParseMode

from bot.chat.message import Message as Said
from bot.chat.news import link_instead
from bot.chat.receipts import receipt_of, receipt_of_film
from bot.chat.render import render, render_toast
from bot.core.delivery import Form, Parcel, Receipt, Rejected, Sent
from bot.core.notice import Attachment, Toast
from bot.core.task import MediaKind

TEXT_DEADLINE = 30.0
MEDIA_DEADLINE = 120.0
"""Telegram fetches the file while we wait for its answer."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    def __init__(
        self,
        bot: Bot,
        *,
        text_deadline: float = TEXT_DEADLINE,
        media_deadline: float = MEDIA_DEADLINE,
    ) -> None:
        self._bot = bot
        self._text_deadline = text_deadline
        self._media_deadline = media_deadline

    async def send(self, parcel: Parcel) -> Receipt:
        with_media = _with_media(parcel)
        try:
            async with asyncio.timeout(self._media_deadline if with_media else self._text_deadline):
                return await self._send(parcel)
        except Exception as error:  # noqa: BLE001 — receipt_of() raises what it does not know
            return receipt_of_film(error) if with_media else receipt_of(error)

    async def _send(self, parcel: Parcel) -> Receipt:
        match parcel.notice:
            case Toast() as toast:
                await self._bot.answer_callback_query(
                    toast.query_id, render_toast(toast, parcel.language)
                )
                return Sent(None)
            case Attachment() as notice:
                return await self._attach(parcel, notice)
            case said if parcel.form is Form.EDIT:
                return await self._edit(parcel, render(said, parcel.language))
            case said if parcel.form is Form.PLAIN:
                return await self._say_plainly(parcel, render(said, parcel.language))
            case said:
                return await self._say(parcel, render(said, parcel.language))

    async def _attach(self, parcel: Parcel, notice: Attachment) -> Receipt:
        match parcel.form:
            case Form.EDIT:
                return await self._edit_media(parcel, notice)
            case Form.NEW:
                return await self._send_media(parcel, notice)
            case Form.EDIT_LINK:
                return await self._edit(parcel, link_instead(notice, parcel.language))
            case Form.NEW_LINK:
                return await self._say(parcel, link_instead(notice, parcel.language))
            case Form.PLAIN:
                return await self._say_plainly(parcel, link_instead(notice, parcel.language))
            case _:
                assert_never(parcel.form)

    async def _say(self, parcel: Parcel, said: Said) -> Receipt:
        sent = await self._bot.send_message(
            parcel.chat_id,
            said.html,
            parse_mode=ParseMode.HTML,
            reply_markup=said.keyboard,
            message_thread_id=parcel.thread_id,
            reply_parameters=_reply(parcel),
            link_preview_options=NO_PREVIEW,
        )
        return Sent(sent.message_id)

    async def _say_plainly(self, parcel: Parcel, said: Said) -> Receipt:
        sent = await self._bot.send_message(
            parcel.chat_id,
            said.plain,
            message_thread_id=parcel.thread_id,
            reply_parameters=_reply(parcel),
            link_preview_options=NO_PREVIEW,
        )
        return Sent(sent.message_id)

    async def _edit(self, parcel: Parcel, said: Said) -> Receipt:
        await self._bot.edit_message_text(
            said.html,
            parcel.chat_id,
            parcel.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=said.keyboard,
            link_preview_options=NO_PREVIEW,
        )
        return Sent(parcel.message_id)

    async def _edit_media(self, parcel: Parcel, notice: Attachment) -> Receipt:
        said = render(notice, parcel.language)
        media = _media(parcel, notice, said.html)
        if media is None:
            return Rejected("no media")
        edited = await self._bot.edit_message_media(
            media,
            parcel.chat_id,
            parcel.message_id,
            reply_markup=said.keyboard,
            read_timeout=self._media_deadline,
        )
        return _sent(edited, parcel)

    async def _send_media(self, parcel: Parcel, notice: Attachment) -> Receipt:
        said = render(notice, parcel.language)
        if notice.task.media is None:
            return Rejected("no media")
        source = parcel.file_id or notice.task.media.url
        match notice.task.media.kind:
            case MediaKind.VIDEO:
                sent = await self._send_video(parcel, source, said.html, said.keyboard)
            case MediaKind.IMAGE:
                sent = await self._send_photo(parcel, source, said.html, said.keyboard)
            case _:
                assert_never(notice.task.media.kind)
        return _sent(sent, parcel)

    async def _send_video(
        self, parcel: Parcel, source: str, caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> Message:
        return await self._bot.send_video(
            parcel.chat_id,
            source,
            caption=caption,
            parse_mode=ParseMode.HTML,
            supports_streaming=True,
            reply_markup=keyboard,
            message_thread_id=parcel.thread_id,
            reply_parameters=_reply(parcel),
            read_timeout=self._media_deadline,
        )

    async def _send_photo(
        self, parcel: Parcel, source: str, caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> Message:
        return await self._bot.send_photo(
            parcel.chat_id,
            source,
            caption=caption,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            message_thread_id=parcel.thread_id,
            reply_parameters=_reply(parcel),
            read_timeout=self._media_deadline,
        )


def _with_media(parcel: Parcel) -> bool:
    return isinstance(parcel.notice, Attachment) and parcel.form in (Form.EDIT, Form.NEW)


def _reply(parcel: Parcel) -> ReplyParameters | None:
    if parcel.reply_to is None:
        return None
    return ReplyParameters(parcel.reply_to, allow_sending_without_reply=True)


def _media(
    parcel: Parcel, notice: Attachment, caption: str
) -> InputMediaVideo | InputMediaPhoto | None:
    media = notice.task.media
    if media is None:
        return None
    source = parcel.file_id or media.url
    match media.kind:
        case MediaKind.VIDEO:
            return InputMediaVideo(
                source, caption, parse_mode=ParseMode.HTML, supports_streaming=True
            )
        case MediaKind.IMAGE:
            return InputMediaPhoto(source, caption, parse_mode=ParseMode.HTML)
        case _:
            assert_never(media.kind)


def _sent(message: Message | bool, parcel: Parcel) -> Sent:  # noqa: FBT001 — the library's answer
    """With Telegram's name of the file, whatever it took the file for."""
    if not isinstance(message, Message):
        return Sent(parcel.message_id)
    attached = message.effective_attachment
    if isinstance(attached, Video | Animation | Document):
        return Sent(message.message_id, attached.file_id)
    if isinstance(attached, tuple) and attached and isinstance(attached[-1], PhotoSize):
        return Sent(message.message_id, attached[-1].file_id)
    return Sent(message.message_id)
