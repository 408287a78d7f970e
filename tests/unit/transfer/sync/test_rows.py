"""A plan by file sequence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rushes.frames.group import Rules
from rushes.ports.storage_writing import Facts
from rushes.transfer.plan import Act, Operation
from rushes.transfer.sync.rows import rows

NAMES = st.from_regex(r"([ab./_-]|\.?[ab]{1,2}\.[0-9]{1,4}\.exr|/){1,4}", fullmatch=True)


def made(*paths: str, act: Act = Act.NEW) -> list[Operation]:
    return [Operation(act, one, "", Facts(10, 0)) for one in paths]


def test_frames_are_one_row_with_what_becomes_of_them() -> None:
    new = made(*(f"sh010/comp.{at:04d}.exr" for at in range(98, 108)))
    same = made("sh010/comp.0108.exr", "sh010/notes.txt", act=Act.SAME)
    found = rows([*new, *same], Rules())
    assert [one.path for one in found] == ["sh010/comp.0098-0108.exr", "sh010/notes.txt"]
    assert dict(found[0].planned) == {Act.NEW: 10, Act.SAME: 1}
    assert found[0].size == 110


def test_one_frame_is_called_by_its_own_name_and_hidden_files_are_told_too() -> None:
    found = rows(made("a.0001.exr", ".hidden", "b.exr.tmp", "../x", "/y"), Rules())
    assert {one.path for one in found} == {"a.0001.exr", ".hidden", "b.exr.tmp", "../x", "/y"}


def test_many_holes_are_cut_short() -> None:
    (found,) = rows(made(*(f"a.{at:04d}.exr" for at in range(2000) if at % 7 and at % 5)), Rules())
    assert len(found.path) < 140
    assert found.path.endswith(",….exr")


@given(st.sets(NAMES, max_size=30))
def test_every_file_is_in_one_row(paths: set[str]) -> None:
    found = rows(made(*paths), Rules())
    assert sorted(each.path for one in found for each in one.operations) == sorted(paths)
