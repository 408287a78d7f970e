"""Where a project may lie, by each system's rules."""

from __future__ import annotations

import pytest

from rushes.core.errors import Code, RushesError
from rushes.tracking.project_roots import check_roots


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("linux", "/shows/nv"),
        ("linux", "/mnt/shows/nv/"),
        ("macos", "/Volumes/shows/nv"),
        ("linux", ""),
        *(
            ("windows", one)
            for one in ("P:/nv", "P:\\shows\\nv", "//nas/shows/nv", r"\\nas\shows\nv")
        ),
    ],
)
def test_a_whole_path_is_taken(system: str, folder: str) -> None:
    check_roots({system: folder})


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        *(("linux", one) for one in ("/", "//", "shows/nv", "~/nv", "P:/nv", "/shows/../etc")),
        *(("linux", one) for one in ("/shows/./nv", "/shows//nv", "//shows/nv", "/shows/n\nv", 7)),
        *(("macos", one) for one in ("/", "Volumes/nv")),
        *(("windows", one) for one in ("P:", "P:/", "P:nv", "nv", "/nv", "P:/nv/..", "P:/n?v")),
        *(("windows", one) for one in ("//nas/shows", "//nas/shows/", "//?/P:/nv", "P:/con")),
    ],
)
def test_what_is_no_whole_path_or_a_file_systems_root_is_refused(
    system: str, folder: object
) -> None:
    with pytest.raises(RushesError) as refused:
        check_roots({system: folder})
    assert refused.value.code is Code.FIELD_INVALID
