"""Manifests as JSON, read entry by entry: one of any size takes no more memory than its entries."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from rushes.core.outside import no_number, twice
from rushes.exchange.manifest import FIELDS, Manifest, told
from rushes.exchange.manifest_cells import refuse_row, take_row
from rushes.exchange.manifest_refused import MOST_ENTRIES, refused, too_many
from rushes.model.finding import Severity

_CHUNK = 1 << 18
_MOST_VALUE = 1 << 20  # characters of one entry, or of what is passed over
_SPACE = " \t\r\n"
_MOST_KEYS = 1000  # beside the list


def read_json(raw: BinaryIO, name: str) -> Manifest:
    """The manifest in an open file: `{"files": [entry, …]}`, or the list alone.

    Raises `manifest.invalid` where it is neither.
    """
    manifest = Manifest(name)
    unknown: set[str] = set()
    text = _Text(raw, name)
    for line, value in _entries(text):
        if len(manifest.entries) >= MOST_ENTRIES:
            raise too_many(name)
        where = f"{name}:{line}"
        if not isinstance(value, dict):
            manifest.findings.append(told("row", where, "This entry is no object. It is left out."))
        elif text.twice is not None:
            paths = (*text.paths, value.get("delivery_path"))
            refuse_row(manifest, line, f"This entry has {text.twice[:60]!r} twice.", paths)
        else:
            take_row(manifest, value, line)
            unknown.update(str(key)[:60] for key in value.keys() - set(FIELDS) if len(unknown) < 20)
    for one in sorted(unknown):
        said = f"Nothing is made of the field {one!r}."
        manifest.findings.append(told("column", name, said, severity=Severity.NOTE))
    return manifest


def _entries(text: _Text) -> Iterator[tuple[int, Any]]:
    """The values of the list with the line that each begins in."""
    if text.next() == "[":
        yield from text.listed()
    elif text.next() == "{":
        keys: set[str] = set()
        for key in text.named():
            if key in keys:
                raise text.refused(f"it has {key[:60]!r} twice")
            keys.add(key)
            if len(keys) > _MOST_KEYS:
                raise text.refused(f"it has more than {_MOST_KEYS:,} keys beside its list")
            if key != "files":
                text.value()
                if text.twice is not None:
                    raise text.refused(f"in {key[:60]!r}, it has {text.twice[:60]!r} twice")
                continue
            if text.next() != "[":
                raise text.refused("'files' is no list")
            yield from text.listed()
        if "files" not in keys:
            raise text.refused("it has no list 'files'")
    else:
        raise text.refused("it begins with neither { nor [")
    if text.next():
        raise text.refused("something follows its end")


class _Text:
    """JSON text that is read as it comes; `line` is where the next value begins.

    Of the value that was read last, `twice` is a key that stood twice in one of its objects, and
    `paths` are all delivery paths of that object.
    """

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self._raw, self._name = raw, name
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text, self._at, self._ended = "", 0, False
        self._json = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=no_number)
        self.twice: str | None = None
        self.paths: list[object] = []
        self.line = 1

    def refused(self, why: str) -> Exception:
        """What is wrong at this line; to be raised."""
        return refused(self._name, f"line {self.line}: {why}")

    def next(self) -> str:
        """The next character that is no space, which stays; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self.line += self._text[self._at] == "\n"
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def value(self) -> Any:
        """The next value as a whole. Raises `manifest.invalid` where it is none, or too large."""
        self.next()
        while True:
            self.twice, self.paths = None, []
            try:
                found, end = self._json.raw_decode(self._text, self._at)
                # A number at the edge of what has been read may go on.
                if end < len(self._text) or self._ended:
                    return self._passed(found, end)
            except json.JSONDecodeError as error:
                if self._ended:
                    self.line += self._text.count("\n", self._at, error.pos)
                    raise self.refused(error.msg) from error
            except RecursionError as error:
                said = "lists or objects are nested far too deeply"
                raise self.refused(said) from error
            except ValueError as error:
                raise self.refused(str(error) or "it cannot be read") from error
            if len(self._text) - self._at > _MOST_VALUE:
                raise self.refused(f"a value is no JSON, or longer than {_MOST_VALUE:,} characters")
            self._more()

    def listed(self) -> Iterator[tuple[int, Any]]:
        """The values of the list that begins here, each with its line."""
        self._skip("[")
        if self.next() == "]":
            self._skip("]")
            return
        while True:
            self.next()
            line = self.line
            yield line, self.value()
            if self.next() == "]":
                self._skip("]")
                return
            self._skip(",")

    def named(self) -> Iterator[str]:
        """The keys of the object that begins here; whoever asks reads the value of each."""
        self._skip("{")
        if self.next() == "}":
            self._skip("}")
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise self.refused("a key is no text")
            self._skip(":")
            yield key
            if self.next() == "}":
                self._skip("}")
                return
            self._skip(",")

    def _skip(self, wanted: str) -> None:
        if self.next() != wanted:
            found = self.next()
            raise self.refused(f"{wanted!r} was expected, and {found!r} is there" if found else
                               "it ends too early")  # fmt: skip
        self._at += 1

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            self.twice = twice(pairs)
            self.paths = [value for key, value in pairs if key == "delivery_path"]
        return made

    def _passed(self, found: Any, end: int) -> Any:
        self.line += self._text.count("\n", self._at, end)
        self._at = end
        return found

    def _more(self) -> bool:
        """Read on; whether there was anything."""
        data = self._raw.read(_CHUNK)
        self._ended = not data
        try:
            text = self._decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            raise self.refused("it is not UTF-8") from error
        self._text, self._at = self._text[self._at :] + text, 0
        return not self._ended
