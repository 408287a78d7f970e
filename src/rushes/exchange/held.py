"""Lots held against what is on record: the same already, another of that number, or new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rushes.core.escape import escape
from rushes.exchange.checksum import UNLISTED
from rushes.exchange.grouping import paths_of
from rushes.exchange.lot import Act, Lot
from rushes.exchange.roster import Delivered, Roster
from rushes.publish.collecting import Item
from rushes.publish.components import ALGORITHM, component
from rushes.transfer.hashing import Hashed


def components_of(lot: Lot) -> tuple[dict[str, Any], ...]:
    """What a record says of the lot's files."""
    return tuple(_component(lot, item) for item in lot.items)


def hold_against_records(lots: Sequence[Lot], roster: Roster) -> None:
    """Find what is on record of each lot's version, and refuse one that is another's."""
    for lot in lots:
        if lot.act is Act.REFUSE or lot.task is None:
            continue
        key = lot.task.id, lot.number
        lot.has_version = key in roster.versions
        taken = roster.publishes.get(key, [])
        whole = all(path in lot.measures for path in lot.paths())
        ours = components_of(lot) if whole else ()
        lot.on_record = next((one for one in taken if _holds(one, ours, lot)), None)
        if lot.on_record is not None:
            _is_there(lot)
        elif taken or lot.has_version:
            _is_taken(lot, roster, taken)


def _is_there(lot: Lot) -> None:
    if lot.has_version:
        lot.act, lot.why = Act.SKIP, "It is on record already, with the same bytes."
    else:
        lot.why = "Its publish is on record, and its Version is lacking: that is made."


def _is_taken(lot: Lot, roster: Roster, taken: Sequence[Delivered]) -> None:
    assert lot.task is not None
    numbers = [number for task, number in (*roster.versions, *roster.publishes)
               if task == lot.task.id]  # fmt: skip
    said = f"v{lot.number:03d} of {lot.task.on} {lot.task.name} is on record already"
    lot.refuse(
        "version",
        f"{said}, with other bytes" if taken else said,
        fix=f"Deliver it as v{max(numbers) + 1:03d}.",
    )


def _holds(one: Delivered, ours: Sequence[Mapping[str, Any]], lot: Lot) -> bool:
    """Whether a publish has the lot's very files."""
    if one.status == "failed":
        return False
    if not ours:  # nothing was hashed: names and sizes are all there is to go by
        return _outlines(one.components) == _outlines(_unhashed(lot))
    return _contents(one.components) == _contents(ours)


def _contents(components: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    return {
        (str(one.get("folder")), str(one.get("name")), str(_digests(one))) for one in components
    }


def _digests(one: Mapping[str, Any]) -> Any:
    digests = one.get("digests")
    return digests.get(ALGORITHM) if isinstance(digests, Mapping) else None


def _outlines(components: Iterable[Mapping[str, Any]]) -> set[tuple[str, ...]]:
    keys = ("folder", "name", "files", "size")
    return {tuple(str(one.get(key)) for key in keys) for one in components}


def _unhashed(lot: Lot) -> Iterable[Mapping[str, Any]]:
    found = lot.found
    for item in lot.items:
        facts = item.asset.found.facts
        yield {
            "folder": escape(found.below(item)),
            "name": escape(item.asset.name),
            "files": facts.files,
            "size": facts.size,
        }


def _component(lot: Lot, item: Item) -> dict[str, Any]:
    """One of them, with the sender's checksums that no hash list can hold."""
    paths = paths_of(item)
    files = [_hashed(lot, path, name) for path, name in zip(paths, item.asset.files(), strict=True)]
    row = component(item.asset, files, folder=lot.found.below(item))
    for name in UNLISTED:
        digests = [lot.measures[path].digests.get(name, "") for path in paths]
        if all(digests):
            single = isinstance(row["digests"][ALGORITHM], str)
            row["digests"][name] = digests[0] if single else digests
    return row


def _hashed(lot: Lot, path: str, name: str) -> Hashed:
    measure = lot.measures[path]
    return Hashed(name, measure.size, 0, 0, (measure.digests[ALGORITHM],), read=True)
