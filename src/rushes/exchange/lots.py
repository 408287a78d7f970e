"""From the items of a drop to lots: who says whose they are, and whether all say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rushes.core.escape import escape
from rushes.exchange.agreeing import agreed
from rushes.exchange.claim import Claim, claim_of_entry, claims_of_path, nearest
from rushes.exchange.grouping import paths_of, shown, unnumbered
from rushes.exchange.lot import Lot
from rushes.exchange.manifest import IDENTITY, Entry, told
from rushes.exchange.manifests import Wanted
from rushes.exchange.roster import Roster, Task, UnknownError
from rushes.frames.notation import parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Finding
from rushes.publish.collecting import Item
from rushes.tracking.naming import Template

_UNLISTED = 3  # files that a finding names
_NUMBER = re.compile("[0-9]+")
Ends = tuple[str, str, str]


class Patterns:
    """Entries that name a whole sequence, found by what its files have in common."""

    def __init__(self, wanted: Wanted) -> None:
        self._by_ends: dict[tuple[str, str, int], Entry] = {}
        self._met: set[str] = set()
        for path, entry in wanted.patterns.items():
            folder, slash, name = path.rpartition("/")
            pattern = parse_pattern(name)
            key = (f"{folder}{slash}{pattern.head}", pattern.tail, pattern.padding)
            before = self._by_ends.setdefault(key, entry)
            if before is not entry and not _say_the_same(before, entry):
                said = f"{escape(path)} and {escape(before.delivery_path)} name one sequence."
                fix = "Name each sequence once."
                wanted.findings.append(told("twice", entry.where, said, fix=fix))
                why = "the manifest names it twice"
                wanted.refused.setdefault(before.delivery_path, why)

    def of(self, item: Item) -> Entry | None:
        """The entry that names this sequence."""
        made: FileSequence = item.asset.found.sequence
        if made.kind is Kind.FILE:
            return None
        folder = str(item.folder)
        prefix = "" if folder == "." else f"{folder}/"
        for head in (f"{prefix}{made.head}", made.head):
            for padding in (made.padding, 1):
                entry = self._by_ends.get((head, made.tail, padding))
                if entry is not None:
                    self._met.add(entry.delivery_path)
                    return entry
        return None

    def unmet(self) -> list[Finding]:
        """Sequences that manifests name, and of which the drop has no file."""
        return [
            told(
                "missing",
                entry.where,
                f"{escape(entry.delivery_path)} is in the manifest, and not in the drop.",
                fix="Send the sequence, or a manifest without it.",
            )
            for entry in self._by_ends.values()
            if entry.delivery_path not in self._met
        ]


@dataclass(frozen=True, slots=True)
class Known:
    """What items are held against. `listed` says that a manifest names all that is to come.

    Without a `roster`, names and manifests are all there is.
    """

    show: str
    templates: Mapping[str, Template]
    wanted: Wanted
    listed: bool
    roster: Roster | None = None
    patterns: Patterns = field(default_factory=lambda: Patterns(Wanted()))


def lots_of(items: Iterable[Item], known: Known) -> list[Lot]:
    """Every item in one lot, those of the same task and version together, by name.

    An item that nobody can place is a lot of its own, and refused.
    """
    made: dict[object, Lot] = {}
    for item in items:
        lot = _placed(item, known)
        claim, task = lot.claim, lot.task
        key: object = id(item)
        if claim is not None and lot.number:
            of = task.id if task is not None else (*next(claim.codes()), claim.asset, claim.task)
            key = (of, lot.number)
        other = made.setdefault(key, lot)
        if other is not lot:
            other.items += lot.items
            other.findings += lot.findings
            other.settle()
    return sorted(made.values(), key=lambda one: (one.name, str(one.items[0].path)))


def _placed(item: Item, known: Known) -> Lot:
    """The item alone, as a lot."""
    lot = Lot([item])
    paths = paths_of(item)
    for path in paths:
        if why := known.wanted.refused.get(path):
            lot.refuse("manifest", why, fix="Send a manifest that is clear about it.")
            return lot
    named_by = known.patterns.of(item)
    if named_by is not None and (why := known.wanted.refused.get(named_by.delivery_path)):
        lot.refuse("manifest", why, fix="Send a manifest that is clear about it.")
        return lot
    entries = _entries(item, paths, known)
    listed = _listed(lot, [one for one in entries if any(one[2:8])])
    if known.listed:
        _check_listed(lot, paths, entries, known)
    named = claims_of_path(known.templates, paths[0], unnumbered=unnumbered(item))
    claims, wrong = agreed(named, listed)
    if wrong:
        lot.refuse("disagree", wrong, fix="Correct the name or the manifest, whichever is wrong.")
    elif not claims:
        frames = item.asset.found.sequence.kind is Kind.FRAMES
        why, better = nearest(known.templates, paths[0], frames=frames)
        fix = f"Name it as in {better}" if better else "Say in a manifest what it is."
        lot.refuse("name", f"nothing tells whose it is: {why}", fix=fix, wanted=better)
    else:
        _aim(lot, claims, known)
    return lot


def _aim(lot: Lot, claims: Sequence[Claim], known: Known) -> None:
    """Find the one task that the claims are about, or say why there is none."""
    found: list[tuple[Claim, Task | None]] = []
    unknown: UnknownError | None = None
    for claim in claims:
        if claim.show and claim.show != known.show:
            said = f"it is of the show {claim.show!r}"
            unknown = unknown or UnknownError("show", said, fix=f"This is {known.show}.")
            continue
        try:
            task = known.roster.task(claim) if known.roster is not None else None
        except UnknownError as error:
            unknown = unknown or error
            continue
        if not any(other == task and task is not None for _, other in found):
            found.append((claim, task))
    if not found:
        assert unknown is not None
        lot.claim = claims[0]
        lot.refuse(unknown.rule, unknown.said, fix=unknown.fix)
        return
    lot.claim, lot.task = found[0]
    if len(found) > 1:
        ways = " or ".join(
            f"{one.task or 'no task'} of {one.shot or one.asset}" for one, _ in found
        )
        fix = "Say in a manifest what it is, or make the naming templates stricter."
        lot.refuse("ambiguous", f"its name may mean {ways}", fix=fix)
    elif not (lot.claim.shot or lot.claim.asset):
        lot.refuse("shot", "nothing tells which shot it is for", fix="Fill in the manifest.")
    elif not lot.claim.version:
        lot.refuse("version", "nothing tells its version", fix="Number it, as in _v001.")
    else:
        lot.number = lot.claim.version


def _entries(item: Item, paths: Sequence[str], known: Known) -> list[Entry]:
    files = known.wanted.files
    whole = known.patterns.of(item)
    return [*([whole] if whole is not None else []), *(files[one] for one in paths if one in files)]


def _say_the_same(one: Entry, other: Entry) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in IDENTITY)


def _listed(lot: Lot, entries: Sequence[Entry]) -> Claim | None:
    """What the manifests say of the item; its files must be of one version."""
    if not entries:
        return None
    first = entries[0]
    for one in entries[1:]:
        for name in IDENTITY:
            ours, theirs = getattr(one, name), getattr(first, name)
            if ours and theirs and ours != theirs:
                said = f"its files are not of one {name}: {one.where} says {ours}, {first.where}"
                fix = "A sequence is one version; correct the manifest."
                lot.refuse("disagree", f"{said} says {theirs}", fix=fix)
                return claim_of_entry(first)
    return claim_of_entry(first)


def _check_listed(lot: Lot, paths: Sequence[str], entries: Sequence[Entry], known: Known) -> None:
    """Refuse what the manifest does not name: nobody has asked for it."""
    (item,) = lot.items
    if known.patterns.of(item) is not None:
        return
    extra = [path for path in paths if not known.wanted.names_file(path)]
    if not extra:
        return
    some = ", ".join(escape(one) for one in extra[:_UNLISTED])
    more = f" and {len(extra) - _UNLISTED:,} more" if len(extra) > _UNLISTED else ""
    said = f"the manifest does not name {shown(item)}"
    if entries:
        said = f"{len(extra):,} of its files are not in the manifest: {some}{more}"
    fix = "Name every file that is to be taken, or leave it out of the drop."
    lot.refuse("unlisted", said, fix=fix)


def unmet_frames(lots: Sequence[Lot], wanted: Wanted, there: Iterable[str]) -> Iterator[str]:
    """Paths that the manifests name, and the drop lacks; a lot that lacks one is refused.

    What is left is of no lot.
    """
    present = set(there)
    by_ends = lots_by_ends(lots)
    lacking: dict[int, list[str]] = {}
    for path in wanted.files:
        if path in present:
            continue
        owner = owner_of(path, by_ends)
        if owner is None:
            yield path
        else:
            lacking.setdefault(id(owner), []).append(path)
    for lot in lots:
        if missing := lacking.get(id(lot)):
            some = ", ".join(escape(one) for one in missing[:_UNLISTED])
            more = f" and {len(missing) - _UNLISTED:,} more" if len(missing) > _UNLISTED else ""
            said = f"{len(missing):,} of the files in the manifest are not there: {some}{more}"
            lot.refuse("missing", said, fix="Send them, or a manifest without them.")


def lots_by_ends(lots: Iterable[Lot]) -> dict[Ends, Lot]:
    """The lots that have sequences, by the folders, beginnings and endings of their files."""
    made: dict[Ends, Lot] = {}
    for lot in lots:
        for item in lot.items:
            found, folder = item.asset.found.sequence, str(item.folder)
            if found.kind is not Kind.FILE:
                made["" if folder == "." else folder, found.head, found.tail] = lot
    return made


def owner_of(path: str, by_ends: Mapping[Ends, Lot]) -> Lot | None:
    """The lot whose sequence the file would be a frame of."""
    folder, _, name = path.rpartition("/")
    for number in _NUMBER.finditer(name):
        found = by_ends.get((folder, name[: number.start()], name[number.end() :]))
        if found is not None:
            return found
    return None
