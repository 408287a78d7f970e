"""Records as JSON: the fields that the earlier tool's files have, meaning what they meant there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rushes.core.errors import RushesError
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import Legacy
from rushes.qc.document import legacy_document, past_of, record_document, record_of
from rushes.testing.signoffs import finding, of_sequence, record

# What the earlier tool's documentation shows of its files.
EARLIER = {
    "qc_id", "qc_time", "operator", "tool_version", "policy_version", "asset_path", "asset_id",
    "content_hash", "qc_result", "notes", "sequence",
}  # fmt: skip
EARLIER_SEQUENCE = {
    "base", "ext", "first", "last", "frame_count", "frame_min", "frame_max", "pad", "range_count",
    "holes", "cheap_fp",
}  # fmt: skip
SEQUENCE = of_sequence(FrameSet((FrameRange(1001, 1003), FrameRange(1006, 1007))))


def told(**changes: Any) -> dict[str, Any]:
    return record_document(record(**changes))


def test_every_field_of_the_earlier_tool_is_there() -> None:
    document: Any = record_document(SEQUENCE)
    assert set(document) >= EARLIER
    assert set(document["sequence"]) >= EARLIER_SEQUENCE
    assert set(document["sequence"]["cheap_fp"]) == {"files", "bytes", "newest_mtime"}


def test_a_single_file_has_no_sequence() -> None:
    assert told()["sequence"] is None


def test_times_are_in_utc_whatever_they_came_in() -> None:
    moment = datetime.fromisoformat("2025-11-11T16:12:43.123456+01:00")
    assert told(qc_time=moment)["qc_time"] == "2025-11-11T15:12:43.123456Z"
    back = record_of(told(qc_time=moment)).qc_time
    assert (back, back.tzinfo) == (moment, UTC)


def test_findings_are_whole_and_in_their_order() -> None:
    made = record(findings=(finding("first", fix="Render it."), finding("second")))
    assert [one["message"] for one in record_document(made)["findings"]] == ["first", "second"]  # type: ignore[union-attr,index,call-overload]
    assert record_of(record_document(made)) == made


def test_what_is_read_back_is_equal() -> None:
    assert record_of(record_document(SEQUENCE)) == SEQUENCE


def test_a_sidecar_of_the_earlier_tool_is_kept_word_for_word() -> None:
    was = Legacy("sequence.qc.json", '{ "qc_result" :\t"pass"}\r\n', "pass", "", "")
    assert past_of(legacy_document(was)) == was


@pytest.mark.parametrize("value", ["Pass", "ok", "", None, 1])
def test_a_result_that_there_is_not_is_refused(value: object) -> None:
    with pytest.raises(RushesError, match="qc_result"):
        record_of(told() | {"qc_result": value})


def test_true_is_no_number() -> None:
    with pytest.raises(RushesError, match=r"cheap_fp\.files"):
        record_of(told() | {"cheap_fp": {"files": True, "bytes": 0, "newest_mtime": 0}})


def test_another_version_of_records_is_refused() -> None:
    with pytest.raises(RushesError, match="schema_version"):
        record_of(told() | {"schema_version": 2})
