"""The oracle can be trusted: it finds what is wrong in small logs, and nothing in good ones."""

from dataclasses import replace

from sandbox.bot_api import Call
from sandbox.telegram.chats import Version
from sandbox.telegram.flood import Violation
from sandbox.video_api import Call as Question
from tests.journeys.chaos.oracle import effects, ends, pacing, rates
from tests.journeys.chaos.oracle.facts import Errand, Kind, Line, Promise, read_lines

ANN, BOB = 7001, 7002
FILM, FAILED = Promise(ANN, "task_a", "film"), Promise(ANN, "task_a", "failed")


def line(message: int, kind: Kind, at: float = 0, **rest: object) -> Line:
    given: dict[str, object] = {"change": "sent", "task": "task_a", "text": "x", **rest}
    return Line(ANN, message, at, kind=kind, **given)  # type: ignore[arg-type]


def call(at: float, status: int = 200, method: str = "sendMessage", wait: int = 0) -> Call:
    answer = {"parameters": {"retry_after": wait}} if wait else {}
    return Call(1, at, method, ANN, {}, status, answer, came=at)


def question(at: float) -> Question:
    return Question(1, at, "task_a", "", 200, "20000", "processing", 10)


GOOD = [
    line(1, "card", 1),
    line(2, "milestone", 2, mark=25),
    line(3, "milestone", 3, mark=50),
    line(4, "announce", 4),
    line(4, "film", 5, change="edited", file="task_a.mp4"),
    line(1, "card", 6, change="edited", text="✅ Ready"),
]


def test_a_good_life_has_nothing_wrong() -> None:
    found = [
        *ends.lost([FILM], GOOD),
        *ends.wrong([FILM], GOOD),
        *ends.twice_a_film(GOOD),
        *ends.repeated(GOOD),
        *ends.out_of_time(GOOD),
        *ends.after_a_stop(GOOD, ()),
    ]
    assert found == []


def test_an_announcement_alone_is_no_end() -> None:
    assert len(ends.lost([FILM], GOOD[:4])) == 1
    assert ends.lost([FILM], GOOD[:5]) == []


def test_an_end_that_was_deleted_or_told_elsewhere_is_lost() -> None:
    gone = [*GOOD, line(4, "film", 7, change="deleted")]
    assert len(ends.lost([FILM], gone)) == 1
    assert len(ends.lost([replace(FILM, chat=BOB)], GOOD)) == 1


def test_a_stopped_watch_is_owed_no_end() -> None:
    assert ends.lost([FILM], [], stopped={"task_a"}) == []


def test_the_other_end_is_wrong_whoever_says_it() -> None:
    assert len(ends.wrong([FILM], [line(1, "failed")])) == 1
    assert len(ends.wrong([FILM], [line(1, "card", text="❌ Failed")])) == 1
    assert len(ends.wrong([FILM], [line(1, "verdict")])) == 1
    assert len(ends.wrong([FAILED], [line(1, "announce")])) == 1
    assert ends.wrong([FAILED], [line(1, "failed")]) == []


def test_a_stranger_s_task_and_a_stranger_s_film_are_wrong() -> None:
    assert len(ends.wrong([replace(FILM, chat=BOB)], [line(1, "card")])) == 1
    assert len(ends.wrong([FILM], [line(1, "film", file="task_b.mp4")])) == 1


def test_the_same_film_in_two_messages_is_twice() -> None:
    again = [*GOOD, line(5, "film", 7)]
    assert len(ends.twice_a_film(again)) == 1
    edited_again = [*GOOD, line(4, "film", 7, change="edited")]
    assert ends.twice_a_film(edited_again) == []


def test_what_is_said_once_more_is_repeated_and_another_mark_is_not() -> None:
    assert len(ends.repeated([*GOOD, line(9, "milestone", 7, mark=50)])) == 1
    assert len(ends.repeated([*GOOD, line(9, "announce", 7)])) == 1
    answers = [line(1, "answer", reply_to=1), line(2, "answer", reply_to=2)]
    assert ends.repeated(answers) == []
    assert len(ends.repeated([*answers, line(3, "answer", reply_to=2)])) == 1


def test_milestones_go_up_and_end_with_the_end() -> None:
    assert len(ends.out_of_time([*GOOD, line(9, "milestone", 7, mark=75)])) == 1
    down = [line(1, "milestone", mark=50), line(2, "milestone", mark=25)]
    assert len(ends.out_of_time(down)) == 1


def test_nothing_rings_after_a_stop_that_was_said() -> None:
    stop = line(1, "card", 7, change="edited", text="✖ Stopped watching")
    assert len(ends.after_a_stop([stop, line(2, "announce", 8)], {"task_a"})) == 1
    assert ends.after_a_stop([line(2, "announce", 6), stop], {"task_a"}) == []


def test_every_kind_of_message_is_recognized() -> None:
    texts: dict[str, tuple[Kind, str]] = {
        "🔎 Looking…\ntask_a": ("card", "task_a"),
        "🎬 ▓▓░ 25% · sora2\ntask_a\nstarted": ("card", "task_a"),
        "✅ Ready · sora2\ntask_a": ("card", "task_a"),
        "✖ Stopped watching · sora2\ntask_a": ("card", "task_a"),
        "🎬 25% · task_a · 3 s": ("milestone", "task_a"),
        "✅ Ready · task_a · attaching the video…": ("announce", "task_a"),
        "✅ Ready · task_a · sora2\nTelegram couldn’t": ("link", "task_a"),
        "❌ Failed · task_a · sora2\nwhy": ("failed", "task_a"),
        "⌛ Gave up · task_a\nwhy": ("verdict", "task_a"),
        "✖ No longer watching this one:\ntask_a": ("answer", ""),
        "I am watching one task here:\n🎬 · task_a": ("answer", ""),
    }
    for text, (kind, task) in texts.items():
        message = {"message_id": 1, "from": {"is_bot": True}, "text": text}
        (read,) = read_lines(ANN, [Version(0, "sent", message, rings=True)])
        assert (read.kind, read.task) == (kind, task), text
    film = {"message_id": 1, "from": {"is_bot": True}, "caption": "task_a · sora2", "video": {}}
    (read,) = read_lines(ANN, [Version(0, "sent", film, rings=True)])
    assert (read.kind, read.task) == ("film", "task_a")


def test_what_people_say_is_not_the_bot_s() -> None:
    said = {"message_id": 1, "from": {"is_bot": False}, "text": "task_a"}
    assert read_lines(ANN, [Version(0, "sent", said, rings=False)]) == []


def test_an_errand_wants_its_own_answer_and_no_other() -> None:
    bell = Errand(ANN, "bell", "q1", "ring at 50%")
    stop = Errand(ANN, "/stop", "5", "No longer watching")
    toast = Call(1, 0, "answerCallbackQuery", None, {"callback_query_id": "q1", "text": "x"}, 0, {})
    said = line(9, "answer", text="✖ No longer watching", reply_to=5)
    answers = effects.answers_of([said], [toast])
    assert effects.unanswered([bell, stop], answers) == []
    assert len(effects.misdone([bell, stop], answers)) == 1
    assert len(effects.unanswered([replace(stop, ref="6"), replace(stop, chat=BOB)], answers)) == 2


def test_a_call_before_the_wait_is_over_is_too_early() -> None:
    assert len(pacing.too_early([call(10, 429, wait=5), call(12)])) == 1
    assert pacing.too_early([call(10, 429, wait=5), call(10.1), call(15)]) == []
    assert pacing.too_early([call(10, 429, wait=5), call(12, method="answerCallbackQuery")]) == []


def test_who_is_told_to_wait_again_meanwhile_is_one_flood() -> None:
    first = Violation(10, ANN, "sendMessage", "chat", 4)
    assert len(pacing.floods([first, replace(first, at=12), replace(first, at=15)])) == 2


def test_the_busiest_time_is_found() -> None:
    calls = [call(at) for at in (0, 0.5, 0.9, 1.2, 9)]
    assert pacing.busiest(calls, 1) == 3
    assert pacing.busiest_chat(calls, 10, groups=False) == 5
    assert pacing.busiest_chat(calls, 10, groups=True) == 0


def test_a_repetition_costs_calls_and_is_no_need() -> None:
    assert rates.calls_per_need([call(1), call(2), call(3, 500)], [line(1, "card")]) == 3
    twice = [line(1, "card"), line(2, "card")]
    assert rates.calls_per_need([call(1), call(2)], twice) == 2


def test_ends_are_counted_from_the_end_of_an_outage() -> None:
    kinds: tuple[Kind, Kind] = ("announce", "film")  # an end is there with its first word
    told = [
        line(number, kind, at=10 + number / 20, task=f"task_{number}")
        for number in range(1, 101)
        for kind in kinds
    ]
    assert rates.drain([line(0, "failed", at=1), *told], 10) == 20
    assert rates.drain([], 10) == 0


def test_edits_of_a_card_are_counted_for_each_card() -> None:
    edits = [line(number, "card", change="edited", at=5) for number in (1, 2, 2)]
    assert rates.most_card_edits(edits, 4) == 2
    assert rates.most_card_edits(edits, 6) == 0


def test_rates_of_questions() -> None:
    asked = [question(at / 8) for at in range(80)]
    assert rates.rate(asked, (0, 10)) == 8
    assert rates.peak(asked, (0, 10), seconds=1) == 8


def test_a_life_without_a_look_is_as_slow_as_it_was_long() -> None:
    asked = [question(2.0), question(20.0)]
    assert rates.slowest_first_look(asked, [(0, 5), (19, 30)], until=40) == 2
    assert rates.slowest_first_look(asked, [(0, 5), (6, 15)], until=40) == 9
    assert rates.slowest_first_look(asked, [(0, 5), (45, 60)], until=40) == 2
    assert rates.slowest_first_look(asked, [(0, 5), (31, 39)], until=40) == 2, "all had ended"
