"""Building the demo studio, and mending what was changed in it, without touching anything else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast
from uuid import uuid4

from rushes.core import atomic, clock
from rushes.core.digest import fingerprint
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports import registry
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.testing.demo import marker, text
from rushes.testing.demo.items import Item, items
from rushes.testing.demo.make import make, written
from rushes.testing.demo.marker import Marker, Stamp
from rushes.testing.demo.plants import PLANTS, Fault, Plant
from rushes.testing.demo.shots import SHOW

SHOWS, SETTINGS = "shows", "rushes.toml"
_BUILDING = ".rushes-demo-building-"
_RECIPE = 1  # to be raised when the same items would make other files
_BATCH = 24  # pictures that are as dear as one movie
_ABANDONED_S = 600.0


@dataclass(frozen=True, slots=True)
class DemoStudio:
    """A demo studio that is there, whole. `made` is how many files this call wrote, 0 when all
    were there; `others` how many lie in the show's folder that are not part of it.
    """

    at: Path
    files: int
    size: int
    made: int
    others: int
    plants: tuple[Plant, ...] = PLANTS

    @property
    def shows(self) -> Path:
        """The folder that holds all shows: what is scanned."""
        return self.at / SHOWS

    @property
    def settings(self) -> Path:
        """Its `rushes.toml`."""
        return self.at / SETTINGS


def build_demo(at: Path, *, progress: Progress = Silent()) -> DemoStudio:  # noqa: B008
    """Make the demo studio in the folder `at`, or mend it: what is whole there stays as it is.

    A folder that holds anything else is refused, with `usage`, and left alone; so are links where
    the studio's folders ought to be. Files in the studio that are none of ours stay. Raises
    `write.failed` or `cancelled`; the next call goes on from there.
    """
    at = Path(os.path.abspath(at))
    wanted = items()
    recipe = _recipe(wanted)
    found = _claimed(at)
    if found is None:
        found = Marker("")
        _writing(partial(at.mkdir, parents=True, exist_ok=True), at)
    _no_links(at, wanted)
    stamps = found.files if found.recipe == recipe else {}
    wrong = [one for one in wanted if _stamp(at / SHOWS / one.path) != stamps.get(_key(one), ())]
    if wrong or not found.complete or found.recipe != recipe:
        marker.write(at, Marker(recipe, {} if found.recipe != recipe else stamps))
        _remove_former(at, found, {_key(one) for one in wanted})
        _make_all(at, wrong, progress)
    mended = _settings_written(at)
    now = {_key(one): _present(at / SHOWS / one.path) for one in wanted}
    if wrong or now != dict(stamps) or not found.complete:
        marker.write(at, Marker(recipe, now, complete=True))
    size = sum(one[0] for one in now.values())
    others = _count(at / SHOWS / SHOW) - len(now)
    return DemoStudio(at, len(now), size, len(wrong) + mended, others)


def _recipe(wanted: Sequence[Item]) -> str:
    """What changes when the studio would be made otherwise."""
    parts = sorted((one.path, one.medium, str(one.fault), written(one)) for one in wanted)
    return fingerprint(_RECIPE, *parts)


def _key(item: Item) -> str:
    return f"{SHOWS}/{item.path}"


def _claimed(at: Path) -> Marker | None:
    """The marker of a studio of ours, None where nothing is; anything else is refused."""
    try:
        names = os.listdir(at)
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise _foreign(at, "is no folder") from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"Could not read {escape(str(at))}: {error.strerror or error}.",
            hint="Choose another place with --at.",
        ) from error
    if not names:
        return None
    found = marker.read(at)
    if found is None:
        raise _foreign(at, "is not empty, and was not made by `rushes demo`")
    return found


def _foreign(at: Path, why: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"{escape(str(at))} {why}; it was left alone.",
        hint="Choose an empty or a new folder with --at.",
    )


def _no_links(at: Path, wanted: Sequence[Item]) -> None:
    """Refuse to write through links to where other people's files may be."""
    inside = {at / SHOWS / parent for one in wanted for parent in Path(one.path).parents}
    for folder in sorted(inside):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise _foreign(folder, "is a link or a file where the demo studio has a folder")


def _remove_former(at: Path, found: Marker, keys: set[str]) -> None:
    """Remove files of an earlier recipe, if they are still as we wrote them."""
    for key, stamp in found.files.items():
        inside = ".." not in Path(key).parts and key.startswith(f"{SHOWS}/{SHOW}/")
        if key not in keys and inside and _stamp(at / key) == stamp:
            with suppress(OSError):
                (at / key).unlink()


def _make_all(at: Path, wrong: Sequence[Item], progress: Progress) -> None:
    batches = list(_batches(wrong))
    done = 0
    with (
        closing(cast("Executor", registry.connect("executor", "processes", ""))) as executor,
        _staging(at) as staging,
    ):
        # The long ones first, so that none is left alone at the end.
        futures = [executor.submit(_make_batch, batch, staging, at / SHOWS) for batch in batches]
        for future in as_completed(futures):
            done += future.result()
            progress.report(done, len(wrong), note="files of the demo studio")
            if progress.cancelled():
                raise RushesError(
                    Code.CANCELLED,
                    "The demo studio was not finished.",
                    hint="The same command goes on from here.",
                )


def _batches(wrong: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Work in pieces, movies first."""
    yield from ((one,) for one in wrong if one.medium == "movie.mov")
    rest = [one for one in wrong if one.medium != "movie.mov"]
    for start in range(0, len(rest), _BATCH):
        yield tuple(rest[start : start + _BATCH])


def _make_batch(batch: Sequence[Item], staging: Path, shows: Path) -> int:
    """Make files aside, then move each to where it belongs, whole."""
    aside = staging / uuid4().hex
    _writing(aside.mkdir, aside)
    for one in batch:
        target = shows / one.path

        def put(one: Item = one, target: Path = target) -> None:
            part = aside / one.name
            make(one, part)
            if not part.stat().st_size and one.fault is not Fault.EMPTY:
                raise OSError(f"{one.medium} came out empty")
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(part, target)

        _writing(put, target)
    return len(batch)


@contextmanager
def _staging(at: Path) -> Iterator[Path]:
    """A folder for files that are not finished, gone at the end."""
    for name in os.listdir(at):
        # Of a build that was killed; one that still goes on has touched its own of late.
        if (
            name.startswith(_BUILDING)
            and clock.now().timestamp() - _changed(at / name) > _ABANDONED_S
        ):
            shutil.rmtree(at / name, ignore_errors=True)
    folder = at / f"{_BUILDING}{uuid4().hex[:8]}"
    _writing(folder.mkdir, folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings_written(at: Path) -> int:
    """Put the settings there, unless they are there as they should be."""
    wanted = text.settings().encode("utf-8")
    place = at / SETTINGS
    with suppress(FileNotFoundError):
        if place.read_bytes() == wanted:
            return 0
        os.replace(place, at / f"{SETTINGS}.before")  # somebody's own changes
    atomic.write_bytes(place, wanted)
    return 1


def _writing(what: Callable[[], object], where: Path) -> None:
    """Do `what`; that it could not write is `write.failed`, whichever library says so."""
    try:
        what()
    except (OSError, RuntimeError) as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not write {escape(str(where))}: {error}.",
            hint="Check free space and permissions, or choose another place with --at.",
        ) from error


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _stamp(path: Path) -> Stamp | None:
    try:
        seen = path.lstat()
    except OSError:
        return None
    return seen.st_size, seen.st_mtime_ns


def _present(path: Path) -> Stamp:
    """The stamp of a file that was made."""
    found = _stamp(path)
    if found is None:
        raise RushesError(
            Code.WRITE_FAILED,
            f"{escape(str(path))} was made, and is not there any more.",
            hint="Something else changes the demo studio; try again, or elsewhere with --at.",
        )
    return found


def _count(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))
