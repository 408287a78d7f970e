"""The papers with pictures: a contact sheet and a delivery note, as this delivery has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from rushes.exchange.delivery.item import Item, Part
from rushes.exchange.delivery.package import Package
from rushes.exchange.delivery.plan import File
from rushes.exchange.delivery_papers.facts import Facts, Row
from rushes.frames.notation import brief_frames
from rushes.model.files import Kind
from rushes.ports.progress import Progress


def pictured_papers(
    made: Package, *, workers: int, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """Each paper with its ending. Raises `cancelled`, `write.failed`, `dependency.missing`."""
    from rushes.exchange.delivery_papers.note import delivery_note
    from rushes.exchange.delivery_papers.pictures import pictured
    from rushes.exchange.delivery_papers.sheet import contact_sheet

    facts = facts_of(made)
    found = pictured(facts, workers=workers, progress=progress)
    yield ".jpg", contact_sheet(facts, found)
    yield ".pdf", delivery_note(facts, found)


def facts_of(made: Package) -> Facts:
    """What both papers tell."""
    plan = made.plan
    project = plan.show.project.fields
    files: dict[int, list[File]] = {}
    for one in made.files:
        files.setdefault(one.item.version.id, []).append(one)
    remarks = []
    if plan.had:
        deliveries = sorted({one.earlier.name for one in plan.had if one.earlier is not None})
        remarks.append(
            f"{len(plan.had):,} more files were sent before, in {', '.join(deliveries)}."
        )
    return Facts(
        show=str(project["name"]) or plan.show.code,
        delivery=made.name,
        made=made.made,
        rows=tuple(
            _row(one, files[one.version.id], project)
            for one in plan.going
            if one.version.id in files
        ),
        context=plan.order.context,
        sender=made.sender,
        remarks=tuple(remarks),
    )


def _row(item: Item, files: Sequence[File], project: Mapping[str, Any]) -> Row:
    shown = _shown(item.parts)
    record = next((one.vouched.record for one in item.parts if one.vouched is not None), None)
    sequences = [one for one in item.parts if one.sequence.kind is Kind.FRAMES]
    frames = max(sequences, key=lambda one: one.size).sequence.frames if sequences else None
    return Row(
        version=str(item.fields["name"]),
        number=f"v{item.number:03d}",
        sequence=item.subject.sequence,
        shot=item.subject.shot or item.subject.asset,
        task=item.subject.task,
        artist=item.artist,
        frames=brief_frames(frames) if frames else "",
        frame_count=len(frames) if frames else None,
        fps=_fps(str(project["fps"])),
        colour_space=str(project["colour_space"]),
        path=_above([one.path for one in files]),
        files=len(files),
        size=sum(one.size for one in files),
        digest=shown.content_hash() if shown is not None else "",
        signed_by=record.operator if record is not None else "",
        signed_at=record.qc_time if record is not None else None,
        picture=_picture(shown),
    )


def _shown(parts: Sequence[Part]) -> Part | None:
    """The part that is looked at: the largest sequence, else the largest file."""
    return max(parts, key=lambda one: (one.is_sequence, one.size), default=None)


def _picture(part: Part | None) -> Path | None:
    """Its middle frame, where it lies on this machine."""
    if part is None or "://" in part.folder:
        return None
    names = part.names()
    return Path(part.folder) / names[len(names) // 2]


def _above(paths: Sequence[str]) -> str:
    """The folder that all paths are in, or the one path itself."""
    if len(paths) == 1:
        return paths[0]
    split = [one.split("/")[:-1] for one in paths]
    same = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        same.append(parts[0])
    return "/".join(same)


def _fps(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
