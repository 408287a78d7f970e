"""What ought to be there: as the command line says, else as the shots say, else as found."""

from __future__ import annotations

from rushes import bootstrap
from rushes.core.escape import escape
from rushes.core.settings import Origin, Settings
from rushes.frames.missing import Expectation
from rushes.frames.notation import parse_frames
from rushes.model.finding import Finding
from rushes.scan.gaps import Expect, always, nothing_known
from rushes.scan.roots import Root


def expected(frames: str | None, settings: Settings) -> Expect:
    """How sequences are judged. Raises `notation.invalid` or `settings.invalid`."""
    if frames is not None:
        return always(Expectation(parse_frames(frames), "--expect"))
    if settings.shots:
        from rushes.scan.shots import expectations

        return expectations(
            settings.shots,
            bootstrap.layout(settings),
            source=lambda key: _briefly(settings.origin(f"shots.{key}")),
            mount=bootstrap.root(shows, settings).mount if (shows := settings.shows_root) else None,
        )
    return nothing_known


def absent(expect: Expect, root: Root) -> list[Finding]:
    """Shots in `root` that ought to have frames and have no file sequence at all."""
    if expect is nothing_known:
        return []
    from rushes.scan.shots import ShotRanges

    return expect.absent(root) if isinstance(expect, ShotRanges) else []


def _briefly(origin: Origin) -> str:
    """The file's name and line; `rushes config show` has the whole path."""
    if origin.path is None:
        return str(origin)
    name = escape(origin.path.name)
    return f"{name}:{origin.line}" if origin.line else name
