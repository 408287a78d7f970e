"""Plans: what is added, changed, left and omitted; the same file twice does nothing."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.core.errors import Code, RushesError
from rushes.ports.studio import Access
from rushes.testing.studios import ADA, ADMIN, census, change, make, refusal
from rushes.tracking.shows.applying import applied
from rushes.tracking.shows.checking import checked
from rushes.tracking.shows.plan import Difference

SHEET = (
    "sequence,shot,frame_in,frame_out,tasks\nsq010,sh0010,1001,1048,comp\nsq010,sh0020,1001,1050,\n"
)


def test_the_same_file_again_changes_nothing(nv: Any) -> None:
    nv.take("a.csv", SHEET, tasks=("anim",))
    before = census(nv.studio)
    plan = nv.take("a.csv", SHEET, tasks=("anim",))
    assert plan.empty
    assert len(plan.unchanged) == 2
    assert census(nv.studio) == before


def test_changes_are_told_field_by_field(nv: Any) -> None:
    nv.take("a.csv", SHEET)
    plan = nv.plan("a.csv", SHEET.replace("1048", "1060"))
    (edit,) = plan.edits
    assert edit.differences == (Difference("frame_out", 1048, 1060),)
    assert nv.shot("sq010", "sh0010")["frame_out"] == 1048


def test_a_shot_the_file_leaves_out_is_omitted_only_when_that_is_asked(nv: Any) -> None:
    nv.take("a.csv", SHEET + "sq020,sh0010,1001,1010,\n")
    less = "\n".join(SHEET.splitlines()[:2])
    plan = nv.take("a.csv", less)
    assert plan.left == ((None, "sq010", "sh0020"),)
    assert nv.shot("sq010", "sh0020")["status"] == "not_started"
    plan = nv.take("a.csv", less, omit=True)
    assert [one.omits for one in plan.edits] == [True]
    assert nv.shot("sq010", "sh0020")["status"] == "omit"
    assert nv.shot("sq020", "sh0010")["status"] == "not_started"  # the file is not of that
    assert nv.plan("a.csv", less, omit=True).empty


def test_an_omitted_shot_that_is_back_is_told(nv: Any) -> None:
    nv.take("a.csv", "sequence,shot,status\nsq010,sh0010,omit\n")
    plan = nv.take("a.csv", "sequence,shot\nsq010,sh0010\n")
    assert [one.rule for one in plan.findings] == ["shot.omitted"]


def test_what_is_archived_is_told_and_left(nv: Any) -> None:
    nv.take("a.csv", SHEET)
    show = nv.show
    shot = show.shots_by_key[None, "sq010", "sh0010"]
    nv.studio.archive("shot", [shot.id], access=ADMIN, actor=ADA)
    plan = nv.take("a.csv", SHEET.replace("1048", "1060"))
    assert plan.empty
    assert [one.rule for one in plan.findings] == ["record.archived"]
    nv.studio.archive("sequence", [shot.fields["sequence"]], access=ADMIN, actor=ADA)
    plan = nv.take("a.csv", SHEET.replace("sh0020", "sh0030"))
    assert plan.empty


def test_a_new_shot_that_differs_in_case_alone_is_told(nv: Any) -> None:
    nv.take("a.csv", "sequence,shot\nsq010,sh0010\n")
    plan = nv.plan("a.csv", "sequence,shot\nsq010,SH0010\n")
    assert [one.rule for one in plan.findings] == ["shot.case"]


def test_a_write_in_between_is_not_overwritten(nv: Any) -> None:
    nv.take("a.csv", SHEET)
    plan = nv.plan("a.csv", SHEET.replace("1048", "1060"))
    shot = nv.show.shots_by_key[None, "sq010", "sh0010"]
    change(nv.studio, "shot", shot.id, {"description": "new"})
    with refusal(Code.RECORD_CONFLICT):
        applied(plan, nv.studio, access=ADMIN, actor=ADA)


def test_what_was_written_before_a_failure_is_told_and_done_again(
    nv: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = nv.plan("a.csv", SHEET)
    create = nv.studio.create

    def failing(kind: str, *given: Any, **more: Any) -> Any:
        if kind == "shot":
            raise RushesError(Code.DATABASE_UNAVAILABLE, "Gone.")
        return create(kind, *given, **more)

    monkeypatch.setattr(nv.studio, "create", failing)
    with refusal(Code.DATABASE_UNAVAILABLE, "1 sequences made", "again"):
        applied(plan, nv.studio, access=ADMIN, actor=ADA)
    monkeypatch.undo()
    nv.take("a.csv", SHEET)
    assert nv.tasks("sq010", "sh0010") == ["comp"]


def test_the_workflow_is_held_before_anything_is_written(nv: Any) -> None:
    workflow = {"shot": {"not_started": ["in_progress"], "in_progress": ["approved"]}}
    change(nv.studio, "project", 1, {"workflow": workflow})
    before = census(nv.studio)
    with refusal(Code.FIELD_INVALID, "line 3", "no status 'done'"):
        nv.take("a.csv", "sequence,shot,status\nsq1,a,in_progress\nsq1,b,done\n")
    assert census(nv.studio) == before


def test_who_may_not_write_is_told_before_anything_is(nv: Any) -> None:
    plan = nv.plan("a.csv", SHEET)
    with refusal(Code.ACCESS_DENIED):
        checked(plan, nv.show, name="a.csv", access=Access(roles={1: "artist"}))
    checked(plan, nv.show, name="a.csv", access=Access(roles={1: "coordinator"}))


def test_one_import_is_a_handful_of_calls(nv: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    for name in ("create", "update"):
        real = getattr(nv.studio, name)

        def counted(kind: str, *given: Any, real: Any = real, **more: Any) -> Any:
            calls.append(kind)
            return real(kind, *given, **more)

        monkeypatch.setattr(nv.studio, name, counted)
    lines = "".join(f"ep01,sq{n % 7:03},sh{n:04},comp\n" for n in range(300))
    nv.take("a.csv", f"episode,sequence,shot,tasks\n{lines}")
    assert calls == ["episode", "sequence", "shot", "task"]


def test_an_archived_show_takes_nothing(nv: Any) -> None:
    nv.studio.archive("project", [1], access=ADMIN, actor=ADA)
    with refusal(Code.RECORD_CONFLICT, "rushes show restore NV"):
        nv.plan("a.csv", SHEET)


def test_an_unknown_show_tells_the_nearest(nv: Any) -> None:
    make(nv.studio, "project", code="NIGHTJAR")
    from rushes.tracking.shows.state import find_project

    with refusal(Code.RECORD_NOT_FOUND, "NIGHTJAR"):
        find_project(nv.studio, "NIGHTJA", access=ADMIN)
