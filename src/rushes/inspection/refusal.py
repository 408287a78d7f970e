"""How reading a picture fails: one error, with the file's name in it."""

from __future__ import annotations

from rushes.core.errors import Code, RushesError

_MOST = 300  # libraries repeat themselves


def unreadable(name: str, problem: str) -> RushesError:
    """No picture could be made of the file `name` (escaped), because of `problem`."""
    lines = [" ".join(line.split()) for line in problem.splitlines()]
    line = next(filter(None, lines), "no reason is known")[:_MOST].rstrip(".")
    return RushesError(
        Code.MEDIA_UNREADABLE,
        f"No picture can be read from {name}: {line}.",
        hint="Open it in a viewer; if that fails too, render or copy the file again.",
    )
