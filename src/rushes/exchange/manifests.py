"""All manifests of a drop together: read, held against one another, and found again by path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.names import folded
from rushes.exchange.checksum import Checksum
from rushes.exchange.manifest import IDENTITY, Entry, Manifest, counted, told
from rushes.exchange.manifest_cells import is_pattern
from rushes.exchange.manifest_csv import read_csv
from rushes.exchange.manifest_json import read_json
from rushes.model.finding import Finding, Severity

_MOST_BYTES = 1 << 30
_MOST_TOLD = 1_000  # findings of one manifest


@dataclass(slots=True)
class Wanted:
    """What all manifests say, by delivery path: of single files, and of sequences by pattern.

    `refused` are the paths of files that are not to be taken for what a manifest says of them,
    each with the end of a sentence. `names` are the manifests.
    """

    names: tuple[str, ...] = ()
    files: dict[str, Entry] = field(default_factory=dict)
    patterns: dict[str, Entry] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def names_file(self, path: str) -> bool:
        """Whether a manifest has a line for the file; a hash list's word for it is none."""
        entry = self.files.get(path)
        return entry is not None and ":" in entry.where

    def checksums(self, path: str) -> tuple[Checksum, ...]:
        """The checksums that are known of a file."""
        entry = self.files.get(path)
        return entry.checksums if entry is not None else ()


def read_manifest(path: Path) -> Manifest:
    """The manifest at `path`, JSON or CSV by how it begins.

    Raises `path.not_found`, `path.unreadable` and `manifest.invalid`.
    """
    try:
        with open(path, "rb") as raw:
            size = raw.seek(0, 2)
            if size > _MOST_BYTES:
                raise RushesError(
                    Code.MANIFEST_INVALID,
                    f"The manifest {escape(str(path))} has {size:,} bytes; no drop needs that.",
                    hint="Split the drop, and give a manifest for each part.",
                )
            raw.seek(0)
            start = raw.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
            raw.seek(0)
            name = escape(path.name)
            return read_json(raw, name) if start in (b"{", b"[") else read_csv(raw, name)
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no manifest {escape(str(path))}.",
            hint="Check the spelling.",
        ) from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"The manifest {escape(str(path))} cannot be read: {error.strerror or error}.",
            hint="Check its permissions.",
        ) from error


def together(manifests: Sequence[Manifest], *, show: str = "") -> Wanted:
    """What they all say. Where two disagree on a file, or one names it twice, nobody is believed.

    With `show`, entries of other shows are refused. Paths that are one where case or accents are
    not told apart are refused, too.
    """
    wanted = Wanted(tuple(one.name for one in manifests))
    for manifest in manifests:
        own = list(manifest.findings)
        for path in manifest.refused:
            wanted.refused.setdefault(path, f"its entry in {manifest.name} makes no sense")
        for entry in manifest.entries:
            wrong = _taken(wanted, entry, show)
            if wrong is not None:
                own.append(wrong)
                wanted.refused.setdefault(entry.delivery_path, _ending(wrong))
        wanted.findings += counted(own, _MOST_TOLD, manifest.name)
    wanted.findings += _colliding(wanted, (wanted.files, wanted.patterns))
    return wanted


def unmet(wanted: Wanted, paths: Iterable[str]) -> list[Finding]:
    """Single files that manifests name and the drop does not have."""
    there = set(paths)
    missing = [
        told(
            "missing",
            entry.where,
            f"{escape(path)} is in the manifest, and not in the drop.",
            fix="Send the file, or a manifest without it.",
        )
        for path, entry in wanted.files.items()
        if path not in there
    ]
    return counted(missing, _MOST_TOLD, wanted.names[0] if wanted.names else "")


def settle_places(wanted: Wanted, paths: Iterable[str]) -> None:
    """Have entries that give a name alone stand for the one file of that name in any folder."""
    by_name: dict[str, list[str]] = {}
    there = set(paths)
    for path in there:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    for path in [one for one in wanted.files if "/" not in one and one not in there]:
        found = by_name.get(path, [])
        if len(found) == 1 and found[0] not in wanted.files:
            wanted.files[found[0]] = wanted.files.pop(path)
        elif len(found) > 1:
            entry = wanted.files[path]
            said = f"{escape(path)} is the name of {len(found)} files of the drop."
            fix = "Give the path of each, as in sh010/comp/name.exr."
            wanted.findings.append(told("ambiguous", entry.where, said, fix=fix))
            for one in found:
                wanted.refused.setdefault(one, "the manifest does not tell which file is meant")


def _taken(wanted: Wanted, entry: Entry, show: str) -> Finding | None:
    """Take one entry, or tell what is wrong with it."""
    path = entry.delivery_path
    if show and entry.show and entry.show != show:
        return told(
            "show",
            entry.where,
            f"{escape(path)} is said to be of the show {entry.show!r}.",
            found=entry.show,
            wanted=show,
            fix="Correct the manifest, or ingest the drop into that show.",
        )
    kept = wanted.patterns if is_pattern(path) else wanted.files
    before = kept.get(path)
    if before is None:
        kept[path] = entry
        return None
    if before.where.partition(":")[0] == entry.where.partition(":")[0]:
        said = f"{escape(path)} is named twice: here, and at {before.where}."
        return told("twice", entry.where, said, fix="Name each file once.")
    for name in (*IDENTITY, "checksums"):
        ours, theirs = getattr(entry, name), getattr(before, name)
        if name == "checksums":
            if wrong := _unlike(ours, theirs):
                return _disagreeing(entry, before, "checksum", *map(str, wrong))
        elif ours and theirs and ours != theirs:
            return _disagreeing(entry, before, name, str(ours), str(theirs))
    kept[path] = _joined(before, entry)
    return None


def _unlike(ours: Sequence[Checksum], theirs: Sequence[Checksum]) -> tuple[Checksum, ...]:
    """Two checksums in one algorithm that differ; or none."""
    known = {one.algorithm: one for one in theirs}
    for one in ours:
        other = known.get(one.algorithm, one)
        if other != one:
            return one, other
    return ()


def _joined(before: Entry, entry: Entry) -> Entry:
    """What both say."""
    said = {name: getattr(before, name) or getattr(entry, name) for name in IDENTITY}
    checksums = tuple(dict.fromkeys((*before.checksums, *entry.checksums)))
    return before._replace(**said, checksums=checksums)


def _disagreeing(entry: Entry, before: Entry, name: str, ours: str, theirs: str) -> Finding:
    path = escape(entry.delivery_path)
    return told(
        "disagree",
        entry.where,
        f"Two manifests disagree on the {name} of {path}: {before.where} has another.",
        found=ours,
        wanted=theirs,
        fix="Send one manifest, or two that agree.",
    )


def _ending(wrong: Finding) -> str:
    """The finding as the end of a sentence about a file."""
    return {
        "manifest.show": "the manifest says that it is of another show",
        "manifest.twice": "the manifest names it twice",
    }.get(wrong.rule, "two manifests disagree on it")


def _colliding(wanted: Wanted, tables: Sequence[Mapping[str, Entry]]) -> Iterable[Finding]:
    """Paths that are two here and one elsewhere."""
    first: dict[str, str] = {}
    for table in tables:
        for path, entry in table.items():
            other = first.setdefault(folded(path), path)
            if other == path:
                continue
            for one in (other, path):
                wanted.refused.setdefault(one, "another file has the same name but for case")
            yield told(
                "collision",
                entry.where,
                f"{escape(path)} and {escape(other)} are one name where case or accents are not"
                " told apart.",
                severity=Severity.ERROR,
                fix="Rename one of them.",
            )
