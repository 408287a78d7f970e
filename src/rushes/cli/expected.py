"""What ought to be there: as the command line says, else as the shots say, else as found."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Origin, Settings
from rushes.frames.missing import Expectation
from rushes.frames.notation import parse_expected
from rushes.model.finding import Finding
from rushes.scan.gaps import Expect, always, nothing_known
from rushes.scan.roots import Root

if TYPE_CHECKING:
    from rushes.scan.shots_on_record import ShotOnRecord


def expected(frames: str | None, settings: Settings, *, no_db: bool) -> Expect:
    """How sequences are judged: by `frames`, else by the shot's range in the settings, else by
    that on record, else by what was found. Where nothing can be on record, or with `no_db`,
    nobody is asked.

    Raises `usage`, `notation.invalid` or `settings.invalid`; what it returns, as
    `bootstrap.studio`.
    """
    if frames is not None:
        return always(_asked(frames, settings))
    no_db = no_db or not bootstrap.database_known(settings)
    if no_db and not settings.shots:
        return nothing_known
    layout = bootstrap.layout(settings)
    mount = bootstrap.root(shows, settings).mount if (shows := settings.shows_root) else None
    from rushes.scan.shots import expectations

    told = expectations(
        settings.shots,
        layout,
        source=lambda key: _briefly(settings.origin(f"shots.{key}")),
        place=lambda key: str(settings.origin(f"shots.{key}")),
        mount=mount,
    )
    if no_db:
        return told
    from rushes.scan.shots_on_record import RangesOnRecord

    return RangesOnRecord(told, layout, mount, ask=lambda show: _on_record(show, settings))


def absent(expect: Expect, root: Root) -> list[Finding]:
    """Shots in `root` that ought to have frames and have no file sequence at all."""
    if expect is nothing_known:
        return []
    from rushes.scan.shots import ShotRanges
    from rushes.scan.shots_on_record import RangesOnRecord

    return expect.absent(root) if isinstance(expect, (ShotRanges, RangesOnRecord)) else []


def _asked(text: str, settings: Settings) -> Expectation:
    frames, digits = parse_expected(text)
    if digits and not settings.frames.subframes:
        raise RushesError(
            Code.USAGE,
            f"--expect {escape(text)} names subframes, and names are read without them.",
            hint="Give --subframes or set frames.subframes; or write whole frames.",
        )
    return Expectation(frames, "--expect", digits)


def _on_record(show: str, settings: Settings) -> Sequence[ShotOnRecord]:
    """Its shots. They are asked for in a thread of their own, which has a connection of its own:
    that of this one may hold a scan that has begun.
    """
    from concurrent.futures import ThreadPoolExecutor

    from rushes.scan.shots_on_record import shots_on_record

    def asked() -> Sequence[ShotOnRecord]:
        with closing(bootstrap.studio(settings)) as studio:
            return list(shots_on_record(studio, show))

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asked).result()


def _briefly(origin: Origin) -> str:
    """The file's name and line; `rushes config show` has the whole path."""
    if origin.path is None:
        return str(origin)
    name = escape(origin.path.name)
    return f"{name}:{origin.line}" if origin.line else name
