"""What `rushes exr check` found, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes.cli import show
from rushes.cli.exr.check_targets import Target
from rushes.cli.exr.checked import FAILED, INCOMPLETE, PASSED, Checked
from rushes.cli.show import printable
from rushes.frames.notation import brief_frames
from rushes.model.finding import Severity
from rushes.model.frames import FrameSet
from rushes.policy.folding import Alike, Told
from rushes.policy.judging import NOT_MEASURED, UNREAD
from rushes.policy.policy import Policy

_MOST = 3  # kinds of one rule's findings that are told apart in one sequence
_MOST_PLACES = 5  # files and sequences that are told by name at the end


_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_ORDER = {severity: at for at, severity in enumerate(Severity)}


@dataclass(slots=True)
class Places:
    """Files and sequences with their frames, the first few by name."""

    names: list[str] = field(default_factory=list)
    count: int = 0

    def take(self, name: str) -> None:
        """One more."""
        self.count += 1
        if self.count <= _MOST_PLACES:
            self.names.append(printable(name))

    def __str__(self) -> str:
        more = self.count - len(self.names)
        return ", ".join(self.names) + (f" and {more:,} more" if more else "")


class _Line(NamedTuple):
    severity: Severity
    rule: str
    text: str
    fix: str


@dataclass(slots=True)
class Sums:
    """What is told at the end, counted while targets come by."""

    policies: Sequence[Policy]
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    incomplete: dict[str, Places] = field(default_factory=dict)  # by policy
    # What was not judged, by policy and the sentence on it; without places where that is all.
    unmeasured: dict[tuple[str, str], Places] = field(default_factory=dict)
    unjudged: Places = field(default_factory=Places)
    told: set[str] = field(default_factory=set)  # rules whose remedy was told
    targets: int = 0
    sequences: int = 0
    files: int = 0
    unread: int = 0

    def take(self, checked: Checked) -> None:
        """Count one target."""
        self.targets += 1
        self.sequences += checked.target.moving
        self.files += checked.files
        self.unread += checked.unread
        if checked.unread:
            self.unjudged.take(checked.place(checked.unread_frames))
        for alike, told in checked.told.items():
            if alike.rule == NOT_MEASURED:
                places = self.unmeasured.setdefault((alike.policy, alike.message), Places())
                if alike.found == UNREAD:
                    places.take(checked.place(told.frames))
        for one in self.policies:
            verdict = checked.verdict(one)
            self.verdicts.setdefault(one.name, Counter())[verdict] += 1
            if verdict == INCOMPLETE:
                self.incomplete.setdefault(one.name, Places()).take(checked.target.name)

    def totals(self) -> dict[str, int]:
        """The counts as JSON."""
        return {
            "targets": self.targets,
            "sequences": self.sequences,
            "files": self.files,
            "unread": self.unread,
        }


def show_checked(checked: Checked, sums: Sums) -> None:
    """One target with what is wrong with it; nothing where nothing is.

    What to do about a rule is told once in a run.
    """
    lines = sorted(_lines(checked), key=lambda line: _ORDER[line.severity])
    if not lines:
        return
    count = f"  {show.counted(checked.files, 'frame')}" if checked.target.moving else ""
    show.text(f"{printable(checked.target.name)}{count}", bold=True)
    for line in lines:
        word = show.styled(f"{line.severity.value:<7}", _COLOURS[line.severity])
        show.text(f"  {word}  {line.text}")
        if line.fix and line.rule not in sums.told:
            sums.told.add(line.rule)
            show.text(f"{'':11}{line.fix}", colour="bright_black")


def show_sums(sums: Sums) -> None:
    """What became of all targets, policy by policy."""
    what = [show.counted(sums.sequences, "file sequence")] if sums.sequences else []
    if others := sums.targets - sums.sequences:
        what.append(show.counted(others, "single file"))
    files = show.counted(sums.files, "file")
    show.text(f"Looked at {files} ({' and '.join(what)}).")
    if sums.unread:
        show.text(f"{show.counted(sums.unread, 'file')} could not be judged: {sums.unjudged}")
    for one in sums.policies:
        counts = sums.verdicts.get(one.name, Counter())
        told = [f"{counts[word]:,} {word}" for word in (PASSED, FAILED, INCOMPLETE) if counts[word]]
        show.text(f"  {one.name} {one.version} ({one.digest[:8]}): {', '.join(told) or 'nothing'}")
        if one.name in sums.incomplete:
            show.text(f"    Incomplete: {sums.incomplete[one.name]}")
        for (policy, message), places in sums.unmeasured.items():
            if policy == one.name:
                where = f" In {places}." if places.count else ""
                show.text(f"    {message}{where}")


def _lines(checked: Checked) -> Iterator[_Line]:
    """A line for each kind of finding, and one for all kinds of a rule beyond a few."""
    by_rule: dict[tuple[str, str], list[tuple[Alike, Told]]] = {}
    for one, told in checked.told.items():
        if one.rule != NOT_MEASURED:
            by_rule.setdefault((one.policy, one.rule), []).append((one, told))
    for kinds in by_rule.values():
        most = _MOST if len(kinds) > _MOST + 1 else len(kinds)
        for one, told in kinds[:most]:
            yield _line(checked, one, told.frames, one.message)
        if rest := kinds[most:]:
            frames = [frame for _, told in rest for frame in told.frames]
            likewise = f"… and likewise in {len(rest):,} further ways."
            yield _line(checked, rest[0][0], frames, likewise)


def _line(checked: Checked, one: Alike, frames: Sequence[int], message: str) -> _Line:
    where = _where(checked.target, checked.files, frames)
    text = printable(f"{where}{message}")
    return _Line(one.severity, one.rule, f"{text} [{one.rule}]", one.fix)


def _where(target: Target, files: int, frames: Sequence[int]) -> str:
    """What a line begins with: the frames, unless it is about all there are."""
    every = FrameSet.of(frames)
    if not every or len(every) == files:
        return ""
    return f"{brief_frames(every, subframe_digits=target.digits)}: "
