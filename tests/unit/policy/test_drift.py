"""What changes within a sequence, and on which frames."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.frames.notation import format_frames
from rushes.policy.checks.drift import naturally_changing
from rushes.policy.judging import State
from rushes.testing.media.images import box, chlist

RULE = "check='drift'"
OWNER = {"owner": ("string", "me")}
OTHER = {"owner": ("string", "you")}


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ({"compression": ("compression", "PIZ")}, "compression is PIZ; in most frames it is ZIP"),
        ({"channels": chlist("A", "B", "G", "R")}, "The attribute channels is"),
        ({"displayWindow": box(0, 0, 9, 9)}, "The attribute displayWindow is"),
        ({"pixelAspectRatio": ("float", 2.0)}, "pixelAspectRatio is 2; in most frames it is 1"),
        ({"lineOrder": ("lineOrder", "DECREASING_Y")}, "The attribute lineOrder is"),
        ({"owner": ("string", "me")}, 'owner is "me"; in most frames it is not there'),
    ],
)
def test_a_frame_unlike_the_others_is_told(
    facts: Any, drifted: Any, messages: Any, odd: Any, told: str
) -> None:
    frames = [facts(), facts(), facts(odd), facts()]
    found = drifted(RULE, *frames)
    assert found.state is State.FAILED
    assert [format_frames(one) for one in found.frames] == ["1003"]
    assert told in messages(found)[0]
    assert [one.subject for one in found.findings] == ["plate.%04d.exr"]


def test_frames_alike_do_not_drift(facts: Any, drifted: Any) -> None:
    assert drifted(RULE, *[facts(OWNER)] * 5).state is State.PASSED


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_no_drift_without_two_frames(facts: Any, drifted: Any, count: int) -> None:
    assert drifted(RULE, *[facts()] * count).state is State.NOT_APPLICABLE


def test_the_greater_half_is_right(facts: Any, drifted: Any) -> None:
    found = drifted(RULE, *[facts(OWNER)] * 2, *[facts(OTHER)] * 3)
    assert [format_frames(one) for one in found.frames] == ["1001-1002"]


def test_an_attribute_that_ends_midway_is_missing_from_there(facts: Any, drifted: Any) -> None:
    found = drifted(RULE, *[facts(OWNER)] * 3, *[facts()] * 2)
    assert [format_frames(one) for one in found.frames] == ["1004-1005"]
    assert found.findings[0].found == "not there"


@pytest.mark.parametrize(
    "name",
    [
        *("timeCode", "keyCode", "capDate", "frame", "renderTime", "arnold/frame"),
        *("worldToCamera", "worldToNDC", "exr:worldToCamera"),
    ],
)
def test_what_naturally_changes_is_no_drift(facts: Any, drifted: Any, name: str) -> None:
    assert naturally_changing(name)
    frames = [facts({name: ("int", at)}) for at in range(4)]
    assert drifted(RULE, *frames).state is State.PASSED
    named = f"check='drift'\nattributes=['{name}']"
    assert drifted(named, *frames).state is State.FAILED


def test_data_windows_may_change_unless_a_policy_says_otherwise(facts: Any, drifted: Any) -> None:
    frames = [facts({"dataWindow": box(0, 0, at, 9)}) for at in range(3)]
    assert drifted(RULE, *frames).state is State.PASSED
    assert drifted("check='drift'\nfields='data_window'", *frames).state is State.FAILED


def test_attributes_of_a_name_of_their_own_in_every_frame_cost_no_more(
    facts: Any, drifted: Any, messages: Any
) -> None:
    found = drifted(RULE, *[facts({f"uuid {at}": ("int", 1)}) for at in range(30)])
    assert len(messages(found)) == 30
    assert format_frames(found.frames[4]) == "1005"
    assert found.findings[4].wanted == "not there"


def test_attributes_set_free_may_change(facts: Any, drifted: Any) -> None:
    frames = [facts({"uuid": ("string", str(at))}) for at in range(3)]
    assert drifted(RULE, *frames).state is State.FAILED
    assert drifted("check='drift'\nfree='uu*'", *frames).state is State.PASSED
    assert drifted("check='drift'\nattributes=[]", *frames).state is State.PASSED


def test_many_values_of_one_attribute_are_told_once(
    facts: Any, drifted: Any, messages: Any
) -> None:
    frames = [facts({"uuid": ("string", str(at % 20))}) for at in range(60)]
    found = drifted(RULE, *frames)
    (message,) = messages(found)
    assert "uuid has many values" in message
    assert len(found.frames[0]) > 40


def test_long_values_are_compared_whole(facts: Any, drifted: Any) -> None:
    manifest = "x" * 5000
    frames = [facts({"manifest": ("string", manifest + end)}) for end in "aab"]
    assert [format_frames(one) for one in drifted(RULE, *frames).frames] == ["1003"]


def test_parts_that_come_or_go_are_told_as_that_alone(
    facts: Any, drifted: Any, messages: Any
) -> None:
    found = drifted(RULE, facts({}, {}), facts({}, {}), facts({}, {}, {}))
    (message,) = messages(found)
    assert "The list of parts is part0, part1, part2" in message


def test_frames_are_compared_with_those_that_have_their_parts(
    facts: Any, drifted: Any, messages: Any
) -> None:
    rule = "check='drift'\nfields=[]"
    found = drifted(rule, facts({}, {}), facts(OWNER), facts(OWNER), facts(OTHER))
    (message,) = messages(found)
    assert "owner" in message
    assert [format_frames(one) for one in found.frames] == ["1004"]


def test_parts_that_are_never_the_same_are_never_said_not_to_drift(
    facts: Any, drifted: Any, messages: Any
) -> None:
    frames = [facts({"name": ("string", f"beauty {at}")}) for at in range(30)]
    found = drifted("check='drift'\nfields=[]", *frames)
    (message,) = messages(found)
    assert "nothing was compared" in message
    assert [format_frames(one) for one in found.frames] == ["1017-1030"]


def test_drift_of_all_parts_alike_is_told_once(facts: Any, drifted: Any, messages: Any) -> None:
    found = drifted(RULE, facts({}, {}), facts({}, {}), facts(OWNER, OWNER))
    assert [one.split(": ")[0] for one in messages(found)] == ["All parts"]


def test_a_part_that_is_not_meant_may_drift(facts: Any, drifted: Any, messages: Any) -> None:
    frames = (facts({}, {}), facts({}, {}), facts({}, OWNER))
    assert drifted("check='drift'\nonly={first=true}", *frames).state is State.PASSED
    found = drifted("check='drift'\nonly={first=false}", *frames)
    assert found.state is State.FAILED


def test_an_attribute_that_comes_twice_in_a_header_counts_once(facts: Any, drifted: Any) -> None:
    from dataclasses import replace

    given = facts(OWNER)
    (part,) = given.image.parts
    double = replace(part, attributes=(*part.attributes, part.attributes[-1]))
    twice = replace(given, image=replace(given.image, parts=(double,)))
    assert drifted(RULE, given, twice, given).state is State.PASSED
