"""Which names of files no storage can hold for what they are, or could be harmed by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_MOST_BYTES = 255  # of one name: ext4, XFS, NTFS, SMB, and S3 gateways alike
_MOST_KEY_BYTES = 1024  # what S3 allows for a key; less than PATH_MAX
# Names that are odd enough to be searched are rare: these are made when one is.
_CONTROL = "[\x00-\x1f\x7f-\x9f\u2028\u2029]"
_NO_TEXT = "[\ud800-\udfff]"
_FORBIDDEN = r'[<>:"|?*\\]'
# What stands in names that nothing can be wrong with, but for their ends and those of devices.
_FINE = bytes(one for one in range(0x20, 0x7F) if chr(one) not in '<>:"|?*\\$') + b"\n"
_SHORT = 200  # characters of a path in which no name is too long
_DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{one}{at}" for one in ("COM", "LPT") for at in range(10)))
)
_RESERVED = r"(?i)(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])"


def danger(path: str, *, windows: bool = True, most_bytes: int = _MOST_KEY_BYTES) -> str:
    """What is wrong with a relative path that somebody else chose, in words; empty if nothing.

    What leads elsewhere, what corrupts a log, and what is no text is wrong everywhere. With
    `windows` its rules hold, too, on every system: what is written on one is opened on the others;
    its reserved names are so with any ending, as in `con.exr`.
    """
    if harmless((path,)) and len(path) <= most_bytes:
        return ""
    if path.startswith("/"):
        return "it is absolute"
    if len(path.encode("utf-8", "replace")) > most_bytes:
        return f"it is longer than {most_bytes:,} bytes"
    for part in path.split("/"):
        if wrong := _wrong(part) or (windows and _wrong_on_windows(part)):
            return wrong
    return ""


def harmless(paths: Sequence[str]) -> bool:
    """Whether `danger` surely finds nothing in any of these, told of all at once.

    Names that are fine may still be odd enough for a no: then each has to be looked at.
    """
    text = "\n".join(paths)
    if not text.isascii() or text.count("\n") >= len(paths):
        return False  # a name in another script, or with a line break
    if text.encode().translate(None, _FINE) or max(map(len, paths)) > _SHORT:
        return False
    lines = f"\n{text}\n".replace("/", "\n")
    if "\n\n" in lines or ".\n" in lines or " \n" in lines:
        return False  # a name that is empty, or ends with a dot or a space
    return _DEVICES.isdisjoint(lines.upper().replace(".", "\n").replace(" ", "\n").split("\n"))


def folded(path: str) -> str:
    """The same for all spellings that a file system may take for one (NFC, then without case).

    Two paths with one such key are two files on Linux and S3, and one on macOS, Windows or SMB.
    """
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def folders_above(path: str) -> Iterator[str]:
    """The folders that a relative path lies in, the innermost first, without the nameless top."""
    while path := path.rpartition("/")[0]:
        yield path


def _wrong(part: str) -> str:
    if part == "..":
        return "'..' leads out of the folder"
    if part in ("", "."):
        return "a folder or file in it has no name"
    if re.search(_CONTROL, part):
        return f"{part!r} holds a control character"
    if re.search(_NO_TEXT, part):
        return f"{part!r} holds a byte that is no text"
    if len(part.encode()) > _MOST_BYTES:
        return f"{part[:24]!r}… is longer than {_MOST_BYTES} bytes"
    return ""


def _wrong_on_windows(part: str) -> str:
    if found := re.search(_FORBIDDEN, part):
        return f"{part!r} holds {found.group()!r}, which Windows does not allow"
    if part[-1] in ". ":
        return f"{part!r} has a dot or a space at its end, which Windows takes away"
    if re.fullmatch(_RESERVED, part.partition(".")[0].rstrip(" ")):
        return f"{part!r} is the name of a device on Windows"
    return ""
