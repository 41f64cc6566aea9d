"""The news of a step goes in, with all that follows from it, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.step import News
from storage import outbox, subscriptions
from storage.database import Tx
from storage.outbox import Item, address_of
from storage.subscriptions import Subscription


async def publish(tx: Tx, told: Sequence[tuple[Subscription, News]], now: datetime) -> None:
    """A later word replaces an earlier one that was not said yet; an end ends the watch."""
    over = [one.watch.id for one, news in told if news.ended is not None]
    rung = [one.watch.id for one, news in told if news.milestone is not None]
    if over or rung:
        await outbox.skip_milestones(tx, over + rung, now)
    if over:
        await outbox.skip_unsent_cards(tx, over, now)
        await subscriptions.end(tx, over, now)
    cards = [(one.watch.id, news.card) for one, news in told if news.card is not None]
    await outbox.redraw(tx, cards, now)
    await outbox.put(tx, [item for one, news in told for item in _items(one, news)], now)
    await subscriptions.climb(tx, [n.watch for one, n in told if n.watch.told > one.watch.told])


def _items(one: Subscription, news: News) -> list[Item]:
    notices = (news.milestone, news.ended, news.attachment)
    return [
        Item(address_of(one), notice, one.watch.id, one.row)
        for notice in notices
        if notice is not None
    ]
