"""Spreadsheets of shots: any heading, no nonsense, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.testing.studios import census, refusal


def test_shots_tasks_and_sequences_are_made(nv: Any) -> None:
    nv.take("a.csv", 'sequence,shot,frame_in,frame_out,tasks\nsq010,sh0010,1001,1048,"comp,anim"\n')
    assert nv.shot("sq010", "sh0010")["frame_out"] == 1048
    assert nv.tasks("sq010", "sh0010") == ["anim", "comp"]


def test_what_excel_writes_in_german_is_read(nv: Any) -> None:
    head = "\ufeffsep=;\r\nSequence;Shot Code;Frame In;Cut Out"
    data = f"{head}\r\nsq010;sh0010;1001.0;1040,0\r\n;;;\r\n"
    nv.take("a.csv", data)
    shot = nv.shot("sq010", "sh0010")
    assert (shot["frame_in"], shot["cut_out"]) == (1001, 1040)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_accents_survive_any_encoding_that_excel_has(nv: Any, encoding: str) -> None:
    plan = nv.take("a.csv", "seq\tshot\tdesc\nsq010\tsh0010\tDéjà vu\n".encode(encoding))
    assert nv.shot("sq010", "sh0010")["description"] == "Déjà vu"
    assert [one.rule for one in plan.findings] == ["file.encoding"] * (encoding == "cp1252")


def test_all_that_makes_no_sense_is_told_at_once_and_nothing_is_written(nv: Any) -> None:
    before = census(nv.studio)
    data = "sequence,shot,Frame In,handles\nsq010,sh0010,10o1,\nsq010,sh0020,1,-4\nsq010,,1,\n"
    with refusal(
        Code.FIELD_INVALID, "line 2", "'Frame In' (C)", "'10o1'", "line 4", "names no shot"
    ):
        nv.take("a.csv", data)
    with refusal(Code.FIELD_INVALID, "line 2", "handles", "from 0"):
        nv.take("a.csv", "sequence,shot,handles\nsq010,sh0010,-4\n")
    assert census(nv.studio) == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sq010,sh0010,1.001,", "no whole number"),
        ("sq010,sh0010,1001.5,", "no whole number"),
        ("sq010,sh0010,١٠٠١,", "no whole number"),
        ("sq010,../x,1001,", "slash"),
        ("sq010,sh0010,1001,900", "before"),
        ("sq010,sh0010,1001,1100,x", "beyond the last column"),
        ('sq010,"sh0010,1001,1100', "no CSV"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(nv: Any, line: str, told: str) -> None:
    with refusal(Code.FIELD_INVALID, told, "line 2"):
        nv.plan("a.csv", f"sequence,shot,frame_in,frame_out\n{line}\n")


def test_the_line_is_the_one_the_row_begins_on(nv: Any) -> None:
    with refusal(Code.FIELD_INVALID, "line 4"):
        nv.plan("a.csv", 'sequence,shot,desc,frame_in\nsq1,sh1,"two\nlines",1\nsq1,sh2,x,y\n')


def test_a_shot_that_stands_twice_is_refused_with_both_lines(nv: Any) -> None:
    with refusal(Code.FIELD_INVALID, "line 3", "line 2"):
        nv.plan("a.csv", "sequence,shot\nsq010,sh0010\nsq010,sh0010\n")


def test_an_unknown_type_of_work_is_refused_with_the_nearest(nv: Any) -> None:
    with refusal(Code.FIELD_INVALID, "line 2", "'cmp'", "comp"):
        nv.plan("a.csv", "sequence,shot,tasks\nsq010,sh0010,cmp\n")


def test_unknown_columns_are_told_and_likely_slips_are_a_warning(nv: Any) -> None:
    plan = nv.plan("a.csv", "sequence,shot,Vendor,frme_in\nsq010,sh0010,X,1\n")
    assert [one.severity.value for one in plan.findings] == ["note", "warning"]
    assert "frame_in" in plan.findings[1].fix


@pytest.mark.parametrize("data", ["", "\n\n", "sequence,shot\n"])
def test_a_file_without_shots_is_no_success(nv: Any, data: str) -> None:
    with refusal(Code.NOTHING_FOUND):
        nv.plan("a.csv", data)


def test_a_sheet_without_a_shot_column_is_refused(nv: Any) -> None:
    with refusal(Code.FIELD_INVALID, "no column for shots"):
        nv.plan("a.csv", "foo,bar\n1,2\n")


def test_frames_of_a_new_shot_follow_from_its_cut(nv: Any) -> None:
    nv.take("a.csv", "sequence,shot,cut_in,cut_out,handles\nsq1,a,1009,1020,\nsq1,b,1009,1020,4\n")
    assert [nv.shot("sq1", one)["frame_in"] for one in "ab"] == [1001, 1005]
    assert nv.shot("sq1", "a")["frame_out"] == 1028


def test_empty_cells_leave_values_and_none_takes_them(nv: Any) -> None:
    nv.take("a.csv", "sequence,shot,cut_in,handles\nsq1,a,1009,4\n")
    nv.take("a.csv", "sequence,shot,cut_in,handles\nsq1,a,none,\n")
    shot = nv.shot("sq1", "a")
    assert (shot["cut_in"], shot["handles"]) == (None, 4)


def test_a_shot_without_a_sequence_is_taken_apart(nv: Any) -> None:
    nv.take("a.csv", "shot\nsq010_sh0010\n")
    assert nv.shot("sq010", "sh0010")
    with refusal(Code.FIELD_INVALID, "line 2", "has no sequence"):
        nv.plan("a.csv", "shot\nopening\n")


def test_the_sequence_of_the_only_episode_that_has_it_is_meant(nv: Any) -> None:
    nv.take("a.csv", "episode,sequence,shot\nep01,sq010,sh0010\n")
    plan = nv.take("a.csv", "sequence,shot,frame_in\nsq010,sh0010,990\n")
    assert [one.key for one in plan.edits] == [("ep01", "sq010", "sh0010")]


def test_the_same_fault_on_many_lines_is_told_once(nv: Any) -> None:
    lines = "".join(f"sq010,sh{n:04},rotto\n" for n in range(60))
    with refusal(Code.FIELD_INVALID, "line 2 and 59 more places"):
        nv.plan("a.csv", f"sequence,shot,tasks\n{lines}")
