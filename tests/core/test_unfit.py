"""What is right for a film that cannot be had, or not be sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import LINKED, WITH_FILE, Form, Unfit
from bot.core.film import Unattached, Why
from bot.core.notice import LINK_LIVES, AsFile, FilmNotice
from bot.core.outcome import Again, FreshLink, Instead
from bot.core.verdict import FRESH_WITHIN, HOST_PAUSES, settle
from tests.builders import NOON, a_parcel
from tests.core.parcels import FILM_HERE

AS_FILE = AsFile(FILM_HERE.ref, FILM_HERE.task)
PASSING = (Why.UNREACHABLE, Why.NO_ROOM)
films = pytest.mark.parametrize("film", [FILM_HERE, AS_FILE])
forms = pytest.mark.parametrize("form", sorted(WITH_FILE))


@films
@forms
@pytest.mark.parametrize("why", sorted(set(Why) - {Why.GONE, *PASSING}))
def test_it_becomes_a_link_that_says_why_and_how_big(
    film: FilmNotice, form: Form, why: Why
) -> None:
    found = Unattached(why, 61_000_000)
    assert settle(a_parcel(film, form), Unfit(found), NOON, 0) == Instead(LINKED[form], found)


@films
@forms
@pytest.mark.parametrize("why", PASSING)
def test_what_may_pass_is_tried_a_few_times(film: FilmNotice, form: Form, why: Why) -> None:
    found = Unfit(Unattached(why))
    for attempts in range(1, len(HOST_PAUSES) + 1):
        assert isinstance(settle(a_parcel(film, form, attempts=attempts), found, NOON, 0), Again)
    last = settle(a_parcel(film, form, attempts=len(HOST_PAUSES) + 1), found, NOON, 0)
    assert last == Instead(LINKED[form], Unattached(why))


@films
@forms
def test_a_dead_link_is_asked_for_once_more(film: FilmNotice, form: Form) -> None:
    dead = Unfit(Unattached(Why.GONE))
    assert settle(a_parcel(film, form), dead, NOON, 0) == FreshLink(NOON + FRESH_WITHIN)
    asked = a_parcel(replace(film, asked_again=True), form)
    assert settle(asked, dead, NOON, 0) == Instead(LINKED[form], Unattached(Why.GONE))


@films
def test_a_link_that_died_at_its_time_has_expired(film: FilmNotice) -> None:
    old = replace(film.task, ended_at=NOON - LINK_LIVES)
    asked = a_parcel(replace(film, task=old, asked_again=True), Form.EDIT)
    dead = Unfit(Unattached(Why.GONE))
    assert settle(asked, dead, NOON, 0) == Instead(Form.EDIT_LINK, Unattached(Why.EXPIRED))
    early = settle(asked, dead, NOON - timedelta(seconds=1), 0)
    assert early == Instead(Form.EDIT_LINK, Unattached(Why.GONE))
