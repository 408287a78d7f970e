"""One row of a manifest, whatever held it: cells cleaned, and held against what a field may say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from sys import intern

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.names import danger
from rushes.core.sentence import sentence
from rushes.exchange.checksum import Checksum, read_checksum
from rushes.exchange.manifest import FIELDS, Entry, Manifest, told
from rushes.frames.notation import parse_pattern

_LONGEST = 4096  # characters of a cell; longer ones are no path and no name
_MOST_VERSION = 1_000_000
_FORMULA = ("=", "+", "@", "\t", "\r")
_GUARDED = re.compile(r"'(?=[=+\-@\t\r])")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')  # how spreadsheets are told to leave 0010 alone
_WHOLE = re.compile(r"([0-9]+)\.0+", re.ASCII)
_SCIENCE = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+", re.ASCII)
_VERSION = re.compile(r"[vV]?([0-9]{1,9})(?:\.0+)?", re.ASCII)
_PATHS = ("source_path", "delivery_path")
_PLACEHOLDER = re.compile(r"%0?[0-9]{0,2}d|#+|\$F[0-9]?|\$\{F[0-9]?\}", re.ASCII)

Row = Mapping[str, object]


class _RefusedCellError(Exception):
    """One cell that makes no sense: the rule, and the end of a sentence."""

    def __init__(self, rule: str, said: str, found: str) -> None:
        super().__init__(said)
        self.rule, self.said, self.found = rule, said, found


def take_row(manifest: Manifest, row: Row, line: int) -> None:
    """Add the row's entry, or the finding that says why there is none."""
    where = f"{manifest.name}:{line}"
    path = ""
    try:
        cells = {name: _cell(name, row.get(name)) for name in FIELDS}
        path = _path(cells["delivery_path"])
        manifest.entries.append(_entry(where, path, cells))
    except _RefusedCellError as wrong:
        refused = path or _plain(row.get("delivery_path"))
        if refused:
            manifest.refused.add(refused)
        manifest.findings.append(
            told(
                wrong.rule,
                where,
                f"{sentence(wrong.said)} This entry is left out.",
                found=escape(wrong.found[:200]),
                fix="Correct the line, and send the manifest again.",
            )
        )


def refuse_row(manifest: Manifest, line: int, said: str, paths: Sequence[object]) -> None:
    """Leave out an entry that names these delivery paths, whose files are not to be taken."""
    manifest.refused.update(filter(None, map(_plain, paths)))
    where = f"{manifest.name}:{line}"
    fix = "Correct the line, and send the manifest again."
    manifest.findings.append(told("row", where, f"{said} This entry is left out.", fix=fix))


def is_pattern(path: str) -> bool:
    """Whether a delivery path names a whole sequence, as in `sh010_comp.%04d.exr`."""
    return _PLACEHOLDER.search(path.rpartition("/")[2]) is not None


def _entry(where: str, path: str, cells: Mapping[str, str]) -> Entry:
    checksums = _checksums(cells["checksum"])
    if checksums and is_pattern(path):
        raise _RefusedCellError(
            "checksum",
            "a checksum is of one file, and this entry names a sequence",
            cells["checksum"],
        )
    return Entry(
        where,
        path,
        show=intern(cells["show"]),
        episode=intern(cells["episode"]),
        scene=intern(cells["scene"]),
        shot=intern(cells["shot"]),
        asset=intern(cells["asset"]),
        version=_version(cells["version"]),
        source_path=escape(cells["source_path"]),
        checksums=checksums,
    )


def _cell(name: str, value: object) -> str:
    """The text of a cell, as the person meant it who typed it into a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _RefusedCellError("value", f"{name} is neither text nor a number", repr(value))
    text = _number(value) if not isinstance(value, str) else value
    if len(text) > _LONGEST:
        raise _RefusedCellError("value", f"{name} is longer than {_LONGEST:,} characters", text)
    if found := _TEXT_FORMULA.fullmatch(text.strip()):
        text = found[1]
    if text.startswith(_FORMULA) or (text.startswith("-") and name not in _PATHS):
        raise _RefusedCellError("formula", f"{name} begins like a spreadsheet's formula", text)
    text = _GUARDED.sub("", text, count=1).strip()
    if name in _PATHS:
        return text
    if _SCIENCE.fullmatch(text):
        raise _RefusedCellError(
            "number", f"{name} is a number that a spreadsheet has written its own way", text
        )
    return found[1] if (found := _WHOLE.fullmatch(text)) else text


def _number(value: int | float) -> str:
    """A number as the digits that were meant: JSON made from a spreadsheet has 4.0."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return str(int(value) if whole else value)


def _path(text: str) -> str:
    """The delivery path, safe and with `/`. Those that lead elsewhere are refused."""
    if not text:
        raise _RefusedCellError("path", "delivery_path is empty", "")
    path = text.replace("\\", "/") if "/" not in text else text
    while path.startswith("./"):
        path = path[2:]
    if wrong := danger(path):
        raise _RefusedCellError("path", f"delivery_path cannot be taken: {wrong}", text)
    if is_pattern(path):
        try:
            parse_pattern(path)
        except RushesError as error:
            said = f"delivery_path is no pattern: {error.message.rstrip('.')}"
            raise _RefusedCellError("path", said, text) from error
    return path


def _plain(value: object) -> str:
    """The delivery path of a refused entry, where it may still be that of a file."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text and len(text) <= _LONGEST and not danger(text) else ""


def _version(text: str) -> int:
    if not text:
        return 0
    found = _VERSION.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= _MOST_VERSION:
        raise _RefusedCellError("version", "version is no whole number from 1 on", text)
    return int(found[1])


def _checksums(text: str) -> tuple[Checksum, ...]:
    if not text:
        return ()
    try:
        return (read_checksum(text),)
    except ValueError as error:
        raise _RefusedCellError("checksum", f"checksum: {error}", text) from error
