"""A bot and the stand-in it talks to go in; scenes that use every method the bot has come out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
    User,
)

from sandbox.bot_api import BotApi
from sandbox.bot_api import User as Person

ANN = 7
ALL_OF_HTML = (
    "🎬 <b>bold</b> <i>italic</i> <u>under</u> <s>struck</s> <tg-spoiler>spoiler</tg-spoiler> "
    '<a href="https://example.org/?a=1&amp;b=2">link</a> <code>code</code> '
    '<pre><code class="language-py">pre</code></pre> '
    '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji> '
    '<tg-time unix="1764000000" format="r">time</tg-time> '
    "<blockquote>quote</blockquote> <blockquote expandable>folded</blockquote> "
    "/stop@some_bot #tag @somebody https://example.org"
)
PIECES = (
    *("bold", "italic", "under", "struck", "spoiler", "link", "code", "pre", "👍", "time"),
    *("quote", "folded", "/stop@some_bot", "#tag", "@somebody", "https://example.org"),
)
"""Of its text, one per entity."""
STOP = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="s:1")]])
ALL_KEYS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Stop", callback_data="s:1", style="danger")],
        [InlineKeyboardButton("Open", url="https://example.org")],
        [InlineKeyboardButton("Copy", copy_text=CopyTextButton("task_1"))],
        [InlineKeyboardButton("Gone", api_kwargs={"disabled": {}})],
    ]
)


@dataclass(frozen=True, slots=True)
class Talk:
    api: BotApi
    bot: Bot
    ann: Person
    film: bytes
    thumbnail: bytes
    media: str
    """Where `task.mp4` and `picture.png` can be fetched."""


Scene = Callable[[Talk], Awaitable[object]]


async def introduction(talk: Talk) -> None:
    await talk.bot.get_me()
    await talk.bot.set_my_commands([("watch", "Watch a task")], language_code="en")
    await talk.bot.get_my_commands(language_code="en")
    await talk.bot.set_my_description("Rings.")
    await talk.bot.set_my_short_description("Rings.")
    await talk.bot.get_my_name()
    await talk.bot.get_my_description()
    await talk.bot.get_my_short_description()


async def text(talk: Talk) -> None:
    """The last one goes without a parse mode."""
    asked = talk.api.say(talk.ann, "/watch task_1")
    await talk.bot.send_message(
        ANN,
        ALL_OF_HTML,
        parse_mode="HTML",
        reply_markup=ALL_KEYS,
        reply_parameters=ReplyParameters(asked["message_id"]),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=True,
    )
    mention = MessageEntity("text_mention", 0, 3, user=User(ANN, "Ann", is_bot=False))
    await talk.bot.send_message(ANN, "Ann", entities=[mention])


async def edits(talk: Talk) -> None:
    card = await talk.bot.send_message(ANN, "0 %", reply_markup=STOP)
    await talk.bot.edit_message_text(ALL_OF_HTML, ANN, card.message_id, parse_mode="HTML")
    await talk.bot.edit_message_reply_markup(ANN, card.message_id, reply_markup=STOP)
    film = InputMediaVideo(f"{talk.media}/task.mp4", "<b>done</b>", parse_mode="HTML")
    await talk.bot.edit_message_media(film, ANN, card.message_id, reply_markup=STOP)
    await talk.bot.edit_message_caption(ANN, card.message_id, caption="done")
    picture = InputMediaPhoto(f"{talk.media}/picture.png", "done", show_caption_above_media=True)
    await talk.bot.edit_message_media(picture, ANN, card.message_id)
    await talk.bot.copy_message(ANN, ANN, card.message_id)
    await talk.bot.set_message_reaction(ANN, card.message_id, "👀")
    await talk.bot.send_chat_action(ANN, "upload_video")
    await talk.bot.delete_message(ANN, card.message_id)


async def films(talk: Talk) -> None:
    """By URL, uploaded and by id."""
    await talk.bot.send_video(ANN, f"{talk.media}/task.mp4", caption="<b>x</b>", parse_mode="HTML")
    sent = await talk.bot.send_video(
        ANN,
        talk.film,
        filename="film.mp4",
        duration=9,
        thumbnail=talk.thumbnail,
        cover=talk.thumbnail,
        supports_streaming=True,
    )
    if sent.video is not None:
        await talk.bot.send_video(ANN, sent.video.file_id)
        await talk.bot.get_file(sent.video.file_id)


async def other_files(talk: Talk) -> None:
    await talk.bot.send_photo(ANN, f"{talk.media}/picture.png", caption="x")
    await talk.bot.send_photo(ANN, talk.thumbnail)
    await talk.bot.send_document(
        ANN, b"{}", filename="log.json", caption="x", thumbnail=talk.thumbnail
    )
    await talk.bot.send_animation(ANN, talk.film)


async def albums(talk: Talk) -> None:
    """Of pictures and films, by upload, URL and id; and of documents."""
    film = InputFile(BytesIO(talk.film), "film.mp4", attach=True, read_file_handle=False)
    sent = await talk.bot.send_media_group(
        ANN,
        [
            InputMediaVideo(film, "<b>x</b>", parse_mode="HTML", thumbnail=talk.thumbnail),
            InputMediaPhoto(talk.thumbnail),
            InputMediaPhoto(f"{talk.media}/picture.png"),
        ],
    )
    again = [InputMediaPhoto(one.photo[-1].file_id) for one in sent[1:]]
    await talk.bot.send_media_group(ANN, again)
    logs = [InputMediaDocument(b"{}", "x", filename="log.json", thumbnail=talk.thumbnail)] * 2
    await talk.bot.send_media_group(ANN, logs)
    document = InputMediaDocument(film, disable_content_type_detection=True)
    card = await talk.bot.send_message(ANN, "0 %")
    await talk.bot.edit_message_media(document, ANN, card.message_id)


async def words_of_people(talk: Talk) -> None:
    api, ann = talk.api, talk.ann
    said = api.say(ann, "/watch@reelbell_sandbox_bot 🎬 `task_1` https://example.org #x @somebody")
    api.say(ann, "task_2", reply_to=said["message_id"])
    api.say(ann, "task_3", forward=True)
    api.send_photo(ann, "/watch task_4")
    api.edit(ann, said["message_id"], "task_5")
    api.forward(ann, ANN, said["message_id"], ANN)
    await talk.bot.get_updates()


async def words_in_a_topic(talk: Talk) -> None:
    forum = talk.api.group(-6, "Forum", topics=True)
    topic = talk.api.topic(forum)
    asked = talk.api.say(talk.ann, "/list", chat=forum, thread=topic)
    await talk.bot.get_updates()
    await talk.bot.send_message(forum, "x", reply_to_message_id=asked["message_id"])
    await talk.bot.get_chat(forum)


async def pressed_buttons(talk: Talk) -> None:
    card = await talk.bot.send_message(ANN, "0 %", reply_markup=STOP)
    pressed = talk.api.press(talk.ann, card.message_id, "Stop")
    talk.api.press(talk.ann, 999, "on a message that is gone", forged=True)
    await talk.bot.get_updates()
    await talk.bot.answer_callback_query(pressed, "stopped")


async def comings_and_goings(talk: Talk) -> None:
    team = talk.api.group(-5, "Team")
    talk.api.block(talk.ann)
    talk.api.unblock(talk.ann)
    talk.api.kick(talk.ann, team)
    talk.api.let_in(talk.ann, team)
    talk.api.migrate(team)
    await talk.bot.get_updates()


async def members(talk: Talk) -> None:
    team = talk.api.group(-5, "Team")
    for status in ("creator", "administrator", "member", "restricted", "left", "kicked"):
        talk.api.member(team, talk.ann, status)
        await talk.bot.get_chat_member(team, ANN)
    talk.api.member(team, talk.ann, "administrator")
    await talk.bot.get_chat_administrators(team)
    await talk.bot.get_chat_member(team, talk.bot.id)
    await talk.bot.get_chat(team)
    await talk.bot.get_chat(ANN)


async def webhook(talk: Talk) -> None:
    await talk.bot.get_webhook_info()
    await talk.bot.set_webhook("https://example.org/hook", allowed_updates=["message"])
    await talk.bot.get_webhook_info()
    await talk.bot.delete_webhook()


SCENES: tuple[Scene, ...] = (
    *(introduction, text, edits, films, other_files, albums, words_of_people, words_in_a_topic),
    *(pressed_buttons, comings_and_goings, members, webhook),
)
