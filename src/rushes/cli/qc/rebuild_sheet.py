"""What became of the mirror of sidecars, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rushes.cli import exits, show
from rushes.core.clock import iso
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Legacy, Past
from rushes.qc.asset import shown

if TYPE_CHECKING:
    from rushes.ports.signoffs import AssetAt, Head, MirroredRecord
    from rushes.qc.rebuild import Rebuilt, Task

_MOST_TOLD = 200  # lines of a kind in text; --json has them all


@dataclass(frozen=True, slots=True)
class Told:
    """One root, and what came of it."""

    task: Task
    done: Rebuilt

    @property
    def path(self) -> str:
        """The folder, as people read it."""
        return escape(str(self.task.root.path))

    @property
    def lost(self) -> int:
        """Records that only the database knew."""
        return len(self.done.lost) + sum(map(known, self.done.gone))

    @property
    def code(self) -> int:
        """What the command exits with for this root."""
        done, codes = self.done, [exits.EXIT_CODES[one.code] for one in self.done.problems]
        if done.bare:
            codes.append(exits.UNAVAILABLE)
        elif self.lost and (self.task.dry_run or not self.task.forget):
            codes.append(exits.FOUND)
        elif not (done.sidecars or done.gone or codes):
            codes.append(exits.NOT_THERE)
        return exits.gravest(codes)


def tell(told: Sequence[Told]) -> None:
    """Counts of each root, then what is lost, then what could not be read."""
    for one in told:
        _tell(one)


def document(told: Sequence[Told], *, dry_run: bool) -> dict[str, Any]:
    """The whole as `rushes qc rebuild --json` has it."""
    return {"dry_run": dry_run, "roots": [_row(one) for one in told]}


def known(head: Head) -> int:
    """How many records of an asset are known, that has no sidecar any more."""
    return head.lost if head.gone else head.length + head.lost


def _tell(one: Told) -> None:
    done = one.done
    if done.bare:
        show.error(_bare(one), as_json=False)
    elif done.sidecars:
        new = (
            f"{show.counted(done.new, 'record')} {'would be' if one.task.dry_run else ''}".rstrip()
        )
        show.text(
            f"{one.path}: {show.counted(done.sidecars, 'sidecar')}: {new} new to the database,"
            f" {done.known:,} known"
        )
    elif not (done.gone or done.problems):
        show.note(f"{one.path}: There is no sidecar.")
    for line in [*map(_lost_line, done.lost), *map(_gone_line, done.gone)][:_MOST_TOLD]:
        show.text(line)
    if (more := len(done.lost) + len(done.gone) - _MOST_TOLD) > 0:
        show.text(f"… and {more:,} more (all of them with --json)")
    if one.lost:
        show.note(f"{show.counted(one.lost, 'record')} {_fate(one)}")
    for problem in done.problems:
        show.error(problem, as_json=False)


def _fate(one: Told) -> str:
    if one.task.dry_run and one.task.forget:
        return "in no sidecar any more would be forgotten."
    if one.task.forget:
        return "in no sidecar any more: forgotten."
    return "in no sidecar any more; the database keeps them, and --forget drops them."


def _lost_line(one: MirroredRecord) -> str:
    result, operator, time = _said(one.record)
    return (
        f"lost  {shown(_subject(one.asset))}: record {one.position}, {result or 'no result'} by"
        f" {operator or 'nobody'}, {time or 'at no time'}"
    )


def _gone_line(one: Head) -> str:
    records = show.counted(known(one), "record")
    return f"gone  {shown(_subject(one.asset))}: no sidecar, {records} known"


def _bare(one: Told) -> RushesError:
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{one.path} is empty, and sidecars in it are known: nothing was noted or forgotten.",
        hint="Check that the storage is mounted.",
    )


def _row(one: Told) -> dict[str, Any]:
    done = one.done
    return {
        "root": one.path,
        "sidecars": done.sidecars,
        "new": done.new,
        "known": done.known,
        "lost": [_lost_row(each) for each in done.lost],
        "gone": [_gone_row(each) for each in done.gone],
        "forgotten": done.forgotten,
        "empty": done.bare,
        "problems": [
            {"code": each.code.value, "message": each.message, "hint": each.hint}
            for each in done.problems
        ],
    }


def _lost_row(one: MirroredRecord) -> dict[str, Any]:
    result, operator, time = _said(one.record)
    return {
        "asset": _subject(one.asset),
        "record_hash": one.record_hash,
        "position": one.position,
        "qc_id": "" if isinstance(one.record, Legacy) else one.record.qc_id,
        "result": result,
        "operator": operator,
        "time": time,
    }


def _gone_row(one: Head) -> dict[str, Any]:
    return {
        "asset": _subject(one.asset),
        "record_hash": one.record_hash,
        "records": known(one),
    }


def _said(past: Past) -> tuple[str, str, str]:
    if isinstance(past, Legacy):
        return past.result, past.operator, past.time
    return past.qc_result.value, past.operator, iso(past.qc_time)


def _subject(asset: AssetAt) -> str:
    return escape(f"{asset.mount.rstrip('/')}/{asset.folder / asset.name}")
