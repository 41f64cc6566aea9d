"""What is no task ID gets a clear answer in the chat and changes nothing."""

from bot.chat.locale import say
from tests.journeys.company import journey
from tests.journeys.guest import Guest, says
from tests.journeys.house import House


async def watches_nothing(house: House, guest: Guest) -> None:
    guest.says("/list")
    await guest.sees(say("en", "list-empty"))


@journey()
async def test_a_message_without_an_id_gets_a_hint(house: House) -> None:
    ann = house.newcomer("Ann")
    ann.says("Where is my video?")
    await ann.sees("no task ID")
    await watches_nothing(house, ann)


@journey()
async def test_an_id_in_a_bad_alphabet_is_refused_and_never_asked_for(house: House) -> None:
    ann = house.newcomer("Ann")
    ann.says("/watch task_/../../evil?x")
    answer = await ann.sees(say("en", "bad-ids", count=1))
    assert "1 to 128" in says(answer)
    await watches_nothing(house, ann)
    assert not any("evil" in one.task_id for one in house.videos.calls)


@journey()
async def test_an_id_of_129_characters_is_refused_and_one_of_128_is_not(house: House) -> None:
    ann, bob = house.newcomer("Ann"), house.newcomer("Bob")
    longest = "task_" + "a1" * 61 + "z"
    assert len(longest) == 128
    ann.says(longest + "z")
    assert "1 to 128" in says(await ann.sees(say("en", "bad-ids", count=1)))
    await watches_nothing(house, ann)
    house.task(longest)
    bob.says(longest)
    await bob.sees("⏳ Queued")


@journey()
async def test_51_ids_at_once_are_refused_by_the_number_and_none_is_watched(house: House) -> None:
    ann = house.newcomer("Ann")
    ann.says("\n".join(f"task_many{number:0>4}" for number in range(51)))
    await ann.sees(say("en", "too-many", asked=51, active=0, limit=50))
    await watches_nothing(house, ann)
    assert not any("task_many" in one.task_id for one in house.videos.calls)


@journey()
async def test_start_greets_and_an_unknown_command_is_answered(house: House) -> None:
    ann = house.newcomer("Ann")
    ann.says("/start")
    await ann.sees("👋 Hi!")
    ann.says("/dance")
    await ann.sees(say("en", "unknown-command"))


@journey()
async def test_one_message_may_bring_good_ids_and_bad_ones(house: House) -> None:
    ann = house.newcomer("Ann")
    house.task("task_mixed01")
    ann.says("/watch task_mixed01 task_überlang")
    await ann.sees(say("en", "bad-ids", count=1))
    await ann.sees("⏳ Queued")
