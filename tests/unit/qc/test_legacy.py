"""Sidecars of the earlier tool are told from everything else, and kept word for word."""

from __future__ import annotations

import json

import pytest

from rushes.core.errors import Code, RushesError
from rushes.qc.legacy import asset_of, is_legacy, legacy_of
from rushes.qc.sidecar import encode
from rushes.testing.signoffs import chain

# All that the earlier tool ever wrote.
WHOLE = {
    "schema_name": "eikon-qc-sidecar",
    "schema_version": "1.1.0",
    "qc_id": "019a73e9-0c2b-7d4e-8f00-2f4b6c8d0e1f",
    "qc_time": "2025-11-11T15:12:43.123456+00:00",
    "operator": "alice",
    "tool_version": "eikon-qc-marker/1.1.0",
    "policy_version": "2025.11.0",
    "asset_path": "/SAN/show/010/plates/lgt",
    "asset_id": "ASSET-1234",
    "content_hash": "blake3:c29b",
    "prev_content_hash": "blake3:af13",
    "content_state": "missing",
    "last_valid_qc_id": "019a73e9-0000-7000-8000-000000000001",
    "last_valid_qc_time": "2025-11-10T15:12:43.123456+00:00",
    "tracker_status": {"status": "ok", "http_code": 200},
    "qc_result": "pass",
    "notes": "Viewed in Clipster; levels OK",
    "sequence": {
        "base": "conjuring-last-rites_tlr-f1_dcin_las",
        "ext": "tif",
        "first": "…087460.tif",
        "last": "…089929.tif",
        "frame_count": 117,
        "frame_min": 87460,
        "frame_max": 89929,
        "pad": 6,
        "range_count": 10,
        "holes": 23,
        "cheap_fp": {"files": 117, "bytes": 1234567890, "newest_mtime": 1762870000},
    },
}
WORDS = json.dumps(WHOLE, indent=2, ensure_ascii=False).replace("\n", "\r\n").encode() + b"\n"


def test_every_word_is_kept() -> None:
    made = legacy_of("sequence.qc.json", WORDS)
    assert made.text.encode() == WORDS
    assert (made.result, made.operator) == ("pass", "alice")
    assert made.time == "2025-11-11T15:12:43.123456+00:00"
    assert asset_of(made) == WHOLE


def test_the_name_of_its_file_is_kept_escaped() -> None:
    assert legacy_of("\udcff.qc.json", WORDS).name == r"\xff.qc.json"


def test_fields_that_are_missing_or_odd_are_empty() -> None:
    odd = json.dumps({"qc_result": None, "content_hash": [], "operator": 3}).encode()
    made = legacy_of("a.qc.json", odd)
    assert (made.result, made.operator, made.time) == ("", "", "")


def test_half_a_character_is_no_text_but_the_words_stay() -> None:
    odd = rb'{"qc_result":"pass","content_hash":"","operator":"al\ud800ice"}'
    made = legacy_of("a.qc.json", odd)
    made.operator.encode()
    assert made.text.encode() == odd


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"qc_result":"pass"}',
     b'{"content_hash":"blake3:c29b"}', encode(chain(1)), b'{"name":"somebody else\'s"}'],
    ids=lambda data: data[:16].decode("latin-1"),
)  # fmt: skip
def test_other_files_are_none_of_that_tools(data: bytes) -> None:
    assert not is_legacy(data)
    with pytest.raises(RushesError) as caught:
        legacy_of("a.qc.json", data)
    assert caught.value.code is Code.SIDECAR_INVALID
