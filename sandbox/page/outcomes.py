"""What a task ordered on the page may come to: by name, what differs from the usual script."""

from collections.abc import Mapping
from typing import Any

from sandbox.films import Film

MB = 1_000_000
OUTCOMES: Mapping[str, dict[str, Any]] = {
    "video-3": {"size": 3 * MB, "note": "video of 3 MB"},
    "video-19": {"size": 19 * MB, "note": "video of 19 MB"},
    "video-30": {"size": 30 * MB, "note": "video of 30 MB"},
    "video-49": {"size": 49 * MB, "note": "video of 49 MB"},
    "video-51": {"size": 51 * MB, "note": "video of 51 MB"},
    "video-60": {"size": 60 * MB, "note": "video of 60 MB"},
    "portrait": {"film": Film(720, 1280), "note": "portrait video"},
    "silent": {"film": Film(sound=False), "note": "video without sound"},
    "index-last": {"film": Film(index_last=True), "note": "video with its index last"},
    "index-last-30": {
        "film": Film(index_last=True),
        "size": 30 * MB,
        "note": "video of 30 MB with its index last",
    },
    "mov": {"film": Film(container="mov"), "note": "H.264 in QuickTime"},
    "hevc": {"film": Film(codec="hevc"), "note": "HEVC"},
    "av1": {"film": Film(codec="av1"), "note": "AV1"},
    "webm": {"film": Film(480, 270, 4, codec="vp9", container="webm"), "note": "VP9 in WebM"},
    "image": {"outcome": "image", "note": "image"},
    "images-4": {
        "outcome": "image",
        "pictures": 4,
        "where": "images",
        "note": "4 images, known at the images' endpoint only",
    },
    "image-7": {"outcome": "image", "size": 7 * MB, "note": "image of 7 MB"},
    "image-12": {"outcome": "image", "size": 12 * MB, "note": "image of 12 MB"},
    "dead-once": {"dead_links": 1, "note": "its link is dead until it is asked for again"},
    "dead": {"media": "403", "note": "its link is dead"},
    "expired": {"url_lives": 0, "age": 4 * 86_400, "note": "its link has expired"},
    "html": {"media": "html", "note": "a web page instead of a video"},
    "empty": {"media": "empty", "note": "an empty file"},
    "truncated": {"media": "truncated", "note": "half a video"},
    "broken": {"media": "broken", "note": "no video, though it begins like one"},
    "mislabelled": {"media": "mislabelled", "note": "a picture that is called a video"},
    "huge": {"media": "huge", "note": "announces 10 GB"},
    "endless": {"media": "endless", "note": "never stops"},
    "slow": {"media": "slow", "note": "a byte a second"},
    "loop": {"media": "loop", "note": "a redirect in a circle"},
    "inward": {"media": "inward", "note": "a redirect to a private address"},
    "failed": {"outcome": "failed", "note": "fails"},
    "stall": {"outcome": "stall", "shape": "stuck_at_99", "note": "stalls at 99 %"},
    "regress": {"shape": "regress", "note": "goes back by 30 %"},
    "coarse": {"shape": "coarse", "note": "0, 30, 60, 90 %"},
    "no-url": {"outcome": "no_url", "note": "finishes without a file"},
}
