"""Patterns mean what Git means by them."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.transfer.mhl.ignoring import Ignoring, for_history

names = st.text("ab.", min_size=1, max_size=3).filter(lambda name: name.strip("."))
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
patterns = st.text("ab.*?/!", min_size=1, max_size=6)


def ignoring(*wanted: str, below: str = "") -> Ignoring:
    made = Ignoring()
    made.add(wanted, below=below)
    return made


@pytest.mark.parametrize(
    ("pattern", "path", "folder", "hidden"),
    [
        ("*.tmp", "a/b/c.tmp", False, True),
        ("*.tmp", "a/b/c.tmpx", False, False),
        (".DS_Store", "a/.DS_Store", False, True),
        ("cache/", "a/cache", True, True),
        ("cache/", "a/cache", False, False),
        ("cache/", "a/cache/x.exr", False, True),
        ("/top.txt", "top.txt", False, True),
        ("/top.txt", "a/top.txt", False, False),
        ("a/b", "a/b", False, True),
        ("a/b", "x/a/b", False, False),
        ("a/**/z", "a/z", False, True),
        ("a/**/z", "a/b/c/z", False, True),
        ("**/z", "z", False, True),
        ("a/**", "a", True, False),
        ("a/**", "a/b", False, True),
        ("f.?.exr", "f.1.exr", False, True),
        ("f.?.exr", "f.12.exr", False, False),
        ("f.[0-4].exr", "f.3.exr", False, True),
        ("f.[!0-4].exr", "f.3.exr", False, False),
        ("f.[z-a]", "f.[z-a]", False, True),
        ("f[", "f[", False, True),
        (r"\#x", "#x", False, True),
        ("#x", "#x", False, False),
        ("", "a", False, False),
        ("*", "ä\nb", False, True),
    ],
)
def test_a_pattern_matches(pattern: str, path: str, folder: bool, hidden: bool) -> None:
    assert ignoring(pattern).hides(path, folder=folder) is hidden


def test_the_last_pattern_that_matches_decides() -> None:
    made = ignoring("*.exr", "!keep.exr", "keep.exr")
    assert made.hides("keep.exr", folder=False)
    made = ignoring("*.exr", "!keep.exr")
    assert not made.hides("keep.exr", folder=False)
    assert made.hides("other.exr", folder=False)


def test_what_lies_in_a_hidden_folder_cannot_be_taken_back() -> None:
    made = ignoring("a/", "!a/keep.exr")
    assert made.hides("a/keep.exr", folder=False)


def test_patterns_of_a_nested_history_hold_in_its_folder_only() -> None:
    made = ignoring("*.tmp", "/b", below="a")
    assert made.hides("a/x/c.tmp", folder=False)
    assert not made.hides("c.tmp", folder=False)
    assert made.hides("a/b", folder=False)
    assert not made.hides("b", folder=False)


def test_a_nested_history_gets_the_patterns_that_concern_it() -> None:
    wanted = ["*.tmp", "cache/", "/Clips/A001/x", "Clips/A002/y", "**/z", "/top"]
    assert for_history(wanted, "") == wanted
    assert for_history(wanted, "Clips/A001") == ["*.tmp", "cache/", "/x", "**/z"]


@given(st.lists(patterns, max_size=3), paths)
def test_any_pattern_says_what_the_library_for_them_says(wanted: list[str], path: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pathspec import GitIgnoreSpec

        try:
            spec = GitIgnoreSpec.from_lines(wanted)
        except ValueError:
            return  # patterns that Git does not know either
        expected = spec.match_file(path)
    if any("**" in one or "//" in one or one.startswith("!") for one in wanted):
        return  # the library itself is at odds with Git there
    assert ignoring(*wanted).hides(path, folder=False) is expected
