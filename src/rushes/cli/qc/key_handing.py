"""Public keys handed from one person to another, and the question before one is revoked."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rushes.core.atomic import create_bytes, write_bytes
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.key_file import LONGEST, public_of, public_text
from rushes.qc.signing import PublicKey


def read_public(file: Path) -> tuple[str, str]:
    """The text in a file, or on stdin for `-`, and what messages call that.

    Raises `path.not_found`, `path.unreadable` or `key.invalid`.
    """
    if str(file) == "-":
        return _text(sys.stdin.buffer.read(LONGEST), "stdin"), "stdin"
    shown = escape(str(file))
    try:
        with open(file, "rb") as there:
            return _text(there.read(LONGEST), shown), shown
    except OSError as error:
        gone = isinstance(error, (FileNotFoundError, NotADirectoryError))
        raise RushesError(
            Code.PATH_NOT_FOUND if gone else Code.PATH_UNREADABLE,
            f"{shown} cannot be read: {error.strerror or error}.",
            hint="Give a file that rushes qc keys export wrote.",
        ) from error


def write_public(known: PublicKey, out: Path) -> None:
    """Write a public key for others, over an earlier export of the same key at most.

    Raises `write.failed`.
    """
    data = public_text(known).encode()
    if _holds(out, known):
        write_bytes(out, data)
    else:
        create_bytes(out, data)


def confirm_revocation(known: PublicKey) -> None:
    """Ask whether that key is really to be revoked. Raises `usage` or `cancelled` where it is not.

    Somebody has to be there to be asked.
    """
    if not sys.stdin.isatty():
        raise RushesError(
            Code.USAGE,
            f"There is no terminal to ask at whether {known.name} is to be revoked.",
            hint="With --yes, nothing is asked.",
        )
    question = f"Believe {known.name} ({known.key}) no more? This cannot be taken back."
    if not click.confirm(question, err=True):
        raise RushesError(Code.CANCELLED, "Nothing was revoked.")


def _holds(out: Path, known: PublicKey) -> bool:
    try:
        text, shown = read_public(out)
        return public_of(text, shown=shown).key == known.key
    except RushesError:
        return False


def _text(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise RushesError(
            Code.KEY_INVALID,
            f"{shown} is no public key: it is no text.",
            hint="Give a file that rushes qc keys export wrote.",
        ) from None
