"""Public keys as files that people hand to one another, and the names that keys may have."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rushes.core import outside
from rushes.core.clock import iso, now
from rushes.core.errors import Code, RushesError
from rushes.qc.signing import ED25519, PublicKey, Revocation, loaded_public

LONGEST = 64 * 1024  # bytes of a file that a key may be in; the usual one has 400

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")


def checked_name(name: str) -> str:
    """`name`, when a key may be called so. Raises `usage`: names are those of files, too."""
    if _NAME.fullmatch(name) is None:
        raise RushesError(
            Code.USAGE,
            f"A key cannot be called {name!r}.",
            hint="Take up to 64 letters (A-Z), digits and . _ @ + -, beginning with one of the"
            " first two.",
        )
    return name


def one_line(reason: str) -> str:
    """A reason as it is kept: one line, with nothing in it that a terminal could be upset by."""
    return " ".join("".join(one if one.isprintable() else " " for one in reason).split())


def public_text(known: PublicKey) -> str:
    """The file of a public key: JSON for people to read, nothing in it is private."""
    revoked = known.revoked
    document = {
        "schema_version": 1,
        "name": known.name,
        "algorithm": ED25519,
        "key": known.key,
        "public": b64encode(known.raw).decode(),
        "created": iso(known.created),
        "revoked": (
            {"time": iso(revoked.moment), "reason": revoked.reason} if revoked is not None else None
        ),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def public_of(
    text: str, *, shown: str, name: str | None = None, made: datetime | None = None
) -> PublicKey:
    """The key in such a file, or in a PEM file with a public Ed25519 key.

    It gets `name`, else the one that it says, which a PEM file does not, as it does not say when
    it was `made` either. `shown` is what messages call the file. Raises `key.invalid`, or `usage`
    where the name is none.
    """
    if "-----BEGIN" in text:
        if name is None:
            raise _invalid(shown, "it does not say whose key it is")
        return PublicKey(checked_name(name), _pem(text, shown), made or now())
    try:
        document = outside.parsed(text)
    except outside.TwiceError as error:
        raise _invalid(shown, str(error)) from None
    except (ValueError, RecursionError):
        raise _invalid(shown, "it is neither JSON nor PEM") from None
    if not isinstance(document, dict):
        raise _invalid(shown, "it is no JSON object")
    return _public(document, shown, name)


def _public(document: Mapping[str, Any], shown: str, name: str | None) -> PublicKey:
    version = document.get("schema_version")
    if version != 1 or document.get("algorithm") != ED25519:
        raise _invalid(shown, "it is of a kind that this version does not know")
    revoked = document.get("revoked")
    if revoked is not None and not isinstance(revoked, dict):
        raise _invalid(shown, "its revocation makes no sense")
    known = PublicKey(
        name=checked_name(name) if name is not None else _name(document, shown),
        raw=_raw(_text(document, "public", shown), shown),
        created=_time(document, "created", shown),
        revoked=(
            Revocation(_time(revoked, "time", shown), one_line(_text(revoked, "reason", shown)))
            if revoked is not None
            else None
        ),
    )
    if known.key != document.get("key"):
        raise _invalid(shown, "the key in it is not the one that it names")
    return known


def _name(document: Mapping[str, Any], shown: str) -> str:
    try:
        return checked_name(_text(document, "name", shown))
    except RushesError:
        raise _invalid(
            shown, "it does not say whose key it is, or no key can be called so"
        ) from None


def _raw(text: str, shown: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if loaded_public(raw) is None:
        raise _invalid(shown, "there is no Ed25519 key in it")
    return raw


def _pem(text: str, shown: str) -> bytes:
    if "PRIVATE KEY" in text:
        raise RushesError(
            Code.KEY_INVALID,
            f"{shown} holds a private key.",
            hint="Whoever has it can sign in its owner's name. What others need is its public"
            " part: rushes qc keys export.",
        )
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        loaded = load_pem_public_key(text.encode("utf-8", "surrogateescape"))
    except (ValueError, UnsupportedAlgorithm):
        raise _invalid(shown, "there is no public key in it") from None
    if not isinstance(loaded, Ed25519PublicKey):
        raise _invalid(shown, "the key in it is no Ed25519 key")
    return loaded.public_bytes_raw()


def _text(document: Mapping[str, Any], field: str, shown: str) -> str:
    value = document.get(field)
    if not isinstance(value, str):
        raise _invalid(shown, f"it lacks {field}")
    if value.encode("utf-8", "replace") != value.encode("utf-8", "surrogatepass"):
        raise _invalid(shown, f"{field} holds what is no character")
    return value


def _time(document: Mapping[str, Any], field: str, shown: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(document, field, shown))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _invalid(shown, f"{field} is no time as in 2026-11-21T01:02:03Z")


def _invalid(shown: str, why: str) -> RushesError:
    return RushesError(
        Code.KEY_INVALID,
        f"{shown} is no public key: {why}.",
        hint="Ask its owner to export it anew (rushes qc keys export), or move the file away.",
    )
