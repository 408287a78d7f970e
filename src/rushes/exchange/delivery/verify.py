"""Whether what somebody has is what left: a package held against its record, file by file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.papers import LISTED
from rushes.model.finding import Finding, Severity
from rushes.model.movement import DeliveredFile, Movement, MovementKind, MovementState
from rushes.ports.movements import Movements
from rushes.ports.records import every
from rushes.publish.components import ALGORITHM
from rushes.transfer.package.found import PackedFile

UNREAD = "package.unreadable"
PAPERS = ("manifest", "ascmhl")  # the folders that they lie in
_MANIFEST = re.compile(r"(?:([^/]+)/)?manifest/([^/]+)\.json")
_NAME = "Say which delivery it is: --delivery NAME (`rushes deliver list` tells them)."


class Fate(StrEnum):
    """How a file stands that is not as it left."""

    MISSING = "missing"  # it left, and is not there
    EXTRA = "extra"  # it is there, and did not leave
    CHANGED = "changed"  # it is another
    DAMAGED = "damaged"  # it is there, and cannot be read as a whole


class Wrong(NamedTuple):
    """One such file, by its path in the package; `found` and `wanted` are digests."""

    path: str
    fate: Fate
    found: str = ""
    wanted: str = ""
    why: str = ""


@dataclass(slots=True)
class Verified:
    """What came of it. `movement` is None where no record was asked; then `by` is the manifest."""

    package: str
    name: str
    by: str
    movement: Movement | None = None
    files: int = 0
    size: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether all of it is as it left."""
        return not self.wrong and not any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def unread(self) -> bool:
        """Whether a part of it could not be looked at, so that nobody knows."""
        return any(one.rule == UNREAD for one in self.findings)


class Held(NamedTuple):
    """A package that was read: its files by path, the folder above all of them, if any, and what
    was wrong with others. `name` is the delivery that its manifest is of; `listed` are digests as
    hash lists have them, where these were made.
    """

    files: Mapping[str, tuple[int, str]]
    name: str
    top: str = ""
    findings: Sequence[Finding] = ()
    listed: Mapping[str, str] = MappingProxyType({})

    @property
    def manifest(self) -> str:
        """Where its manifest lies in it."""
        return f"manifest/{self.name}.json"


def held(found: Iterable[PackedFile | Finding], *, package: str, name: str = "") -> Held:
    """All files of a package, with digests; a folder above them is taken off.

    Of several packages in one folder it is the one called so. Where nothing tells which delivery it
    is, raises `usage`, or `manifest.invalid` where the package is damaged.
    """
    there: dict[str, tuple[int, str]] = {}
    listed: dict[str, str] = {}
    findings: list[Finding] = []
    for one in found:
        if isinstance(one, Finding):
            findings.append(one)
        else:
            there[one.path] = one.size, one.digests[ALGORITHM]
            if LISTED in one.digests:
                listed[one.path] = one.digests[LISTED]
    tops = {match[2]: match[1] or "" for one in there if (match := _MANIFEST.fullmatch(one))}
    if not name and len(tops) != 1:
        told = "holds no manifest of a delivery" if not tops else "holds manifests of several"
        wrong = next((one.message for one in findings if one.severity is Severity.ERROR), "")
        code = Code.MANIFEST_INVALID if wrong else Code.USAGE
        raise RushesError(code, f"{escape(package)} {told}. {wrong}".rstrip(), hint=_NAME)
    name = name or next(iter(tops))
    top = tops.get(name, "")
    if name not in tops and there and all(one.startswith(f"{name}/") for one in there):
        top = name  # its manifest is lost, and the folder above all bears its name
    above = f"{top}/" if top else ""
    below = {path.removeprefix(above): one for path, one in there.items()}
    named = {path.removeprefix(above): one for path, one in listed.items()}
    return Held(below, name, top, findings, named)


def against_record(
    there: Held, movements: Movements, *, package: str, movement: Movement | None = None
) -> Verified:
    """Hold a package against the record of its delivery: `movement`, or the one that its manifest
    names. What that says besides counts for nothing, for it may have been swapped. Raises
    `record.not_found`.
    """
    movement = movement or _movement(there, movements)
    if movement.state is not MovementState.DONE:
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"The delivery {movement.name} never came to its end: {movement.state.value}.",
            hint="Run its command again; it goes on where it was.",
        )
    sent = [one for one in _files(movements, movement) if one.earlier is None]
    made = Verified(package, movement.name, "record", movement)
    wanted = {one.path: (one.size, one.digests[ALGORITHM]) for one in sent}
    return _compared(made, there, there.files, wanted)


def against_manifest(
    there: Held, wanted: Mapping[str, tuple[int, str]], *, package: str
) -> Verified:
    """Hold a package against the manifest in it, which proves as much as that is worth.

    Papers are in no manifest, so that nothing is said of them; see `own_lists`.
    """
    media = {
        path: one
        for path, one in there.files.items()
        if path in wanted or path.partition("/")[0] not in PAPERS
    }
    return _compared(Verified(package, there.name, "manifest"), there, media, wanted)


def _compared(
    made: Verified,
    there: Held,
    files: Mapping[str, tuple[int, str]],
    wanted: Mapping[str, tuple[int, str]],
) -> Verified:
    made.files, made.size = len(files), sum(size for size, _ in files.values())
    above = f"{there.top}/" if there.top else ""
    told = {one.subject.removeprefix(escape(above)): one.message for one in there.findings}
    made.findings = list(there.findings)
    made.wrong = list(_wrong(files, wanted, told))
    return made


def _wrong(
    there: Mapping[str, tuple[int, str]],
    wanted: Mapping[str, tuple[int, str]],
    told: Mapping[str, str],
) -> Iterator[Wrong]:
    for path in sorted({*there, *wanted}):
        found, want = there.get(path), wanted.get(path)
        if found is None and want is not None:
            why = told.get(escape(path), "")
            yield Wrong(path, Fate.DAMAGED if why else Fate.MISSING, wanted=want[1], why=why)
        elif want is None and found is not None:
            yield Wrong(path, Fate.EXTRA, found=found[1])
        elif found != want and found is not None and want is not None:
            yield Wrong(path, Fate.CHANGED, found[1], want[1])


def _movement(there: Held, movements: Movements) -> Movement:
    """The delivery called so; of several, the one whose manifest this is."""
    name = there.name
    found = list(
        every(lambda page: movements.find(kind=MovementKind.DELIVERY, name=name, page=page))
    )
    if len(found) > 1:
        _, digest = there.files.get(there.manifest, (0, ""))
        sent = every(lambda page: movements.with_digest([digest], page=page)) if digest else ()
        theirs = {one.movement for one in sent}
        found = [one for one in found if one.id in theirs]
    if len(found) == 1:
        return found[0]
    raise RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is no delivery {escape(name)} on record."
        if not found
        else f"Several deliveries are called {escape(name)}.",
        hint=f"{_NAME} With --no-db it is held against its own manifest.",
    )


def _files(movements: Movements, movement: Movement) -> Iterator[DeliveredFile]:
    return every(lambda page: movements.files(movement.id, page=page))
