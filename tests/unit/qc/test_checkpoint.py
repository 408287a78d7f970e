"""A checkpoint shows what became of records since, and not a byte of it changes unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.canonical import canonical
from rushes.core.errors import Code, RushesError
from rushes.qc.checkpoint import Checkpoint, Kind, Leaf, compare, sealed
from rushes.qc.checkpoint_document import decode, encode, signed, signing_bytes
from rushes.qc.merkle import tree_hash
from rushes.qc.signing import Ed25519Signer, PublicKey, Standing, Trust

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
SIGNER = Ed25519Signer.of(PRIVATE)
TRUST = Trust(
    {SIGNER.key: PublicKey("alice", PRIVATE.public_key().public_bytes_raw(), MOMENT)},
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def hashed(text: str) -> str:
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def leaf(path: str, *records: str) -> Leaf:
    hashes = tuple(hashed(one) for one in records)
    return Leaf(path, hashes[-1], hashes)


def made(*leaves: Leaf) -> Checkpoint:
    return sealed(leaves, root="/shows", operator="alice", tool_version="t", created=MOMENT)


WAS = (leaf("a", "a1", "a2"), leaf("b", "b1"), leaf("c", "c1", "c2", "c3"))
CHECKPOINT = signed(made(*WAS), SIGNER)
DATA = encode(CHECKPOINT)


def noticed(data: bytes) -> bool:
    """Whether bytes are refused, or not believed to be signed."""
    try:
        checkpoint = decode(data)
    except RushesError as error:
        return error.code is Code.SIDECAR_INVALID
    if checkpoint.signature is None:
        return True
    return TRUST.check(signing_bytes(checkpoint), checkpoint.signature) is not Standing.VALID


leaf_lists = st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3), max_size=6).map(
    lambda found: [leaf(path, *records) for path, records in found.items()]
)


def kinds(*now: Leaf) -> dict[str, str]:
    return {one.path: one.kind.value for one in compare(CHECKPOINT, now)}


def test_records_as_they_were_are_no_difference() -> None:
    assert list(compare(CHECKPOINT, reversed(WAS))) == []


def test_new_and_continued_records_are_fine() -> None:
    now = (leaf("a", "a1", "a2", "a3"), *WAS[1:], leaf("d", "d1"))
    assert kinds(*now) == {"a": "continued", "d": "new"}
    assert all(one.kind.is_fine for one in compare(CHECKPOINT, now))


def test_a_record_that_is_gone_is_missing() -> None:
    (told,) = compare(CHECKPOINT, WAS[1:])
    assert (told.kind, told.was, told.present) == (Kind.MISSING, CHECKPOINT.leaves[0], None)
    assert not told.kind.is_fine


def test_an_earlier_state_put_back_is_rolled_back() -> None:
    assert kinds(leaf("a", "a1"), WAS[1], leaf("c", "c1")) == {
        "a": "rolled back",
        "c": "rolled back",
    }


def test_other_records_in_the_place_of_the_sealed_are_rewritten() -> None:
    assert kinds(leaf("a", "a1", "x"), leaf("b", "x"), leaf("c", "c1", "c2", "x", "c4")) == {
        "a": "rewritten",
        "b": "rewritten",
        "c": "rewritten",
    }


def test_a_chain_that_lost_its_beginning_is_rewritten() -> None:
    assert kinds(leaf("a", "a2"), *WAS[1:]) == {"a": "rewritten"}
    assert kinds(leaf("a", "a0", "a1", "a2"), *WAS[1:]) == {"a": "rewritten"}


def test_a_chain_that_holds_nothing_is_rolled_back() -> None:
    assert kinds(Leaf("a", "", ()), *WAS[1:]) == {"a": "rolled back"}


@given(leaf_lists, leaf_lists)
def test_whatever_was_is_told_or_still_there(was: list[Leaf], now: list[Leaf]) -> None:
    told = {one.path: one.kind for one in compare(made(*was), now)}
    present = {one.path: one for one in now}
    for one in was:
        after = present.get(one.path)
        kept = after is not None and after.hashes[: len(one.hashes)] == one.hashes
        if kept:
            assert told.get(one.path, Kind.CONTINUED) is Kind.CONTINUED
        elif after is None or one.head not in after.hashes:
            assert not told[one.path].is_fine
    assert {path for path in present if path not in {one.path for one in was}} == {
        path for path, kind in told.items() if kind is Kind.NEW
    }


@given(leaf_lists, texts, texts)
def test_a_checkpoint_comes_back_from_its_bytes(leaves: list[Leaf], root: str, name: str) -> None:
    checkpoint = sealed(leaves, root=root, operator=name, tool_version="", created=MOMENT)
    for one in (checkpoint, signed(checkpoint, SIGNER)):
        assert decode(encode(one)) == one
    backwards = reversed(leaves)
    assert checkpoint == sealed(
        backwards, root=root, operator=name, tool_version="", created=MOMENT
    )


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_no_byte_becomes_another_unnoticed(at: int, by: int) -> None:
    assert noticed(DATA[:at] + bytes([DATA[at] ^ by]) + DATA[at + 1 :])


def test_no_bit_changes_unnoticed() -> None:
    for at in range(len(DATA) * 8):
        changed = bytearray(DATA)
        changed[at // 8] ^= 1 << at % 8
        assert noticed(bytes(changed)), at


@given(st.integers(0, len(DATA)), st.binary(min_size=1, max_size=3), st.integers(1, 3))
def test_nothing_is_put_in_or_left_out_unnoticed(at: int, more: bytes, less: int) -> None:
    assert noticed(DATA[:at] + more + DATA[at:])
    assert at == len(DATA) or noticed(DATA[:at] + DATA[at + less :])


def test_a_signature_holds_for_all_but_itself() -> None:
    assert CHECKPOINT.signature is not None
    assert TRUST.check(signing_bytes(CHECKPOINT), CHECKPOINT.signature) is Standing.VALID
    assert signing_bytes(CHECKPOINT) == signing_bytes(replace(CHECKPOINT, signature=None))
    assert signing_bytes(CHECKPOINT).startswith(b"rushes.qc.checkpoint/1\n{")
    for other in (
        replace(CHECKPOINT, root="/other"),
        replace(CHECKPOINT, operator="bob"),
        replace(CHECKPOINT, leaves=CHECKPOINT.leaves[1:]),
    ):
        assert TRUST.check(signing_bytes(other), CHECKPOINT.signature) is Standing.BAD_SIGNATURE


def test_the_root_is_that_of_the_leaves_as_json() -> None:
    told = json.loads(DATA)
    entries = [canonical(one) for one in told["leaves"]]
    assert told["merkle_root"] == f"sha256:{tree_hash(entries).hex()}"
    assert told["count"] == len(entries) == 3


def test_two_sidecars_in_one_place_are_no_checkpoint() -> None:
    with pytest.raises(ValueError, match="two sidecars"):
        made(leaf("a", "1"), leaf("a", "2"))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(count=2),
        lambda told: told.update(schema_version=2),
        lambda told: told.update(schema_version=True),
        lambda told: told.update(more=1),
        lambda told: told.pop("root"),
        lambda told: told.update(created="2026-11-21T12:00:00Z"),
        lambda told: told.update(created=5),
        lambda told: told.update(operator=None),
        lambda told: told.update(merkle_root=hashed("")),
        lambda told: told.update(leaves={}),
        lambda told: told["leaves"].reverse(),
        lambda told: told["leaves"].append(told["leaves"][-1]),
        lambda told: told["leaves"][1].__setitem__(2, True),
        lambda told: told["leaves"][1].__setitem__(2, 0),
        lambda told: told["leaves"][1].__setitem__(1, "sha256:0"),
        lambda told: told["leaves"][1].append(0),
        lambda told: told["signature"].pop("key"),
        lambda told: told["signature"].update(more=""),
        lambda told: told.update(signature=""),
    ],
)
def test_what_rushes_does_not_write_is_refused(change: Callable[[Any], object]) -> None:
    told = json.loads(DATA)
    change(told)
    with pytest.raises(RushesError) as raised:
        decode(canonical(told))
    assert raised.value.code is Code.SIDECAR_INVALID


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"a":NaN}'])
def test_what_is_no_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(RushesError) as raised:
        decode(data)
    assert raised.value.code is Code.SIDECAR_INVALID
