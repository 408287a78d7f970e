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
    open_tags: list[tuple[str, Mapping[str, str]]] = []
    text: list[str] = []
    passed_over = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal passed_over
        tag = name.rpartition(" ")[2]
        if not open_tags and tag != root:
            raise invalid(path, f"it begins with {tag!r} instead of {root!r}")
        if passed_over or tag == "metadata":
            passed_over += 1
            return
        open_tags.append((tag, attributes))
        text.clear()
        begin(tag)

    def ended(_name: str) -> None:
        nonlocal passed_over
        if passed_over:
            passed_over -= 1
            return
        tag, attributes = open_tags.pop()
        end(tag, attributes, "".join(text))
        text.clear()

    def refused(*_: object) -> None:
        raise invalid(path, "it declares a document type")

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise invalid(path, str(error)) from error
    except ValueError as error:
        raise invalid(path, f"line {parser.CurrentLineNumber}: {error}") from error


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
