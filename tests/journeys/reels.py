"""A finished task with its film, and what of it comes to a guest."""

from dataclasses import replace
from typing import Any

from sandbox.video_api import Task
from tests.journeys.guest import Guest, Message, says
from tests.journeys.house import House

PATIENCE = 150
"""Seconds in which even the worst host has become a word to the user."""


def finished(house: House, task_id: str, **script: Any) -> Task:
    task = house.task(task_id)
    task.script = replace(task.script, **script)
    task.move_to("completed")
    return task


def ways(house: House, task_id: str) -> list[str]:
    """How its file came to Telegram, each time."""
    return [
        one.how for one in house.telegram.files if task_id in one.url or task_id in one.file.name
    ]


async def end_of(house: House, guest: Guest, task_id: str) -> Message:
    """The announcement, once it has become the film, or the words in its place."""
    announced = await guest.sees(f"✅ Ready · {task_id}")

    def become() -> Message | None:
        [now] = [one for one in guest.seen() if one["message_id"] == announced["message_id"]]
        return None if "…" in says(now).splitlines()[0] else now

    found = await house.telegram.until(become, PATIENCE)
    assert found is not None
    return found
