"""What signatures and chains say of a sidecar, by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from rushes.model.signoff import Past, Record, Sidecar
from rushes.qc.sidecar import record_hash, signing_bytes
from rushes.qc.signing import Ed25519Signer, HmacSigner, PublicKey, Revocation, Signer, Trust
from rushes.qc.verdict import Told, of_chain, of_sidecar
from rushes.testing.signed import legacy
from rushes.testing.signoffs import chain, record

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
ADA = Ed25519Signer.of(PRIVATE)
SHARED = HmacSigner.of("correct horse battery staple")
PUBLIC = PublicKey("ada", PRIVATE.public_key().public_bytes_raw(), MOMENT)
TRUST = Trust({ADA.key: PUBLIC}, SHARED)
REVOKED = Trust({ADA.key: replace(PUBLIC, revoked=Revocation(MOMENT, "stolen"))})


def signed(*signers: Signer | None) -> Sidecar:
    """A chain of records, each signed by somebody."""
    past: tuple[Past, ...] = ()
    for number, signer in enumerate(signers):
        previous = record_hash(past[-1]) if past else None
        made = record(qc_id=f"record {number}", previous=previous)
        if signer is not None:
            made = replace(made, signature=signer.sign(signing_bytes(made)))
        past = (*past, made)
    last = past[-1]
    assert isinstance(last, Record)
    return Sidecar(last, past[:-1])


def words(told: Sequence[Told]) -> list[str]:
    return [one.verdict.value for one in told]


def told(made: Sidecar, trust: Trust = TRUST) -> list[Told]:
    return list(of_sidecar(made, trust))


@pytest.mark.parametrize("signer", [ADA, SHARED], ids=["key", "secret"])
def test_of_what_was_signed_and_trusted_there_is_nothing_to_say(signer: Signer) -> None:
    assert told(signed(signer)) == []
    assert told(signed(signer, signer, signer)) == []


def test_what_nobody_signed_is_unsigned() -> None:
    assert words(told(signed(None))) == ["unsigned"]


def test_earlier_records_need_no_signature_for_the_last_to_count() -> None:
    assert told(signed(None, ADA)) == []
    assert words(told(signed(ADA, None))) == ["unsigned"]


def test_another_word_in_a_record_breaks_its_signature() -> None:
    made = signed(ADA)
    (one,) = told(replace(made, record=replace(made.record, operator="eve")))
    assert (one.verdict.value, one.detail) == ("bad signature", ADA.key)


def test_a_key_that_nobody_trusts_proves_nothing() -> None:
    assert words(told(signed(ADA), Trust({}))) == ["untrusted key"]
    assert words(told(signed(SHARED), Trust({}))) == ["untrusted key"]


def test_a_key_that_was_taken_back_is_told_with_the_reason() -> None:
    (one,) = told(signed(ADA), REVOKED)
    assert one.verdict.value == "revoked key"
    assert "2026-11-21: stolen" in one.detail


def test_a_valid_signature_vouches_for_the_records_before_it() -> None:
    assert told(signed(ADA, SHARED), Trust({}, SHARED)) == []


def test_earlier_signatures_are_told_where_the_last_is_worth_nothing() -> None:
    one, earlier = told(signed(ADA, SHARED), Trust({}))
    assert (one.verdict.value, earlier.verdict.value) == ("untrusted key", "untrusted key")
    assert "record 0" in earlier.detail


def test_a_signature_does_not_fit_another_record() -> None:
    one, other = signed(ADA).record, record(qc_id="other")
    moved = Sidecar(replace(other, signature=one.signature))
    assert words(told(moved)) == ["bad signature"]


@given(st.integers(1, 5))
def test_a_chain_as_it_was_written_holds(length: int) -> None:
    assert list(of_chain(chain(length))) == []


def test_a_chain_may_begin_with_the_earlier_tool() -> None:
    was = legacy()
    made = Sidecar(record(previous=record_hash(was)), (was,))
    assert list(of_chain(made)) == []
    assert words(list(of_chain(Sidecar(record(), (was,))))) == ["broken chain"]


def test_a_beginning_that_was_cut_off_shows() -> None:
    made = chain(3)
    (one,) = of_chain(replace(made, history=made.history[1:]))
    assert "stands first, and those before it are gone" in one.detail


def test_a_record_taken_out_of_the_middle_shows() -> None:
    made = chain(3)
    (one,) = of_chain(replace(made, history=made.history[:1]))
    assert "does not follow" in one.detail


def test_records_in_another_order_show() -> None:
    made = chain(4)
    first, second, third = made.history
    assert list(of_chain(replace(made, history=(first, third, second))))


def test_a_record_that_was_changed_shows_in_the_one_after_it() -> None:
    made = chain(3)
    first, second = made.history
    assert isinstance(second, Record)
    other = replace(made, history=(first, replace(second, operator="eve")))
    assert words(list(of_chain(other))) == ["broken chain"]


def test_a_record_of_the_earlier_tool_amid_ours_shows() -> None:
    made = chain(2)
    was = legacy()
    odd = Sidecar(replace(made.record, previous=record_hash(was)), (*made.history, was))
    assert words(list(of_chain(odd))) == ["broken chain"]
