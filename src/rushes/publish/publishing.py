"""A publish from its files to its record: collected, judged, hashed, numbered, written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.model.scan import Actor
from rushes.model.work import NewPublish, Number, PublishStatus
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.publish.collecting import Collected
from rushes.publish.copy_place import copy_folder, copy_pattern
from rushes.publish.copying import leftovers, placed
from rushes.publish.judging import Status, Verdict
from rushes.publish.ledger import Aim, Held, Ledger, Noted
from rushes.publish.measuring import Measured, check_unchanged, measured
from rushes.publish.parts import number_findings, read_paths
from rushes.publish.sidecar import document, sidecar_path, write_sidecar
from rushes.publish.target import Target, Wish, shown
from rushes.tracking.naming import Template

_MOST_NOTED = 200  # findings that a record keeps


@dataclass(frozen=True, slots=True)
class Copying:
    """That a publish gets a copy of its own, below `to`, by a naming template."""

    to: Path
    template: Template
    hardlink: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """All that is known before anything is written: what a dry run tells, and what is applied."""

    aim: Aim
    wish: Wish
    found: Collected
    verdict: Verdict
    actor: Actor
    note: str = ""
    label: str = ""
    item_usd_path: str = ""
    asset_usd_path: str = ""
    copying: Copying | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """Whose publish it is."""
        return self.aim.target

    def place(self, number: Number) -> Path | None:
        """Where its copy goes, None where it gets none."""
        if self.copying is None:
            return None
        name = copy_folder(self.copying.template, self.target, number, artist=self.actor.name)
        return self.copying.to / name


@dataclass(frozen=True, slots=True)
class Published:
    """What is on record now. `problem` is why its sidecar could not be written."""

    planned: Planned
    noted: Noted
    status: Status
    findings: tuple[Finding, ...]
    ledger: str
    sidecar: Path
    copy: Path | None = None
    problem: RushesError | None = None


def publish(
    planned: Planned,
    ledger: Ledger,
    executor: Executor,
    *,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Published:
    """Do what was planned.

    Files are hashed before a number is reserved. A publish that failed is recorded as such, so that
    all can see why, and is never copied and nobody's latest. Raises `changed.meanwhile`,
    `path.unreadable`, `record.conflict`, `write.failed` and what the ledger raises; nothing is on
    record then, and the number is free again unless something lies under it.
    """
    made = measured(planned.found, executor, progress=progress)
    failed = planned.verdict.status is Status.FAILED
    held = ledger.reserve(planned.aim, planned.wish, path=_pattern(planned))
    copy: Path | None = None
    try:
        if planned.wish.number not in (None, held.number):
            raise _other_number(planned.wish, held)
        check_unchanged(made)
        place = planned.place(held.number)
        if place is not None and not failed:
            how = planned.copying
            placed(made, place, executor, hardlink=bool(how and how.hardlink), progress=progress)
            copy = place
        new = _new(planned, made, held, copy)
        noted, warnings = ledger.record(planned.aim, new)
    except BaseException as error:
        if copy is None:
            ledger.release(held)
        elif isinstance(error, RushesError):
            raise _unrecorded(error, copy) from error
        raise
    return _told(planned, held, noted, copy, [*_numbered(planned, noted), *warnings], ledger)


def _pattern(planned: Planned) -> str:
    if planned.copying is None:
        return ""
    made = copy_pattern(planned.copying.template, planned.target, artist=planned.actor.name)
    head = str(planned.copying.to).replace("{", "{{").replace("}", "}}")
    return f"{head}/{made}"


def _new(planned: Planned, made: Measured, held: Held, copy: Path | None) -> NewPublish:
    found, verdict = planned.found, planned.verdict
    path = str(found.path) if copy is None else str(copy)
    if copy is not None and len(found.items) == 1:
        path = str(copy / found.items[0].asset.found.sequence.pattern)
    row = {
        "status": verdict.status.value,
        "files": found.files,
        "size": found.size,
        "source": escape(str(found.root)),
        "tool": planned.actor.tool,
        "sequences": [_sequence(one) for one in verdict.judged if one.gaps.expected],
        "findings": [one.row() for one in verdict.all[:_MOST_NOTED]],
        "findings_count": len(verdict.all),
    }
    failed = verdict.status is Status.FAILED
    return NewPublish(
        held.token,
        path=escape(path),
        status=PublishStatus.FAILED if failed else PublishStatus.PUBLISHED,
        item_usd_path=planned.item_usd_path,
        asset_usd_path=planned.asset_usd_path,
        asset_name=planned.target.asset,
        label=planned.label,
        comment=planned.note,
        metadata={**planned.metadata, "publish": row},
        components=made.components(),
    )


def _sequence(one: Any) -> dict[str, Any]:
    from rushes.frames.notation import format_frames

    digits = one.found.sequence.subframe_digits
    return {
        "name": escape(one.found.sequence.pattern),
        "missing": format_frames(one.gaps.missing, subframe_digits=digits),
        "expected_from": one.gaps.source,
    }


def _numbered(planned: Planned, noted: Noted) -> Sequence[Finding]:
    """That an item's name says another number than the record."""
    paths = read_paths(planned.item_usd_path, planned.asset_usd_path)
    return number_findings(paths, noted.number) if paths is not None else ()


def _told(
    planned: Planned,
    held: Held,
    noted: Noted,
    copy: Path | None,
    warnings: Sequence[Finding],
    ledger: Ledger,
) -> Published:
    """What came of it; the sidecar is written last, for it says what is on record."""
    beside = copy if copy is not None else Path(planned.found.beside)
    extra = (*warnings, *ledger.notes(), *(leftovers(copy) if copy is not None else ()))
    findings = tuple(dict.fromkeys((*planned.verdict.all, *extra)))
    status = planned.verdict.status
    if status is Status.OK and any(one.severity is not Severity.NOTE for one in extra):
        status = Status.WARNINGS
    path = sidecar_path(beside, noted, held.token)
    told = document(
        noted,
        ledger=ledger.name,
        status=status.value,
        folder=copy if copy is not None else Path(planned.found.root),
        findings=findings,
        tool=planned.actor.tool,
    )
    problem = None
    try:
        write_sidecar(path, told)
    except RushesError as error:
        problem = error
    return Published(planned, noted, status, findings, ledger.name, path, copy, problem)


def _other_number(wish: Wish, held: Held) -> RushesError:
    assert wish.number is not None
    return RushesError(
        Code.RECORD_CONFLICT,
        f"{shown(wish.number)} cannot be had; the next number is {shown(held.number)}.",
        hint="Nothing was published. Take the next one: --version next.",
    )


def _unrecorded(error: RushesError, copy: Path) -> RushesError:
    return RushesError(
        error.code,
        f"{error.message} The copy at {escape(str(copy))} is whole, and on no record.",
        hint=f"{error.hint} Publish again when the records are there; that takes the next number.",
    )
