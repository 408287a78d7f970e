"""The third stage of a publish: every file hashed, and a second look whether it stayed the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.publish.collecting import Collected, Item
from rushes.publish.components import ALGORITHM, component
from rushes.transfer.hashing import Hashed, Job, Trouble, hashes

_SAID = 3  # files that a refusal names


@dataclass(frozen=True, slots=True)
class Measured:
    """All files with their digests, item by item and in the order of their names."""

    found: Collected
    files: tuple[tuple[Hashed, ...], ...]

    def components(self) -> tuple[dict[str, Any], ...]:
        """What the record says of them."""
        return tuple(
            component(item.asset, files, folder=self.found.below(item))
            for item, files in zip(self.found.items, self.files, strict=True)
        )

    def each(self) -> Iterator[tuple[Item, Hashed]]:
        """Every file."""
        for item, files in zip(self.found.items, self.files, strict=True):
            for one in files:
                yield item, one


def measured(
    found: Collected,
    executor: Executor,
    *,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Measured:
    """Hash every file, each byte read once, as many at a time as the executor has workers.

    Raises `changed.meanwhile` where a file is not the one that was found, or changes while it is
    read, `path.unreadable` where one cannot be read, `cancelled` and `executor.failed`.
    """
    jobs = (
        Job(at, str(one.folder), one.asset.files(), sizes=_sizes(one))
        for at, one in enumerate(found.items)
    )
    done = dict(
        hashes(jobs, executor, algorithms=[ALGORITHM], progress=progress, total=found.files)
    )
    made = Measured(found, tuple(tuple(done[at]) for at in range(len(found.items))))
    _refuse(made)
    for item, files in zip(found.items, made.files, strict=True):
        facts = item.asset.found.facts
        newest = max(one.mtime_ns for one in files)
        if sum(one.size for one in files) != facts.size or newest != facts.newest_ns:
            raise _changed([str(item.path)])
    return made


def check_unchanged(made: Measured) -> None:
    """Raise `changed.meanwhile` where a file is not the one that was hashed any more."""
    odd = []
    for item, one in made.each():
        path = f"{item.folder}/{one.name}"
        try:
            now = os.stat(path)
        except OSError:
            odd.append(path)
            continue
        if (now.st_size, now.st_mtime_ns, now.st_ino) != (one.size, one.mtime_ns, one.inode):
            odd.append(path)
    if odd:
        raise _changed(odd)


def _sizes(item: Item) -> list[int]:
    facts = item.asset.found.facts
    return [facts.size // max(1, facts.files)] * facts.files


def _refuse(made: Measured) -> None:
    unread, changed = [], []
    for item, one in made.each():
        if not one.trouble:
            continue
        path = f"{item.folder}/{one.name}"
        if one.trouble in (Trouble.CHANGED, Trouble.GONE):
            changed.append(path)
        else:
            unread.append(f"{escape(path)}: {one.said}")
    if changed:
        raise _changed(changed)
    if unread:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"Nothing was published. {_some(unread)}.",
            hint="Mend the permissions, or publish what can be read.",
        )


def _changed(paths: Sequence[str]) -> RushesError:
    return RushesError(
        Code.CHANGED_MEANWHILE,
        "Nothing was published: files changed or went while they were read:"
        f" {_some([escape(one) for one in paths])}.",
        hint="Wait until they are written as a whole, then publish again.",
    )


def _some(told: Sequence[str]) -> str:
    more = f", and {len(told) - _SAID:,} more" if len(told) > _SAID else ""
    return f"{', '.join(told[:_SAID])}{more}"
