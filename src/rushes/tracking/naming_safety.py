"""Which names no storage, no system and no client can do harm with, or lose."""

from __future__ import annotations

import re

_MOST_BYTES = 255  # of one name: ext4, XFS, NTFS, SMB, and S3 gateways alike
_MOST_PATH_BYTES = 4095  # PATH_MAX without its NUL
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)


def danger(path: str) -> str:
    """What is wrong with a relative path as a name, in words; empty where nothing is.

    Windows' rules hold on every system: what is written on one is opened on the others. Its
    reserved names are so with any ending, as in `con.exr`.
    """
    if len(path.encode("utf-8", "replace")) > _MOST_PATH_BYTES:
        return f"it is longer than {_MOST_PATH_BYTES:,} bytes"
    if path.startswith("/"):
        return "it is absolute"
    if not path:
        return "it is empty"
    for part in path.split("/"):
        if wrong := _wrong(part):
            return wrong
    return ""


def _wrong(part: str) -> str:
    if part == "..":
        return "'..' leads out of the folder"
    if part in ("", "."):
        return "a folder in it has no name"
    if _CONTROL.search(part):
        return f"{part!r} holds a control character or a byte that is no text"
    if found := _FORBIDDEN.search(part):
        return f"{part!r} holds {found.group()!r}, which Windows does not allow"
    if part[-1] in ". " or part[0] == " ":
        return f"{part!r} has a dot at its end or a space at its edge, which Windows takes away"
    if _RESERVED.fullmatch(part.partition(".")[0].rstrip(" ")):
        return f"{part!r} is the name of a device on Windows"
    if len(part.encode("utf-8", "replace")) > _MOST_BYTES:
        return f"{part[:24]!r}… is longer than {_MOST_BYTES} bytes"
    return ""
