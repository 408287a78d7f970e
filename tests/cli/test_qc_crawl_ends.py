"""A crawl that finds something wrong or cannot do it all tells so and ends with the right code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.testing.crawl_commands import PLATE, _alone, crawled, happened, refused, shots
from rushes.testing.crawls import LONG_AGO, media, record, state_of

__all__ = ["_alone", "shots"]


def test_a_policy_that_there_is_not_is_told_before_anything_is_done(
    rushes: Any, shots: Path
) -> None:
    before = state_of(shots)
    assert refused(rushes, shots, "--policy", "gone.toml")["code"] == "path.not_found"
    assert refused(rushes, shots, "--policy", "gone")["code"] == "policy.unknown"
    assert state_of(shots) == before


def test_what_is_expected_and_missing_is_on_record(rushes: Any, shots: Path) -> None:
    crawled(rushes, shots, "--expect", "1001-1006", "--fail-on", "error", code=exits.FOUND)
    (told,) = record(shots / "a", PLATE).findings
    assert (told.rule, told.wanted) == ("frames.missing", "1001-1006")
    assert "1003,1005-1006" in told.message
    assert refused(rushes, shots, "--expect", "x")["code"] == "notation.invalid"


def test_bytes_that_rotted_end_with_1(rushes: Any, shots: Path) -> None:
    crawled(rushes, shots)
    media(shots / "clip.mov", b"MEDIA")
    os.utime(shots / "clip.mov", ns=(LONG_AGO, LONG_AGO))
    assert crawled(rushes, shots)["outcomes"] == []
    one = crawled(rushes, shots, "--deep", code=exits.FOUND)
    assert happened(one) == {"clip.mov": "rotted"}


def test_a_sidecar_that_makes_no_sense_ends_with_1_and_is_left_alone(
    rushes: Any, shots: Path
) -> None:
    place = media(shots / ".qc" / "clip.mov.qc.json", b"{}")
    one = crawled(rushes, shots, code=exits.FOUND)
    assert happened(one)["clip.mov"] == "refused"
    assert place.read_bytes() == b"{}"
    assert "refused  clip.mov" in rushes("qc", "crawl", shots).out


def test_where_there_is_nothing_to_record_it_ends_with_2(rushes: Any, home: Path) -> None:
    (home / "empty").mkdir()
    ended = rushes("qc", "crawl", "empty")
    assert ended.code == exits.NOT_THERE
    assert "nothing to record" in ended.err
    assert list((home / "empty").iterdir()) == []
    assert refused(rushes, "gone")["code"] == "path.not_found"
    assert refused(rushes, home / "empty", "gone")["code"] == "path.not_found"


def test_a_file_is_no_folder_to_crawl(rushes: Any, shots: Path) -> None:
    assert rushes("qc", "crawl", shots / "clip.mov").code in (exits.NOT_THERE, exits.UNAVAILABLE)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_media_that_cannot_be_read_ends_with_3(rushes: Any, shots: Path) -> None:
    (shots / "clip.mov").chmod(0)
    one = crawled(rushes, shots, code=exits.UNAVAILABLE)
    assert happened(one) == {"clip.mov": "unread", f"a/{PLATE}": "new"}
    assert not (shots / ".qc" / "clip.mov.qc.json").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_closed_folder_is_told_before_anything_is_read(rushes: Any, shots: Path) -> None:
    (shots / "a").chmod(0o555)
    ended = rushes("qc", "crawl", "--json", shots)
    (shots / "a").chmod(0o755)
    (one,) = ended.json["crawls"]
    assert [problem["code"] for problem in one["problems"]] == ["write.failed"]
    assert "--sidecar-root" in one["problems"][0]["hint"]
    assert happened(one) == {"clip.mov": "new", f"a/{PLATE}": "unwritten"}
    assert ended.code == exits.NOT_WRITTEN


def test_a_folder_that_takes_no_records_ends_with_4_and_the_rest_is_recorded(
    rushes: Any, shots: Path
) -> None:
    media(shots / "a" / ".qc")
    ended = rushes("qc", "crawl", shots, "--json")
    (one,) = ended.json["crawls"]
    assert [problem["code"] for problem in one["problems"]] == ["write.failed"]
    assert happened(one) == {"clip.mov": "new", f"a/{PLATE}": "unwritten"}
    assert ended.code == exits.NOT_WRITTEN


def test_what_helps_several_folders_is_told_once(rushes: Any, shots: Path) -> None:
    media(shots / ".qc")
    media(shots / "a" / ".qc")
    ended = rushes("qc", "crawl", shots)
    assert ended.err.count("error: Nothing can be written into") == 2
    assert ended.err.count("--sidecar-root") == 1


def test_of_very_many_closed_folders_some_are_named_and_the_rest_counted(
    rushes: Any, home: Path
) -> None:
    for number in range(23):
        media(home / "many" / f"{number:02}" / "clip.mov")
        media(home / "many" / f"{number:02}" / ".qc")
    ended = rushes("qc", "crawl", home / "many")
    assert ended.err.count("error: Nothing can be written into") == 20
    assert "… and 3 more such errors (all with --json)" in ended.err


def test_media_that_is_gone_is_told(rushes: Any, shots: Path) -> None:
    crawled(rushes, shots)
    (shots / "clip.mov").unlink()
    one = crawled(rushes, shots)
    assert [told["rule"] for told in one["findings"]] == ["qc.media_gone"]
    assert "qc.media_gone" in rushes("qc", "crawl", shots).out
