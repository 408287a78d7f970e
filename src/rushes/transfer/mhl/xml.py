"""XML as manifests and chains have it: written without a library, read without trust."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

# What XML 1.0 has no way to write, and bytes of names that are no UTF-8. Not compiled before it is
# needed: that takes as long as hashing some hundred files, and hardly any name is this odd.
_UNWRITABLE = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_SPECIAL = re.compile('[&<>"\r]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}

End = Callable[[str, Mapping[str, str], str], None]


def writable(text: str) -> bool:
    """Whether XML can hold `text`."""
    return text.isprintable() or re.search(_UNWRITABLE, text) is None


def quoted(text: str) -> str:
    """`text` between tags or quotation marks. It must be `writable`."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda one: _ENTITIES[one.group()], text)


def read(path: Path, data: bytes, *, root: str, begin: Callable[[str], None], end: End) -> None:
    """Call `begin(tag)` and `end(tag, attributes, text)` for every element of a document.

    Tags come without their namespace, text is what stands between the last tag and this one. An
    element `metadata` is passed over with all in it: anything may be there. Raises
    `manifest.invalid` on what is no XML, has another root, or declares a document type: no
    manifest needs one, and an entity in it could fill the memory.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    reading = _Reading(path, root, begin, end)
    parser.StartElementHandler = reading.started
    parser.EndElementHandler = reading.ended
    parser.CharacterDataHandler = reading.text.append
    parser.StartDoctypeDeclHandler = reading.refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise invalid(path, str(error)) from error
    except ValueError as error:
        raise invalid(path, f"line {parser.CurrentLineNumber}: {error}") from error


class _Reading:
    """A document half read: the tags that are open, and the text since the last of them."""

    def __init__(self, path: Path, root: str, begin: Callable[[str], None], end: End) -> None:
        self.text: list[str] = []
        self._path, self._root, self._begin, self._end = path, root, begin, end
        self._open: list[tuple[str, Mapping[str, str]]] = []
        self._passed_over = 0

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """A tag begins."""
        tag = name.rpartition(" ")[2]
        if not self._open and tag != self._root:
            raise invalid(self._path, f"it begins with {tag!r} instead of {self._root!r}")
        if self._passed_over or tag == "metadata":
            self._passed_over += 1
            return
        self._open.append((tag, attributes))
        self.text.clear()
        self._begin(tag)

    def ended(self, _name: str) -> None:
        """It ends."""
        if self._passed_over:
            self._passed_over -= 1
            return
        tag, attributes = self._open.pop()
        self._end(tag, attributes, "".join(self.text))
        self.text.clear()

    def refused(self, *_: object) -> None:
        """It declares a document type."""
        raise invalid(self._path, "it declares a document type")


def invalid(path: Path, why: str) -> RushesError:
    """`manifest.invalid`: what is wrong with the file at `path`."""
    return RushesError(
        Code.MANIFEST_INVALID,
        f"{escape(str(path))} is not what ASC MHL wants: {escape(why)}.",
        hint="Restore it from a copy of the folder's ascmhl.",
    )


def inside(path: str) -> str:
    """`path` if it lies below its folder; else `ValueError`."""
    if not path or path.startswith("/") or ".." in path.split("/") or "\0" in path:
        raise ValueError(f"the path {path!r} leads out of the folder")
    return path
