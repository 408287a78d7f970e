"""What `rushes validate` makes of each shot, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rushes.cli import show
from rushes.cli.renders_listing import by_show, shot_name
from rushes.cli.rows import sequence_row
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.core.settings.schema import Naming
from rushes.frames.missing import FOUND
from rushes.frames.notation import format_frames
from rushes.model.files import Kind
from rushes.model.finding import Finding
from rushes.scan.gaps import Judged, subject
from rushes.scan.renders import ShotRenders
from rushes.scan.roots import Root


@dataclass(frozen=True, slots=True)
class Validated:
    """A shot with the sequences that were judged, and those whose names are not as asked for."""

    shot: ShotRenders
    judged: Sequence[Judged]
    others: Sequence[Judged]

    @property
    def lacking(self) -> list[Judged]:
        """Sequences with missing frames."""
        return [one for one in self.judged if one.gaps.missing]

    @property
    def fine(self) -> bool:
        """Whether there is something to judge, all of it was judged, and no frame is missing."""
        return bool(self.judged) and not self.lacking and not self.others

    @property
    def empty(self) -> int:
        """How many frames of zero bytes pass for being there."""
        return sum(len(one.found.facts.empty) for one in self.judged)


def validated(shot: ShotRenders, naming: Naming) -> Validated:
    """The shot's sequences, told apart by their names."""
    sequences = [one for one in shot.judged if one.found.sequence.kind is Kind.FRAMES]
    named = [one for one in sequences if _is_named(one, naming)]
    return Validated(shot, named, [one for one in sequences if one not in named])


def show_validation(found: Sequence[Validated], settings: Settings) -> None:
    """Shows, their shots, and what each lacks."""
    told = {one.shot.place: one for one in found}
    for at, (name, shots) in enumerate(by_show(one.shot for one in found)):
        show.text(f"{chr(10) if at else ''}Show: {name}")
        for shot in shots:
            show.text(f"  Shot: {shot_name(shot)}")
            for line in _lines(told[shot.place], settings):
                show.text(f"    {line}")


def validation_row(
    found: Sequence[Validated], root: Root, unread: int, lost: Sequence[Finding]
) -> dict[str, Any]:
    """The whole as `rushes validate --json` has it."""
    return {
        "root": escape(root.mount),
        "below": escape(str(root.below)),
        "unread_folders": unread,
        "findings": [one.row() for one in lost],
        "shots": [
            {
                "show": escape(one.shot.place.show),
                "sequence": escape(one.shot.place.sequence),
                "shot": escape(one.shot.place.shot),
                "ok": one.fine,
                "renders": one.shot.there,
                "missing_count": sum(len(lost.gaps.missing) for lost in one.lacking),
                "sequences": [sequence_row(judged) for judged in one.judged],
                "not_judged": [subject(other.found.sequence) for other in one.others],
            }
            for one in found
        ],
    }


def _lines(one: Validated, settings: Settings) -> list[str]:
    lines = [_missing(lost, alone=len(one.judged) == 1) for lost in one.lacking]
    if one.others:
        names = ", ".join(escape(other.found.sequence.pattern) for other in one.others)
        lines.append(f"Not judged, for the settings in [naming] ask for other names: {names}")
    if one.fine:
        return ["OK (no missing frames)"]
    if not one.shot.there:
        return [f"No folder {settings.layout.renders}"]
    return lines or ["No frames"]


def _missing(lost: Judged, *, alone: bool) -> str:
    sequence = lost.found.sequence
    frames = format_frames(
        lost.gaps.missing, padding=sequence.padding, subframe_digits=sequence.subframe_digits
    )
    name = "" if alone else f"  ({escape(sequence.pattern)})"
    # Against what was found is the earlier tool's way, and told in its very words.
    source = lost.gaps.source
    against = "" if source.startswith(FOUND) else f"  (against {source})"
    return f"Missing frames: {frames.replace(',', ', ')}{name}{against}"


def _is_named(judged: Judged, naming: Naming) -> bool:
    sequence = judged.found.sequence
    return (
        naming.frame_prefix in (None, sequence.head)
        and naming.frame_padding in (None, sequence.padding)
        and naming.frame_ext in (None, sequence.tail)
    )
