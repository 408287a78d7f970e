"""The text of a file that some program wrote, whatever encoding it chose."""

from __future__ import annotations

import codecs
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.tracking.refusing import shown

_LARGEST = 64 << 20  # bytes; a show of ten thousand shots is a tenth of that


def content(path: Path) -> bytes:
    """All of a file. Raises `path.not_found`, `path.unreadable`, and `usage` for a huge one."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise RushesError(Code.PATH_NOT_FOUND, f"There is no file {shown(str(path))}.") from None
    except OSError as error:
        why = error.strerror or str(error)
        raise RushesError(
            Code.PATH_UNREADABLE, f"Cannot read {shown(str(path))}: {why}."
        ) from error
    if len(data) > _LARGEST:
        raise RushesError(Code.USAGE, f"{shown(str(path))} is larger than {_LARGEST >> 20} MB.")
    return data


def decoded(data: bytes, name: str) -> tuple[str, list[Finding]]:
    """The text, and a note where its encoding is guessed: UTF-8, UTF-16 by its mark, else the
    Western European one of Windows. Raises `field.invalid` where it holds no text.
    """
    found: list[Finding] = []
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            # What that code page has no character for is taken as Latin-1 has it.
            text = "".join(_western(one) for one in data)
            told = "It is no UTF-8, and was read as Windows-1252: accents may be wrong."
            fix = "Save it as UTF-8 (in Excel: CSV UTF-8)."
            found.append(Finding("file.encoding", Severity.NOTE, name, told, fix=fix))
    if "\0" in text:
        raise RushesError(Code.FIELD_INVALID, f"{name} is no text: it holds NUL characters.")
    return text, found


def _western(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)
