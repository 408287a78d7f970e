"""What becomes of images in a store that holds some of them already: decided before it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rushes.core import clock
from rushes.inspection.rows import Row, file_id, file_row, misfit
from rushes.ports.catalog import Deed, Inspected, Outcome

# These tell whether a file is as it was recorded; its vectors, whether we know more of it now.
_TELLING = (
    *("header_hash", "size_bytes", "mtime", "multipart_count", "is_deep"),
    *("frame_number", "metadata_embedding"),
)


@dataclass(slots=True)
class Plan:
    """What is to be written; everything is keyed by file id.

    `files` are rows of `files` as they shall stand; those of `inserted` are new, all others are
    there. `replaced` are the images whose rows in the other tables go in, those of an earlier look
    having gone out. `deeds` are of the images in the order in which they came.
    """

    files: dict[str, Row] = field(default_factory=dict)
    inserted: dict[str, Inspected] = field(default_factory=dict)
    replaced: dict[str, Inspected] = field(default_factory=dict)
    deeds: list[Outcome] = field(default_factory=list)

    @property
    def written(self) -> dict[str, Inspected]:
        """The images whose parts, channels and attributes go in."""
        return self.inserted | self.replaced


def plan(images: Sequence[Inspected], known: Mapping[str, Row]) -> Plan:
    """What recording the images asks for, where `known` are the rows of `files` that are there.

    A file that comes twice is recorded once, as it was seen last. Nothing is changed.
    """
    made = Plan()
    for one in images:
        if why := misfit(one):
            made.deeds.append(Outcome(one.path, Deed.FAILED, why))
            continue
        name = file_id(one.path)
        before = made.files.get(name) or known.get(name)
        made.files[name], deed = _recorded(one, before)
        if name in made.inserted or deed is Deed.INSERTED:
            made.inserted[name] = one
        elif deed is Deed.UPDATED:
            made.replaced[name] = one
        made.deeds.append(Outcome(one.path, deed))
    return made


def failed(images: Sequence[Inspected], why: str) -> list[Outcome]:
    """The outcomes where all images failed for one reason."""
    return [Outcome(one.path, Deed.FAILED, why) for one in images]


def _recorded(one: Inspected, before: Row | None) -> tuple[Row, Deed]:
    row = file_row(one)
    if before is None:
        return row, Deed.INSERTED
    row["inspection_count"] = (before["inspection_count"] or 0) + 1
    if not all(_same(row[name], before[name]) for name in _TELLING):
        return row, Deed.UPDATED
    # A look that was taken earlier and is recorded later does not turn the clock back.
    latest = max(clock.iso(one.inspected), before["last_inspected"] or "")
    return {**before, "inspection_count": row["inspection_count"], "last_inspected": latest}, (
        Deed.UNCHANGED
    )


def _same(new: object, old: object) -> bool:
    """Whether a value is the one that is there; stores hold vectors with 32 bits a number."""
    if isinstance(new, tuple) and isinstance(old, (list, tuple)):
        from array import array

        return array("f", new) == array("f", old)
    return new == old
