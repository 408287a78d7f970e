"""Signatures: who can make them, and what one is worth to somebody with keys that they trust."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rushes.core.errors import Code, RushesError
from rushes.model.signoff import Signature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

ED25519 = "ed25519"
HMAC_SHA256 = "hmac-sha256"
LEAST_SECRET = 16  # characters

# What a shared secret is stretched with, so that guessing one from a signature costs time.
_SALT = b"rushes.qc.secret/1"
_PUBLIC_BYTES = 32


class Standing(StrEnum):
    """What a signature is worth to whoever checks it."""

    VALID = "valid"
    BAD_SIGNATURE = "bad signature"  # not made by that key over these bytes
    UNTRUSTED_KEY = "untrusted key"  # nobody here knows the key: it may be good or forged
    REVOKED_KEY = "revoked key"  # made by that key, which is not to be believed any more


class Revocation(NamedTuple):
    """When a key was taken back, and why."""

    moment: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures are checked with, and whose it is; `raw` are its 32 bytes."""

    name: str
    raw: bytes
    created: datetime
    revoked: Revocation | None = None

    @property
    def key(self) -> str:
        """What signatures call it."""
        return key_id(self.raw)


class Signer(Protocol):
    """Whoever signs records: a person's key, or a secret that all share."""

    @property
    def key(self) -> str:
        """What signatures call the key. It tells nothing about what must stay private."""
        ...

    @property
    def algorithm(self) -> str:
        """`ed25519` or `hmac-sha256`."""
        ...

    def sign(self, message: bytes) -> Signature:
        """Sign these bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs with a private key (RFC 8032), which stays loaded from one record to the next."""

    private: Ed25519PrivateKey = field(repr=False, compare=False)
    key: str
    algorithm: str = field(default=ED25519, init=False)

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> Ed25519Signer:
        """The signer with that key."""
        return cls(private, key_id(private.public_key().public_bytes_raw()))

    def sign(self, message: bytes) -> Signature:
        """Sign these bytes."""
        return Signature(ED25519, self.key, b64encode(self.private.sign(message)).decode())


@dataclass(frozen=True, slots=True)
class HmacSigner:
    """Signs with one secret that all share (RFC 2104, SHA-256): anyone who checks can also forge.

    The secret is stretched with scrypt (N = 2**14, r = 8, p = 1) to 64 bytes: the first half signs,
    a hash of the other names the key.
    """

    mac_key: bytes = field(repr=False)
    key: str
    algorithm: str = field(default=HMAC_SHA256, init=False)

    @classmethod
    def of(cls, secret: str) -> HmacSigner:
        """The signer with that secret. Raises `key.invalid` where it is easily guessed."""
        if len(secret) < LEAST_SECRET:
            raise RushesError(
                Code.KEY_INVALID,
                f"The secret to sign with is shorter than {LEAST_SECRET} characters.",
                hint="Set qc.secret to a long random text, as `openssl rand -hex 32` makes one.",
            )
        mac_key, rest = _stretched(secret)
        return cls(mac_key, f"hmac:{hashlib.sha256(rest).hexdigest()[:16]}")

    def sign(self, message: bytes) -> Signature:
        """Sign these bytes."""
        value = hmac.digest(self.mac_key, message, "sha256")
        return Signature(HMAC_SHA256, self.key, b64encode(value).decode())


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that somebody believes, by what signatures call them, and a shared secret."""

    keys: Mapping[str, PublicKey]
    secret: HmacSigner | None = None

    def check(self, message: bytes, signature: Signature) -> Standing:
        """What the signature is worth.

        A key that was revoked is not believed at any time: whoever has stolen one can also
        write an earlier time into a record.
        """
        raw = _raw(signature.value)
        if raw is None:
            return Standing.BAD_SIGNATURE
        if self.secret is not None and signature.key == self.secret.key:
            same = signature.algorithm == HMAC_SHA256 and hmac.compare_digest(
                raw, hmac.digest(self.secret.mac_key, message, "sha256")
            )
            return Standing.VALID if same else Standing.BAD_SIGNATURE
        known = self.keys.get(signature.key)
        if known is None:
            return Standing.UNTRUSTED_KEY
        if signature.algorithm != ED25519 or not _is_signed(known.raw, message, raw):
            return Standing.BAD_SIGNATURE
        return Standing.VALID if known.revoked is None else Standing.REVOKED_KEY

    def name(self, key: str) -> str | None:
        """Whose key that is, as those say who trust it; a signature cannot tell."""
        known = self.keys.get(key)
        return known.name if known is not None else None

    def revocation(self, key: str) -> Revocation | None:
        """When and why that key was taken back, if it was."""
        known = self.keys.get(key)
        return known.revoked if known is not None else None


def key_id(raw: bytes) -> str:
    """What signatures call the public key of these bytes: half of a SHA-256 of it."""
    return f"{ED25519}:{hashlib.sha256(raw).hexdigest()[:32]}"


def loaded_public(raw: bytes) -> Ed25519PublicKey | None:
    """The public key of these bytes, None where they are none."""
    return _loaded(raw) if len(raw) == _PUBLIC_BYTES else None


@lru_cache(maxsize=1024)
def _loaded(raw: bytes) -> Ed25519PublicKey | None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        return None


def _is_signed(public: bytes, message: bytes, value: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature

    key = loaded_public(public)
    if key is None:
        return False
    try:
        key.verify(value, message)
    except InvalidSignature:
        return False
    return True


def _raw(value: str) -> bytes | None:
    """The bytes of canonical base64: one text for one value, so that no bit of it is idle."""
    try:
        raw = b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if b64encode(raw).decode() == value else None


@lru_cache(maxsize=4)
def _stretched(secret: str) -> tuple[bytes, bytes]:
    data = secret.encode("utf-8", "surrogateescape")
    both = hashlib.scrypt(data, salt=_SALT, n=2**14, r=8, p=1, dklen=64)
    return both[:32], both[32:]
