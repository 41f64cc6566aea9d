"""A task ID goes in, the video comes out."""

from dataclasses import replace
from pathlib import Path

import av

from bot.chat.locale import say
from sandbox.bot_api import Version
from sandbox.films import TINY
from tests.journeys.company import BOTH, journey
from tests.journeys.guest import NEXT_LOOK, Guest, Message, reads_as, says
from tests.journeys.house import SECRETS, House


def frames(path: Path) -> list[tuple[int, int]]:
    """The size of each picture, all of them decoded."""
    with av.open(str(path)) as container:
        return [(frame.width, frame.height) for frame in container.decode(video=0)]


def arrived(house: House, video: Message) -> Path:
    """The bytes as Telegram has them."""
    found = house.telegram.file(video["video"]["file_unique_id"])
    assert found is not None
    return found.file.path


def how_they_came(house: House, task_id: str) -> list[str]:
    """Of the files of a task, in order."""
    first = {one.file.sha256 for one in house.telegram.files if task_id in one.url}
    return [one.how for one in house.telegram.files if one.file.sha256 in first]


def life_of(guest: Guest, message: Message) -> list[Version]:
    return [one for one in guest.history() if one.message["message_id"] == message["message_id"]]


@journey(on=BOTH)
async def test_every_milestone_rings_in_order_and_then_the_film_plays(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_happy01")
    asked = ann.says("task_happy01")
    card = await ann.sees("⏳ Queued · sora2-12s")
    assert card["reply_to_message"]["message_id"] == asked
    assert reads_as(card, "code") == ["task_happy01"]

    for percent, mark in ((31, 25), (57, 50), (80, 75)):
        task.move_to("processing", percent)
        await ann.sees(f"🎬 {mark}% · task_happy01", NEXT_LOOK)
        await ann.sees(f"{percent}% · sora2-12s")
    task.move_to("completed")
    film = await ann.gets_the("video", NEXT_LOOK)
    card = await ann.sees("✅ Ready · sora2-12s")

    assert frames(arrived(house, film)) == [(TINY.width, TINY.height)] * 5
    heads = [text.split(" · ")[0] for text in ann.rung()]
    assert heads == ["🎬 25%", "🎬 50%", "🎬 75%", "✅ Ready"]
    assert len(ann.cards()) == 1
    assert (ann.seen()[0], ann.seen()[-1]) == (card, film)


@journey()
async def test_the_card_is_one_message_that_changes_without_a_sound(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_card01", "processing", 30)
    ann.says("task_card01")
    await ann.sees("🎬 ▓▓▓░░░░░░░ 30% · sora2-12s")
    task.move_to("processing", 44)
    card = await ann.sees("🎬 ▓▓▓▓░░░░░░ 44% · sora2-12s", NEXT_LOOK)
    sent, *edits = [(one.change, one.rings) for one in life_of(ann, card)]
    assert sent == ("sent", True)
    assert set(edits) == {("edited", False)}
    assert ann.seen() == [card]


@journey()
async def test_a_finished_task_is_delivered_at_the_first_look(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_finished01", "completed")
    ann.says("is task_finished01 ready yet?")
    film = await ann.gets_the("video")
    assert house.videos.asked("task_finished01") == 1
    assert ann.seen()[-1] == film
    assert ann.rung() == ["✅ Ready · task_finished01 · attaching the video…"]
    assert says(film).startswith("task_finished01 · sora2-12s")
    assert len(frames(arrived(house, film))) == 5


@journey()
async def test_the_end_rings_as_an_announcement_and_becomes_the_film(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_becomes01", "completed")
    ann.says("task_becomes01")
    film = await ann.gets_the("video")
    sent, edited = life_of(ann, film)
    assert (sent.change, sent.rings, "video" in sent.message) == ("sent", True, False)
    assert (edited.change, edited.rings, "video" in edited.message) == ("edited", False, True)
    assert film["reply_markup"]["inline_keyboard"][0][0]["text"] == "⬇ Original"


@journey()
async def test_two_chats_on_one_task_share_its_looks_and_its_upload(house: House) -> None:
    ann, bob, task = house.newcomer("Ann"), house.newcomer("Bob"), house.task("task_shared01")
    ann.says("task_shared01")
    bob.says("task_shared01")
    for guest in (ann, bob):
        await guest.sees("⏳ Queued")
    task.move_to("completed")
    films = [await guest.gets_the("video", NEXT_LOOK) for guest in (ann, bob)]
    told = [call for call in house.videos.calls if call.task_id == "task_shared01"]
    assert [call.told_status for call in told].count("completed") == 1, "one look ends both"
    assert how_they_came(house, "task_shared01") == ["url", "file_id"]
    assert films[0]["video"]["file_unique_id"] == films[1]["video"]["file_unique_id"]


@journey()
async def test_an_image_task_arrives_as_a_photo(house: House) -> None:
    ann = house.newcomer("Ann")
    house.image_task("task_image01")
    ann.says("task_image01")
    await ann.gets_the("photo")
    assert ann.rung() == ["✅ Ready · task_image01 · attaching the image…"]


@journey()
async def test_a_chinese_person_is_answered_in_chinese(house: House) -> None:
    li, task = house.newcomer("小丽", "zh-hans"), house.task("task_chinese01", "processing", 30)
    li.says("请看一下 task_chinese01 谢谢")
    card = await li.sees("🎬 ▓▓▓░░░░░░░ 30% · sora2-12s")
    assert says(card).splitlines()[2].startswith(say("zh-Hans", "card-running-since", ago=""))
    buttons = [one["text"] for one in card["reply_markup"]["inline_keyboard"][0]]
    assert buttons == ["🔔 25·50·75", "✖ 停止"]
    task.move_to("completed")
    film = await li.gets_the("video", NEXT_LOOK)
    assert li.rung()[-1] == "✅ 已完成 · task_chinese01 · 正在发送视频……"
    assert says(film).splitlines()[-1].startswith(say("zh-Hans", "link-until", date=""))


@journey()
async def test_the_menu_of_commands_is_registered_in_both_languages(house: House) -> None:
    menus = {
        language: {one["command"]: one["description"] for one in commands}
        for (_, language), commands in house.telegram.commands.items()
    }
    assert menus.keys() == {"", "zh"}
    assert menus[""].keys() == menus["zh"].keys() == {"watch", "list", "stop", "help", "start"}
    for locale, code in (("en", ""), ("zh-Hans", "zh")):
        assert menus[code]["stop"] == say(locale, "command-stop")


@journey()
async def test_a_lost_answer_repeats_a_line_at_most_and_never_the_film(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_lost01")
    ann.says("task_lost01")
    await ann.sees("⏳ Queued")
    house.breaks("sendMessage", ann, "lost")
    house.breaks("editMessageMedia", ann, "lost")
    task.move_to("completed")
    film = await ann.gets_the("video", NEXT_LOOK)
    await house.telegram.until(lambda: len(house.telegram.called("editMessageMedia", ann.chat)) > 1)
    line = "✅ Ready · task_lost01 · attaching the video…"
    assert ann.rung() == [line, line]
    assert [one for one in ann.seen() if "video" in one] == [film]


@journey()
async def test_a_film_that_telegram_cannot_fetch_leaves_a_link_to_it(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_link01", "completed")
    task.script = replace(task.script, media="html")
    ann.says("task_link01")
    end = await ann.sees(say("en", "open-original"))
    assert ann.rung() == ["✅ Ready · task_link01 · attaching the video…"]
    (address,) = [one["url"] for one in end["entities"] if one["type"] == "text_link"]
    assert "/media/task_link01.mp4" in address


@journey()
async def test_the_log_says_what_happened_and_no_secret(house: House) -> None:
    ann, task = house.newcomer("Ann"), house.task("task_log01", "completed")
    task.script = replace(task.script, media="html")
    ann.says("task_log01")
    await ann.sees(say("en", "open-original"))
    assert "bot.started" in house.output()
    assert "message.attempted" in house.output()
    assert not [secret for secret in SECRETS if secret in house.output()]
