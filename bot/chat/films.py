"""A film's parcel and its files go in, one call of the Bot API is made, a receipt comes out."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from typing import assert_never

from telegram import (
    Animation,
    Bot,
    Document,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
    PhotoSize,
    ReplyParameters,
    Video,
)
from telegram.constants import ParseMode

from bot.chat.captions import album, caption
from bot.chat.uploads import Load
from bot.core.delivery import MediaRefused, Parcel, Receipt, Sent
from bot.core.film import Facts, Kept, Shape
from bot.core.notice import FilmNotice

MOST_TOGETHER = 10
InputMedia = InputMediaVideo | InputMediaPhoto | InputMediaDocument


async def edit(bot: Bot, parcel: Parcel, said: FilmNotice, load: Load, patience: float) -> Receipt:
    """In the place of a text. *patience*, in seconds, begins when all bytes have left."""
    words = caption(said, parcel.language, load.shape, load.facts)
    edited = await bot.edit_message_media(
        _media(load, words.html),
        parcel.chat_id,
        parcel.message_id,
        reply_markup=words.keyboard,
        read_timeout=patience,
        api_kwargs=_thumbnails([load]),
    )
    return _sent([edited], load.facts) if isinstance(edited, Message) else Sent(parcel.message_id)


async def post(bot: Bot, parcel: Parcel, said: FilmNotice, load: Load, patience: float) -> Receipt:
    words = caption(said, parcel.language, load.shape, load.facts)
    sent = await _method(bot, load)(
        chat_id=parcel.chat_id,
        caption=words.html,
        parse_mode=ParseMode.HTML,
        reply_markup=words.keyboard,
        message_thread_id=parcel.thread_id,
        reply_parameters=reply(parcel),
        read_timeout=patience,
    )
    return _sent([sent], load.facts)


async def post_album(
    bot: Bot, parcel: Parcel, said: FilmNotice, loads: Sequence[Load], patience: float
) -> Receipt:
    """Its words are under the first; what Telegram does not group is refused here."""
    shapes = {load.shape for load in loads}
    if Shape.FILE in shapes and len(shapes) > 1:
        return MediaRefused("files are not grouped with what is shown in place")
    together = loads[:MOST_TOGETHER]
    words = album(said, parcel.language, together[0].shape, len(together))
    sent = await bot.send_media_group(
        parcel.chat_id,
        [
            _media(load, None if number else words.html, number)
            for number, load in enumerate(together)
        ],
        message_thread_id=parcel.thread_id,
        reply_parameters=reply(parcel),
        read_timeout=patience,
        api_kwargs=_thumbnails(together),
    )
    return _sent(sent, together[0].facts)


def reply(parcel: Parcel) -> ReplyParameters | None:
    if parcel.reply_to is None:
        return None
    return ReplyParameters(parcel.reply_to, allow_sending_without_reply=True)


def _method(bot: Bot, load: Load) -> Callable[..., Awaitable[Message]]:
    match load.shape:
        case Shape.VIDEO:
            return partial(
                bot.send_video,
                video=load.source,
                width=load.facts.width,
                height=load.facts.height,
                duration=load.seconds,
                thumbnail=load.thumbnail,
                supports_streaming=load.streams,
            )
        case Shape.PHOTO:
            return partial(bot.send_photo, photo=load.source)
        case Shape.FILE:
            return partial(
                bot.send_document,
                document=load.source,
                thumbnail=load.thumbnail,
                disable_content_type_detection=True,  # a film would be made a video of
            )
        case _:
            assert_never(load.shape)


def _media(load: Load, words: str | None, number: int = 0) -> InputMedia:
    thumbnail = None if load.thumbnail is None else f"attach://{_slot(number)}"
    match load.shape:
        case Shape.VIDEO:
            return InputMediaVideo(
                load.source,
                words,
                width=load.facts.width,
                height=load.facts.height,
                duration=load.seconds,
                thumbnail=thumbnail,
                supports_streaming=load.streams,
                parse_mode=ParseMode.HTML,
            )
        case Shape.PHOTO:
            return InputMediaPhoto(load.source, words, parse_mode=ParseMode.HTML)
        case Shape.FILE:
            return InputMediaDocument(
                load.source,
                words,
                thumbnail=thumbnail,
                disable_content_type_detection=True,
                parse_mode=ParseMode.HTML,
            )
        case _:
            assert_never(load.shape)


def _thumbnails(loads: Sequence[Load]) -> dict[str, InputFile]:
    """Beside the media: inside of one that has an address the library does not look for files."""
    return {
        _slot(number): load.thumbnail
        for number, load in enumerate(loads)
        if load.thumbnail is not None and load.shape is not Shape.PHOTO
    }


def _slot(number: int) -> str:
    return f"thumbnail{number}"


def _sent(messages: Sequence[Message], facts: Facts) -> Sent:
    """With Telegram's name of each file, whatever it took the file for."""
    named = [_named(message) for message in messages]
    shapes = {shape for shape, _ in chain.from_iterable(named)}
    file_ids = tuple(file_id for _, file_id in chain.from_iterable(named))
    if len(file_ids) < len(messages) or len(shapes) != 1:
        return Sent(messages[0].message_id)
    return Sent(messages[0].message_id, Kept(shapes.pop(), file_ids, facts))


def _named(message: Message) -> list[tuple[Shape, str]]:
    """A film that came back as a GIF counts as a video: TDLib sends the one's id as the other."""
    match message.effective_attachment:
        case Video(file_id=file_id) | Animation(file_id=file_id):
            return [(Shape.VIDEO, file_id)]
        case Document(file_id=file_id):
            return [(Shape.FILE, file_id)]
        case (*_, PhotoSize(file_id=file_id)):
            return [(Shape.PHOTO, file_id)]
        case _:
            return []
