"""Crawls and verifications of a folder as tests run them: in this process, without settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.frames.group import Rules
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding
from rushes.model.signoff import Record, Sidecar
from rushes.ports.progress import Silent
from rushes.qc.bench import Crawled
from rushes.qc.crawl import Crawl
from rushes.qc.order import Order
from rushes.qc.places import FOLDER, Mode, sidecar
from rushes.qc.recording import Outcome
from rushes.qc.sidecar import decode
from rushes.qc.signing import Trust
from rushes.qc.verify import Verified, Verifying
from rushes.scan.gaps import nothing_known
from rushes.scan.options import WalkOptions
from rushes.scan.roots import Root
from rushes.scan.walk import walk

LONG_AGO = 1_700_000_000 * 10**9  # so that a cache may keep what is known of such a file
NOBODY = Trust({})


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one crawl."""

    crawled: tuple[Crawled, ...]

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Assets on which something was to be done, by their path below the root."""
        return {one.subject: one for folder in self.crawled for one in folder.outcomes}

    @property
    def happened(self) -> dict[str, str]:
        """The same in short."""
        return {subject: one.happened.value for subject, one in self.outcomes.items()}

    @property
    def unchanged(self) -> dict[str, int]:
        """Assets that stand as they did, by result."""
        counts: dict[str, int] = {}
        for folder in self.crawled:
            for result, count in folder.unchanged.items():
                counts[result] = counts.get(result, 0) + count
        return counts

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with folders and records themselves."""
        return [one for folder in self.crawled for one in folder.findings]

    @property
    def assets(self) -> int:
        """How many there are."""
        return sum(folder.assets for folder in self.crawled)


def media(path: Path, data: bytes = b"media", *, at_ns: int = LONG_AGO) -> Path:
    """A file that nobody has touched since `at_ns`; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, ns=(at_ns, at_ns))
    return path


def frames(
    folder: Path, numbers: Iterable[int], *, head: str = "plate.", tail: str = ".exr"
) -> None:
    """Files of a sequence, each with bytes of its own."""
    for number in numbers:
        media(folder / f"{head}{number:04d}{tail}", f"frame {number:04d}".encode())


def folders(root: Root, *, subframes: bool = False) -> Iterator[FoundFolder]:
    """A walk of `root` that remembers nothing."""
    return walk(
        LocalStorage(),
        root.mount,
        below=root.below,
        rules=Rules(subframes=subframes),
        options=WalkOptions(ignore=(FOLDER,), full=True),
        executor=InlineExecutor(),
        progress=Silent(),
    )


def crawl(folder: Path, *, subframes: bool = False, **given: Any) -> Run:
    """Crawl a folder; `given` goes to the crawl where it has such a field, else to its order."""
    root = Root(str(folder))
    own = {name: given.pop(name) for name in list(given) if name in Crawl.__dataclass_fields__}
    order = Order(**{"operator": "ada", **given})
    run = Crawl(root, order, **{"expect": nothing_known, "executor": InlineExecutor(), **own})
    return Run(tuple(run.run(folders(root, subframes=subframes))))


def verify(folder: Path, trust: Trust = NOBODY, **given: Any) -> dict[str, Verified]:
    """Verify a folder: what was found, by the asset's path below it."""
    root = Root(str(folder))
    run = Verifying(root, trust, InlineExecutor(), **given)
    return {one.subject: one for one in run.run(folders(root))}


def verdicts(folder: Path, trust: Trust = NOBODY, **given: Any) -> dict[str, list[str]]:
    """The same in short."""
    found = verify(folder, trust, **given)
    return {subject: [said.verdict.value for said in one.told] for subject, one in found.items()}


def kept(folder: Path, name: str, mode: Mode = Mode.SUBDIR) -> Sidecar:
    """The sidecar of the asset `name`."""
    return decode((folder / sidecar(name, mode)).read_bytes())


def record(folder: Path, name: str, mode: Mode = Mode.SUBDIR) -> Record:
    """Its record in force."""
    return kept(folder, name, mode).record


def state_of(folder: Path) -> Mapping[str, tuple[int, int, bytes]]:
    """Everything below a folder: inode, time and bytes by path, to see that nothing was written."""
    return {
        str(path.relative_to(folder)): (
            (about := path.lstat()).st_ino,
            about.st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }
