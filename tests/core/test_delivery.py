from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import (
    Again,
    ChatGone,
    ChatMoved,
    ChatRests,
    Done,
    FloodWait,
    Form,
    Instead,
    MediaRefused,
    MessageGone,
    Moved,
    Never,
    NotSent,
    Outcome,
    Parcel,
    Parked,
    Receipt,
    Rejected,
    Sent,
    TopicGone,
    Unsure,
    WithoutFileId,
    WithoutTopic,
    settle,
)
from bot.core.notice import (
    Attachment,
    Card,
    Ended,
    GaveUp,
    Help,
    Milestone,
    Notice,
    Toast,
    ToastText,
)
from bot.core.watch import ChatId, WatchRef
from tests.builders import FILM, NOON, a_parcel, a_task
from tests.core.strategies import dice

REF = WatchRef("ref")
TASK = a_task(media=FILM)
FILM_HERE = Attachment(REF, TASK)
CARD = Card(REF, TASK, (25, 50, 75), NOON)
RING = Milestone(REF, TASK, 50, None)
END = Ended(REF, TASK)
GIVEN_UP = GaveUp(REF, TASK, timedelta(hours=72))
ANSWER = Help(50)
TOAST = Toast("q", ToastText.STOPPED)
GROUP = ChatId(-1001)
NEW, EDIT, EDIT_LINK, NEW_LINK = Form
SECOND = Again(NOON + timedelta(seconds=1))

REFUSED = MediaRefused("too big")
REJECTED = Rejected("no right")
LOST = Unsure("no answer in time")

said = st.sampled_from([FILM_HERE, CARD, RING, END, GIVEN_UP, ANSWER, TOAST])
parcels: st.SearchStrategy[Parcel] = st.builds(
    a_parcel,
    said,
    st.sampled_from(Form),
    attempts=st.integers(1, 10_000),
    thread_id=st.none() | st.integers(1, 9),
    file_id=st.none() | st.just("file-1"),
)
refusals: st.SearchStrategy[Receipt] = st.sampled_from(
    [TopicGone(), MessageGone(), REFUSED, REJECTED]
)
receipts: st.SearchStrategy[Receipt] = st.one_of(
    refusals,
    st.sampled_from([Sent(5), ChatGone("blocked"), ChatMoved(GROUP), NotSent("refused"), LOST]),
    st.builds(FloodWait, st.timedeltas(timedelta(0), timedelta(hours=1))),
)


def became(parcel: Parcel, outcome: Outcome) -> Parcel | None:
    """What goes out next, at once; None when nothing does."""
    match outcome:
        case Instead(form):
            return replace(parcel, form=form)
        case WithoutTopic():
            return replace(parcel, thread_id=None)
        case WithoutFileId():
            return replace(parcel, file_id=None)
        case _:
            return None


@pytest.mark.parametrize(
    ("notice", "form", "receipt", "outcome"),
    [
        (CARD, NEW, Sent(5), Done(5)),
        (CARD, EDIT, Sent(None), Done(None)),
        (FILM_HERE, EDIT, Sent(5, "file-1"), Done(5, "file-1")),
        (TOAST, NEW, Sent(None), Done(None)),
        # the chat
        (END, NEW, ChatGone("blocked"), Parked("blocked")),
        (CARD, EDIT, ChatGone("blocked"), Parked("blocked")),
        (FILM_HERE, EDIT, ChatGone("blocked"), Parked("blocked")),
        (END, NEW, ChatMoved(GROUP), Moved(GROUP)),
        (FILM_HERE, EDIT, ChatMoved(GROUP), Moved(GROUP)),
        # the message to edit
        (CARD, EDIT, MessageGone(), Never("message deleted")),
        (FILM_HERE, EDIT, MessageGone(), Instead(NEW)),
        (FILM_HERE, EDIT_LINK, MessageGone(), Instead(NEW_LINK)),
        # the file
        (FILM_HERE, EDIT, REFUSED, Instead(EDIT_LINK)),
        (FILM_HERE, EDIT, REJECTED, Instead(EDIT_LINK)),
        (FILM_HERE, NEW, REFUSED, Instead(NEW_LINK)),
        (FILM_HERE, NEW, REJECTED, Instead(NEW_LINK)),
        (FILM_HERE, EDIT_LINK, REJECTED, Instead(NEW_LINK)),
        (FILM_HERE, NEW_LINK, REJECTED, Never("no right")),
        (END, NEW, REJECTED, Never("no right")),
        (CARD, EDIT, REJECTED, Never("no right")),
        # not sent: always safe to repeat
        (FILM_HERE, NEW, NotSent("refused"), SECOND),
        (FILM_HERE, EDIT, NotSent("refused"), SECOND),
        (RING, NEW, NotSent("refused"), SECOND),
        (END, NEW, NotSent("refused"), SECOND),
        # perhaps sent
        (FILM_HERE, NEW, LOST, Instead(NEW_LINK)),
        (FILM_HERE, EDIT, LOST, SECOND),
        (FILM_HERE, EDIT_LINK, LOST, SECOND),
        (FILM_HERE, NEW_LINK, LOST, SECOND),
        (RING, NEW, LOST, Never("unsure: no answer in time")),
        (CARD, NEW, LOST, SECOND),
        (CARD, EDIT, LOST, SECOND),
        (END, NEW, LOST, SECOND),
        (ANSWER, NEW, LOST, SECOND),
        (TOAST, NEW, LOST, SECOND),
    ],
)
def test_a_receipt_leads_to_what_is_then_right(
    notice: Notice, form: Form, receipt: Receipt, outcome: Outcome
) -> None:
    assert settle(a_parcel(notice, form), receipt, NOON, 0) == outcome


@pytest.mark.parametrize("notice", [CARD, RING, END, ANSWER, FILM_HERE])
def test_a_closed_topic_is_answered_in_the_chat_itself_or_not_at_all(notice: Notice) -> None:
    assert settle(a_parcel(notice, thread_id=7), TopicGone(), NOON, 0) == WithoutTopic()
    assert settle(a_parcel(notice), TopicGone(), NOON, 0) == Never("topic gone")


def test_an_announcement_that_is_out_of_reach_in_a_closed_topic_still_owes_its_film() -> None:
    """The user read 'attaching the video …' and it never came."""
    stuck = a_parcel(FILM_HERE, EDIT)
    assert settle(stuck, TopicGone(), NOON, 0) == Instead(NEW)
    assert settle(replace(stuck, form=EDIT_LINK), TopicGone(), NOON, 0) == Instead(NEW_LINK)


@pytest.mark.parametrize("form", [NEW, EDIT])
def test_a_file_that_telegram_has_forgotten_is_sent_from_its_url(form: Form) -> None:
    known = a_parcel(FILM_HERE, form, file_id="file-1")
    assert settle(known, REFUSED, NOON, 0) == WithoutFileId()
    assert isinstance(settle(known, REJECTED, NOON, 0), Instead)  # the chat's fault, not its own


@pytest.mark.parametrize("form", [EDIT_LINK, NEW_LINK])
@pytest.mark.parametrize("receipt", [REFUSED, REJECTED])
def test_a_refused_link_does_not_forget_the_file_for_everybody(
    form: Form, receipt: Receipt
) -> None:
    """The film that other chats had in their history was uploaded again."""
    link = a_parcel(FILM_HERE, form, file_id="file-1")
    assert settle(link, receipt, NOON, 0) != WithoutFileId()


@given(parcels, receipts, dice)
def test_whatever_is_repeated_is_repeated_in_the_near_future(
    parcel: Parcel, receipt: Receipt, die: float
) -> None:
    match settle(parcel, receipt, NOON, die):
        case Again(at):
            assert timedelta(seconds=1) <= at - NOON <= timedelta(seconds=75)
        case ChatRests(until):
            assert isinstance(receipt, FloodWait)
            assert receipt.wait <= until - NOON <= receipt.wait + timedelta(seconds=1)


@given(parcels, receipts, dice)
def test_only_what_was_sent_is_done(parcel: Parcel, receipt: Receipt, die: float) -> None:
    outcome = settle(parcel, receipt, NOON, die)
    assert isinstance(outcome, Done) == isinstance(receipt, Sent)


@given(parcels, receipts, dice)
def test_another_form_is_for_attachments_and_lies_further_down(
    parcel: Parcel, receipt: Receipt, die: float
) -> None:
    outcome = settle(parcel, receipt, NOON, die)
    if isinstance(outcome, Instead):
        assert isinstance(parcel.notice, Attachment)
        down = {EDIT: {NEW, EDIT_LINK}, NEW: {NEW_LINK}, EDIT_LINK: {NEW_LINK}}
        assert outcome.form in down[parcel.form]


@given(parcels, dice)
def test_a_film_that_may_be_there_is_never_sent_as_a_second_message(
    parcel: Parcel, die: float
) -> None:
    outcome = settle(parcel, LOST, NOON, die)
    if isinstance(parcel.notice, Attachment):
        assert outcome != Instead(NEW)
        assert parcel.form is not NEW or outcome == Instead(NEW_LINK)


@given(st.sampled_from([END, GIVEN_UP, FILM_HERE]), st.sampled_from(Form), receipts, dice)
def test_an_end_is_dropped_only_when_telegram_refuses_it(
    notice: Notice, form: Form, receipt: Receipt, die: float
) -> None:
    if isinstance(settle(a_parcel(notice, form), receipt, NOON, die), Never):
        assert isinstance(receipt, TopicGone | MessageGone | MediaRefused | Rejected)


@given(parcels, st.lists(refusals, min_size=6, max_size=6))
def test_whatever_telegram_refuses_a_parcel_does_not_go_round_in_circles(
    parcel: Parcel, refused: list[Receipt]
) -> None:
    going: Parcel | None = parcel
    for receipt in refused:
        if going is not None:
            going = became(going, settle(going, receipt, NOON, 0))
    assert going is None


@given(st.sampled_from(Form), receipts, st.integers(3, 9))
def test_the_answer_to_a_button_is_let_go_after_three_attempts(
    form: Form, receipt: Receipt, attempts: int
) -> None:
    outcome = settle(a_parcel(TOAST, form, attempts=attempts), receipt, NOON, 0)
    assert isinstance(outcome, Never | Done)


@pytest.mark.parametrize(("die", "stretch"), [(0, 1), (0.5, 1.125)])
def test_attempts_are_backed_off_from_up_to_a_minute_and_the_die_lengthens_it(
    die: float, stretch: float
) -> None:
    for attempts, wait in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (9, 60)]:
        again = settle(a_parcel(END, attempts=attempts), NotSent("refused"), NOON, die)
        assert again == Again(NOON + timedelta(seconds=wait * stretch))
