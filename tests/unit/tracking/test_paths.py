"""Paths on record lead where they say, on every system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.tracking.paths import check_path


def refused(path: str, *, whole: bool = False) -> bool:
    try:
        check_path("path", path, whole=whole)
    except RushesError as error:
        return (error.code, error.message[:6]) == (Code.FIELD_INVALID, "path: ")
    return False


@given(st.lists(st.sampled_from(["..", "a", "..a", "a..", "...", "."]), max_size=6),
       st.sampled_from("/\\"))  # fmt: skip
def test_a_path_is_refused_where_a_folder_in_it_leads_out(parts: list[str], slash: str) -> None:
    assert refused(slash.join(parts)) == (".." in parts)


@given(st.text())
def test_whatever_is_escaped_holds_no_control_character(name: str) -> None:
    if not {".."} & set(name.replace("\\", "/").split("/")):
        assert not refused(escape(name))


@pytest.mark.parametrize("path", ["/a", "P:/a", "P:\\a", "//nas/a", "\\\\nas\\a", "s3://b/a", ""])
def test_a_whole_path_begins_at_a_root(path: str) -> None:
    assert not refused(path, whole=True)


@pytest.mark.parametrize("path", ["a/b", "P:a", "P:", "./a", "~/a", "\\a", "s3:/b", "s3://"])
def test_others_are_relative(path: str) -> None:
    assert refused(path, whole=True)
    assert not refused(path)
