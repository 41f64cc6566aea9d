"""Rectangles and text go in; a yuv420p picture, one byte array per plane, comes out."""

from copy import copy
from textwrap import wrap

import av

Colour = tuple[int, int, int]
"""Brightness, blueness, redness."""
NIGHT, SKY, SNOW, AMBER = (36, 140, 122), (72, 150, 110), (235, 128, 128), (170, 60, 170)

GLYPH_WIDTH, GLYPH_HEIGHT = 5, 8
FIRST = " "
# From " " to "z": five columns each, the lowest bit on top.
FONT = bytes.fromhex(
    "000000000000005f00000007000700147f147f14242a7f2a12231308646236495620500008070300"
    "001c2241000041221c002a1c7f1c2a08083e08080080703000080808080800006060002010080402"
    "3e5149453e00427f4000724949494621414d4d331814127f1027454545393c4a4949314121110907"
    "3649494936464949291e000014000000403400000008142241141414141400412214080201590906"
    "3e415d594e7c1211127c7f494949363e414141227f4141413e7f494949417f090909013e41415173"
    "7f0808087f00417f41002040413f017f081422417f404040407f021c027f7f0408107f3e4141413e"
    "7f090909063e4151215e7f09192946264949493203017f01033f4040403f1f2040201f3f4038403f"
    "631408146303047804036159494d43007f4141410204081020004141417f04020102044040404040"
    "000307080020545478407f284444383844444428384444287f385454541800087e090218a4a49c78"
    "7f0804047800447d40002040403d007f1028440000417f40007c047804787c080404783844444438"
    "fc1824241818242418fc7c08040408485454542404043f44243c4040207c1c2040201c3c4030403c"
    "44281028444c9090907c4464544c44"
)


class Canvas:
    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width, self.height = width, height
        blank = av.VideoFrame(width, height, "yuv420p")
        self._strides = [plane.line_size for plane in blank.planes]
        self._planes = [
            bytearray([shade]) * plane.buffer_size
            for plane, shade in zip(blank.planes, ground, strict=True)
        ]

    def copy(self) -> "Canvas":
        twin = copy(self)
        twin._planes = [bytearray(plane) for plane in self._planes]  # noqa: SLF001 — a Canvas, too
        return twin

    def frame(self) -> av.VideoFrame:
        frame = av.VideoFrame(self.width, self.height, "yuv420p")
        for plane, drawn in zip(frame.planes, self._planes, strict=True):
            plane.update(bytes(drawn))
        return frame

    def rect(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        """What lies outside the picture is left out."""
        self._fill(0, left, top, width, height, colour[0])
        for plane in (1, 2):
            self._fill(plane, left // 2, top // 2, width // 2, height // 2, colour[plane])

    def text(self, text: str, top: float, columns: int) -> None:
        """Centred, from the share *top* of the height; a line has room for *columns* letters."""
        advance = GLYPH_WIDTH + 1
        scale = max(1, self.width * 9 // 10 // (columns * advance))
        for number, line in enumerate(wrap(text, columns, break_on_hyphens=False)):
            left = (self.width - len(line) * advance * scale) // 2
            above = int(self.height * top) + number * (GLYPH_HEIGHT + 2) * scale
            for place, letter in enumerate(line):
                self._letter(letter, left + place * advance * scale, above, scale)

    def _letter(self, letter: str, left: int, top: int, scale: int) -> None:
        start = (ord(letter) - ord(FIRST)) * GLYPH_WIDTH
        columns = FONT[start : start + GLYPH_WIDTH] if start >= 0 else b""
        for x, column in enumerate(columns):
            for y in range(GLYPH_HEIGHT):
                if column >> y & 1:
                    self._fill(0, left + x * scale, top + y * scale, scale, scale, SNOW[0])

    def _fill(self, plane: int, left: int, top: int, width: int, height: int, shade: int) -> None:
        stride, drawn = self._strides[plane], self._planes[plane]
        shown = min(left + width, stride) - max(left, 0)
        for row in range(max(top, 0), min(top + height, len(drawn) // stride)):
            start = row * stride + max(left, 0)
            if shown > 0:
                drawn[start : start + shown] = bytes([shade]) * shown
