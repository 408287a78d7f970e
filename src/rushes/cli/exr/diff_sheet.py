"""What files differ in, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rushes.cli import show
from rushes.cli.exr.diff_rows import change
from rushes.cli.exr.diffing import Compared, Terms
from rushes.cli.show import counted, printable
from rushes.inspection.diff.differences import (
    ChannelDelta,
    FileDiff,
    PartChanges,
    PixelDelta,
    SampleDelta,
)
from rushes.inspection.header.text import told
from rushes.model.image import Attribute, Channel
from rushes.model.pixels import Number

_LONGEST = 60  # characters of one value
_EXCUSES = {
    "ignored": "ignored",
    "volatile": "does not count: another in every frame",
    "follows": "does not count: follows from others",
    "filled": "does not count: 0 outside of it",
}


def show_pair(one: Compared, terms: Terms) -> None:
    """Two files, in full."""
    diff = one.diff
    if diff is None:
        return
    show.text(f"A  {one.pair.a.name}", bold=True)
    show.text(f"B  {one.pair.b.name}", bold=True)
    for part in diff.parts:
        if len(diff.parts) > 1:
            show.text(printable(f"  {title(part)}"), bold=True)
        show.table([[f"    {row[0]}", *row[1:]] for row in _changes(part)])
        for pixels in _pixels_of(part, diff):
            _show_pixels(pixels, samples=pixels.samples)
    show.findings(list(diff.findings))
    show.text(_verdict(diff, terms))


def title(part: PartChanges) -> str:
    """What a part is called, and what became of it."""
    there = part.a or part.b
    assert there is not None
    name = " ".join(filter(None, (there.name, there.view and f"view {there.view}")))
    told = f"part {there.index} {name}".rstrip()
    if part.a is None or part.b is None:
        return f"{told}  {change(part.a, part.b)}"
    other = part.b.name
    return told + (f" → {part.b.index} {other}" if other != part.a.name else "")


def _changes(part: PartChanges) -> Iterator[Sequence[str]]:
    """Rows of what, name, how, values, and why it does not count."""
    for one in part.attributes:
        values = _both(_value(one.a), _value(one.b))
        excuse = _EXCUSES.get(one.excuse, "")
        yield "attribute", printable(one.name), change(one.a, one.b), values, excuse
    for channel in part.channels:
        values = _both(_kind(channel.a), _kind(channel.b))
        yield "channel", printable(channel.name), change(channel.a, channel.b), values, ""
    for window in part.windows:
        values = _both(str(window.a or "no window"), str(window.b or "no window"))
        yield "window", window.name, "changed", values, _EXCUSES.get(window.excuse, "")


def _both(a: str, b: str) -> str:
    return f"{a} → {b}" if a and b else a or b


def _value(one: Attribute | None) -> str:
    if one is None:
        return ""
    text = printable(" ".join(told(one).split()))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _kind(channel: Channel | None) -> str:
    if channel is None:
        return ""
    sampling = (channel.x_sampling, channel.y_sampling)
    plain = channel.type.lower() + ("" if sampling == (1, 1) else "/{}x{}".format(*sampling))
    return plain + (" pLinear" if channel.linear else "")


def _pixels_of(part: PartChanges, diff: FileDiff) -> Iterator[PixelDelta]:
    for one in diff.pixels or ():
        if part.a and part.b and (one.a, one.b) == (part.a.index, part.b.index):
            yield one


def _show_pixels(pixels: PixelDelta, *, samples: SampleDelta | None) -> None:
    if pixels.left_out:
        show.text(printable(f"    pixels were not compared: {pixels.left_out}"))
        return
    show.text(f"    {counted(pixels.compared, 'pixel')} compared{_beyond(pixels)}")
    if samples and samples.at and samples.counts:
        many = " → ".join(f"{one:,}" for one in samples.counts)
        show.text(
            f"    {counted(samples.unequal, 'pixel')} with another number of samples,"
            f" the first at {place(samples.at)}: {many}; their samples were not compared"
        )
    apart = [one for one in pixels.channels if one.differing]
    if apart:
        head = ("    channel", "over", "differ", "largest", "at", "A", "B", "mean", "RMS")
        show.table([head, *(_distances(one) for one in apart)], right=(1, 2, 3, 5, 6, 7, 8))
    for one in apart:
        if one.strange and one.strangers:
            a, b = one.strangers
            show.text(
                printable(f"    {one.name}: {counted(one.unlike, 'value')} NaN or infinite")
                + f" on one side, the first at {place(one.strange)}: {a} → {b}"
            )


def _beyond(pixels: PixelDelta) -> str:
    told = [
        f"{count:,} {where}"
        for count, where in (
            (pixels.outside_a, "only in A's data window"),
            (pixels.outside_b, "only in B's data window"),
            (pixels.lost, "could not be read"),
        )
        if count
    ]
    return f"; not compared: {', '.join(told)}" if told else ""


def _distances(one: ChannelDelta) -> Sequence[str]:
    a, b = one.values or (None, None)
    return (
        printable(f"    {one.name}"),
        f"{one.over:,}",
        f"{one.differing:,}",
        number(one.max_abs),
        place(one.at) if one.at else "",
        number(a),
        number(b),
        number(one.mean_abs),
        number(one.rms),
    )


def place(at: tuple[int, int]) -> str:
    """A pixel."""
    return f"{at[0]}, {at[1]}"


def number(value: Number | None) -> str:
    """A value; whole numbers in full."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def _verdict(diff: FileDiff, terms: Terms) -> str:
    if diff.differs:
        return "They differ."
    if not diff.same:
        return "They cannot be called the same: not all of them could be compared."
    if not terms.pixels:
        return "Their headers are the same; pixels were not compared."
    changes = any(part.attributes or part.windows for part in diff.parts)
    within = any(one.differing for part in diff.pixels or () for one in part.channels)
    told = [
        *(["but for what does not count"] if changes else []),
        *(["within the tolerance"] if within else []),
    ]
    return " ".join(["They are the same", " and ".join(told)]).rstrip() + "."
