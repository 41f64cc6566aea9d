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
        films = [one for one in stage.cast.api.messages(ANN) if "video" in one]
    lines = capsys.readouterr().out
    assert "in vain" not in lines
    assert lines.count("Chats ›") == 7
    assert HAPPY.task_id in films[-1]["caption"]
    assert any(text.startswith(f"❌ 失败 · {FAILING.task_id}") for text in told[LI])
    assert any(text.startswith(f"✅ 已完成 · {BIG.task_id}") for text in told[LI])
