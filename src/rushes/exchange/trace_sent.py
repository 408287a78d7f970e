"""What deliveries on record know of a file: in which it left, to whom, and under which path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from rushes.core import clock
from rushes.core.escape import escape
from rushes.exchange.trace_file import Traced
from rushes.exchange.trace_model import Checksum, Left, Trace
from rushes.exchange.trace_package import below_top
from rushes.model.movement import DeliveredFile, Movement, MovementKind, MovementState
from rushes.ports.movements import Movements
from rushes.ports.records import every
from rushes.publish.components import ALGORITHM

_BYTES, _NOTED, _PATH = "bytes", "noted", "path"


@dataclass
class SentTrace:
    """Looks through deliveries that are done, of all projects or of one (`project`).

    What they say the file was made of is kept with it, for the records to be asked.
    """

    movements: Movements
    file: Traced
    into: Trace
    project: int | None = None
    _known: dict[int, Movement] = field(default_factory=dict)

    def run(self) -> None:
        """Fill in where it left, and what was on record of it then."""
        found: dict[tuple[int, str], Left] = {}
        for left in (*self._packages(), *self._files()):
            before = found.get((left.delivery, left.path))
            if before is not None and before.found_by != left.found_by:
                left = left._replace(found_by=f"{left.found_by} and {before.found_by}")
            found[left.delivery, left.path] = left
        self.into.left += sorted(found.values(), key=lambda one: (one.when, one.path))

    def _files(self) -> Iterator[Left]:
        """Files that deliveries took, with these very bytes."""
        sought = self.file.sought
        if not sought:
            return
        by = _BYTES if self.file.digest else _NOTED
        for one in every(partial(self._with_digest, sought)):
            movement = self._movement(one.movement)
            if self.project in (None, movement.project):
                yield self._left(movement, one.file, by)

    def _packages(self) -> Iterator[Left]:
        """Packages that it is, and those that it lies in by its name."""
        if not self.file.path and not self.file.inside and not self.file.sought:
            return
        for movement in every(self._done):
            self._known[movement.id] = movement
            for package in _packages(movement):
                url = str(package.get("url", ""))
                inside = self._inside(url)
                if inside:
                    yield from self._at(movement, inside, url)
                elif by := self._is(url, package):
                    yield self._package(movement, url, package, by)

    def _inside(self, url: str) -> str:
        """The file's path in the package at `url`; empty where it is not in there by its name."""
        if self.file.inside:
            return self.file.inside if escape(self.file.package) == escape(url) else ""
        return self.file.path.removeprefix(f"{url}/") if _below(self.file.path, url) else ""

    def _is(self, url: str, package: Mapping[str, Any]) -> str:
        """How it is found to be that package."""
        by_bytes = bool(self.file.sought) and _digests(package).get(ALGORITHM) == self.file.sought
        by = [_BYTES if self.file.digest else _NOTED] if by_bytes else []
        by += [_PATH] if self.file.path and self.file.path == url else []
        return " and ".join(by)

    def _package(self, movement: Movement, url: str, package: Mapping[str, Any], by: str) -> Left:
        at_path = _PATH in by
        agrees = self._compared(movement, _digests(package), at_path=at_path)
        return Left(
            movement.id, movement.name, movement.context, _when(movement), "", url, by, agrees
        )

    def _at(self, movement: Movement, path: str, url: str) -> Iterator[Left]:
        """The file that a delivery has under a path, with the folder above all in an archive or
        without it: on record it is without.
        """
        spelt = {path}
        top = path.partition("/")[0]
        if self.file.inside and top in (movement.name, PurePosixPath(url).stem):
            spelt.add(below_top(path))
        for one in every(lambda page: self.movements.files(movement.id, page=page)):
            if one.path in spelt and one.earlier is None:
                yield self._left(movement, one, _PATH)

    def _left(self, movement: Movement, one: DeliveredFile, by: str) -> Left:
        agrees = self._compared(movement, one.digests, at_path=by == _PATH)
        if one.publish is not None:
            self.file.publishes.add(one.publish)
        if one.version is not None:
            self.file.versions.add(one.version)
        if one.source:
            self.file.origins[one.source] = None
        if not self.file.sought and by == _PATH:
            self.file.noted = {**self.file.noted, ALGORITHM: one.digests[ALGORITHM]}
        return Left(
            movement.id,
            movement.name,
            movement.context,
            _when(movement),
            one.path,
            ", ".join(str(each.get("url", "")) for each in _packages(movement)),
            by,
            agrees,
            one.publish,
            one.version,
            one.source,
        )

    def _compared(
        self, movement: Movement, digests: Mapping[str, str], *, at_path: bool
    ) -> bool | None:
        """Hold what left against what is there now; None where nothing could be compared."""
        by, when = f"delivery {movement.name}", _when(movement)
        found: list[bool] = []
        for algorithm, digest in digests.items():
            now = self.file.digests.get(algorithm)
            agrees = now == digest if now is not None else None
            told = Checksum(by, algorithm, digest, agrees, when)
            if told not in self.into.checksums:
                self.into.checksums.append(told)
            found += [agrees] if agrees is not None else []
        if False in found and at_path:
            self.into.wrong.append(f"It has not the bytes that left with {by}.")
        return all(found) if found else None

    def _movement(self, number: int) -> Movement:
        if number not in self._known:
            self._known[number] = self.movements.movement(number)
        return self._known[number]

    def _done(self, page: str | None) -> Any:
        return self.movements.find(
            kind=MovementKind.DELIVERY,
            project=self.project,
            states=(MovementState.DONE,),
            page=page,
        )

    def _with_digest(self, digest: str, page: str | None) -> Any:
        return self.movements.with_digest([digest], page=page)


def _packages(movement: Movement) -> list[Mapping[str, Any]]:
    found = movement.report.get("packages", ())
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _digests(package: Mapping[str, Any]) -> Mapping[str, str]:
    found = package.get("digests")
    return {str(name): str(one) for name, one in found.items()} if isinstance(found, dict) else {}


def _below(path: str, url: str) -> bool:
    return bool(path and url) and path.startswith(f"{url}/")


def _when(movement: Movement) -> str:
    return clock.iso(movement.ended) if movement.ended is not None else ""
