"""Private keys locked with a passphrase, as any program that knows PKCS#8 can open them.

PBES2 (RFC 8018) with PBKDF2 over HMAC-SHA-256 and AES-256 in CBC mode. Written here because the
library's own takes 2,048 rounds of PBKDF2, which a graphics card runs through in no time.
"""

from __future__ import annotations

import hashlib
import os

# What OWASP's cheat sheet on storing passwords asks of PBKDF2 with HMAC-SHA-256.
ROUNDS = 600_000

_SEQUENCE, _INTEGER, _OCTETS, _OID = 0x30, 0x02, 0x04, 0x06
_NULL = b"\x05\x00"
_PBES2 = bytes.fromhex("2a864886f70d01050d")
_PBKDF2 = bytes.fromhex("2a864886f70d01050c")
_HMAC_SHA256 = bytes.fromhex("2a864886f70d0209")
_AES_256_CBC = bytes.fromhex("60864801650304012a")


def locked(der: bytes, passphrase: str) -> bytes:
    """The DER of an `EncryptedPrivateKeyInfo` that holds the unencrypted one in `der`."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    salt, start = os.urandom(16), os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", opening_bytes(passphrase), salt, ROUNDS, dklen=32)
    fill = 16 - len(der) % 16
    writer = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    hidden = writer.update(der + bytes([fill]) * fill) + writer.finalize()
    rounds = ROUNDS.to_bytes(ROUNDS.bit_length() // 8 + 1, "big")
    derivation = _sequence(
        _tagged(_OID, _PBKDF2),
        _sequence(
            _tagged(_OCTETS, salt),
            _tagged(_INTEGER, rounds),
            _sequence(_tagged(_OID, _HMAC_SHA256), _NULL),
        ),
    )
    cipher = _sequence(_tagged(_OID, _AES_256_CBC), _tagged(_OCTETS, start))
    scheme = _sequence(_tagged(_OID, _PBES2), _sequence(derivation, cipher))
    return _sequence(scheme, _tagged(_OCTETS, hidden))


def opening_bytes(passphrase: str) -> bytes:
    """A passphrase as the bytes that open a key."""
    return passphrase.encode("utf-8", "surrogateescape")


def _sequence(*parts: bytes) -> bytes:
    return _tagged(_SEQUENCE, b"".join(parts))


def _tagged(tag: int, content: bytes) -> bytes:
    """One element of DER (ITU-T X.690), of up to 255 bytes."""
    size = len(content)
    return bytes([tag, size] if size < 128 else [tag, 0x81, size]) + content
