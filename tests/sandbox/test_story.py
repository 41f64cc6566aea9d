"""The story of `--demo`, with the real bot: what its lines say is what is in the chats."""

import pytest

from sandbox.page.cast import ANN, LI
from sandbox.stage import on_stage
from sandbox.story import BIG, FAILING, HAPPY, play


async def test_every_scene_of_the_story_happens(capsys: pytest.CaptureFixture[str]) -> None:
    async with on_stage(0, 10) as stage:
        await play(stage)
        told = {
            chat: [str(one.get("text") or one.get("caption")) for one in messages]
            for chat in (ANN, LI)
            if (messages := stage.cast.api.messages(chat))
        }
        films = {
            chat: [one for one in stage.cast.api.messages(chat) if "video" in one]
            for chat in (ANN, LI)
        }
    lines = capsys.readouterr().out
    assert "in vain" not in lines
    assert lines.count("Chats ›") == 7
    assert HAPPY.task_id in films[ANN][-1]["caption"]
    assert any(text.startswith(f"❌ 失败 · {FAILING.task_id}") for text in told[LI])
    assert [BIG.task_id in one["caption"] for one in films[LI]] == [True]
