"""The list: what each bug is, which text it changes, and which tests must find it.

Catchers are named honestly: a whole process where it shows there, else the test that is closest.
"""

from tests.planted.bug import Bug, Change, planted

CHAOS = "tests/journeys/chaos/test_chaos.py::test_nothing_is_lost"
WALK = "tests/journeys/test_walk.py"
KILLS = "tests/journeys/test_kills.py"
CRASHES = "tests/pipeline/test_crashes.py"
ORDER = "tests/pipeline/test_order.py"


BUGS = (
    planted(
        "a message counts as sent before it is sent",
        "bot/pipeline/deliver.py",
        "            receipt = await self._send(parcel, flight)\n"
        "            await self._settle(parcel, receipt)\n",
        "            await self._settle(parcel, Sent(None))\n"
        "            await self._send(parcel, flight)\n",
        f"{KILLS}::test_a_kill_before_a_failure_is_announced_loses_it_not",
        f"{CHAOS}[short-sqlite]",
    ),
    planted(
        "a woken zombie settles what another has sent meanwhile",
        "storage/settlement.py",
        ".where(outbox.c.id == parcel.id, outbox.c.fence == parcel.fence)",
        ".where(outbox.c.id == parcel.id)",
        "tests/storage/test_dispatch.py::test_no_outcome_of_a_zombie_changes_anything",
    ),
    planted(
        "a woken zombie's reading is taken over",
        "storage/tasks.py",
        "    return tuple(claim for claim in claims if (claim.row, claim.fence) in held)\n",
        "    return tuple(claim for claim in claims if held)\n",
        "tests/storage/test_claims.py::test_a_zombie_holds_nothing_any_more",
    ),
    planted(
        "a bad request is sent again and again",
        "bot/chat/receipts.py",
        "            return _refusal(str(error))\n",
        "            return NotSent(str(error))\n",
        "tests/chat/test_errors_in_words.py"
        "::test_telegrams_words_decide_what_becomes_of_each_kind_of_message",
    ),
    planted(
        "updates are acknowledged before they are stored",
        "bot/chat/receiver.py",
        "                    last = await self._store(await self._ask(last), last)\n",
        "                    updates = await self._ask(last)\n"
        "                    storing = asyncio.create_task(self._store(updates, last))  # noqa\n"
        '                    last = max((one["update_id"] for one in updates), default=last)\n',
        "tests/chat/test_receiver.py"
        "::test_an_update_that_could_not_be_committed_is_not_acknowledged",
    ),
    planted(
        "first in, first out: ends queue behind everything else",
        "storage/dispatch.py",
        "        .order_by(outbox.c.rank, outbox.c.due_at, outbox.c.id)\n",
        "        .order_by(outbox.c.due_at, outbox.c.id)\n",
        "tests/storage/test_priority.py"
        "::test_with_room_for_one_an_end_goes_before_the_older_answers_of_others",
    ),
    planted(
        "a claim of a message holds for no time",
        "storage/dispatch.py",
        "            leased_until=now + LEASE,\n            due_at=",
        "            leased_until=now,\n            due_at=",
        "tests/storage/test_dispatch.py"
        "::test_a_message_is_claimed_once_and_falls_due_again_after_its_lease",
    ),
    planted(
        "a film is always a message of its own",
        "storage/outbox.py",
        '            "form": _form(item.notice),\n',
        '            "form": Form.NEW,\n',
        f"{WALK}::test_the_end_rings_as_an_announcement_and_becomes_the_film",
    ),
    planted(
        "every chat that waits for a film has it fetched anew",
        "storage/uploads.py",
        "            if (row.task, row.kind) in travelling or len(travelling) >= films:\n",
        "            if len(travelling) >= films:\n",
        "tests/pipeline/test_films.py::test_many_chats_wait_for_one_film_and_its_bytes_travel_once",
    ),
    planted(
        "a dead link is asked about for ever",
        "storage/settlement.py",
        '    return {"payload": dump_notice(replace(parcel.notice, asked_again=True))}\n',
        "    return {}\n",
        "tests/pipeline/test_films.py::test_a_link_that_stays_dead_is_said_to_be_dead",
    ),
    planted(
        "an address is looked up, and not the one that is connected to",
        "bot/media/guard.py",
        "        if not self.judge(address) or (self.ports",
        "        if False and (self.ports",
        "tests/media/test_guard_matrix.py",
    ),
    planted(
        "a film whose answer got lost is sent a second time",
        "bot/core/verdict.py",
        "            return Instead(Form.NEW_LINK, Unattached(Why.UNSURE))\n",
        "            return Again(now + _back_off(parcel, dice))\n",
        "tests/core/test_delivery_properties.py"
        "::test_a_film_that_may_be_there_is_never_sent_as_a_second_message",
    ),
    Bug(
        "a milestone that waited is rung after the end",
        (
            Change(
                "storage/outbox.py",
                '    await _skip(tx, watches, outbox.c.kind.like("p%"), now)\n',
                "    del tx, watches, now\n",
            ),
            Change(
                "storage/outbox.py",
                "or_(is_milestone & has_later, or_(is_milestone, is_first_card) & is_over)",
                "is_first_card & is_over",
            ),
        ),
        (f"{ORDER}::test_a_milestone_that_waited_until_the_end_is_never_rung",),
    ),
    planted(
        "the wait that a 429 asks for is not kept",
        "bot/core/verdict.py",
        "            return ChatRests(now + wait + timedelta(seconds=dice))\n",
        "            return Again(now + _back_off(parcel, dice) + wait * 0)\n",
        f"{CHAOS}[short-postgresql]",
    ),
    planted(
        "no grace for an ID that the provider does not know yet",
        "bot/core/advance.py",
        "GRACE_FOR_NEW = timedelta(minutes=1)\n",
        "GRACE_FOR_NEW = timedelta(0)\n",
        f"{CHAOS}[short-postgresql]",
    ),
    planted(
        "a provider that does not answer has failed the task",
        "bot/core/advance.py",
        "            return _untold(task, Trouble.UNAVAILABLE, now)\n",
        '            return _end(task, Status.FAILED, now, error="no answer")\n',
        f"{CHAOS}[short-postgresql]",
    ),
    planted(
        "what a chat was sent is not counted against its pace",
        "storage/dispatch.py",
        "        await chats.pace(tx, chat_id, until)\n",
        "        del until\n",
        f"{ORDER}::test_a_private_chat_hears_no_more_than_a_message_a_second_after_a_burst",
    ),
    planted(
        "an update is done before its answer is stored",
        "bot/pipeline/answer.py",
        "            await self._database.unit(partial(self._settle, letter, asked))\n",
        "            await self._database.unit(partial(inbox.done, letter=letter))\n"
        "            async with self._database.write() as tx:\n"
        "                if asked is not None:\n"
        "                    await self._answer(tx, asked, self._now())\n",
        CRASHES,
    ),
    planted(
        "an answer is stored before its update is done",
        "bot/pipeline/answer.py",
        "            await self._database.unit(partial(self._settle, letter, asked))\n",
        "            async with self._database.write() as tx:\n"
        "                if asked is not None:\n"
        "                    await self._answer(tx, asked, self._now())\n"
        "            await self._database.unit(partial(inbox.done, letter=letter))\n",
        "tests/pipeline/test_pressed_once.py"
        "::test_a_kill_at_any_commit_of_a_press_turns_the_bell_once",
    ),
    Bug(
        "the news of a poll is stored after its state",
        (
            Change(
                "bot/pipeline/poll.py",
                "        await publish(tx, told, now)\n",
                "        self._told = (told, now)\n",
            ),
            Change(
                "bot/pipeline/poll.py",
                "        for claim, step in await"
                " self._database.unit(partial(self._write, seen)):\n",
                "        written = await self._database.unit(partial(self._write, seen))\n"
                "        async with self._database.write() as tx:\n"
                "            await publish(tx, *self._told)\n"
                "        for claim, step in written:\n",
            ),
        ),
        (CRASHES,),
    ),
    planted(
        "each process has a rate of its own",
        "bot/pipeline/keeper.py",
        "            await gates.put(tx, self._name, self._gate)\n",
        "",
        "tests/pipeline/test_gates.py::test_two_processes_share_the_rate_of_messages",
    ),
    planted(
        "an outage closes no gate",
        "bot/core/gate.py",
        "PATIENCE = 5\n",
        "PATIENCE = 1_000_000\n",
        "tests/pipeline/test_gates.py"
        "::test_during_an_outage_one_asks_for_all_and_afterwards_nobody_is_forgotten",
    ),
    planted(
        "everybody takes the role of the poller",
        "storage/roles.py",
        "        roles.c.holder == holder,\n",
        "        roles.c.holder.is_not(None),\n",
        "tests/storage/test_roles.py::test_of_several_at_once_exactly_one_gets_it",
    ),
    planted(
        "a commit that only seemed to fail is done once more",
        "bot/pipeline/answer.py",
        "        if await inbox.was_done(tx, letter):\n            return\n",
        "",
        "tests/pipeline/test_outages.py"
        "::test_whichever_commits_answer_gets_lost_a_question_is_answered_once",
    ),
    planted(
        "the news of a blocked chat is thrown away",
        "storage/dispatch.py",
        "            chat_rows.c.lost_because.is_(None),\n",
        "",
        "tests/storage/test_dispatch.py::test_a_chat_that_cannot_hear_holds_up_nobody_else",
    ),
    Bug(
        "the database lets a watch be told the same twice",
        (
            Change("storage/tables.py", '    UniqueConstraint("subscription", "kind"),\n', ""),
            Change(
                "alembic/versions/0001_first_schema.py",
                '        sa.UniqueConstraint("subscription", "kind",'
                ' name=op.f("uq_outbox_subscription_kind")),\n',
                "",
            ),
        ),
        ("tests/storage/test_told_once.py::test_no_watch_can_be_told_the_same_twice",),
    ),
)
