"""A failure gets a sentence of its own only where its words are plain."""

import pytest

from bot.core.failure import Cause, cause_of


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("PROVIDER_MODERATION_ERROR", Cause.MODERATION),
        ("PROVIDER_MODERATION_ERROR: TRADEMARK", Cause.MODERATION),
        ("The prompt was blocked by our moderation system", Cause.MODERATION),
        ("violates our content policies", Cause.MODERATION),
        ("内容违规", Cause.MODERATION),
        ("提示词包含敏感词", Cause.MODERATION),
        ("VIDEO_DURATION_TOO_LONG", Cause.INPUT),
        ("prompt is too long", Cause.INPUT),
        ("Invalid image", Cause.INPUT),
        ("unsupported aspect ratio", Cause.INPUT),
        ("参数错误", Cause.INPUT),
        ("Read timed out", Cause.TRANSPORT),
        ("s3 upload failed", Cause.TRANSPORT),
        ("connection reset by peer", Cause.TRANSPORT),
        ("upstream timeout", Cause.TRANSPORT),
        ("请求超时", Cause.TRANSPORT),
        ("the generation took too long", Cause.TRANSPORT),
        ("", None),
        ("it broke", None),
        ("<b>&", None),
    ],
)
def test_the_cause_of_a_failure_is_read_from_its_words(error: str, cause: Cause | None) -> None:
    assert cause_of(error) is cause
