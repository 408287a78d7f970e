"""`rushes usd rebuild`: which sequences are meant, and what became of their layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rushes.cli import show
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.progress import Progress
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.publish.usd import Rebuilt
from rushes.publish.usd_following import of_sequences, rebuilt

_ALL = Access(everything=True)


def rebuilt_sequences(
    studio: Studio,
    code: str,
    *,
    shot: str,
    sequence: str,
    dry_run: bool,
    thorough: bool,
    replace: bool,
    progress: Progress,
) -> Rebuilt:
    """What became of the layers of a show's sequences. Raises `record.not_found`."""
    (project,) = _some(studio, "project", {"code": code}, f"show {code!r}")
    each = [
        rebuilt(
            one,
            studio,
            dry_run=dry_run,
            thorough=thorough,
            replace=replace,
            progress=progress,
        )
        for one in of_sequences(project.id, _sequences(studio, project.id, shot, sequence))
    ]
    return Rebuilt(
        tuple(path for one in each for path in one.written),
        tuple(path for one in each for path in one.unchanged),
        tuple(finding for one in each for finding in one.findings),
    )


def rebuilt_row(done: Rebuilt, *, dry_run: bool) -> dict[str, Any]:
    """What became of them, as JSON."""
    return {
        "dry_run": dry_run,
        "written": [escape(str(one)) for one in done.written],
        "unchanged": [escape(str(one)) for one in done.unchanged],
        "findings": [one.row() for one in done.findings],
    }


def show_rebuilt(done: Rebuilt, *, dry_run: bool) -> None:
    """What became of them, for people."""
    for path in done.written:
        show.text(f"{'would write' if dry_run else 'written'}  {escape(str(path))}")
    show.findings(done.findings)
    layers = show.counted(len(done.written), "layer")
    same = f"{len(done.unchanged):,} are as they ought to be"
    verb = "would be written (dry run: none was)" if dry_run else "written"
    show.text(f"{layers} {verb}; {same}.")


def _sequences(studio: Studio, project: int, shot: str, sequence: str) -> Sequence[int]:
    wanted: dict[str, Any] = {"project": project}
    if sequence:
        wanted["code"] = sequence
    found = {one.id for one in _some(studio, "sequence", wanted, _called("sequence", sequence))}
    if shot:
        shots = _some(studio, "shot", {"project": project, "code": shot}, f"shot {shot!r}")
        found &= {int(one.fields["sequence"]) for one in shots}
        if not found:
            raise _missing(f"shot {shot!r} in {sequence!r}")
    if shot and len(found) > 1:
        raise RushesError(
            Code.USAGE,
            f"Several shots are called {escape(shot)}.",
            hint="Name the sequence, too: --seq.",
        )
    return sorted(found)


def _some(studio: Studio, kind: str, wanted: dict[str, Any], called: str) -> list[Entity]:
    def rows() -> Iterator[Entity]:
        filters = tuple(Filter(name, Op.IS, value) for name, value in wanted.items())
        query = Query(filters, limit=1000)
        return every(lambda page: studio.find(kind, query, access=_ALL, page=page))

    found = list(rows())
    if not found:
        raise _missing(called)
    return found


def _called(kind: str, name: str) -> str:
    return f"{kind} {name!r}" if name else kind


def _missing(called: str) -> RushesError:
    return RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is no {called} on record.",
        hint="Check the spelling; the records know shows, sequences and shots by their codes.",
    )
