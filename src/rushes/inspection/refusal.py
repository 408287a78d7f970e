"""How reading a picture fails: one error, with the file's name in it."""

from __future__ import annotations

from rushes.core.errors import Code, RushesError


def unreadable(name: str, problem: str) -> RushesError:
    """No picture could be made of the file `name` (escaped), because of `problem`."""
    line = " ".join(problem.split()).rstrip(".")
    return RushesError(
        Code.MEDIA_UNREADABLE,
        f"No picture can be read from {name}: {line}.",
        hint="Open it in a viewer; if that fails too, render or copy the file again.",
    )
