"""Cuts: timelines made by OpenTimelineIO itself, read back as shots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.testing.studios import refusal

otio = pytest.importorskip("opentimelineio")

RATE = 24.0


def span(start: float, count: float, rate: float = RATE) -> Any:
    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(start, rate), time(count, rate))


def clip(name: str, start: float = 1009, count: float = 40, rate: float = RATE) -> Any:
    return otio.schema.Clip(name, source_range=span(start, count, rate))


def timeline(*items: Any) -> str:
    made = otio.schema.Timeline("reel 1")
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    track.extend(list(items))
    made.tracks.append(track)
    return str(otio.adapters.write_to_string(made, "otio_json"))


def rules(plan: Any) -> list[str]:
    return [one.rule for one in plan.findings]


def frames(nv: Any, *key: str) -> tuple[int, ...]:
    shot = nv.shot(*key)
    return tuple(shot[one] for one in ("frame_in", "cut_in", "cut_out", "frame_out"))


def test_clips_become_shots_in_the_order_of_the_cut(nv: Any) -> None:
    plan = nv.take("a.otio", timeline(clip("sq020_sh0010"), clip("sq010_sh0010", 1009, 10)))
    assert [one.key[1:] for one in plan.made("shot")] == [("sq020", "sh0010"), ("sq010", "sh0010")]
    assert frames(nv, "sq010", "sh0010") == (1001, 1009, 1018, 1026)
    assert rules(plan) == []


def test_the_place_in_the_cut_is_kept_when_that_is_asked(nv: Any) -> None:
    cut = timeline(clip("sq020_sh0010"), clip("sq010_sh0010"))
    nv.take("a.otio", cut, order=True)
    assert nv.shot("sq010", "sh0010")["custom"] == {"cut_order": 2}
    assert nv.plan("a.otio", cut, order=True).empty


def test_frames_counted_by_time_of_day_are_counted_from_the_shows_first(nv: Any) -> None:
    cut = timeline(clip("sq010_sh0010", 86400, 40))
    assert rules(nv.plan("a.otio", cut)) == ["cut.counting"]
    assert rules(nv.plan("a.otio", cut, from_start=True)) == []
    assert rules(nv.take("a.otio", cut, from_start=None)) == ["cut.counting"]
    assert frames(nv, "sq010", "sh0010") == (1001, 1009, 1048, 1056)
    nv.take("a.otio", timeline(clip("sq010_sh0010", 86400, 50)), from_start=True)
    assert frames(nv, "sq010", "sh0010") == (1001, 1009, 1058, 1066)


def test_a_marker_goes_before_the_name_of_a_camera_file(nv: Any) -> None:
    shot = clip("A001C003_201101")
    shot.markers.append(otio.schema.Marker("sq010_sh0010", marked_range=span(0, 1)))
    nv.take("a.otio", timeline(shot))
    assert nv.shot("sq010", "sh0010")


@pytest.mark.parametrize(
    "name", ["sq010_sh0010_comp_v003.mov", "sq010_sh0010.mov", "NV_sq010_sh0010", "sq010_sh0010_v1"]
)
def test_what_stands_around_a_shot_in_a_name_is_left_away(nv: Any, name: str) -> None:
    nv.take("a.otio", timeline(clip(name)))
    assert nv.shot("sq010", "sh0010")


def test_a_name_that_no_grammar_understands_is_found(nv: Any) -> None:
    plan = nv.take("a.otio", timeline(clip("TITLE CARD"), clip("XX_sq010_sh0010"), clip("sq1_sh1")))
    assert rules(plan) == ["shot.unnamed", "shot.unnamed"]
    assert len(nv.show.shots) == 1


def test_the_shows_own_grammar_tells_episode_sequence_and_code(
    make_set: Callable[..., Any],
) -> None:
    nv = make_set(shot_grammar="ep{episode:03d}_sc{scene:02d}_{shot:04d}")
    plan = nv.take("a.otio", timeline(clip("ep001_sc02_0010_comp_v3"), clip("sq010_sh0010")))
    assert nv.shot("ep001", "sc02", "ep001_sc02_0010")
    assert rules(plan) == ["shot.unnamed"]


def test_a_set_of_grammars_may_be_named(make_set: Callable[..., Any]) -> None:
    nv = make_set(shot_grammar="netflix")
    nv.take("a.otio", timeline(clip("NV_104_065_010_comp_PDA_v001"), clip("NV_010_0020")))
    assert nv.shot("104", "065", "NV_104_065_010")
    assert nv.shot("010", "NV_010_0020")


def test_a_shot_that_is_there_by_its_short_code_is_found(make_set: Callable[..., Any]) -> None:
    nv = make_set(shot_grammar="{sequence:03d}_{shot:04d}")
    nv.take("a.csv", "sequence,shot\n010,0020\n")
    plan = nv.take("a.otio", timeline(clip("010_0020")))
    assert plan.made("shot") == []
    assert frames(nv, "010", "0020")[1] == 1009


def test_a_shot_that_is_cut_twice_gets_the_range_of_both(nv: Any) -> None:
    cut = timeline(clip("sq1_sh1", 1009, 10), clip("sq1_sh2"), clip("sq1_sh1", 1029, 10))
    plan = nv.take("a.otio", cut)
    assert frames(nv, "sq1", "sh1")[1:3] == (1009, 1038)
    assert rules(plan) == ["shot.twice"]


def test_both_sides_of_a_dissolve_run_on(nv: Any) -> None:
    time = otio.opentime.RationalTime
    dissolve = otio.schema.Transition(in_offset=time(4, RATE), out_offset=time(6, RATE))
    plan = nv.take("a.otio", timeline(clip("sq1_sh1"), dissolve, clip("sq1_sh2")))
    assert frames(nv, "sq1", "sh1")[1:3] == (1009, 1054)
    assert frames(nv, "sq1", "sh2")[1:3] == (1005, 1048)
    assert rules(plan) == ["cut.dissolve"]


def test_gaps_are_told(nv: Any) -> None:
    gap = otio.schema.Gap(source_range=span(0, 12))
    plan = nv.plan("a.otio", timeline(clip("sq1_sh1"), gap, clip("sq1_sh2")))
    assert rules(plan) == ["cut.gap"]
    assert "12 frames" in plan.findings[0].message


@pytest.mark.parametrize(("speed", "last"), [(2.0, 1088), (0.5, 1028), (-1.0, 1048), (1.5, 1068)])
def test_a_retime_takes_as_many_frames_as_its_speed(nv: Any, speed: float, last: int) -> None:
    shot = clip("sq1_sh1")
    shot.effects.append(otio.schema.LinearTimeWarp(time_scalar=speed))
    plan = nv.take("a.otio", timeline(shot))
    assert frames(nv, "sq1", "sh1")[2] == last
    assert rules(plan) == ["cut.retime"]


def test_a_frozen_frame_takes_one(nv: Any) -> None:
    shot = clip("sq1_sh1")
    shot.effects.append(otio.schema.FreezeFrame())
    nv.take("a.otio", timeline(shot))
    assert frames(nv, "sq1", "sh1")[1:3] == (1009, 1009)


def test_24_and_23_976_are_the_same_frames(make_set: Callable[..., Any]) -> None:
    nv = make_set(fps="24000/1001")
    plan = nv.take("a.otio", timeline(clip("sq1_sh1", 86400, 40, 24.0)))
    assert frames(nv, "sq1", "sh1")[1:3] == (86400, 86439)
    assert "cut.rate" not in rules(plan)


def test_another_rate_is_converted_and_told(nv: Any) -> None:
    plan = nv.take("a.otio", timeline(clip("sq1_sh1", 2500, 50, 25.0)))
    assert frames(nv, "sq1", "sh1")[1:3] == (2400, 2447)
    assert "cut.rate" in rules(plan)


def test_clips_without_frames_and_switched_off_ones_are_told(nv: Any) -> None:
    off = clip("sq1_sh1")
    off.enabled = False
    plan = nv.take("a.otio", timeline(off, otio.schema.Clip("sq1_sh2"), clip("sq1_sh3", 1009, 0)))
    assert rules(plan) == ["cut.disabled", "cut.range", "cut.range"]
    assert nv.shot("sq1", "sh2")["frame_in"] == 1001


def test_what_is_nested_and_on_other_tracks_counts(nv: Any) -> None:
    made = otio.schema.Timeline("reel")
    for number, name in enumerate(("sq1_sh1", "sq1_sh2"), 1):
        track = otio.schema.Track(f"V{number}", kind=otio.schema.TrackKind.Video)
        stack = otio.schema.Stack()
        stack.append(clip(name))
        track.append(stack)
        made.tracks.append(track)
    sound = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    sound.append(clip("sq1_sh3"))
    made.tracks.append(sound)
    nv.take("a.otio", otio.adapters.write_to_string(made, "otio_json"))
    assert {key[-1] for key in nv.show.shots_by_key} == {"sh1", "sh2"}


@pytest.mark.parametrize("data", ["", "{}", "[1", '{"OTIO_SCHEMA": "Clip.1"}', "\x00", "[" * 9999])
def test_what_is_no_timeline_is_refused(nv: Any, data: str) -> None:
    with refusal(Code.FIELD_INVALID, "a.otio"):
        nv.plan("a.otio", data)


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        ('"OTIO_SCHEMA": "Stack.1"', '"OTIO_SCHEMA": "Nothing.1"'),
        ('"rate": 24.0', '"rate": -1.0'),
        ('"rate": 24.0', '"rate": null'),
        ('"effects": []', '"effects": [null]'),
        ('"children": [', '"children": [null, '),
        ('"media_references"', '"references"'),
    ],
)
def test_a_hole_in_a_timeline_is_refused_and_ends_no_process(
    nv: Any, found: str, instead: str
) -> None:
    text = timeline(clip("sq1_sh1"))
    assert found in text
    with refusal(Code.FIELD_INVALID, "a.otio"):
        nv.plan("a.otio", text.replace(found, instead))
