"""What an ingest came to, file by file and version by version, as rows that reports are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rushes.core.escape import escape
from rushes.core.sentence import sentence
from rushes.exchange.applying import Applied, Done, Fate
from rushes.exchange.drop import aside_fix
from rushes.exchange.grouping import shown
from rushes.exchange.lot import Act, Lot
from rushes.exchange.plan import Planned
from rushes.exchange.telling_trackers import Told
from rushes.frames.notation import format_frames
from rushes.model.finding import Finding, Severity
from rushes.publish.components import ALGORITHM

_DRY = {Act.INGEST: "would be ingested", Act.SKIP: "skipped", Act.REFUSE: "refused"}
_RANKS = tuple(Severity)


class FileRow(NamedTuple):
    """One file of a drop, and what became of it. Paths are escaped."""

    path: str
    fate: str
    version: str = ""
    target: str = ""
    size: int = 0
    checksum: str = ""
    why: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An ingest, done or only planned. `number` is its name in the book; empty for a dry run.

    `told` is what trackers know of lots, by their keys.
    """

    made: Planned
    done: tuple[Done, ...]
    number: str = ""
    dry_run: bool = False
    problem: str = ""
    told: Mapping[str, Sequence[Told]] = field(default_factory=dict)

    def fate(self, one: Done) -> str:
        """What became of a lot, in words."""
        return _DRY[one.lot.act] if self.dry_run else one.fate.value

    def files(self) -> Iterator[FileRow]:
        """Every file of the drop, by path; none is left out."""
        rows = [row for one in self.done for row in self._of_lot(one)]
        drop, skipped = self.made.drop, self.made.skipped
        for path, why in skipped.items():
            size = drop.files[path].size if path in drop.files else 0
            rows.append(FileRow(escape(path), "skipped", size=size, why=_sentence(why)))
        rows += (
            FileRow(escape(path), "refused", why=_sentence(why), fix=aside_fix(why))
            for path, why in drop.aside.items()
        )
        yield from sorted(rows)

    def problems(self) -> Iterator[tuple[str, Finding]]:
        """Everything that whoever sent it has to know, with what it is about; the worst first."""
        told = [("", one) for one in self.made.findings]
        for done in self.done:
            told += [(done.lot.name, one) for one in done.lot.findings]
        wrong = [one for one in told if one[1].severity is not Severity.NOTE]
        inside = [one for one in wrong if one[1].rule != "ingest.beside"]
        yield from sorted(inside, key=lambda one: (_RANKS.index(one[1].severity), one[0]))

    def row(self) -> dict[str, Any]:
        """The story as JSON; files are told by sequences."""
        made, order = self.made, self.made.order
        fates = [self.fate(one) for one in self.done]
        return {
            "ingest": self.number or None,
            "dry_run": self.dry_run,
            "show": made.show,
            "source": order.source,
            "drop": escape(order.drop_name),
            "target": escape(order.target_name),
            "manifests": list(made.wanted.names),
            "counts": {one: fates.count(one) for one in sorted(set(fates))},
            "versions": [self._version(one) for one in self.done],
            "skipped": [
                {"path": escape(path), "why": _sentence(why)}
                for path, why in sorted(made.skipped.items())
            ],
            "findings": [one.row() for one in made.findings],
            "problem": self.problem or None,
        }

    def _of_lot(self, one: Done) -> Iterator[FileRow]:
        lot, root = one.lot, self.made.order.target_name.rstrip("/")
        why, fix = one.why, _fix(lot)
        taken = one.fate in (Fate.INGESTED, Fate.SKIPPED) if not self.dry_run else (
            lot.act is not Act.REFUSE
        )  # fmt: skip
        targets = dict(lot.targets()) if lot.place else {}
        own = _own_reasons(lot)
        for path in lot.paths():
            measure = lot.measures.get(path)
            mine = own.get(escape(path))
            yield FileRow(
                escape(path),
                self.fate(one),
                lot.name if lot.number else "",
                escape(f"{root}/{targets[path]}") if taken and path in targets else "",
                self.made.drop.files[path].size,
                f"{ALGORITHM}:{measure.digests[ALGORITHM]}" if measure is not None else "",
                mine.message if mine is not None else why,
                (mine.fix if mine is not None else fix) if not taken else "",
            )

    def _version(self, one: Done) -> dict[str, Any]:
        lot, task, claim = one.lot, one.lot.task, one.lot.claim
        return {
            "name": lot.name,
            "fate": self.fate(one),
            "why": one.why,
            "sequence": task.sequence if task is not None else claim.scene if claim else "",
            "shot": task.shot if task is not None else claim.shot if claim else "",
            "asset": task.asset if task is not None else claim.asset if claim else "",
            "task": task.name if task is not None else claim.task if claim else "",
            "version": lot.number or None,
            "said_by": claim.by if claim is not None else "",
            "place": escape(lot.place),
            "files": lot.files,
            "size": lot.size,
            "items": [_item(item) for item in lot.items],
            "publish_id": one.recorded.publish if one.recorded is not None else None,
            "version_id": one.recorded.version if one.recorded is not None else None,
            "trackers": [told.row() for told in self.told.get(lot.key, ())],
            "findings": [found.row() for found in lot.findings],
        }


def planned_story(made: Planned) -> Story:
    """What a dry run has to tell."""
    fates = {Act.INGEST: Fate.INGESTED, Act.SKIP: Fate.SKIPPED, Act.REFUSE: Fate.REFUSED}
    done = tuple(Done(lot, fates[lot.act], lot.why) for lot in made.lots)
    return Story(made, done, dry_run=True)


def applied_story(
    applied: Applied, number: str, told: Mapping[str, Sequence[Told]] | None = None
) -> Story:
    """What a run has to tell."""
    problem = applied.problem
    said = f"{problem.message} {problem.hint}".strip() if problem is not None else ""
    return Story(applied.made, tuple(applied.done), number, problem=said, told=told or {})


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Those that are errors."""
    return [one for one in findings if one.severity is Severity.ERROR]


def _item(item: Any) -> dict[str, Any]:
    made = item.asset.found.sequence
    digits = made.subframe_digits
    return {
        "path": shown(item),
        "kind": made.kind.value,
        "frames": format_frames(made.frames, subframe_digits=digits) if made.frames else None,
        "files": item.asset.found.facts.files,
        "size": item.asset.found.facts.size,
    }


def _own_reasons(lot: Lot) -> dict[str, Finding]:
    """Errors that are about one file, by its path."""
    return {one.subject: one for one in reversed(errors(lot.findings))}


def _fix(lot: Lot) -> str:
    return next((one.fix for one in errors(lot.findings)), "")


def _sentence(why: str) -> str:
    return sentence(why)
