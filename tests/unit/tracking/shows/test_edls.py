"""EDLs as they come: made by OpenTimelineIO, and written by hand to be awkward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.testing.studios import refusal

otio = pytest.importorskip("opentimelineio")
pytest.importorskip("otio_cmx3600_adapter")

PLAIN = """TITLE: REEL 1
FCM: NON-DROP FRAME

* a comment before the first event
001  A001C001 V     C        01:00:00:00 01:00:02:00 00:00:00:00 00:00:02:00
* FROM CLIP NAME:  sq010_sh0010
002  A001C002 V     C        02:00:00:00 02:00:01:00 00:00:02:00 00:00:03:00
* from clip name: sq010_sh0020
"""


def cut(nv: Any, *key: str) -> tuple[int, int]:
    shot = nv.shot(*key)
    return shot["cut_in"], shot["cut_out"]


def rules(plan: Any) -> list[str]:
    return [one.rule for one in plan.findings if one.rule != "cut.counting"]


def test_an_edl_of_opentimelineios_own_comes_back(nv: Any) -> None:
    time = otio.opentime.RationalTime
    track = otio.schema.Track("V", kind=otio.schema.TrackKind.Video)
    for number in range(1, 61):
        span = otio.opentime.TimeRange(time(86400 + 100 * number, 24), time(20 + number, 24))
        track.append(otio.schema.Clip(f"sq010_sh{number:04}", source_range=span))
    made = otio.schema.Timeline("sixty")
    made.tracks.append(track)
    plan = nv.take("a.edl", otio.adapters.write_to_string(made, "cmx_3600"))
    assert len(plan.made("shot")) == 60
    assert cut(nv, "sq010", "sh0060") == (92400, 92479)
    assert rules(plan) == []


def test_names_times_and_comments_are_read(nv: Any) -> None:
    plan = nv.take("a.edl", PLAIN)
    assert cut(nv, "sq010", "sh0010") == (86400, 86447)
    assert cut(nv, "sq010", "sh0020") == (172800, 172823)
    assert rules(plan) == []
    assert plan.made("shot")[0].at == "event 001 (line 5)"


def test_line_endings_and_latin_1_do_not_matter(nv: Any) -> None:
    data = PLAIN.replace("a comment", "Été").replace("\n", "\r\n").encode("latin-1")
    assert rules(nv.take("a.edl", data)) == ["file.encoding"]
    assert cut(nv, "sq010", "sh0010") == (86400, 86447)


@pytest.mark.parametrize("sign", [";", ":"])
def test_drop_frame_time_code_is_counted_as_it_drops(
    make_set: Callable[..., Any], sign: str
) -> None:
    nv = make_set(fps="29.97")
    line = "001  T1 V C 01:00:59:28 01:01:00:04 01:00:00:00 01:00:00:04".replace(":28", f"{sign}28")
    nv.take("a.edl", f"FCM: DROP FRAME\n{line}\n* FROM CLIP NAME: sq1_sh1\n")
    assert cut(nv, "sq1", "sh1") == (109690, 109693)  # 01:01:00;00 and ;01 are dropped


def test_non_drop_time_code_drops_nothing(make_set: Callable[..., Any]) -> None:
    nv = make_set(fps="30000/1001")
    data = "FCM: NON-DROP FRAME\n001 T V C 01:00:59:28 01:01:00:04 01:00:00:00 01:00:00:06\n"
    nv.take("a.edl", f"{data}* FROM CLIP NAME: sq1_sh1\n")
    assert cut(nv, "sq1", "sh1") == (109798, 109803)


def test_a_dissolve_of_two_lines_names_both_shots(nv: Any) -> None:
    data = """001  A V C        01:00:00:00 01:00:04:00 00:00:00:00 00:00:04:00
* FROM CLIP NAME: sq1_sh1
002  A V C        01:00:04:00 01:00:04:00 00:00:04:00 00:00:04:00
002  B V D    024 02:00:00:00 02:00:06:00 00:00:04:00 00:00:10:00
* FROM CLIP NAME: sq1_sh1
* TO CLIP NAME: sq1_sh2
"""
    plan = nv.take("a.edl", data)
    assert cut(nv, "sq1", "sh1") == (86400, 86519)  # a second more, under the dissolve
    assert cut(nv, "sq1", "sh2") == (172800, 172943)
    assert rules(plan) == ["cut.dissolve"]


def test_a_dissolve_from_nothing_is_a_cut(nv: Any) -> None:
    data = "001 B V D 024 02:00:00:00 02:00:06:00 00:00:04:00 00:00:10:00\n"
    plan = nv.take("a.edl", f"{data}* FROM CLIP NAME: sq1_sh2\n")
    assert cut(nv, "sq1", "sh2") == (172800, 172943)
    assert rules(plan) == ["cut.dissolve"]


def test_a_retime_is_read_from_m2(nv: Any) -> None:
    data = """001 A V C 01:00:00:00 01:00:04:00 00:00:00:00 00:00:02:00
M2   A       048.0                01:00:00:00
* FROM CLIP NAME: sq1_sh1
"""
    plan = nv.take("a.edl", data)
    assert cut(nv, "sq1", "sh1") == (86400, 86495)
    assert rules(plan) == ["cut.retime"]


def test_locators_name_shots_of_camera_files(nv: Any) -> None:
    data = "001 A001C003 V C 01:00:00:00 01:00:04:00 00:00:00:00 00:00:04:00\n"
    nv.take("a.edl", f"{data}* FROM CLIP NAME: A001C003_2011\n* LOC: 01:00:01:00 RED    sq1_sh1\n")
    assert cut(nv, "sq1", "sh1") == (86400, 86495)


def test_black_sound_and_titles_are_no_shots(nv: Any) -> None:
    data = """001 BL V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00
002 T1 AA C 01:00:00:00 01:00:01:00 00:00:01:00 00:00:02:00
* FROM CLIP NAME: sq1_sh9
003 AX V C 00:00:00:00 00:00:01:00 00:00:01:00 00:00:02:00
* FROM CLIP NAME: TITLE
"""
    plan = nv.take("a.edl", data)
    assert rules(plan) == ["cut.gap", "shot.unnamed"]
    assert plan.empty


@pytest.mark.parametrize(
    "bad",
    [
        "009 A V C 01:00:00:00 01:00",
        "009 A V C 01:00:00:30 01:00:04:00 00:00:10:00 00:00:14:00",
        "009 A V C 01:00:04:00 01:00:00:00 00:00:10:00 00:00:14:00",
        "009 A V X 01:00:00:00 01:00:04:00 00:00:10:00 00:00:14:00",
        "009 A V C nonsense",
        "009 A V C 01:00:00:00 01:00:04:00 00:00:10:00 00:00:14:00\n* ASC_SOP (1 2",
    ],
)
def test_one_bad_event_is_found_and_the_others_are_read(nv: Any, bad: str) -> None:
    plan = nv.take("a.edl", f"{PLAIN}{bad}\n")
    assert rules(plan) == ["cut.event"]
    assert "event 009 (line 9)" in plan.findings[0].subject
    assert len(plan.made("shot")) == 2


def test_records_that_overlap_are_put_one_behind_the_other_and_told(nv: Any) -> None:
    plan = nv.take("a.edl", PLAIN.replace("00:00:02:00 00:00:03:00", "00:00:01:00 00:00:02:00"))
    assert rules(plan) == ["cut.timecode"]
    assert cut(nv, "sq010", "sh0020") == (172800, 172823)


def test_a_length_that_differs_without_a_speed_is_told_by_event(nv: Any) -> None:
    plan = nv.take("a.edl", PLAIN.replace("00:00:02:00 00:00:03:00", "00:00:02:00 00:00:09:00"))
    assert [(one.rule, one.subject) for one in plan.findings][:1] == [
        ("cut.timecode", "event 002 (line 7)")
    ]


@pytest.mark.parametrize("data", ["", "TITLE: nothing\n", "this is no EDL\n"])
def test_an_edl_without_events_is_no_success(nv: Any, data: str) -> None:
    with refusal(Code.NOTHING_FOUND):
        nv.plan("a.edl", data)


def test_events_of_one_number_are_all_read(nv: Any) -> None:
    line = "001 A V C 01:00:00:00 01:00:01:00 00:00:0{}:00 00:00:0{}:00"
    name = "* FROM CLIP NAME: sq1_sh{}"
    lines = f"{line}\n{name}\n"
    nv.take("a.edl", "".join(lines.format(at, at + 1, at) for at in range(3)))
    assert {key[-1] for key in nv.show.shots_by_key} == {"sh0", "sh1", "sh2"}
