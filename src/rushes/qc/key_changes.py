"""Changing what keys are known: making, trusting and revoking them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from rushes.core import clock
from rushes.core.atomic import create_bytes, write_bytes
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.key_file import checked_name, one_line, public_of, public_text
from rushes.qc.key_private import create_private
from rushes.qc.keyring import (
    Held,
    Keyring,
    find_key,
    held_keys,
    private_place,
    public_place,
)
from rushes.qc.signing import PublicKey, Revocation


def make_key(ring: Keyring, name: str, *, passphrase: str | None = None) -> Held:
    """Make a key pair; the private part is locked where there is a passphrase.

    Raises `key.invalid` where the name is taken, `usage` where it can be none, `write.failed`.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if passphrase is not None and not passphrase:
        raise RushesError(Code.USAGE, "The passphrase is empty.", hint="Give one, or none at all.")
    _folder(ring)
    _free(held_keys(ring), checked_name(name))
    private = Ed25519PrivateKey.generate()
    known = PublicKey(name, private.public_key().public_bytes_raw(), clock.now())
    secret, public = private_place(ring, name), public_place(ring, name)
    create_private(secret, private, passphrase)
    try:
        create_bytes(public, public_text(known).encode())
    except BaseException:
        with suppress(OSError):
            secret.unlink()
        raise
    return Held(known, public, secret)


def trust_key(ring: Keyring, text: str, *, shown: str, name: str | None = None) -> Held:
    """Believe the public key in the text of a file from now on, under `name` or the one it says.

    A file that tells of a revocation passes it on; trusting a key twice is harmless. Raises
    `key.invalid` on what is no public key, where the name is another key's or the key has
    another name, and on a key that was revoked here.
    """
    given = public_of(text, shown=shown, name=name)
    found = held_keys(ring)
    known = next((one for one in found if one.known.key == given.key), None)
    if known is None:
        _free(found, given.name)
    else:
        _same(known, given)
        given = replace(known.known, revoked=known.known.revoked or given.revoked)
    _folder(ring)
    write_bytes(public_place(ring, given.name), public_text(given).encode())
    return find_key(held_keys(ring), given.key)


def revoke_key(ring: Keyring, asked: str, *, reason: str, moment: datetime | None = None) -> Held:
    """Believe a key no more, nor sign with it. What was said of one revoked before stays.

    The studio's folder is not written to: others learn of it from the exported key.
    Raises `key.unknown` or `write.failed`.
    """
    held = find_key(held_keys(ring), asked)
    if held.known.revoked is not None and not held.shared:
        return held
    revocation = held.known.revoked or Revocation(moment or clock.now(), one_line(reason))
    known = replace(held.known, revoked=revocation)
    _folder(ring)
    write_bytes(public_place(ring, known.name), public_text(known).encode())
    return find_key(held_keys(ring), known.key)


def _same(known: Held, given: PublicKey) -> None:
    """Refuse to trust a key that is known already, but otherwise."""
    if known.known.name != given.name:
        raise RushesError(
            Code.KEY_INVALID,
            f"The key {given.key} is known as {known.known.name} already, not as {given.name}.",
            hint=f"Trust it under that name: --name {known.known.name}",
        )
    revoked = known.known.revoked
    if revoked is not None and given.revoked is None:
        raise RushesError(
            Code.KEY_INVALID,
            f"The key of {given.name} was revoked on {revoked.moment:%Y-%m-%d}:"
            f" {revoked.reason or 'no reason was given'}.",
            hint="A revoked key cannot be trusted again. Ask its owner for a new one.",
        )


def _free(found: list[Held], name: str) -> None:
    for one in found:
        if one.known.name.casefold() == name.casefold():
            raise RushesError(
                Code.KEY_INVALID,
                f"There is a key called {one.known.name} already: {one.known.key}.",
                hint="A name stands for one key for ever, also when that is revoked. Take another,"
                " such as with the year.",
            )


def _folder(ring: Keyring) -> None:
    try:
        ring.own.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not make the folder of keys {escape(str(ring.own))}: {error.strerror}.",
            hint="Set qc.keys (RUSHES_QC_KEYS) to a folder that only you can write to.",
        ) from error
