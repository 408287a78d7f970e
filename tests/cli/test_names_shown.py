"""Names that would turn a terminal round, or hide in it: written out, but for JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from rushes.cli import exits

Command = Callable[..., Any]

NAMES = {
    "right to left": "plate\u202eexr.",
    "isolate": "plate\u2067exr.",
    "zero width": "pl\u200bate.",
    "joiner": "pl\u200date.",
    "byte order mark": "\ufeffplate.",
    "soft hyphen": "pl\xadate.",
    "tag": "plate\U000e0041.",
}


@pytest.fixture(params=NAMES)
def head(request: pytest.FixtureRequest) -> str:
    return NAMES[request.param]


@pytest.fixture
def odd(home: Path, head: str, make_frames: Callable[..., None]) -> Path:
    """A folder with such a name, and in it a sequence and a single file with it."""
    folder = home / "shows" / f"sh{head}010"
    make_frames(folder, [1001, 1002, 1004], head=head)
    (folder / f"{head}nk").write_text("script")
    return folder


@pytest.mark.parametrize(
    "args",
    [
        ("ls", "-r", "shows"),
        ("ls", "-r", "-l", "shows"),
        ("missing", "shows"),
        ("scan", "shows", "--no-db"),
        ("disk", "shows", "--no-db"),
        ("qc", "crawl", "shows", "--no-db"),
    ],
    ids=" ".join,
)
def test_no_command_prints_what_cannot_be_seen(
    rushes: Command, odd: Path, head: str, args: tuple[str, ...]
) -> None:
    ended = rushes(*args)
    assert {one for one in ended.out + ended.err if category(one) == "Cf"} == set()
    assert repr(head)[1:-1] in ended.out + ended.err


def test_json_has_the_name_as_it_is(rushes: Command, odd: Path, head: str) -> None:
    ended = rushes("ls", odd, "--json")
    assert ended.code == exits.OK
    (folder,) = json.loads(ended.out)["folders"]
    assert [one["path"] for one in folder["sequences"]] == [f"{head}%04d.exr"]


def test_what_is_not_there_is_told_with_its_name_written_out(rushes: Command, home: Path) -> None:
    ended = rushes("ls", home / "a\u202eb")
    assert ended.code == exits.NOT_THERE
    assert r"a\u202eb" in ended.err
    assert "\u202e" not in ended.err
