"""The result's addresses: a film, or images, wherever and however they are told."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.task import Media, MediaKind
from bot.provider.fields import Fields, media
from tests.provider.test_fields import BASE, JSON

FILM = "https://cdn.example/film"
POSTER = "https://cdn.example/poster"


@pytest.mark.parametrize(
    ("task", "kind", "url"),
    [
        ({"result": {"video_url": FILM}}, "video", FILM),
        ({"result": {"videoUrl": FILM}}, "video", FILM),
        ({"result": {"image_url": POSTER}}, "image", POSTER),
        ({"result": {"image_urls": [None, "", POSTER]}}, "image", POSTER),
        ({"video_url": FILM}, "video", FILM),
        ({"url": FILM}, "video", FILM),
        ({"mediaUrl": FILM}, "video", FILM),
        ({"url": f"{POSTER}.PNG?sign=1"}, "image", f"{POSTER}.PNG?sign=1"),
        ({"result": {"image_url": POSTER, "video_url": FILM}}, "video", FILM),
        ({"result": {"image_url": POSTER}, "video_url": FILM}, "video", FILM),
        ({"result": {"url": POSTER}, "image_url": FILM}, "image", FILM),
        ({"result": {"image_urls": [POSTER]}, "video_urls": [FILM, POSTER]}, "video", FILM),
        ({"result": {"image_url": POSTER, "url": f"{FILM}.mp4?a=1"}}, "video", f"{FILM}.mp4?a=1"),
        ({"urls": [f"{POSTER}.jpg", f"{FILM}.MOV"]}, "video", f"{FILM}.MOV"),
        ({"urls": [f"{POSTER}.jpg"], "url": FILM}, "video", FILM),
        ({"urls": [FILM, POSTER]}, "video", FILM),
        ({"result": {"video_url": ""}, "url": FILM}, "video", FILM),
        ({"result": {"video_url": "none"}, "url": FILM}, "video", FILM),
        ({"result": {"video_url": {"href": POSTER}}, "url": FILM}, "video", FILM),
        ({"result": None, "video_url": FILM}, "video", FILM),
        ({"result": "https://x/", "video_url": FILM}, "video", FILM),
        ({"result": [FILM], "video_url": FILM}, "video", FILM),
        ({"video_url": f"  {FILM}\n"}, "video", FILM),
        ({"video_url": "HTTPS://CDN.example/film"}, "video", "HTTPS://CDN.example/film"),
        ({"video_url": "/media/a.mp4?sign=1"}, "video", "https://api.example/media/a.mp4?sign=1"),
        ({"video_url": "media/a.mp4"}, "video", "https://api.example/v2/media/a.mp4"),
        ({"video_url": "//cdn.example/film"}, "video", FILM),
    ],
)
def test_media_are_found_in_all_their_places(task: dict[str, object], kind: str, url: str) -> None:
    assert media(task, BASE) == Media(MediaKind(kind), url)


def pictures(count: int) -> list[str]:
    return [f"https://cdn.example/{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("task", "urls"),
    [
        ({"result": {"image_urls": pictures(4)}}, pictures(4)),
        ({"result": {"imageUrls": pictures(4)}}, pictures(4)),
        ({"result": {"imageUrl": pictures(4)}}, pictures(4)),
        ({"image_urls": pictures(4)}, pictures(4)),
        ({"result": {"image_url": pictures(1)[0], "image_urls": pictures(4)}}, pictures(4)),
        ({"result": {"image_url": POSTER, "image_urls": pictures(2)}}, [POSTER, *pictures(2)]),
        ({"result": {"image_urls": pictures(2)}, "image_url": POSTER}, [*pictures(2), POSTER]),
        (
            {"result": {"image_urls": [POSTER, None, "", "none", 7, "tg://x", FILM, POSTER]}},
            [POSTER, FILM],
        ),
        (
            {"image_urls": ["/a.png", " /a.png", "b.png"]},
            ["https://api.example/a.png", f"{BASE}/b.png"],
        ),
        ({"image_urls": pictures(10)}, pictures(10)),
        ({"image_urls": pictures(11)}, pictures(10)),
        ({"image_urls": pictures(1) * 9 + pictures(3)}, pictures(3)),
        ({"image_urls": pictures(1) * 1_000 + pictures(3)}, pictures(1)),
        ({"urls": [f"{one}.webp" for one in pictures(3)]}, [f"{one}.webp" for one in pictures(3)]),
    ],
)
def test_all_images_are_found_in_their_order_each_once_and_ten_at_most(
    task: dict[str, object], urls: list[str]
) -> None:
    assert media(task, BASE) == Media(MediaKind.IMAGE, urls[0], tuple(urls[1:]))


@pytest.mark.parametrize(
    "url",
    [
        "none",
        "processing",
        "ftp://cdn.example/film.mp4",
        "file:///etc/passwd.mp4",
        "javascript:alert(1)//.mp4",
        "data:video/mp4;base64,AAAA",
        "tg://user?id=1",
        "https://",
        "https:///film.mp4",
        "https:film.mp4",
        "https://[::1/film.mp4",
        "https://cdn.example:0/film.mp4",
        "https://cdn.example:99999/film.mp4",
        "https://cdn.example:port/film.mp4",
        "https://cdn.example\\@evil.example/film.mp4",
        "https://cdn.example/a b.mp4",
        "https://cdn.example/a\nb.mp4",
        "https://cdn.example/\u202e4pm.mp4",
        "https://cdn.example/\ud800.mp4",
        "https://cdn.example/" + "x" * 2_048,
    ],
)
def test_what_no_browser_should_be_sent_to_is_no_media(url: str) -> None:
    assert media({"result": {"video_url": url}}, BASE) is None


@given(JSON | st.from_regex(r"(https?:|/|//|\.mp4|[\[\]@:?#%.a-z0-9]){1,9}", fullmatch=True))
def test_every_medium_has_an_absolute_address_on_the_web(said: object) -> None:
    places = ({"video_url": said}, {"image_urls": said}, {"imageUrl": said})
    tasks: tuple[Fields, ...] = (
        {"url": said},
        {"urls": said},
        {"result": said},
        *({"result": one} for one in places),
    )
    for task in tasks:
        found = media(task, BASE)
        for url in () if found is None else (found.url, *found.more):
            parts = urlsplit(url)
            assert parts.scheme in ("http", "https")
            assert parts.hostname
            assert len(url) <= 2_048


@given(st.lists(st.integers(0, 15).map("/{}.png".format) | st.sampled_from(["", "ftp://x"]) | JSON))
def test_an_album_has_each_image_once_and_a_film_has_none(said: list[object]) -> None:
    found = media({"result": {"image_urls": said}}, BASE)
    if found is not None:
        urls = (found.url, *found.more)
        assert len(urls) == len(set(urls)) <= 10
    film = media({"result": {"image_urls": said, "video_url": FILM}}, BASE)
    assert film == Media(MediaKind.VIDEO, FILM)
