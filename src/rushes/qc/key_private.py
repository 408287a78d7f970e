"""Private keys as files that only their owner can read, locked with a passphrase or not."""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.key_file import LONGEST
from rushes.qc.key_lock import locked, opening_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PLAIN = "PRIVATE KEY"
_LOCKED = "ENCRYPTED PRIVATE KEY"


def create_private(path: Path, private: Ed25519PrivateKey, passphrase: str | None) -> None:
    """Make `path` with the key in PKCS#8 PEM (RFC 5958), encrypted where there is a passphrase.

    Raises `write.failed`, also when something is there already or where files cannot be kept from
    others. Nobody else can read the file for a moment.
    """
    from cryptography.hazmat.primitives import serialization

    der = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    text = _pem(_PLAIN, der) if passphrase is None else _pem(_LOCKED, locked(der, passphrase))
    try:
        _create(path, text)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not write {escape(str(path))}: {error.strerror or error}.",
            hint="No key was made. Check free space and permissions, then try again.",
        ) from error


def is_locked(path: Path) -> bool:
    """Whether a private key asks for a passphrase. Raises as `load_private` does."""
    return f"-----BEGIN {_LOCKED}-----" in _read(path)


def load_private(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """The private key in that file; the passphrase is not looked at unless the key is locked.

    Raises `key.invalid`: also where others may read the file, as they then may have the key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = _read(path)
    asks = f"-----BEGIN {_LOCKED}-----" in text
    if asks and not passphrase:
        raise _refused(
            path,
            "is locked with a passphrase",
            "Set RUSHES_QC_PASSPHRASE (qc.passphrase), or run the command on a terminal.",
        )
    try:
        opened = load_pem_private_key(
            text.encode("utf-8"), opening_bytes(passphrase) if asks and passphrase else None
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What the library says is left out: nobody knows what it quotes.
        if asks:
            raise _refused(path, "does not open with that passphrase", "Try again.") from None
        opened = None
    if not isinstance(opened, Ed25519PrivateKey):
        raise _refused(path, "is no Ed25519 key in PKCS#8 PEM", "Restore it from a backup.")
    return opened


def _create(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        with open(handle, "w", encoding="ascii") as out:
            if os.fstat(handle).st_mode & _OTHERS:
                raise PermissionError("this file system lets others read it")
            out.write(text)
            out.flush()
            os.fsync(handle)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _read(path: Path) -> str:
    """The text of a file that is its owner's alone; what was looked at is what is read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            told = os.fstat(handle)
            data = file.read(LONGEST) if stat.S_ISREG(told.st_mode) else b""
    except OSError as error:
        raise _refused(
            path, f"cannot be read: {error.strerror or error}", "Check its permissions."
        ) from error
    if told.st_mode & _OTHERS:
        raise _refused(
            path,
            f"may be read or written by others (mode {stat.S_IMODE(told.st_mode):04o})",
            f"If it was private all the time, chmod 600 {escape(str(path))}. If others may have"
            " read it, revoke it and make a new one.",
        )
    return data.decode("utf-8", "replace")


def _pem(label: str, der: bytes) -> str:
    """DER as text with 64 characters a line (RFC 7468)."""
    text = b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def _refused(path: Path, why: str, hint: str) -> RushesError:
    return RushesError(Code.KEY_INVALID, f"The private key {escape(str(path))} {why}.", hint=hint)
