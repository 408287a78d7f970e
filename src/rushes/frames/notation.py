"""Frame sets and patterns as people write them: 1001-1050x2,1060 and plate.%04d.exr."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from rushes.core.errors import Code, RushesError
from rushes.model.frames import FrameRange, FrameSet

_FRAMES_HINT = "Write frames as in 1001-1100, 1001-1050x2,1060 or -10--5."
_PATTERN_HINT = "Write the frame number as %04d, #### or $F4, once, as in plate.%04d.exr."
_ITEM = re.compile(
    r"(?P<first>-?\d+(?:\.\d+)?)"
    r"(?:-(?P<last>-?\d+(?:\.\d+)?)(?:x(?P<step>\d+(?:\.\d+)?))?)?",
    re.ASCII | re.IGNORECASE,
)
_POINT = re.compile(r"\.(\d{1,3})", re.ASCII)
_MOST_DIGITS = 9
# Ranges with steps that interleave have to be counted out; longer ones are a slip of the pen.
_MOST_INTERLEAVED = 1_000_000
_TOKEN = re.compile(
    r"%(?:0(?P<printf>\d{1,2}))?d(?:\.%0(?P<part>\d)d)?"
    r"|(?P<hashes>\#+)"
    r"|\$(?:F(?P<houdini>\d?)(?![A-Za-z0-9])|\{F(?P<braced>\d?)\})"
    r"|(?P<tiles><UDIM>|%\(UDIM\)d)",
    re.ASCII,
)
_LISTED = re.compile(r"(?P<pattern>.*\S)[ \t]+(?P<frames>-?\d[-\dx,.]*)", re.ASCII | re.DOTALL)
_VIEWS = {"%V": ("left", "right"), "%v": ("l", "r")}


class Style(StrEnum):
    """Who writes the frame number this way."""

    PRINTF = "printf"  # %04d
    HASHES = "hashes"  # ####, one for each digit as in Nuke
    HOUDINI = "houdini"  # $F4


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name with its frame number left open, and which frames are meant, where that was said.

    `padding` is 1 for numbers without leading zeros. `head` may begin with a folder, and head
    and tail may hold Nuke's %V (left, right) and %v (l, r).
    """

    head: str
    padding: int
    tail: str
    frames: FrameSet | None = None
    subframe_digits: int = 0
    tiles: bool = False

    def views(self) -> tuple[Pattern, ...]:
        """The pattern of each view, left first; the pattern itself where it names none."""
        if not any(view in self.head + self.tail for view in _VIEWS):
            return (self,)
        return tuple(
            replace(self, head=_seen(self.head, side), tail=_seen(self.tail, side))
            for side in (0, 1)
        )


def parse_frames(text: str, *, subframe_digits: int = 0) -> FrameSet:
    """The frames of `1001-1050x2,1060`; both ends included, numbers may be negative.

    With subframes, 1001.25 is 100125 for two digits. Raises `notation.invalid`.
    """
    ranges = [_range(item.strip(), subframe_digits) for item in text.split(",")]
    stepped = [one for one in ranges if one.step > 1]
    if len(stepped) > 1 and sum(map(len, stepped)) > _MOST_INTERLEAVED:
        raise _bad(f"{_quoted(text)} names too many frames with steps.", _FRAMES_HINT)
    return FrameSet.joined(ranges)


def parse_expected(text: str) -> tuple[FrameSet, int]:
    """The frames of `text`, and how many digits its numbers have behind the point: 0 for whole
    frames. Raises `notation.invalid`.
    """
    point = _POINT.search(text)
    digits = len(point[1]) if point else 0
    return parse_frames(text, subframe_digits=digits), digits


def format_frames(frames: FrameSet, *, padding: int = 0, subframe_digits: int = 0) -> str:
    """`1001-1050x2,1060`, which `parse_frames` reads; nothing for an empty set.

    Numbers get `padding` digits, the sign not counted.
    """
    if not frames.runs:
        return ""

    def number(value: int) -> str:
        sign, size = ("-", -value) if value < 0 else ("", value)
        if not subframe_digits:
            return f"{sign}{size:0{padding}d}"
        whole, part = divmod(size, 10**subframe_digits)
        return f"{sign}{whole:0{padding}d}.{part:0{subframe_digits}d}"

    def step(value: int) -> str:
        return f"{value / 10**subframe_digits:.{subframe_digits}f}"

    texts = []
    for run in frames.runs:
        text = number(run.first)
        if run.last > run.first:
            text += f"-{number(run.last)}"
            # Without a step, a range counts in the smallest unit there is.
            text += f"x{step(run.step)}" if run.step > 1 else ""
        texts.append(text)
    return ",".join(texts)


def brief_frames(frames: FrameSet, *, subframe_digits: int = 0, most: int = 120) -> str:
    """`format_frames` for people, cut at a comma where it is longer than `most` characters."""
    text = format_frames(frames, subframe_digits=subframe_digits)
    return text if len(text) <= most else f"{text[:most].rpartition(',')[0]}, …"


def parse_pattern(text: str) -> Pattern:
    """`plate.%04d.exr`, `plate.####.exr` or `plate.$F4.exr`, perhaps with frames behind a space.

    One # is one digit, as in Nuke (in fileseq a single # is four). `<UDIM>` stands for tiles.
    Raises `notation.invalid`.
    """
    frames = None
    body = text
    if listed := _LISTED.fullmatch(text):
        body, frames = listed["pattern"], parse_frames(listed["frames"])
    folder, slash, name = body.rpartition("/")
    tokens = list(_TOKEN.finditer(name))
    if len(tokens) != 1:
        what = "has no frame number" if not tokens else "has several frame numbers"
        raise _bad(f"The pattern {_quoted(text)} {what}.", _PATTERN_HINT)
    token = tokens[0]
    digits = token["printf"] or token["houdini"] or token["braced"] or "1"
    padding = len(token["hashes"]) if token["hashes"] else 4 if token["tiles"] else int(digits)
    if not 1 <= padding <= _MOST_DIGITS:
        raise _bad(f"{_quoted(text)} pads to {padding} digits.", "Frames have 1 to 9 digits.")
    return Pattern(
        f"{folder}{slash}{name[: token.start()]}",
        padding,
        name[token.end() :],
        frames,
        int(token["part"] or 0),
        token["tiles"] is not None,
    )


def format_pattern(pattern: Pattern, *, style: Style = Style.PRINTF) -> str:
    """The pattern in the given style, its frames behind a space where it has any.

    `parse_pattern` reads it again, unless head or tail look like a frame number themselves.
    Subframes can only be written as printf does; raises `notation.invalid` for other styles.
    """
    padding = pattern.padding
    if pattern.tiles:
        token = "<UDIM>"
    elif pattern.subframe_digits and style is not Style.PRINTF:
        raise _bad(f"Subframes cannot be written in the style {style.value}.", "Use %04d.%02d.")
    elif style is Style.HASHES:
        token = "#" * padding
    elif style is Style.HOUDINI:
        token = f"$F{padding}" if padding > 1 else "$F"
    else:
        token = f"%0{padding}d" if padding > 1 else "%d"
        token += f".%0{pattern.subframe_digits}d" if pattern.subframe_digits else ""
    frames = f" {format_frames(pattern.frames)}" if pattern.frames else ""
    return f"{pattern.head}{token}{pattern.tail}{frames}"


def _range(item: str, subframe_digits: int) -> FrameRange:
    found = _ITEM.fullmatch(item)
    if found is None:
        hint = _FRAMES_HINT
        if ":" in item:
            hint = "A step is written x, as in 1001-1100x2; programs disagree on what : means."
        raise _bad(f"{_quoted(item)} is not a frame or a range of frames.", hint)
    first = _number(found["first"], subframe_digits)
    if found["last"] is None:
        return FrameRange(first, first)
    last = _number(found["last"], subframe_digits)
    if last < first:
        raise _bad(f"{_quoted(item)} runs backwards.", f"Write {found['last']}-{found['first']}.")
    step = _number(found["step"], subframe_digits) if found["step"] else 1
    if step < 1:
        raise _bad(f"{_quoted(item)} has a step of 0.", "A step is 1 or more.")
    return FrameRange(first, last, step)


def _number(text: str, subframe_digits: int) -> int:
    whole, point, part = text.partition(".")
    if point and len(part) != subframe_digits:
        wanted = f"{subframe_digits} digits behind the point" if subframe_digits else "no point"
        raise _bad(f"{_quoted(text)} is not a frame number here.", f"Frames have {wanted}.")
    if len(whole.lstrip("-0")) > _MOST_DIGITS:
        raise _bad(f"{_quoted(text)} is too long for a frame.", "Frames have up to 9 digits.")
    return int(whole + (part if point else "0" * subframe_digits))


def _quoted(text: str, most: int = 60) -> str:
    return ascii(text if len(text) <= most else f"{text[:most]}...")


def _seen(text: str, side: int) -> str:
    for token, names in _VIEWS.items():
        text = text.replace(token, names[side])
    return text


def _bad(message: str, hint: str) -> RushesError:
    return RushesError(Code.NOTATION_INVALID, message, hint=hint)
