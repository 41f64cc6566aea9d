"""A parcel goes in, one call of the Bot API is made, a receipt comes out; nothing is retried."""

import asyncio
import logging
from collections.abc import Sequence

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ChatAction, ParseMode

from bot.chat.captions import MOST_BYTES, link_instead
from bot.chat.films import edit, post, post_album, reply
from bot.chat.message import Message as Said
from bot.chat.receipts import receipt_of, receipt_of_film
from bot.chat.render import render, render_toast
from bot.chat.uploads import SLOWEST, Load, Moved, by_name, loaded, weight
from bot.core.delivery import (
    IN_PLACE,
    WITH_FILE,
    Form,
    MediaRefused,
    Parcel,
    Receipt,
    Rejected,
    Sent,
)
from bot.core.film import Film, Progress, Shape
from bot.core.notice import AsFile, Attachment, FilmNotice, Toast

log = logging.getLogger("reelbell.telegram")

TEXT_DEADLINE = 30.0
MEDIA_DEADLINE = 120.0
"""Telegram fetches the file, or puts it away, while we wait for its answer."""
MOST_BYTES_LOCALLY = 2_000_000_000
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
ACTIONS = {
    Shape.VIDEO: ChatAction.UPLOAD_VIDEO,
    Shape.PHOTO: ChatAction.UPLOAD_PHOTO,
    Shape.FILE: ChatAction.UPLOAD_DOCUMENT,
}


class Sender:
    def __init__(
        self,
        bot: Bot,
        *,
        local_mode: bool = False,
        text_deadline: float = TEXT_DEADLINE,
        media_deadline: float = MEDIA_DEADLINE,
    ) -> None:
        """*local_mode*, like the bot's: its server opens our files itself, and big ones."""
        self._bot = bot
        self._local_mode = local_mode
        self._text_deadline = text_deadline
        self._media_deadline = media_deadline

    async def send(
        self, parcel: Parcel, films: Sequence[Film] = (), progress: Progress | None = None
    ) -> Receipt:
        """*films*, for a film that is not kept; what leaves of them counts as *progress*."""
        match parcel.notice:
            case Attachment() | AsFile() as said if parcel.form in WITH_FILE:
                return await self._carry(parcel, said, films, progress or Progress())
        try:
            async with asyncio.timeout(self._text_deadline):
                return await self._tell(parcel)
        except Exception as error:  # noqa: BLE001 — receipt_of() raises what it does not know
            return receipt_of(error)

    async def busy(self, parcel: Parcel, shape: Shape) -> None:
        """Shown for 5 seconds, where the film will be. Cosmetic: a failure is logged and passes."""
        try:
            async with asyncio.timeout(self._text_deadline):
                await self._bot.send_chat_action(
                    parcel.chat_id, ACTIONS[shape], message_thread_id=parcel.thread_id
                )
        except Exception as error:  # noqa: BLE001 — the film comes all the same
            log.debug("action.not_shown", extra={"error": type(error).__name__})

    async def _carry(
        self, parcel: Parcel, said: FilmNotice, films: Sequence[Film], progress: Progress
    ) -> Receipt:
        """A slow upload may take its time, and one that stands still may not."""
        clock = asyncio.get_running_loop().time
        longest = self._media_deadline + weight(films) / SLOWEST
        ends = clock() + longest

        def moved(count: int) -> None:
            progress.went += count
            deadline.reschedule(min(ends, clock() + self._media_deadline))

        try:
            first = longest if self._local_mode else self._media_deadline
            async with asyncio.timeout(first) as deadline:
                return await self._film(parcel, said, films, moved, longest)
        except Exception as error:  # noqa: BLE001 — receipt_of_film() raises what it does not know
            return receipt_of_film(error)

    async def _film(
        self,
        parcel: Parcel,
        said: FilmNotice,
        films: Sequence[Film],
        moved: Moved,
        patience: float,
    ) -> Receipt:
        kept = parcel.kept
        if kept is not None and (kept.shape is Shape.FILE or not isinstance(said, AsFile)):
            return await self._show(parcel, said, by_name(kept), patience)
        if not films:
            return Rejected("no film") if kept is None else MediaRefused("kept, but not as a file")
        attached = len(films) > 1 or parcel.form in IN_PLACE
        with loaded(films, moved, attached=attached, local=self._local_mode) as loads:
            return await self._show(parcel, said, loads, patience)

    async def _show(
        self, parcel: Parcel, said: FilmNotice, loads: Sequence[Load], patience: float
    ) -> Receipt:
        """No message can be edited into an album."""
        if len(loads) > 1:
            return await post_album(self._bot, parcel, said, loads, patience)
        if parcel.form in IN_PLACE:
            return await edit(self._bot, parcel, said, loads[0], patience)
        return await post(self._bot, parcel, said, loads[0], patience)

    async def _tell(self, parcel: Parcel) -> Receipt:
        match parcel.notice:
            case Toast() as toast:
                await self._bot.answer_callback_query(
                    toast.query_id, render_toast(toast, parcel.language)
                )
                return Sent(None)
            case Attachment() | AsFile() as film:
                most = MOST_BYTES_LOCALLY if self._local_mode else MOST_BYTES
                said = link_instead(film, parcel.language, most)
            case other:
                said = render(other, parcel.language)
        match parcel.form:
            case Form.EDIT | Form.EDIT_LINK:
                return await self._edit(parcel, said)
            case Form.PLAIN:
                return await self._say_plainly(parcel, said)
            case _:
                return await self._say(parcel, said)

    async def _say(self, parcel: Parcel, said: Said) -> Receipt:
        sent = await self._bot.send_message(
            parcel.chat_id,
            said.html,
            parse_mode=ParseMode.HTML,
            reply_markup=said.keyboard,
            message_thread_id=parcel.thread_id,
            reply_parameters=reply(parcel),
            link_preview_options=NO_PREVIEW,
        )
        return Sent(sent.message_id)

    async def _say_plainly(self, parcel: Parcel, said: Said) -> Receipt:
        sent = await self._bot.send_message(
            parcel.chat_id,
            said.plain,
            message_thread_id=parcel.thread_id,
            reply_parameters=reply(parcel),
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
