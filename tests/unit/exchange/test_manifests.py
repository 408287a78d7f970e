"""Several manifests are held against one another; what they do not agree on is believed of none."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.exchange.histories import history_folders, is_history, read_histories
from rushes.exchange.manifest import Manifest
from rushes.exchange.manifests import Wanted, read_manifest, settle_places, together, unmet
from rushes.testing.studios import refusal
from rushes.transfer.hashing_algorithms import digest_of

A, B = f"sha1:{'ab' * 20}", f"sha1:{'cd' * 20}"


def manifest(folder: Path, name: str, *rows: str, header: str = "") -> Manifest:
    header = header or "show,shot,version,delivery_path,checksum"
    path = folder / name
    path.write_text("\n".join((header, *rows)))
    return read_manifest(path)


def rules(wanted: Wanted) -> list[str]:
    return [one.rule for one in wanted.findings]


def test_json_and_csv_are_told_apart_by_how_they_begin(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text('\n [{"delivery_path": "a.mov"}]')
    assert [one.delivery_path for one in read_manifest(tmp_path / "a.txt").entries] == ["a.mov"]
    (one,) = manifest(tmp_path, "b.txt", ",,,b.mov,").entries
    assert (one.delivery_path, one.where) == ("b.mov", "b.txt:2")


def test_a_manifest_that_is_not_there_is_told(tmp_path: Path) -> None:
    with refusal(Code.PATH_NOT_FOUND, "no.csv"):
        read_manifest(tmp_path / "no.csv")
    with pytest.raises(RushesError):
        read_manifest(tmp_path)


def test_two_manifests_that_agree_say_more_than_one(tmp_path: Path) -> None:
    first = manifest(tmp_path, "1.csv", "FG,sh010,,a.mov,")
    second = manifest(tmp_path, "2.csv", f",,4,a.mov,{A}")
    wanted = together([first, second])
    assert wanted.findings == []
    entry = wanted.files["a.mov"]
    assert (entry.show, entry.shot, entry.version) == ("FG", "sh010", 4)
    assert [str(one) for one in entry.checksums] == [A]


@pytest.mark.parametrize("row", ["FG,sh020,4,a.mov,", "FG,sh010,5,a.mov,", f"FG,sh010,4,a.mov,{B}"])
def test_two_manifests_that_disagree_are_a_finding_with_both_lines(
    tmp_path: Path, row: str
) -> None:
    first = manifest(tmp_path, "1.csv", f"FG,sh010,4,a.mov,{A}", "FG,sh010,4,b.mov,")
    wanted = together([first, manifest(tmp_path, "2.csv", ",,,b.mov,", row)])
    (found,) = wanted.findings
    assert found.rule == "manifest.disagree"
    assert (found.subject, "1.csv:2" in found.message) == ("2.csv:3", True)
    assert list(wanted.refused) == ["a.mov"]


def test_one_manifest_that_names_a_file_twice_is_refused_for_it(tmp_path: Path) -> None:
    wanted = together([manifest(tmp_path, "1.csv", ",,,a.mov,", ",,,b.mov,", ",,,a.mov,")])
    assert rules(wanted) == ["manifest.twice"]
    assert list(wanted.refused) == ["a.mov"]


@pytest.mark.parametrize(
    "twins", [("a.mov", "A.MOV"), ("é.mov", unicodedata.normalize("NFD", "é.mov"))]
)
def test_names_that_are_one_elsewhere_are_refused(tmp_path: Path, twins: tuple[str, str]) -> None:
    wanted = together([manifest(tmp_path, "1.csv", *(f",,,{one}," for one in twins), ",,,b.mov,")])
    assert rules(wanted) == ["manifest.collision"]
    assert set(wanted.refused) == set(twins)


def test_an_entry_of_another_show_is_refused(tmp_path: Path) -> None:
    wanted = together([manifest(tmp_path, "1.csv", "XX,,,a.mov,", "FG,,,b.mov,")], show="FG")
    assert rules(wanted) == ["manifest.show"]
    assert list(wanted.files) == ["b.mov"]
    assert list(wanted.refused) == ["a.mov"]


def test_a_file_that_is_not_in_the_drop_is_told_with_its_line(tmp_path: Path) -> None:
    wanted = together([manifest(tmp_path, "1.csv", ",,,a.mov,", ",,,b.mov,")])
    assert [(one.rule, one.subject) for one in unmet(wanted, ["b.mov"])] == [
        ("manifest.missing", "1.csv:2")
    ]


def test_a_name_alone_is_found_in_whatever_folder_it_lies(tmp_path: Path) -> None:
    wanted = together([manifest(tmp_path, "1.csv", ",,4,a.mov,", ",,5,b.mov,")])
    paths = ["x/a.mov", "x/b.mov", "y/b.mov"]
    settle_places(wanted, paths)
    assert wanted.files["x/a.mov"].version == 4
    assert rules(wanted) == ["manifest.ambiguous"]
    assert sorted(wanted.refused) == ["x/b.mov", "y/b.mov"]


def test_a_history_in_the_drop_vouches_for_its_files(tmp_path: Path) -> None:
    from rushes.cli.main import run

    media = tmp_path / "drop" / "sh010" / "a.exr"
    media.parent.mkdir(parents=True)
    media.write_bytes(b"frame")
    assert run(["mhl", "create", str(media.parent), "-h", "sha1", "-h", "xxh128"]) == 0
    paths = [str(one.relative_to(tmp_path / "drop")) for one in (tmp_path / "drop").rglob("*.*")]
    assert [is_history(one) for one in sorted(paths)] == [False, True, True]
    (made,) = read_histories(tmp_path / "drop", history_folders(paths))
    assert made.findings == []
    wanted = together([made])
    digests = {one.algorithm: one.digest for one in wanted.checksums("sh010/a.exr")}
    assert digests == {name: digest_of(b"frame", name) for name in ("sha1", "xxh128")}


def test_a_history_that_was_bent_is_told(tmp_path: Path) -> None:
    from rushes.cli.main import run

    (tmp_path / "a.exr").write_bytes(b"frame")
    assert run(["mhl", "create", str(tmp_path)]) == 0
    (bent,) = (tmp_path / "ascmhl").glob("*.mhl")
    bent.write_text(bent.read_text().replace("a.exr", "b.exr"))
    (made,) = read_histories(tmp_path, [""])
    assert made.entries == []
    assert [one.rule for one in made.findings] == ["mhl.generation_changed"]
