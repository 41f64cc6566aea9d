"""One notice of every kind, to be sent."""

from datetime import timedelta

from bot.core.notice import Attachment, Card, Ended, GaveUp, Help, Milestone, Toast, ToastText
from bot.core.watch import WatchRef
from tests.builders import FILM, NOON, a_task

REF = WatchRef("ref")
TASK = a_task(media=FILM)
FILM_HERE = Attachment(REF, TASK)
CARD = Card(REF, TASK, (25, 50, 75), NOON)
RING = Milestone(REF, TASK, 50, None)
END = Ended(REF, TASK)
GIVEN_UP = GaveUp(REF, TASK, timedelta(hours=72))
ANSWER = Help(50)
TOAST = Toast("q", ToastText.STOPPED)
