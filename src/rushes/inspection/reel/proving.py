"""A movie opened again after it was written, and every frame of it decoded."""

from __future__ import annotations

from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.inspection.reel.encoding import ReelForm
from rushes.ports.progress import Progress


def prove(place: Path, form: ReelForm, frames: int, progress: Progress) -> None:
    """Raise `write.failed` unless the movie holds so many frames of that size that decode.

    Raises `cancelled`.
    """
    import av

    found = 0
    try:
        with av.open(f"file:{place}", format="mov", options={"protocol_whitelist": "file"}) as file:
            for frame in file.decode(video=0):
                found += 1
                if (frame.width, frame.height) != (form.width, form.height):
                    raise _broken(f"frame {found} is {frame.width} × {frame.height} pixels large")
                progress.report(found, frames, note="frames read again")
                if progress.cancelled():
                    raise RushesError(Code.CANCELLED, "The reel was cancelled.")
    except (av.FFmpegError, IndexError) as error:
        raise _broken(f"it cannot be read again after {found} frames: {error}") from error
    if found != frames:
        raise _broken(f"{frames} frames were written, and {found} are in it")


def _broken(why: str) -> RushesError:
    return RushesError(
        Code.WRITE_FAILED,
        f"The reel came out wrong: {why}.",
        hint="Nothing was left under its name. Check free space, then try again.",
    )
