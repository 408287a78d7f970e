"""Signatures hold for the bytes they were made over, and for those who trust the key."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.model.signoff import Signature
from rushes.qc.signing import (
    Ed25519Signer,
    HmacSigner,
    PublicKey,
    Revocation,
    Signer,
    Standing,
    Trust,
    key_id,
)

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = "correct horse battery staple"
MESSAGE = b"rushes.qc.record/1\n{}"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PERSON = Ed25519Signer.of(PRIVATE)
SHARED = HmacSigner.of(SECRET)


def public(*, revoked: Revocation | None = None, name: str = "alice") -> PublicKey:
    return PublicKey(name, PRIVATE.public_key().public_bytes_raw(), MOMENT, revoked)


TRUST = Trust({PERSON.key: public()}, SHARED)
signers = pytest.mark.parametrize("signer", [PERSON, SHARED], ids=["ed25519", "hmac"])


@signers
def test_a_signature_is_valid_for_its_bytes_alone(signer: Signer) -> None:
    made = signer.sign(MESSAGE)
    assert (made.algorithm, made.key) == (signer.algorithm, signer.key)
    assert TRUST.check(MESSAGE, made) is Standing.VALID
    assert TRUST.check(MESSAGE + b" ", made) is Standing.BAD_SIGNATURE
    assert TRUST.check(b"", made) is Standing.BAD_SIGNATURE


@given(st.sampled_from([PERSON, SHARED]), st.integers(0, 95), st.characters())
def test_no_character_of_a_value_can_be_another(signer: Signer, at: int, other: str) -> None:
    made = signer.sign(MESSAGE)
    at %= len(made.value)
    changed = made._replace(value=made.value[:at] + other + made.value[at + 1 :])
    valid = TRUST.check(MESSAGE, changed) is Standing.VALID
    assert valid == (changed == made)


@signers
def test_idle_bits_of_base64_are_a_bad_signature(signer: Signer) -> None:
    made = signer.sign(MESSAGE)
    body = made.value.rstrip("=")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = body[:-1] + letters[letters.index(body[-1]) + 1] + "=" * (len(made.value) - len(body))
    assert b64decode(other) == b64decode(made.value)
    assert TRUST.check(MESSAGE, made._replace(value=other)) is Standing.BAD_SIGNATURE
    for odd in (body, f"{made.value}=", f"{made.value}\n", f" {made.value}", "", "\udc80"):
        assert TRUST.check(MESSAGE, made._replace(value=odd)) is Standing.BAD_SIGNATURE


@signers
def test_a_value_of_another_length_is_a_bad_signature(signer: Signer) -> None:
    made = signer.sign(MESSAGE)
    raw = b64decode(made.value)
    for other in (raw[:-1], raw + b"\0", raw + raw, b"\0"):
        changed = made._replace(value=b64encode(other).decode())
        assert TRUST.check(MESSAGE, changed) is Standing.BAD_SIGNATURE


def test_one_algorithm_is_not_taken_for_another() -> None:
    person, shared = PERSON.sign(MESSAGE), SHARED.sign(MESSAGE)
    mixed = [
        person._replace(algorithm=shared.algorithm),
        person._replace(key=shared.key),
        shared._replace(algorithm=person.algorithm),
        shared._replace(key=person.key),
        person._replace(algorithm=""),
    ]
    assert {TRUST.check(MESSAGE, one) for one in mixed} == {Standing.BAD_SIGNATURE}


def test_a_key_that_nobody_knows_is_untrusted() -> None:
    stranger = Ed25519Signer.of(Ed25519PrivateKey.generate())
    assert TRUST.check(MESSAGE, stranger.sign(MESSAGE)) is Standing.UNTRUSTED_KEY
    other = HmacSigner.of(SECRET + "!")
    assert TRUST.check(MESSAGE, other.sign(MESSAGE)) is Standing.UNTRUSTED_KEY
    assert Trust({}).check(MESSAGE, SHARED.sign(MESSAGE)) is Standing.UNTRUSTED_KEY
    assert TRUST.name(stranger.key) is None


def test_a_revoked_key_is_not_believed_and_a_forgery_with_its_name_is_told_apart() -> None:
    revocation = Revocation(MOMENT, "lost")
    trust = Trust({PERSON.key: public(revoked=revocation)})
    made = PERSON.sign(MESSAGE)
    assert trust.check(MESSAGE, made) is Standing.REVOKED_KEY
    assert trust.check(b"other", made) is Standing.BAD_SIGNATURE
    assert trust.revocation(PERSON.key) == revocation
    assert TRUST.revocation(PERSON.key) is None
    assert TRUST.revocation("ed25519:0") is None


def test_a_persons_name_comes_from_those_who_trust_the_key() -> None:
    assert TRUST.name(PERSON.key) == "alice"
    assert Trust({PERSON.key: public(name="bob")}).name(PERSON.key) == "bob"


def test_signatures_are_those_of_the_standard() -> None:
    # RFC 8032, 7.1, test 2.
    private = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    signer = Ed25519Signer.of(private)
    assert b64decode(signer.sign(b"\x72").value).hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    raw = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    assert signer.key == key_id(raw) == "ed25519:39f713d0a644253f04529421b9f51b9b"


def test_a_shared_secret_signs_as_documented() -> None:
    both = hashlib.scrypt(SECRET.encode(), salt=b"rushes.qc.secret/1", n=2**14, r=8, p=1, dklen=64)
    value = hmac.new(both[:32], MESSAGE, "sha256").digest()
    key = "hmac:" + hashlib.sha256(both[32:]).hexdigest()[:16]
    assert SHARED.sign(MESSAGE) == Signature("hmac-sha256", key, b64encode(value).decode())


def test_a_secret_that_is_easily_guessed_is_refused_and_not_repeated() -> None:
    with pytest.raises(RushesError) as raised:
        HmacSigner.of("tiger")
    assert raised.value.code is Code.KEY_INVALID
    assert "tiger" not in raised.value.message + raised.value.hint


def test_nothing_private_is_shown_by_repr() -> None:
    shown = repr(SHARED) + repr(PERSON) + repr(TRUST) + str(SHARED)
    for private in (SECRET, repr(SHARED.mac_key), SHARED.mac_key.hex(), "PrivateKey"):
        assert private not in shown
    assert SECRET not in SHARED.key
    assert len({HmacSigner.of(SECRET + odd).key for odd in "abc"}) == 3


def test_what_is_no_key_checks_nothing() -> None:
    raw = b"short"
    trust = Trust({key_id(raw): PublicKey("odd", raw, MOMENT)})
    made = Signature("ed25519", key_id(raw), PERSON.sign(MESSAGE).value)
    assert trust.check(MESSAGE, made) is Standing.BAD_SIGNATURE
