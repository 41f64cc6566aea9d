"""Whatever Telegram answers to whatever was sent."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import (
    WITH_FILE,
    ChatGone,
    ChatMoved,
    Doubt,
    FloodWait,
    Form,
    MediaRefused,
    MessageGone,
    NotSent,
    Parcel,
    Receipt,
    Rejected,
    ReplyGone,
    Sent,
    TokenRefused,
    TopicGone,
    Unfit,
    Unsure,
    is_outage,
)
from bot.core.film import Kept, Shape, Unattached, Why
from bot.core.notice import Attachment, FilmNotice, Notice
from bot.core.outcome import (
    Again,
    ChatRests,
    Done,
    InPrivate,
    Instead,
    Never,
    Outcome,
    WithoutKept,
    WithoutReply,
    WithoutTopic,
)
from bot.core.verdict import settle
from bot.core.watch import ChatId
from tests.builders import ANN, NOON, a_parcel
from tests.core.parcels import ANSWER, CARD, END, FILM_HERE, GIVEN_UP, RING, TOAST
from tests.core.strategies import dice

GROUP = ChatId(-1001)
NEW, EDIT, NEW_UPLOAD, EDIT_UPLOAD, EDIT_LINK, NEW_LINK, PLAIN = Form
KEPT = Kept(Shape.VIDEO, ("file-1",))
REFUSED = MediaRefused("too big")
REJECTED = Rejected("no right")
UNFIT = [Unfit(Unattached(why)) for why in Why]
LOST = st.builds(Unsure, st.just("no answer in time"), st.sampled_from(Doubt))
said = st.sampled_from([FILM_HERE, CARD, RING, END, GIVEN_UP, ANSWER, TOAST])
parcels: st.SearchStrategy[Parcel] = st.builds(
    a_parcel,
    said,
    st.sampled_from(Form),
    attempts=st.integers(1, 10_000),
    chat_id=st.sampled_from([ChatId(ANN), GROUP]),
    thread_id=st.none() | st.integers(1, 9),
    reply_to=st.none() | st.just(7),
    kept=st.none() | st.just(KEPT),
)
refusals: st.SearchStrategy[Receipt] = st.sampled_from(
    [TopicGone(), MessageGone(), ReplyGone(), REFUSED, REJECTED, *UNFIT]
)
receipts: st.SearchStrategy[Receipt] = st.one_of(
    refusals,
    st.sampled_from([Sent(5), ChatGone("blocked"), ChatMoved(GROUP), NotSent("refused")]),
    st.just(TokenRefused()),
    LOST,
    st.builds(FloodWait, st.timedeltas(timedelta(0), timedelta(hours=1))),
)


def became(parcel: Parcel, outcome: Outcome) -> Parcel | None:
    """What goes out next, at once; None when nothing does."""
    match outcome:
        case Instead(form):
            return replace(parcel, form=form)
        case WithoutTopic():
            return replace(parcel, thread_id=None)
        case WithoutReply():
            return replace(parcel, reply_to=None)
        case InPrivate():
            return replace(parcel, chat_id=ChatId(ANN))
        case WithoutKept():
            return replace(parcel, kept=None)
        case _:
            return None


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
def test_another_form_lies_further_down(parcel: Parcel, receipt: Receipt, die: float) -> None:
    outcome = settle(parcel, receipt, NOON, die)
    if isinstance(outcome, Instead):
        film = {
            EDIT: {NEW, EDIT_UPLOAD, EDIT_LINK},
            NEW: {NEW_UPLOAD, NEW_LINK},
            EDIT_UPLOAD: {NEW_UPLOAD, EDIT_LINK},
            NEW_UPLOAD: {NEW_LINK},
            EDIT_LINK: {NEW_LINK},
            NEW_LINK: {PLAIN},
        }
        words = {NEW: {PLAIN}, NEW_LINK: {PLAIN}}
        down = film if isinstance(parcel.notice, FilmNotice) else words
        assert outcome.form in down[parcel.form]


@given(parcels, receipts, dice)
def test_a_film_that_becomes_a_link_says_why(parcel: Parcel, receipt: Receipt, die: float) -> None:
    outcome = settle(parcel, receipt, NOON, die)
    if isinstance(outcome, Instead) and isinstance(parcel.notice, FilmNotice):
        became_link = parcel.form in WITH_FILE and outcome.form not in WITH_FILE
        assert became_link == (outcome.unattached is not None)


@given(parcels, LOST, dice)
def test_a_film_that_may_be_there_is_never_sent_as_a_second_message(
    parcel: Parcel, lost: Receipt, die: float
) -> None:
    outcome = settle(parcel, lost, NOON, die)
    if isinstance(parcel.notice, Attachment):
        assert not isinstance(outcome, Instead) or outcome.form not in (NEW, NEW_UPLOAD)
        if parcel.form in (NEW, NEW_UPLOAD):
            assert outcome == Instead(NEW_LINK, Unattached(Why.UNSURE))


@given(st.sampled_from([END, GIVEN_UP, FILM_HERE]), st.sampled_from(Form), receipts, dice)
def test_an_end_is_dropped_at_its_first_attempt_only_when_telegram_refuses_it(
    notice: Notice, form: Form, receipt: Receipt, die: float
) -> None:
    if isinstance(settle(a_parcel(notice, form), receipt, NOON, die), Never):
        refused = TopicGone | MessageGone | ReplyGone | MediaRefused | Rejected | Unfit
        assert isinstance(receipt, refused)


@given(parcels, st.lists(refusals, min_size=12, max_size=12))
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


@given(parcels, receipts, dice)
def test_an_end_leaves_its_chat_only_for_the_person_who_asked_and_only_out_of_a_group(
    parcel: Parcel, receipt: Receipt, die: float
) -> None:
    if isinstance(settle(parcel, receipt, NOON, die), InPrivate):
        assert parcel.notice in (END, GIVEN_UP, FILM_HERE)
        assert parcel.chat_id == GROUP
        assert (receipt, parcel.thread_id) == (TopicGone(), None)


@given(parcels, receipts, dice)
def test_what_an_outage_hit_is_never_given_up_but_for_a_ring_and_a_toast(
    parcel: Parcel, receipt: Receipt, die: float
) -> None:
    if is_outage(receipt) and parcel.notice not in (RING, TOAST):
        assert not isinstance(settle(parcel, receipt, NOON, die), Never)
