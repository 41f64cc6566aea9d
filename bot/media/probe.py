"""A file on the disk, whole or only its beginning, goes in; what it is comes out.

Blocks: belongs into a thread, one at a time. FFmpeg is told what to expect: left to guess it
would also read play lists, and follow what they name.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.codec.context import CodecContext
from av.container import InputContainer
from av.stream import Discard, Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.core.film import Facts, Why
from bot.media.bench import Stopped, never
from bot.media.boxes import survey
from bot.media.kinds import BOXED, PHOTOS, SPOKEN, Kind
from bot.media.pictures import read_picture
from bot.media.thumbnail import telling_frame, write_thumbnail

log = logging.getLogger("reelbell.media")

ACCIDENTS = (
    av.FFmpegError,
    OSError,
    ValueError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    AttributeError,  # a stream of a kind that FFmpeg does not know has no width, nor much else
    TypeError,
)
"""What FFmpeg and its binding make of a damaged file."""
DEMUXERS = {Kind.MP4: "mov", Kind.MOV: "mov", Kind.MKV: "matroska", Kind.WEBM: "matroska"}
MOST_PIXELS = 7680 * 4320
"""Of a frame; larger ones are not decoded."""
MOST_SQUEEZED = 4
"""Width of a pixel to its height; beyond it is a mistake."""
LONGEST = 86_400
"""Seconds; beyond it is a mistake, too."""
QUARTER = 90
"""Degrees."""
PLAIN = frozenset({"yuv420p", "yuvj420p"})
SPOKEN_CODECS = {
    "hevc": "HEVC",
    "prores": "ProRes",
    "mpeg4": "MPEG-4",
    "opus": "Opus",
    "vorbis": "Vorbis",
    "ac3": "AC-3",
    "eac3": "E-AC-3",
}
"""Those that are more than their letters in capitals."""

_LIMITS = {"max_pixels": str(MOST_PIXELS), "threads": "1"}
"""Of a decoder: the frames may be larger than the index says."""
_OPTIONS = {**_LIMITS, "protocol_whitelist": "file", "probesize": str(2 << 20)}


@dataclass(frozen=True, slots=True)
class Look:
    kind: Kind
    facts: Facts
    """`odd` is empty when Telegram plays its frames and its sound, in whatever file they are."""
    sound: bool = False
    in_order: bool = False
    """MP4, and its index comes first: plays while it loads."""
    thumbnail: Path | None = None


def probe_film(
    path: Path, kind: Kind, readable: int, thumbnail: Path | None, stopped: Stopped = never
) -> Look | Why:
    """*readable*: bytes that are really there, from the start; what follows may be a hole.

    *thumbnail*: where to write one, if that is wanted and can be done. When it is *stopped*, what
    comes out is for nobody.
    """
    size = path.stat().st_size
    unseen = Look(kind, Facts(size, odd=SPOKEN[kind]))
    in_order = False
    if kind in BOXED:
        layout = survey(path, size, stopped)
        if layout.cut or not layout.has_index:
            return Why.BROKEN
        if not layout.is_sane:
            return unseen
        in_order = kind is Kind.MP4 and layout.index_first
    if kind not in DEMUXERS:
        return unseen
    try:
        with opened(path, kind) as container:
            ordered = replace(unseen, in_order=in_order)
            return _look(container, ordered, readable, thumbnail, stopped)
    except ACCIDENTS as error:
        log.info("media.unreadable", extra={"error": type(error).__name__, "kind": kind.value})
        return Why.BROKEN


def probe_picture(path: Path, kind: Kind) -> Look | Why:
    size = path.stat().st_size
    if kind in (Kind.HEIC, Kind.AVIF):
        return Look(kind, Facts(size, odd=SPOKEN[kind]))
    shown = read_picture(path, kind)
    if shown is None:
        return Why.BROKEN
    return Look(kind, Facts(size, *shown, odd="" if kind in PHOTOS else SPOKEN[kind]))


@contextmanager
def opened(path: Path, kind: Kind) -> Iterator[InputContainer]:
    with av.open(
        str(path), "r", DEMUXERS[kind], options=_OPTIONS, metadata_errors="replace"
    ) as container:
        yield container


def pictures_of(container: InputContainer) -> VideoStream | None:
    """A cover of a song is none."""
    covers = Disposition.attached_pic
    return next((one for one in container.streams.video if not one.disposition & covers), None)


def leave_out(container: InputContainer, *wanted: Stream) -> None:
    """Nothing but *wanted* is read from the file."""
    for stream in container.streams:
        stream.discard = Discard.default if stream in wanted else Discard.all


def _look(
    container: InputContainer,
    file: Look,
    readable: int,
    thumbnail: Path | None,
    stopped: Stopped,
) -> Look | Why:
    stream = pictures_of(container)
    if stream is None:  # a song, or nothing that it promised to be
        return Why.NOT_MEDIA if container.streams.audio else Why.BROKEN
    if not _codec(stream):
        return file
    leave_out(container, stream)
    frame = None
    if stream.width * stream.height <= MOST_PIXELS:
        stream.codec_context.options = _LIMITS
        frame = telling_frame(container, stream, readable, stopped)
        if frame is None and readable >= (file.facts.size or 0):
            return Why.BROKEN
    shown = _shown(stream, frame)
    facts = Facts(
        file.facts.size, *shown, _seconds(container, stream), _odd(container, stream, file.kind)
    )
    if frame is None or thumbnail is None or not write_thumbnail(frame, shown, thumbnail):
        thumbnail = None
    has_sound = bool(container.streams.audio)
    return replace(file, facts=facts, sound=has_sound, thumbnail=thumbnail)


def _shown(stream: VideoStream, frame: VideoFrame | None) -> tuple[int, int]:
    width, height = stream.width, stream.height
    squeeze = stream.sample_aspect_ratio or 1
    if 1 / MOST_SQUEEZED <= squeeze <= MOST_SQUEEZED:
        width = round(width * squeeze)
    on_its_side = frame is not None and abs(frame.rotation) == QUARTER
    return (height, width) if on_its_side else (width, height)


def _seconds(container: InputContainer, stream: VideoStream) -> float | None:
    if container.duration is not None:
        seconds = container.duration / av.time_base
    elif stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    else:
        return None
    return seconds if 0 < seconds < LONGEST else None


def _odd(container: InputContainer, stream: VideoStream, kind: Kind) -> str:
    """Empty: H.264 of the usual kind, with AAC or silence."""
    odd = _odd_frames(stream)
    for sound in container.streams.audio:
        odd = odd or (_odd_sound(sound) if _codec(sound) else SPOKEN[kind])
    return SPOKEN[kind] if odd and kind is Kind.WEBM else odd


def _odd_frames(stream: VideoStream) -> str:
    codec = _codec(stream)
    if codec != "h264":
        return SPOKEN_CODECS.get(codec, codec.upper())
    if stream.pix_fmt is None or stream.pix_fmt in PLAIN:
        return ""
    samples = re.fullmatch(r"yuvj?(\d)(\d)(\d)p(\d*)(?:le|be)?", stream.pix_fmt)
    if samples is None:
        return f"H.264 {stream.pix_fmt}"
    ratio = ":".join(samples.groups()[:3])
    depth = samples.group(4)
    words = ("H.264", "" if ratio == "4:2:0" else ratio, f"{depth} bit" if depth else "")
    return " ".join(filter(None, words))


def _odd_sound(stream: AudioStream) -> str:
    codec = _codec(stream)
    if codec == "aac":
        return ""
    return "PCM" if codec.startswith("pcm_") else SPOKEN_CODECS.get(codec, codec.upper())


def _codec(stream: VideoStream | AudioStream) -> str:
    """As FFmpeg calls it; empty for what it has never heard of."""
    context: CodecContext | None = stream.codec_context
    return "" if context is None else context.codec.canonical_name
