"""`rushes naming --project`: names by what is on a project's record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.ports.studio import Studio
from rushes.testing.postgres import _migrated, database_url, postgres_server
from rushes.testing.studios import change, make

__all__ = ["_migrated", "database_url", "postgres_server"]

NAMES = {"frames": "{shot}_{task}_v{version:03d}.{frame:04d}.{ext}"}


@pytest.fixture
def studio(
    home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Studio, int]]:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with closing(open_studio(database_url, data_dir=home)) as opened:
        given = {"shot_grammar": "netflix", "templates": NAMES}
        yield opened, make(opened, "project", code="AGM", **given).id


def test_names_are_checked_made_and_read_by_the_record(rushes: Any, studio: Any) -> None:
    good = "AGM_104_065_010_comp_v001.1001.exr"
    assert rushes("naming", "check", "--project", "AGM", good).code == exits.OK
    assert rushes("naming", "check", "--project", "AGM", "sh010_comp_v001.mov").code == exits.FOUND
    values = ("shot=AGM_104_065_010", "task=comp", "version=1", "frame=1001", "ext=exr")
    ended = rushes("naming", "format", "--project", "AGM", "frames", *values)
    assert ended.out == f"{good}\n"
    (one,) = rushes("naming", "parse", "frames", good, "--project", "AGM", "--json").json["names"]
    assert one["fits"][0]["values"]["version"] == 1
    listed = rushes("naming", "list", "--project", "AGM", "--json").json
    assert [one["name"] for one in listed["templates"]] == ["frames"]


def test_what_the_record_has_none_of_is_as_in_the_settings(rushes: Any, studio: Any) -> None:
    opened, project = studio
    change(opened, "project", project, {"templates": {}, "shot_grammar": ""})
    own, settings = (rushes("naming", "list", *more).out for more in (("--project", "AGM"), ()))
    assert own == settings


def test_a_project_that_is_not_there_and_two_namings_are_refused(rushes: Any, studio: Any) -> None:
    ended = rushes("naming", "list", "--project", "AGN")
    assert (ended.code, "AGM" in ended.err) == (exits.NOT_THERE, True)
    assert rushes("naming", "list", "--project", "AGM", "--like", "rushes").code == exits.NOT_THERE
