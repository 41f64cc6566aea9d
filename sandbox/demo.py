"""Nothing goes in; tasks that show a newcomer all that can happen come out."""

from sandbox.films import Film
from sandbox.scripts import Script
from sandbox.wire import Wire

HOSTILE = (
    '<b>bold</b> & <a href="tg://user?id=1">you</a> *_`[x](http://evil.example) \u202e'
    + "All work and no play makes a long error. " * 130
)[:5_000]

DEMO = (
    Script(
        "task_c2501e2846d2bf1d06428da9",
        queue=6,
        duration=34,
        note="A fast one: ready after 40 seconds",
        starts="asked",
    ),
    Script(
        "veo3.1:1764899481-jTkhPerTVj",
        model="veo3.1-fast",
        queue=10,
        duration=80,
        shape="coarse",
        film=Film(720, 1280),
        note="Portrait, in coarse steps (0, 30, 60, 90 %): ready after 90 seconds",
        starts="asked",
    ),
    Script(
        "video_9f2c4b7a1e6d8035c4f7a2b9e1d6038f5a7c2e4b9d1f6083",
        model="sora2-pro",
        queue=4,
        duration=21,
        outcome="failed",
        error="PROVIDER_MODERATION_ERROR: TRADEMARK",
        note="Fails after 25 seconds: refused by the content filter",
        starts="asked",
    ),
    Script(
        "task_5d0e7b1c93a84f26be17d402",
        model="<i>kling</i>",
        queue=3,
        duration=12,
        outcome="failed",
        error=HOSTILE,
        note="Fails after 15 seconds with a hostile error text of 5,000 characters",
        starts="asked",
    ),
    Script(
        "6f1d2c3b-4a59-4e68-8d77-9c86ab95ba04",
        model="flux-pro",
        queue=3,
        duration=12,
        outcome="image",
        note="An image: ready after 15 seconds",
        starts="asked",
    ),
    Script(
        "img_41c7e0b95d2f4a8c9b36",
        model="flux-pro",
        queue=3,
        duration=17,
        outcome="image",
        pictures=4,
        where="images",
        note="4 images, known to the images' endpoint only: ready after 20 seconds",
        starts="asked",
    ),
    Script(
        "task_0b8e6f1a7c2d4935e8a1f604",
        queue=20,
        duration=180,
        age=600,
        note="Finished some minutes ago",
        starts="asked",
    ),
    Script(
        "video_1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7081",
        model="wan2.6",
        queue=5,
        duration=30,
        shape="stuck_at_99",
        outcome="stall",
        note="Hangs at 99 % and never ends: stop it yourself",
        starts="asked",
    ),
    Script(
        "c0ffee12-3456-4789-abcd-ef0123456789",
        model="seedance-4k",
        queue=5,
        duration=45,
        wire=Wire(completed="succeeded", progress="percent", extras=True),
        size=30_000_000,
        note="A 30 MB film: ready after 50 seconds; too large for Telegram to fetch itself",
        starts="asked",
    ),
)
