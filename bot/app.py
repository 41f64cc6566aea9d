"""Composition root: opens everything in order, wires it, waits for a signal, closes in reverse."""

import asyncio
import logging
import os
import random
import secrets
import signal
import socket
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from telegram import Bot

from bot.chat.poller import Poller
from bot.chat.receiver import Receiver
from bot.chat.sender import Sender
from bot.chat.telegram import connected, introduced, register_menu, webhook_set
from bot.chat.updates import read_update
from bot.chat.webhook import Webhook
from bot.core.watch import UserId
from bot.media.places import Places, places
from bot.ops.http import serving
from bot.pipeline.answer import Answering
from bot.pipeline.archive import Archiving
from bot.pipeline.deliver import Deliver
from bot.pipeline.outage import Outage
from bot.pipeline.poll import Poll
from bot.pipeline.subscribe import CARD_WAITS, Rules
from bot.pipeline.sweep import Sweep
from bot.provider.client import JimmyAI
from bot.schedule import Schedule, Stage
from bot.settings import WITHOUT_EFFECT, Settings
from storage.clock import Clock
from storage.database import Database, UnreachableError, make_folder, parse_url, sqlite_file
from storage.faults import fault_of
from storage.schema import migrate
from storage.sole import free_leases, sole_owner

log = logging.getLogger("reelbell")

GRACE = 8.0
"""Seconds that calls in flight get after SIGTERM."""


def wall() -> datetime:
    """May be set by anybody at any time: see storage/clock.py."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds that nobody can set; where the system offers it, those asleep count, too."""
    kind = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if kind is None else time.clock_gettime(kind)


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; a second one ends the process on the spot."""
    url = settings.database_url.get_secret_value()
    told_to_stop = _signals()
    async with AsyncExitStack() as opened:
        make_folder(parse_url(url))
        file = sqlite_file(parse_url(url))
        opened.enter_context(nullcontext() if file is None else sole_owner(file))
        await migrate(url)
        database = Database(url)
        opened.push_async_callback(database.close)
        now = Clock(database, wall=wall, ticks=ticks)
        await _begin(database, now)
        await _serve(settings, database, now, opened, told_to_stop)
    log.info("bot.stopped")


async def _begin(database: Database, now: Clock) -> None:
    """Raises UnreachableError."""
    try:
        await now.begin()
        if database.is_sqlite:
            async with database.write() as tx:
                await free_leases(tx, now())
    except Exception as error:
        if fault_of(error) is None:
            raise
        raise UnreachableError(error) from error


async def _serve(
    settings: Settings,
    database: Database,
    now: Clock,
    opened: AsyncExitStack,
    told_to_stop: asyncio.Event,
) -> None:
    provider = await opened.enter_async_context(
        JimmyAI(settings.jimmy_api_url, concurrency=settings.poll_concurrency)
    )
    bot = await opened.enter_async_context(
        connected(
            settings.telegram_token.get_secret_value(),
            settings.telegram_api_url,
            local_mode=settings.telegram_local_mode,
        )
    )
    if not await _before(told_to_stop, asyncio.create_task(introduced(bot))):
        return
    answering = Answering(
        database, partial(read_update, username=bot.username), rules=_rules(settings), now=now
    )
    poll = Poll(
        database,
        provider,
        key=settings.jimmy_api_key.get_secret_value(),
        rate=settings.poll_rate,
        concurrency=settings.poll_concurrency,
        now=now,
        dice=random.random,
    )
    media = await opened.enter_async_context(_media(settings))
    sender = Sender(bot, local_mode=settings.telegram_local_mode)
    deliver = Deliver(
        database, sender, media.results, copies=media.copies, now=now, dice=random.random
    )
    kept = media.archive
    archiving = None if kept is None else Archiving(database, media.originals, kept, now=now)
    outage = Outage(database, admins=map(UserId, settings.admins), now=now)
    sweep = Sweep(database, now=now)
    schedule = _schedule(answering, poll, deliver, outage, sweep, now, archiving)
    schedule.start()
    arrived = partial(schedule.nudge, "answer")
    receiving = asyncio.create_task(_receive(settings, bot, database, now, arrived))
    failing = asyncio.create_task(_fail_with(database))
    menu = asyncio.create_task(register_menu(bot))
    _announce(settings, bot.username)
    try:
        await _before(told_to_stop, receiving, failing)  # neither ends, unless it has to
    finally:
        log.info("bot.stopping")
        menu.cancel()
        await schedule.stop(GRACE)
        await deliver.end()
        await asyncio.gather(receiving, menu, return_exceptions=True)


def _media(settings: Settings) -> AbstractAsyncContextManager[Places]:
    return places(
        settings.media_hosts,
        allow_private=settings.allow_private_media_hosts,
        local=settings.telegram_local_mode,
        archive_url=settings.archive_url,
    )


async def _receive(
    settings: Settings, bot: Bot, database: Database, now: Clock, arrived: Callable[[], None]
) -> None:
    """Until cancelled: one of all processes polls, or each is pushed to.

    Raises CannotListenError.
    """
    if not settings.webhook_url:
        receiver = Receiver(bot, database, now=now, arrived=arrived)
        holder = f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"
        await Poller(database, receiver.run, holder=holder, now=now, ticking=ticks).run()
        return
    secret = settings.webhook_secret.get_secret_value()
    webhook = Webhook(database, secret, now=now, arrived=arrived)
    path = urlsplit(settings.webhook_url).path or "/"
    async with serving(settings.http_host, settings.http_port, {path: webhook}):
        await webhook_set(bot, settings.webhook_url, secret)
        await asyncio.Event().wait()


def _schedule(
    answering: Answering,
    poll: Poll,
    deliver: Deliver,
    outage: Outage,
    sweep: Sweep,
    clock: Clock,
    archiving: Archiving | None = None,
) -> Schedule:
    """The walk, as far as it is driven by time."""
    late_card = ("deliver", CARD_WAITS.total_seconds() + 0.01)
    return Schedule(
        {
            "answer": Stage(answering.once, 1.0, (("poll", 0), ("deliver", 0), late_card)),
            # A rate has to have grown back a little before it lets anybody through again.
            "poll": Stage(poll.once, 1.0, (("deliver", 0),), rest=0.05),
            "deliver": Stage(deliver.once, 0.5, rest=0.08),
            "outage": Stage(outage.once, 30.0, (("deliver", 0),)),
            "sweep": Stage(sweep.once, 60.0, (("deliver", 0),)),
            "clock": Stage(clock.once, 10.0),
            **_copying(archiving),
        }
    )


def _copying(archiving: Archiving | None) -> dict[str, Stage]:
    """Its rest lets whoever waits for a film have the line."""
    return {} if archiving is None else {"archive": Stage(archiving.once, 5.0, rest=0.5)}


def _rules(settings: Settings) -> Rules:
    return Rules(
        ladder=settings.milestones,
        max_watches=settings.max_watches,
        max_age=settings.watch_max_age,
        allowed_users=frozenset(UserId(one) for one in settings.allowed_users),
    )


def _announce(settings: Settings, username: str) -> None:
    log.info("bot.started", extra={"username": username, "everyone": not settings.allowed_users})
    for name in WITHOUT_EFFECT:
        if name in settings.model_fields_set:
            log.warning("setting.without_effect", extra={"setting": name.upper()})


def _signals() -> asyncio.Event:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)  # the next one is not asked for twice
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    return told


async def _fail_with(database: Database) -> None:
    """Raises GaveOutError."""
    raise await database.given_out()


async def _before(told_to_stop: asyncio.Event, *works: asyncio.Task[None]) -> bool:
    """False when the signal came first. Raises what the first that ended raised."""
    stopping = asyncio.create_task(told_to_stop.wait())
    await asyncio.wait({*works, stopping}, return_when=asyncio.FIRST_COMPLETED)
    ended = [work for work in works if work.done()]
    for one in (stopping, *works):
        one.cancel()
    for work in ended:
        work.result()
    return bool(ended)
