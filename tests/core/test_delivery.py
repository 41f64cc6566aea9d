from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import (
    ChatGone,
    ChatMoved,
    Doubt,
    Form,
    MediaRefused,
    MessageGone,
    NotSent,
    Receipt,
    Rejected,
    ReplyGone,
    Sent,
    TokenRefused,
    TopicGone,
    Unsure,
)
from bot.core.film import Kept, Shape, Unattached, Why
from bot.core.notice import AsFile, Notice
from bot.core.outcome import (
    Again,
    Done,
    InPrivate,
    Instead,
    Moved,
    Never,
    Outcome,
    Parked,
    WithoutKept,
    WithoutReply,
    WithoutTopic,
)
from bot.core.verdict import settle
from bot.core.watch import ChatId
from tests.builders import NOON, a_parcel
from tests.core.parcels import ANSWER, CARD, END, FILM_HERE, GIVEN_UP, RING, TOAST

GROUP = ChatId(-1001)
NEW, EDIT, NEW_UPLOAD, EDIT_UPLOAD, EDIT_LINK, NEW_LINK, PLAIN = Form
KEPT = Kept(Shape.VIDEO, ("file-1",))
NOT_TAKEN = Unattached(Why.REFUSED)
SECOND = Again(NOON + timedelta(seconds=1))

AS_FILE = AsFile(FILM_HERE.ref, FILM_HERE.task)
REFUSED = MediaRefused("too big")
REJECTED = Rejected("no right")
LOST = Unsure("no answer in time")


@pytest.mark.parametrize(
    ("notice", "form", "receipt", "outcome"),
    [
        (CARD, NEW, Sent(5), Done(5)),
        (CARD, EDIT, Sent(None), Done(None)),
        (FILM_HERE, EDIT, Sent(5, KEPT), Done(5, KEPT)),
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
        (FILM_HERE, EDIT, REFUSED, Instead(EDIT_UPLOAD)),
        (FILM_HERE, EDIT, REJECTED, Instead(EDIT_LINK, NOT_TAKEN)),
        (FILM_HERE, EDIT_UPLOAD, REFUSED, Instead(EDIT_LINK, NOT_TAKEN)),
        (FILM_HERE, EDIT_UPLOAD, REJECTED, Instead(EDIT_LINK, NOT_TAKEN)),
        (FILM_HERE, EDIT_UPLOAD, MessageGone(), Instead(NEW_UPLOAD)),
        (FILM_HERE, NEW, REFUSED, Instead(NEW_UPLOAD)),
        (FILM_HERE, NEW, REJECTED, Instead(NEW_LINK, NOT_TAKEN)),
        (FILM_HERE, NEW_UPLOAD, REFUSED, Instead(NEW_LINK, NOT_TAKEN)),
        (AS_FILE, NEW, REFUSED, Instead(NEW_UPLOAD)),
        (FILM_HERE, EDIT_LINK, REJECTED, Instead(NEW_LINK)),
        (FILM_HERE, NEW_LINK, REJECTED, Instead(PLAIN)),
        (FILM_HERE, PLAIN, REJECTED, Never("no right")),
        # words that are refused for their markup, or for their buttons
        (END, NEW, REJECTED, Instead(PLAIN)),
        (RING, NEW, REJECTED, Instead(PLAIN)),
        (CARD, NEW, REJECTED, Instead(PLAIN)),
        (END, PLAIN, REJECTED, Never("no right")),
        (CARD, EDIT, REJECTED, Never("no right")),
        (TOAST, NEW, REJECTED, Never("no right")),
        # the token: nothing was done, nothing is given up
        (END, NEW, TokenRefused(), SECOND),
        (RING, NEW, TokenRefused(), SECOND),
        (FILM_HERE, NEW, TokenRefused(), SECOND),
        # not sent: always safe to repeat
        (FILM_HERE, NEW, NotSent("refused"), SECOND),
        (FILM_HERE, EDIT, NotSent("refused"), SECOND),
        (RING, NEW, NotSent("refused"), SECOND),
        (END, NEW, NotSent("refused"), SECOND),
        # perhaps sent
        (FILM_HERE, NEW, LOST, Instead(NEW_LINK, Unattached(Why.UNSURE))),
        (FILM_HERE, NEW_UPLOAD, LOST, Instead(NEW_LINK, Unattached(Why.UNSURE))),
        (AS_FILE, NEW, LOST, Instead(NEW_LINK, Unattached(Why.UNSURE))),
        (FILM_HERE, EDIT_UPLOAD, LOST, SECOND),
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


@pytest.mark.parametrize("notice", [CARD, RING, END, GIVEN_UP, ANSWER, FILM_HERE])
def test_a_closed_topic_is_answered_in_the_chat_itself(notice: Notice) -> None:
    assert settle(a_parcel(notice, thread_id=7), TopicGone(), NOON, 0) == WithoutTopic()


@pytest.mark.parametrize("notice", [END, GIVEN_UP, FILM_HERE])
def test_an_end_that_even_the_general_topic_is_closed_to_goes_to_who_asked(
    notice: Notice,
) -> None:
    assert settle(a_parcel(notice, chat_id=GROUP), TopicGone(), NOON, 0) == InPrivate()
    alone = settle(a_parcel(notice), TopicGone(), NOON, 0)  # in private there is nobody else
    assert alone == Never("topic gone")


@pytest.mark.parametrize("notice", [CARD, RING, ANSWER])
def test_nothing_but_an_end_follows_a_person_out_of_their_group(notice: Notice) -> None:
    told = settle(a_parcel(notice, chat_id=GROUP), TopicGone(), NOON, 0)
    assert told == Never("topic gone")


@pytest.mark.parametrize("form", [NEW, PLAIN])
def test_a_message_that_can_answer_nothing_any_more_answers_nothing(form: Form) -> None:
    replying = a_parcel(END, form, reply_to=7)
    assert settle(replying, ReplyGone(), NOON, 0) == WithoutReply()
    assert settle(replace(replying, reply_to=None), ReplyGone(), NOON, 0) == Never(
        "nothing to reply to"
    )


def test_a_yes_that_cannot_be_read_is_believed_in_the_end() -> None:
    """The same line came every minute: each was done, and no answer to it was understood."""
    unread = Unsure("no result", Doubt.ANSWER)
    assert isinstance(settle(a_parcel(END, attempts=2), unread, NOON, 0), Again)
    assert settle(a_parcel(END, attempts=3), unread, NOON, 0) == Never("unsure: no result")


@pytest.mark.parametrize("doubt", [Doubt.OUTAGE, Doubt.PATIENCE])
def test_an_outage_and_a_shutdown_cost_no_end_however_often_they_come(doubt: Doubt) -> None:
    again = settle(a_parcel(END, attempts=999), Unsure("cut", doubt), NOON, 0)
    assert again == Again(NOON + timedelta(minutes=1))


def test_a_film_that_telegram_fetches_for_ever_is_uploaded_and_at_last_becomes_a_link() -> None:
    slow = Unsure("no answer in time", Doubt.PATIENCE)
    assert isinstance(settle(a_parcel(FILM_HERE, EDIT, attempts=2), slow, NOON, 0), Again)
    assert settle(a_parcel(FILM_HERE, EDIT, attempts=3), slow, NOON, 0) == Instead(EDIT_UPLOAD)
    uploaded = settle(a_parcel(FILM_HERE, EDIT_UPLOAD, attempts=4), slow, NOON, 0)
    assert uploaded == Instead(EDIT_LINK, Unattached(Why.SLOW))
    down = Unsure("reset", Doubt.OUTAGE)
    assert isinstance(settle(a_parcel(FILM_HERE, EDIT, attempts=9), down, NOON, 0), Again)


def test_an_announcement_that_is_out_of_reach_in_a_closed_topic_still_owes_its_film() -> None:
    """The user read 'attaching the video …' and it never came."""
    stuck = a_parcel(FILM_HERE, EDIT)
    assert settle(stuck, TopicGone(), NOON, 0) == Instead(NEW)
    assert settle(replace(stuck, form=EDIT_LINK), TopicGone(), NOON, 0) == Instead(NEW_LINK)


@pytest.mark.parametrize("form", [NEW, EDIT, NEW_UPLOAD, EDIT_UPLOAD])
def test_a_file_that_telegram_has_forgotten_is_sent_from_its_url(form: Form) -> None:
    known = a_parcel(FILM_HERE, form, kept=KEPT)
    assert settle(known, REFUSED, NOON, 0) == WithoutKept()
    assert isinstance(settle(known, REJECTED, NOON, 0), Instead)  # the chat's fault, not its own


@pytest.mark.parametrize("form", [EDIT_LINK, NEW_LINK])
@pytest.mark.parametrize("receipt", [REFUSED, REJECTED])
def test_a_refused_link_does_not_forget_the_file_for_everybody(
    form: Form, receipt: Receipt
) -> None:
    """The film that other chats had in their history was uploaded again."""
    link = a_parcel(FILM_HERE, form, kept=KEPT)
    assert settle(link, receipt, NOON, 0) != WithoutKept()


@pytest.mark.parametrize(("die", "stretch"), [(0, 1), (0.5, 1.125)])
def test_attempts_are_backed_off_from_up_to_a_minute_and_the_die_lengthens_it(
    die: float, stretch: float
) -> None:
    for attempts, wait in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (9, 60)]:
        again = settle(a_parcel(END, attempts=attempts), NotSent("refused"), NOON, die)
        assert again == Again(NOON + timedelta(seconds=wait * stretch))
