"""A sidecar is the same bytes for the same records, and nothing else is a sidecar."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC
from hashlib import sha256
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from rushes.core.canonical import canonical
from rushes.core.errors import Code, RushesError
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import Changes, Legacy, PolicyStamp, Record, Sidecar, Signature
from rushes.qc.sidecar import decode, encode, record_document, record_hash, signing_bytes
from rushes.testing.signed import legacy
from rushes.testing.signoffs import after, chain, finding, of_sequence, record

TOLD = json.loads(files("rushes.qc").joinpath("schemas/rushes.qc.1.json").read_text("utf-8"))
SCHEMA = Draft202012Validator(TOLD)
moments = st.datetimes(timezones=st.just(UTC))
records = st.builds(Record, qc_time=moments)
pasts = records | st.builds(Legacy)
sidecars = st.builds(Sidecar, records, st.lists(pasts, max_size=3).map(tuple))

SIGNED = record(signature=Signature("ed25519", "ed25519:0123", "c2lnbmVk"))
FULL = after(
    (legacy(), record()),
    of_sequence(
        FrameSet((FrameRange(1001, 1010),)),
        policy=PolicyStamp("studio", "1", "0123456789abcdef"),
        asset_id="ASSET-1234",
        changes=Changes("1010", "", None),
        findings=(finding(),),
        notes="grün \x00\u2028\U0001f600",
        signature=SIGNED.signature,
    ),
)


def document(made: Sidecar = FULL) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(encode(made))
    return whole


def refused(data: bytes) -> str:
    """Why that is no sidecar."""
    with pytest.raises(RushesError) as caught:
        decode(data)
    assert caught.value.code is Code.SIDECAR_INVALID
    assert caught.value.hint
    return caught.value.message


@given(sidecars)
def test_what_is_written_is_read_again_without_loss(made: Sidecar) -> None:
    data = encode(made)
    assert decode(data) == made
    assert encode(decode(data)) == data


@given(sidecars)
def test_a_sidecar_is_canonical_json(made: Sidecar) -> None:
    data = encode(made)
    assert canonical(json.loads(data)) == data


@pytest.mark.parametrize("made", [FULL, chain(1), chain(3)], ids=["full", "first", "chain"])
def test_a_sidecar_is_what_its_schema_says(made: Sidecar) -> None:
    SCHEMA.validate(document(made))


@pytest.mark.parametrize("name", sorted(document()))
def test_every_field_is_told_in_the_schema_and_none_may_be_missing(name: str) -> None:
    assert name in TOLD["properties"]
    lacking = document()
    del lacking[name]
    with pytest.raises(ValidationError):
        SCHEMA.validate(lacking)
    refused(canonical(lacking))


def test_the_schema_knows_no_field_that_is_not_written() -> None:
    assert set(TOLD["properties"]) == set(document())


@pytest.mark.parametrize(
    "where", [(), ("sequence",), ("cheap_fp",), ("policy",), ("changes",), ("signature",),
              ("findings", 0), ("history", 0), ("history", 0, "legacy"), ("history", 1)],
    ids=str,
)  # fmt: skip
def test_a_field_that_nobody_knows_is_refused(where: tuple[str | int, ...]) -> None:
    odd = document()
    inner: Any = odd
    for key in where:
        inner = inner[key]
    inner["colour"] = "blue"
    with pytest.raises(ValidationError):
        SCHEMA.validate(odd)
    assert "colour" in refused(canonical(odd))


@pytest.mark.parametrize(
    "data",
    [
        encode(FULL) + b"\n",
        b" " + encode(FULL),
        b"\xef\xbb\xbf" + encode(FULL),
        json.dumps(document()).encode(),
        json.dumps(document(), sort_keys=True, separators=(",", ":")).encode(),  # ASCII
        json.dumps(document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
            "utf-16"
        ),
        encode(FULL).replace(b'"notes":', b'"notes":"","notes":'),
        encode(FULL).replace(b'"files":1,', b'"files":1.0,'),
        encode(FULL).replace(b'"files":1,', b'"files":01,'),
        encode(FULL)[:-1],
        b"",
        b"[]",
        b"null",
        b"\x00" * 100,
        b"[" * 100_000,
        b'{"schema_version":1,"x":NaN}',
        b'{"schema_version":1,"x":"\\ud800"}',
        b'{"schema_version":1}',
        b'{"schema_version":2}',
        b'{"schema_version":1,"history":[' + b"9" * 5_000 + b"]}",
    ],
    ids=lambda data: data[:24].decode("latin-1"),
)
def test_other_bytes_are_refused_even_where_they_mean_the_same(data: bytes) -> None:
    assert refused(data).startswith("This is no sidecar as Rushes writes them: ")


@given(st.binary(max_size=64))
def test_rubbish_is_refused(data: bytes) -> None:
    refused(data)


@given(st.data())
def test_a_value_of_another_kind_is_refused(data: st.DataObject) -> None:
    odd = document()
    name = data.draw(st.sampled_from(sorted(odd)))
    other = data.draw(st.sampled_from([3.5, True, [[]], {"a": 1}]))
    odd[name] = other
    refused(canonical(odd))


def test_a_time_is_in_utc_and_to_the_microsecond() -> None:
    for text in ("2026-11-20T09:30:00Z", "2026-11-20T10:30:00.000000+01:00", "2026-11-20", ""):
        odd = document()
        odd["qc_time"] = text
        assert "qc_time" in refused(canonical(odd))


def test_a_record_within_another_is_named_by_its_place() -> None:
    odd = document()
    odd["cheap_fp"]["files"] = "many"
    assert "cheap_fp.files must be a whole number" in refused(canonical(odd))


def test_a_history_holds_records_of_ours_and_of_the_earlier_tool_alone() -> None:
    for past in (1, None, {}, {"schema_version": 2}, {"schema_version": 0}):
        odd = document()
        odd["history"] = [past]
        refused(canonical(odd))
        with pytest.raises(ValidationError):
            SCHEMA.validate(odd)


def test_a_signature_is_over_everything_but_itself() -> None:
    assert signing_bytes(SIGNED) == signing_bytes(replace(SIGNED, signature=None))
    assert signing_bytes(SIGNED) != signing_bytes(replace(SIGNED, notes="other"))
    bare = record_document(SIGNED)
    del bare["signature"]
    assert signing_bytes(SIGNED) == b"rushes.qc.record/1\n" + canonical(bare)


def test_a_history_is_not_signed_but_chained() -> None:
    made = chain(3)
    assert made.record.previous == record_hash(made.history[-1])
    assert "history" not in json.loads(signing_bytes(made.record).partition(b"\n")[2])


@given(records)
def test_the_hash_of_a_record_is_of_all_of_it_and_its_signature(made: Record) -> None:
    whole = canonical(record_document(made))
    assert record_hash(made) == f"sha256:{sha256(whole).hexdigest()}"
    assert record_hash(made) != record_hash(replace(made, notes=made.notes + "x"))


def test_the_hash_of_a_record_changes_with_its_signature() -> None:
    assert record_hash(SIGNED) != record_hash(replace(SIGNED, signature=None))


def test_a_sidecar_of_the_earlier_tool_is_hashed_word_for_word() -> None:
    was = legacy()
    assert record_hash(was) != record_hash(replace(was, text=was.text + " "))
