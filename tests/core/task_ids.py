"""Task IDs of every shape that was seen, where they come from, and how a test reads a message."""

from hypothesis import strategies as st

from bot.core.intake import Intake, find_task_ids, parse_task_id

TASK = "task_c2501e2846d2bf1d06428da9"
VIDEO = "video_" + "0a1b2c3d" * 6
UUID = "550e8400-e29b-41d4-a716-446655440000"
VEO = "veo3.1:1764899481-jTkhPerTVj"
API = "https://www.jimmyai.cn/api/open-api/v1/videos"
CREATED = {"code": "20000", "msg": "ok", "data": {"task_id": "odd", "model": "sora2-12s"}}
NOTHING = Intake((), ())

HEX = "0123456789abcdef"
SEEN = st.one_of(
    st.text(HEX, min_size=24, max_size=24).map("task_{}".format),
    st.text(HEX, min_size=48, max_size=48).map("video_{}".format),
    st.uuids().map(str),
    st.from_regex(r"(veo3\.1|sora2|kling-v2):17[0-9]{8}-[A-Za-z0-9]{10}", fullmatch=True),
)
ACCEPTABLE = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", fullmatch=True).filter(
    lambda text: parse_task_id(text) is not None
)


def found(text: str) -> tuple[str, ...]:
    """The IDs, where nothing must be rejected."""
    intake = find_task_ids(text)
    assert intake.rejected == ()
    return intake.task_ids
