"""A film that FFmpeg has opened goes in; a picture of it that tells something comes out."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.media.bench import Stopped

SIDE = 320
"""Pixels, at most."""
MOST_BYTES = 200_000
"""Exclusive."""

_QUALITIES = (3, 8, 16)
"""FFmpeg's scale: 2 is best. Noise is too large in the first."""
_PIXELS_TO_SPEND = 50_000_000
"""Of all frames that are decoded on the way out of the dark: a second of 1920 × 1080."""
_MOST_PACKETS = 90
_DARK = 32
"""Mean brightness of 255; black is 16 in most films."""
_GLANCE = 32
"""Pixels of width at which the brightness is measured."""
_TURNS = {90: ("cclock",), -90: ("clock",), 180: ("clock", "clock"), -180: ("clock", "clock")}


def telling_frame(
    container: InputContainer, stream: VideoStream, readable: int, stopped: Stopped
) -> VideoFrame | None:
    """The first one that is not almost black, if that is near, else the first one.

    *readable*: bytes of the file, from its start, that are really there. None: none of the frames
    is among them, or none can be decoded.
    """
    pixels = max(1, stream.width * stream.height)
    first: VideoFrame | None = None
    for frame in islice(_frames(container, stream, readable), max(1, _PIXELS_TO_SPEND // pixels)):
        first = first or frame
        if stopped() or not _is_dark(frame):
            return frame
    return first


def _frames(container: InputContainer, stream: VideoStream, readable: int) -> Iterator[VideoFrame]:
    """A damaged packet is passed over."""
    for packet in islice(container.demux(stream), _MOST_PACKETS):
        if packet.pos is not None and packet.pos + packet.size > readable:
            break
        try:
            yield from stream.decode(packet)
        except (av.FFmpegError, ValueError):
            continue
    else:
        return
    yield from stream.decode(None)


def _is_dark(frame: VideoFrame) -> bool:
    glance = frame.reformat(_GLANCE, _GLANCE, "gray")
    bright = bytes(glance.planes[0])[: glance.planes[0].line_size * _GLANCE]
    return sum(bright) < _DARK * len(bright)


def write_thumbnail(frame: VideoFrame, shown: tuple[int, int], path: Path) -> bool:
    """JPEG. *shown*: width and height of the film, for the ratio. False: it cannot be made."""
    share = min(1, SIDE / max(shown))
    width, height = (max(2, round(side * share)) for side in shown)
    if frame.rotation in (90, -90):
        width, height = height, width
    small = _upright(frame.reformat(width, height, "yuvj420p", interpolation="AREA"), frame)
    for quality in _QUALITIES:
        small.save(path, qmin=quality, qmax=quality)
        if path.stat().st_size < MOST_BYTES:
            return True
    path.unlink()
    return False


def _upright(small: VideoFrame, frame: VideoFrame) -> VideoFrame:
    turns = _TURNS.get(frame.rotation)
    if turns is None:
        return small
    graph = Graph()
    nodes = [
        graph.add_buffer(None, small.width, small.height, small.format, time_base=frame.time_base),
        *(graph.add("transpose", turn) for turn in turns),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    graph.vpush(small)
    return graph.vpull()
