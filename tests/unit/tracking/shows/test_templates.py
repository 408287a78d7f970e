"""Templates: what a show is made of, saved and made again, strictly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rushes.core.errors import Code
from rushes.testing.studios import ADA, ADMIN, census, make, refusal
from rushes.tracking.shows.applying import applied
from rushes.tracking.shows.creating import Creating, roots_of
from rushes.tracking.shows.document import written
from rushes.tracking.shows.plan import Plan
from rushes.tracking.shows.state import read_show
from rushes.tracking.shows.template_saving import template_of
from rushes.tracking.shows.templating import plan_template

TEMPLATE = """\
schema: rushes.show-template/1
show:
  fps: 23.976
  shot_grammar: "{sequence:03d}_{shot:04d}"
  workflow:
    shot: {not_started: [in_progress], in_progress: [approved]}
  custom_schema:
    shot: {vendor: {type: text}}
task_types:
- {code: roto, name: Rotoscoping, position: 5}
tasks:
  shot: [comp]
  asset:
    character: [mod, rig]
sequences:
- code: "010"
  name: Opening
  shots:
  - "010_0010"
  - code: "010_0020"
    custom: {vendor: B}
    tasks: [roto, {type: comp, name: precomp}]
assets:
- {code: bear, type: character}
- {code: lamp, tasks: [mod]}
"""


def planned(nv: Any, text: str, name: str = "t.yaml", show: str = "NV") -> Plan:
    path = nv.folder / name
    path.write_text(text, "utf-8")
    return plan_template(nv.studio, show, path, access=ADMIN)


def taken(nv: Any, text: str, **more: Any) -> Plan:
    plan = planned(nv, text, **more)
    applied(plan, nv.studio, access=ADMIN, actor=ADA)
    return plan


def test_a_template_makes_all_it_tells(nv: Any) -> None:
    taken(nv, TEMPLATE)
    show = nv.show
    assert show.project.fields["fps"] == "23.976"
    assert nv.tasks("010", "010_0010") == ["comp"]
    assert nv.tasks("010", "010_0020") == ["roto", "comp", "precomp"]
    assert nv.shot("010", "010_0020")["custom"] == {"vendor": "B"}
    on_assets = show.tasks_of("asset")
    names = {one.fields["code"]: [t.fields["name"] for t in on_assets[one.id]]
             for one in show.assets}  # fmt: skip
    assert names == {"bear": ["mod", "rig"], "lamp": ["mod"]}


def test_applied_again_it_changes_nothing(nv: Any) -> None:
    taken(nv, TEMPLATE)
    assert planned(nv, TEMPLATE).empty


@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_saved_makes_another_show_the_same(nv: Any, as_json: bool) -> None:
    taken(nv, TEMPLATE)
    saved = template_of(nv.show)
    make(nv.studio, "project", code="TWO")
    name = "s.json" if as_json else "s.yaml"
    taken(nv, written(saved, as_json=as_json).decode(), name=name, show="TWO")
    again = template_of(read_show(nv.studio, "TWO", access=ADMIN))
    assert again == saved
    assert saved["tasks"]["shot"] == ["comp"]  # what all shots share is said once


def test_tasks_of_rules_are_made_on_what_is_there_already(nv: Any) -> None:
    nv.take("a.csv", "sequence,shot,status\nsq1,a,\nsq1,b,omit\n")
    taken(nv, "schema: rushes.show-template/1\ntasks: {shot: [comp]}\n")
    assert nv.tasks("sq1", "a") == ["comp"]
    assert nv.tasks("sq1", "b") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sequence: []", ["line 2", "'sequence'", "did you mean sequences"]),
        ("show:\n  fsp: 24", ["line 3", "'fsp'", "fps"]),
        ("sequences:\n- code: 010", ["line 3", "must be text, in quotes"]),
        ("sequences:\n- code: a\n  shots:\n  - frame_in: 1", ["line 5", "code"]),
        ("sequences:\n- code: a\n- code: a", ["line 4", "already"]),
        ("assets:\n- code: a\n  code: b", ["line 4", "stands twice"]),
        ("assets: &a []\nepisodes: *a", ["alias"]),
        ("assets: [", ["no YAML"]),
        ("assets: {}", ["must be a list"]),
        ("tasks: {shot: [cmp]}\nsequences: [{code: a, shots: [b]}]", ["no type of work 'cmp'"]),
        ("show: {shot_grammar: '{shot}{sequence}'}", ["line 2", "shot_grammar"]),
        ("show: {workflow: {shot: {a: b}}}", ["workflow"]),
        ("sequences:\n- code: a\n  shots:\n  - {code: b, frame_in: x}", ["line 5", "frame_in"]),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(nv: Any, text: str, told: list[str]) -> None:
    before = census(nv.studio)
    with refusal(Code.FIELD_INVALID, *told):
        planned(nv, f"schema: rushes.show-template/1\n{text}\n")
    assert census(nv.studio) == before


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"schema": "rushes.shots/1"}', '{"schema": 1, "schema": 2}', "{", '{"a": NaN}'],
)
def test_what_is_no_template_is_refused(nv: Any, text: str) -> None:
    with refusal(Code.FIELD_INVALID, "t.json"):
        planned(nv, text, name="t.json")


def test_lines_of_json_are_told_whatever_its_texts_hold(nv: Any) -> None:
    odd = '"\\ud83d\\ude00\x7f"'
    head = '{"schema": "rushes.show-template/1",'
    text = f'{head}\n\t"show": {{"colour_space": {odd}}},\n"foo": 1}}'
    with refusal(Code.FIELD_INVALID, "line 3", "'foo'"):
        planned(nv, text, name="t.json")


def test_a_show_is_made_as_a_template_has_it(nv: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(TEMPLATE, "utf-8")
    creating = Creating(nv.studio, access=ADMIN, template=path)
    before = census(nv.studio)
    project, plan = creating.plan({"code": "TWO", "fps": "25"})
    assert census(nv.studio) == before
    assert len(plan.made("shot")) == 2
    creating.make(project, actor=ADA)
    show = read_show(nv.studio, "TWO", access=ADMIN)
    assert show.project.fields["fps"] == "25"
    assert show.project.fields["workflow"]
    assert len(show.shots) == 2


def test_a_show_whose_template_makes_no_sense_is_not_made(nv: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(TEMPLATE.replace("vendor: B", "vendr: B"), "utf-8")
    with refusal(Code.FIELD_INVALID, "vendr"):
        Creating(nv.studio, access=ADMIN, template=path).plan({"code": "TWO"})


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "NV"}, Code.RECORD_CONFLICT),
        ({"code": "A/B"}, Code.FIELD_INVALID),
        ({"code": "A", "fps": "0"}, Code.FIELD_INVALID),
        ({"code": "A", "frame_start": 5, "frame_end": 1}, Code.FIELD_INVALID),
        ({"code": "A", "shot_grammar": "{shto}"}, Code.NOTATION_INVALID),
        ({"code": "A", "shot_grammar": "netflx"}, Code.NOTATION_INVALID),
    ],
)
def test_a_show_that_makes_no_sense_is_refused(nv: Any, given: dict[str, Any], code: Code) -> None:
    with refusal(code):
        Creating(nv.studio, access=ADMIN).plan(given)


def test_roots_are_told_by_system() -> None:
    found = roots_of(["windows=S:\\nv", "/mnt/nv"])
    assert found["windows"] == "S:\\nv"
    assert "/mnt/nv" in found.values()
    with refusal(Code.USAGE, "twice"):
        roots_of(["windows=a", "windows=b"])


@pytest.mark.parametrize("name", ["t.json", "t.yaml"])
@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_what_is_nested_without_end_is_refused(nv: Any, name: str, text: str) -> None:
    with refusal(Code.FIELD_INVALID):
        planned(nv, text, name=name)
