"""A film goes in; the same frames and sound in an MP4 that begins with its index come out.

Nothing is decoded or encoded. Blocks: belongs into a thread.
"""

import logging
from pathlib import Path

import av

from bot.media.bench import Stopped
from bot.media.kinds import Kind
from bot.media.probe import ACCIDENTS, leave_out, opened, pictures_of

log = logging.getLogger("reelbell.media")

_SLACK = 1 << 20


def remux(source: Path, kind: Kind, target: Path, stopped: Stopped) -> bool:
    """False: it cannot be done, or *stopped* said so, and there is no *target*."""
    try:
        done = _copy(source, kind, target, stopped)
    except ACCIDENTS as error:
        log.info("media.not_remuxed", extra={"error": type(error).__name__, "kind": kind.value})
        done = False
    if not done:
        target.unlink(missing_ok=True)
    return done


def _copy(source: Path, kind: Kind, target: Path, stopped: Stopped) -> bool:
    """An index may name the same bytes again and again: no more than the file has are copied."""
    left = source.stat().st_size + _SLACK
    options = {"movflags": "+faststart"}
    with (
        opened(source, kind) as film,
        av.open(str(target), "w", format="mp4", options=options) as copy,
    ):
        pictures = pictures_of(film)
        if pictures is None:
            return False
        wanted = (pictures, *film.streams.audio[:1])
        leave_out(film, *wanted)
        streams = {stream.index: copy.add_stream_from_template(stream) for stream in wanted}
        for packet in film.demux(*wanted):
            if packet.dts is None and packet.size:  # of Matroska with B-frames: no order to keep
                return False
            if packet.dts is None:  # the end of a stream
                continue
            left -= packet.size
            if left < 0 or stopped():
                return False
            packet.stream = streams[packet.stream_index]
            copy.mux(packet)
    return True
