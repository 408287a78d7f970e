"""Whether an asset needs another record, and what that says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rushes.model.files import Kind
from rushes.model.frames import FrameSet
from rushes.model.signoff import Legacy, Past, PolicyStamp, Record, Result, Sidecar, State
from rushes.qc.asset import Asset, cheap_print
from rushes.qc.content import Content
from rushes.qc.deciding import Decision, Happened, Seen, decide
from rushes.qc.order import TOOL, Order
from rushes.qc.sidecar import decode, encode, record_hash, signing_bytes
from rushes.qc.signing import HmacSigner, Standing, Trust
from rushes.qc.verdict import of_chain
from rushes.testing.found import found
from rushes.testing.signed import legacy
from rushes.testing.signoffs import finding

SCHEMA = Draft202012Validator(
    json.loads(files("rushes.qc").joinpath("schemas/rushes.qc.1.json").read_text("utf-8"))
)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CLIP = Asset("clip.mov", found(".", "clip.mov", frames=FrameSet(), kind=Kind.FILE))
PLATE = Asset("plate.%04d.exr", found(".", "plate."))
POLICY = PolicyStamp("studio", "1", "aaaa")
CREW = Order("ada")


def seen(sidecar: Sidecar | None = None, content: str = "blake3:aa", **given: Any) -> Seen:
    one = given.pop("asset", CLIP)
    rotted = given.pop("rotted", ())
    return Seen(one, "/shows/clip.mov", Content(content, (), rotted), sidecar, **given)


def decided(one: Seen, order: Order = CREW) -> Decision:
    return decide(one, order, now=NOW)


def written(one: Seen, order: Order = CREW) -> Record:
    made = decided(one, order).sidecar
    assert made is not None
    return made.record


def first(**order: Any) -> Sidecar:
    """The sidecar of an asset that was met once before, by Ada."""
    made = decide(seen(), Order("ada", **order)).sidecar
    assert made is not None
    return made


def test_what_is_new_is_pending() -> None:
    made = decided(seen())
    assert made.happened is Happened.NEW
    record = written(seen())
    assert (record.qc_result, record.content_state) == (Result.PENDING, State.NEW)
    assert (record.operator, record.tool_version, record.qc_time) == ("ada", TOOL, NOW)
    assert (record.asset_path, record.asset_name) == ("/shows/clip.mov", "clip.mov")
    assert (record.previous, record.signature, record.changes) == (None, None, None)
    assert record.cheap_fp == cheap_print(CLIP.found)
    assert record.reason == "first seen"


def test_what_is_new_may_be_signed_off_at_once() -> None:
    record = written(seen(), Order("ada", result=Result.FAIL, note="banding"))
    assert (record.qc_result, record.notes) == (Result.FAIL, "banding")


@pytest.mark.parametrize("result", Result)
def test_what_did_not_change_needs_no_record(result: Result) -> None:
    made = decided(seen(first(result=result)), Order("bob", note="hello"))
    assert (made.happened, made.sidecar) == (Happened.UNCHANGED, None)


@pytest.mark.parametrize("result", Result)
def test_what_changed_is_pending_again(result: Result) -> None:
    before = first(result=result, note="fine")
    made = decided(seen(before, "blake3:bb"))
    assert made.happened is Happened.CHANGED
    assert made.reason == f"its content changed; it was {result.value}"
    assert made.sidecar is not None
    assert made.sidecar.history == (before.record,)
    record = made.sidecar.record
    assert (record.qc_result, record.content_state) == (Result.PENDING, State.MODIFIED)
    assert record.notes == ""
    assert record.previous == record_hash(before.record)


def test_what_changed_may_be_signed_off_as_it_is_now() -> None:
    made = decided(seen(first(), "blake3:bb"), Order("bob", result=Result.PASS))
    assert made.happened is Happened.CHANGED
    assert "signed off as pass" in made.reason
    assert made.sidecar is not None
    assert made.sidecar.record.qc_result is Result.PASS
    assert made.sidecar.record.content_state is State.MODIFIED


def test_bytes_that_changed_by_themselves_are_told_as_such() -> None:
    made = decided(seen(first(), "blake3:bb", rotted=tuple(f"{one}\n.exr" for one in range(7))))
    assert made.happened is Happened.ROTTED
    assert "size and time did not" in made.reason
    assert "0\\x0a.exr, 1\\x0a.exr" in made.reason
    assert "and 2 more" in made.reason


def test_another_algorithm_cannot_tell_what_changed() -> None:
    made = decided(seen(first(), "sha256:aa"))
    assert made.happened is Happened.CHANGED
    assert "hashed otherwise" in made.reason


def test_signing_says_who_and_what() -> None:
    before = first(note="look again")
    record = written(seen(before), Order("bob", result=Result.PASS, note="levels OK"))
    assert (record.operator, record.qc_result, record.notes) == ("bob", Result.PASS, "levels OK")
    assert (record.content_state, record.reason) == (State.UNCHANGED, "signed off as pass")


def test_signing_the_same_again_writes_nothing() -> None:
    before = first(result=Result.PASS, note="fine")
    for again in (Order("ada", result=Result.PASS), Order("ada", result=Result.PASS, note="fine")):
        assert decided(seen(before), again).sidecar is None


@pytest.mark.parametrize(
    "other",
    [Order("bob", result=Result.PASS), Order("ada", result=Result.FAIL),
     Order("ada", result=Result.PENDING), Order("ada", result=Result.PASS, note="other")],
    ids=["operator", "fail", "pending", "note"],
)  # fmt: skip
def test_signing_otherwise_is_another_record(other: Order) -> None:
    before = first(result=Result.PASS, note="fine")
    made = decided(seen(before), other)
    assert made.happened is Happened.SIGNED
    assert made.sidecar is not None
    assert made.sidecar.history == (before.record,)


def test_a_note_stays_until_there_is_another() -> None:
    before = first(note="look at frame 1003")
    assert written(seen(before), Order("bob", result=Result.PASS)).notes == "look at frame 1003"


def test_a_note_can_be_taken_back() -> None:
    before = first(result=Result.PASS, note="wrong shot, sorry")
    assert written(seen(before), Order("ada", result=Result.PASS, note="")).notes == ""


@pytest.mark.parametrize(
    ("was", "now"),
    [(Result.PASS, Result.PENDING), (Result.FAIL, Result.FAIL), (Result.PENDING, Result.PENDING)],
)
def test_under_another_policy_version_a_pass_is_asked_for_anew(was: Result, now: Result) -> None:
    before = first(result=was, policy_version="2025.10")
    made = decided(seen(before), Order("crawler", policy_version="2025.11"))
    assert made.happened is Happened.POLICY
    assert made.reason == f"policy version 2025.11 instead of 2025.10; it was {was.value}"
    assert made.sidecar is not None
    record = made.sidecar.record
    assert (record.qc_result, record.policy_version) == (now, "2025.11")
    assert record.content_state is State.UNCHANGED
    assert made.sidecar.history[-1] == before.record


def test_under_the_same_policy_nothing_is_written() -> None:
    before = first(policy_version="2025.11", policy=POLICY)
    assert decided(seen(before), Order("bob", policy_version="2025.11", policy=POLICY)).sidecar is (
        None
    )
    assert decided(seen(before), Order("bob")).sidecar is None


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (POLICY._replace(hash="bbbb"), "policy studio 1 says something else than it did"),
        (POLICY._replace(version="2", hash="bb"), "policy studio 2 instead of studio 1"),
        (PolicyStamp("other", "1", "bb"), "policy other 1 instead of studio 1"),
    ],
)
def test_a_policy_that_says_something_else_is_another(policy: PolicyStamp, why: str) -> None:
    before = first(policy=POLICY, result=Result.PASS)
    made = decided(seen(before), Order("bob", policy=policy))
    assert made.reason == f"{why}; it was pass"
    assert made.sidecar is not None
    assert made.sidecar.record.policy == policy


def test_a_policy_where_there_was_none_is_another() -> None:
    made = decided(seen(first()), Order("bob", policy=POLICY))
    assert made.reason.startswith("policy studio 1 instead of none")


def test_findings_stay_true_as_long_as_the_content_does() -> None:
    before = decide(seen(findings=(finding(),)), CREW).sidecar
    signing = Order("bob", result=Result.PASS)
    assert written(seen(before), signing).findings == (finding(),)
    assert written(seen(before, "blake3:bb"), signing).findings == ()
    assert written(seen(before, findings=()), signing).findings == ()


def test_what_the_scan_found_is_on_record() -> None:
    made = replace(CLIP, findings=(finding("1 missing frame"),))
    assert written(seen(asset=made)).findings == (finding("1 missing frame"),)


def test_the_trackers_name_for_it_is_kept() -> None:
    before = decide(seen(asset_id="ASSET-1"), CREW).sidecar
    assert written(seen(before, "blake3:bb")).asset_id == "ASSET-1"
    assert written(seen(before, "blake3:bb", asset_id="ASSET-2")).asset_id == "ASSET-2"


def test_a_record_is_signed_as_it_stands_in_its_chain() -> None:
    signer = HmacSigner.of("correct horse battery staple")
    record = written(seen(first(), "blake3:bb"), Order("bob", signer=signer))
    assert record.previous is not None
    assert record.signature is not None
    trust = Trust({}, signer)
    assert trust.check(signing_bytes(record), record.signature) is Standing.VALID


def old(**given: Any) -> Legacy:
    return legacy(**{"content_hash": "blake3:aa", "notes": "levels OK", **given})


@pytest.mark.parametrize("result", Result)
def test_the_earlier_tools_result_counts_for_the_same_bytes(result: Result) -> None:
    was = old(qc_result=result.value)
    made = decided(seen(legacy=was))
    assert made.happened is Happened.UPGRADED
    assert f"{result.value} by alice on 2025-11-11T15:12:43" in made.reason
    assert made.sidecar is not None
    assert made.sidecar.history == (was,)
    record = made.sidecar.record
    assert (record.qc_result, record.content_state) == (result, State.UNCHANGED)
    assert record.notes == "levels OK"
    assert record.previous == record_hash(was)


def test_the_earlier_tools_result_does_not_count_for_other_bytes() -> None:
    record = written(seen(content="blake3:bb", legacy=old()))
    assert (record.qc_result, record.content_state) == (Result.PENDING, State.MODIFIED)
    assert "its content changed since" in record.reason


def test_a_sequence_is_the_same_by_what_tells_cheaply() -> None:
    same = {"cheap_fp": dict(cheap_print(PLATE.found)._asdict())}
    other = {"cheap_fp": same["cheap_fp"] | {"bytes": 1}}
    for told, result in ((same, Result.PASS), (other, Result.PENDING), ({}, Result.PENDING)):
        was = old(content_hash="blake3:other", sequence=told)
        assert written(seen(asset=PLATE, legacy=was)).qc_result is result


@pytest.mark.parametrize("odd", ["PASS", "ok", ""])
def test_a_result_that_there_is_not_is_pending(odd: str) -> None:
    assert written(seen(legacy=old(qc_result=odd))).qc_result is Result.PENDING


def test_what_is_taken_over_may_be_signed_off_at_once() -> None:
    record = written(seen(legacy=old()), Order("bob", result=Result.FAIL, note="no"))
    assert (record.qc_result, record.notes, record.operator) == (Result.FAIL, "no", "bob")


def test_the_earlier_tools_pass_is_asked_for_anew_under_another_policy_version() -> None:
    was = old(policy_version="2025.10")
    record = written(seen(legacy=was), Order("bob", policy_version="2025.11"))
    assert record.qc_result is Result.PENDING


def test_the_earlier_tools_policy_version_is_taken_over() -> None:
    assert written(seen(legacy=old(policy_version="2025.10"))).policy_version == "2025.10"


def test_the_earlier_tools_name_in_the_tracker_is_taken_over() -> None:
    assert written(seen(legacy=old(asset_id="ASSET-1234"))).asset_id == "ASSET-1234"


orders = st.builds(
    Order,
    operator=st.sampled_from(["ada", "bob"]),
    result=st.none() | st.sampled_from(Result),
    note=st.none() | st.sampled_from(["", "x"]),
    policy_version=st.none() | st.sampled_from(["1", "2"]),
    policy=st.none() | st.just(POLICY),
)
steps = st.lists(st.tuples(st.sampled_from(["blake3:aa", "blake3:bb", "sha256:aa"]), orders))


@settings(max_examples=50)
@given(steps, st.booleans())
def test_whatever_happens_the_chain_holds_and_nothing_is_lost(
    course: list[tuple[str, Order]], upgraded: bool
) -> None:
    there: Sidecar | None = None
    was = old() if upgraded else None
    told: list[Past] = [was] if was is not None else []
    for content, order in course:
        made = decide(seen(there, content, legacy=None if there else was), order)
        again = made.sidecar or there
        assert again is not None
        if made.sidecar is not None:
            told.append(made.sidecar.record)
            assert decode(encode(made.sidecar)) == made.sidecar
            SCHEMA.validate(json.loads(encode(made.sidecar)))
        there = again
        assert there.record.content_hash == content
        if order.result is not None:
            assert there.record.qc_result is order.result
        assert decide(seen(there, content), replace(order, note=None)).sidecar is None
    if there is not None:
        assert [*there.history, there.record] == told
        assert list(of_chain(there)) == []
