"""A reel as text: its clips with where they lie, and what was not there."""

from __future__ import annotations

from collections.abc import Sequence

from rushes.cli import exits, show
from rushes.cli.dailies.running import Outcome
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.exchange.dailies.clips import Media, Placed
from rushes.frames.notation import format_frames
from rushes.inspection.reel.timecode import timecode
from rushes.model.frames import FrameSet

_FROM = {Media.FRAMES: "frames", Media.MOVIE: "movie", Media.NONE: "nothing there"}


def show_outcome(done: Outcome) -> None:
    """Clip by clip, the findings, and what was written."""
    plan, form, reel = done.plan, done.form, done.reel
    show.table((_line(one, done) for one in plan.placed()), right=(0,))
    show.findings([*plan.findings, *(reel.findings if reel is not None else ())])
    rate = f"{float(form.fps):.3f}".rstrip("0").rstrip(".")
    what = (
        f"{show.counted(len(plan.clips), 'clip')}, {show.counted(plan.frames, 'frame')},"
        f" {form.width}x{form.height}, {rate} fps, {form.codec.name}"
    )
    if reel is None:
        show.text(f"Would make {done.output}: {what}.")
        return
    show.text(f"Made {done.output}: {what}, {human_bytes(reel.size)}.")
    show.text(f"  {reel.digest}")
    for place in done.papers:
        show.text(f"  What is in it: {escape(str(place))}")


def exit_code(done: Outcome) -> int:
    """1 where anything was not there, or could not be read."""
    found = done.plan.findings or (done.reel is not None and done.reel.findings)
    return exits.FOUND if found else exits.OK


def _line(placed: Placed, done: Outcome) -> Sequence[str]:
    clip, fps = placed.clip, done.plan.fps
    one, missing = clip.shown, len(clip.missing)
    return (
        timecode(placed.begins, fps),
        one.of,
        one.label,
        show.printable(one.artist or "-"),
        format_frames(FrameSet((clip.frames,))),
        "on S3, not read" if clip.is_unseen else _FROM[clip.media],
        f"{show.counted(missing, 'frame')} missing" if missing else "",
    )
