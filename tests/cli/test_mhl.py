"""Hash lists, written and checked, beside what the reference implementation makes of them."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ascmhl import commands as reference
from click.testing import CliRunner, Result

from rushes.cli.mhl.given import ARTEFACTS
from rushes.qc import places
from rushes.transfer.mhl.ignoring import Ignoring

FORMATS = ("c4", "md5", "sha1", "xxh128", "xxh3", "xxh64")
MISSING, FAILED, NEW, CHANGED_MANIFEST = 10, 11, 21, 31  # the reference's exit codes


def theirs(command: str, *args: str | os.PathLike[str]) -> Result:
    """Run one of the reference's commands, which never asks on the internet when called so."""
    made = getattr(reference, command)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it uses of its libraries is out of date
        return CliRunner().invoke(made, [os.fspath(arg) for arg in args])


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A camera card: clips in folders, an empty folder, names that XML has to escape."""
    root = tmp_path / "Card & <1>"
    files = {
        "Clips/A001/A001C001.mov": b"one",
        "Clips/A001/sub/proxy.mov": b"two",
        "Clips/A002/A002C001.mov": b"three",
        'Sidecar "x"/nöte\'s.txt': b"four",
        "top.txt": b"5",
    }
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "empty").mkdir()
    return root


def manifests(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.mhl"))


def undated(manifest: Path) -> str:
    """A manifest without what no two runs have in common."""
    text = manifest.read_text("utf-8")
    text = re.sub(r"<creatorinfo>.*</creatorinfo>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<ignore>.*</ignore>", "", text, flags=re.DOTALL)
    return re.sub(r' hashdate="[^"]*"', "", text).replace("&quot;", '"')


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_what_the_reference_writes(
    rushes: Any, card: Path, tmp_path: Path, name: str
) -> None:
    assert rushes("mhl", "create", card, "--hash", name).code == 0
    (ours,) = (card / "ascmhl").glob("*.mhl")
    text = undated(ours)
    for path in (card / "ascmhl").iterdir():
        path.unlink()
    (card / "ascmhl").rmdir()
    assert theirs("create", card, "-h", name).exit_code == 0
    (made,) = (card / "ascmhl").glob("*.mhl")
    assert text == undated(made)


@pytest.mark.parametrize("formats", [("xxh64",), ("md5", "c4"), FORMATS])
def test_the_reference_verifies_what_is_written(
    rushes: Any, card: Path, formats: tuple[str, ...]
) -> None:
    asked = [each for name in formats for each in ("-h", name)]
    assert rushes("mhl", "create", card, *asked).code == 0
    assert theirs("verify", card).exit_code == 0
    assert theirs("diff", card).exit_code == 0
    assert theirs("verify", "-dh", card).exit_code == 0


@pytest.mark.parametrize("formats", [("xxh64",), ("md5", "c4"), FORMATS])
def test_what_the_reference_writes_is_verified(
    rushes: Any, card: Path, formats: tuple[str, ...]
) -> None:
    asked = [each for name in formats for each in ("-h", name)]
    assert theirs("create", card, *asked).exit_code == 0
    done = rushes("mhl", "verify", card, "--json")
    assert (done.code, done.json["verified"], done.json["findings"]) == (0, 5, [])
    assert rushes("mhl", "diff", card).code == 0


def test_generations_may_alternate(rushes: Any, card: Path) -> None:
    assert theirs("create", card, "-h", "md5").exit_code == 0
    assert rushes("mhl", "create", card, "-h", "xxh64").code == 0
    assert theirs("create", card, "-h", "md5").exit_code == 0
    assert rushes("mhl", "create", card, "-h", "c4").code == 0
    assert theirs("verify", card).exit_code == 0
    done = rushes("mhl", "verify", card, "--json")
    assert (done.code, done.json["generations"]) == (0, 4)
    second = (card / manifests(card)[1]).read_text("utf-8")
    assert re.search(
        r'<md5 action="verified"[^>]*>[0-9a-f]{32}</md5>\s*<xxh64 action="verif', second
    )


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_nested_histories_get_generations_of_their_own(rushes: Any, card: Path, first: str) -> None:
    clips = card / "Clips"
    if first == "ours":
        assert rushes("mhl", "create", clips / "A001", "-h", "xxh64").code == 0
        assert rushes("mhl", "create", clips, "-h", "xxh64").code == 0
        assert rushes("mhl", "create", card, "-h", "xxh64").code == 0
    else:
        assert theirs("create", clips / "A001", "-h", "xxh64").exit_code == 0
        assert theirs("create", clips, "-h", "xxh64").exit_code == 0
        assert theirs("create", card, "-h", "xxh64").exit_code == 0
    assert [name.split("_")[0] for name in manifests(card)] == [
        "Clips/A001/ascmhl/0001",
        "Clips/A001/ascmhl/0002",
        "Clips/A001/ascmhl/0003",
        "Clips/ascmhl/0001",
        "Clips/ascmhl/0002",
        "ascmhl/0001",
    ]
    assert theirs("verify", card).exit_code == 0
    assert theirs("verify", "-dh", card).exit_code == 0
    done = rushes("mhl", "verify", card, "--json")
    assert (done.code, done.json["histories"], done.json["verified"]) == (0, 3, 5)
    assert rushes("mhl", "create", card).code == 0
    assert theirs("create", card, "-h", "xxh64").exit_code == 0
    assert rushes("mhl", "verify", card).code == 0


def test_a_nested_history_that_began_later_takes_over(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card).code == 0
    assert rushes("mhl", "create", card / "Clips").code == 0
    assert rushes("mhl", "verify", card).code == 0
    assert rushes("mhl", "create", card).code == 0
    assert theirs("verify", card).exit_code == 0


def test_a_flipped_byte_is_found_by_both(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card).code == 0
    path = card / "Clips/A001/A001C001.mov"
    path.write_bytes(b"onf")
    done = rushes("mhl", "verify", card, "--json")
    (finding,) = done.json["findings"]
    assert (done.code, finding["rule"]) == (1, "mhl.changed")
    assert finding["subject"] == "Clips/A001/A001C001.mov"
    assert finding["found"] != finding["wanted"]
    assert theirs("verify", card).exit_code == FAILED
    assert rushes("mhl", "diff", card).code == 0


def test_a_changed_file_is_recorded_as_failed_and_exits_1(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card).code == 0
    (card / "Clips/A001/A001C001.mov").write_bytes(b"onf")
    done = rushes("mhl", "create", card, "-h", "xxh64", "-h", "md5", "--json")
    assert (done.code, done.json["verified"]) == (1, 4)
    assert [one["rule"] for one in done.json["findings"]] == ["mhl.changed"]
    text = (card / manifests(card)[1]).read_text("utf-8")
    assert re.search(r'A001C001.mov</path>\s*<xxh64 action="failed"[^\n]*\n\s*</hash>', text)
    assert rushes("mhl", "verify", card).code == 1
    assert theirs("verify", card).exit_code == FAILED


def test_missing_and_new_files_are_told(rushes: Any, card: Path) -> None:
    assert theirs("create", card, "-h", "md5").exit_code == 0
    (card / "top.txt").unlink()
    (card / "empty").rmdir()
    (card / "new.txt").write_text("new")
    for command in ("verify", "diff"):
        done = rushes("mhl", command, card, "--json")
        found = {(one["rule"], one["subject"]) for one in done.json["findings"]}
        assert done.code == 1
        assert found == {
            ("mhl.missing", "top.txt"),
            ("mhl.missing", "empty"),
            ("mhl.new", "new.txt"),
        }
    assert theirs("diff", card).exit_code in (MISSING, NEW)
    done = rushes("mhl", "create", card)
    assert done.code == 1
    assert "2 missing" in done.out


def test_renamed_files_are_expected_under_their_new_names(rushes: Any, card: Path) -> None:
    assert theirs("create", card, "-h", "md5").exit_code == 0
    (card / "top.txt").rename(card / "renamed.txt")
    assert theirs("create", "-dr", card, "-h", "md5").exit_code == 0
    assert rushes("mhl", "verify", card).code == 0


def test_an_edited_manifest_is_found_and_nothing_is_built_on_it(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card).code == 0
    (name,) = manifests(card)
    manifest = card / name
    manifest.write_bytes(manifest.read_bytes().replace(b"in-place", b"transfer"))
    done = rushes("mhl", "verify", card, "--json")
    assert done.code == 1
    assert "mhl.generation_changed" in [one["rule"] for one in done.json["findings"]]
    refused = rushes("mhl", "create", card)
    assert refused.code == 1
    assert "Nothing was written" in refused.out
    assert manifests(card) == [name]
    assert theirs("verify", card).exit_code == CHANGED_MANIFEST


def test_a_removed_generation_is_found(rushes: Any, card: Path) -> None:
    for _ in range(2):
        assert rushes("mhl", "create", card).code == 0
    (card / manifests(card)[0]).unlink()
    done = rushes("mhl", "verify", card, "--json")
    assert (done.code, [one["rule"] for one in done.json["findings"]]) == (
        1,
        ["mhl.generation_gone"],
    )
    assert rushes("mhl", "history", card).code == 1


def test_a_nested_generation_that_was_swapped_is_found(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card / "Clips").code == 0
    assert rushes("mhl", "create", card).code == 0
    nested = card / "Clips" / "ascmhl"
    for path in nested.iterdir():
        path.unlink()
    assert rushes("mhl", "create", card / "Clips").code == 0
    done = rushes("mhl", "verify", card, "--json")
    assert (done.code, [one["rule"] for one in done.json["findings"]]) == (1, ["mhl.reference"])


def test_without_a_chain_nothing_is_trusted(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card).code == 0
    (card / "ascmhl" / "ascmhl_chain.xml").unlink()
    done = rushes("mhl", "verify", card, "--json")
    assert done.code == 1
    assert "mhl.chain" in [one["rule"] for one in done.json["findings"]]


def test_where_there_is_no_history_it_exits_2(rushes: Any, card: Path) -> None:
    for command in ("verify", "diff", "history"):
        done = rushes("mhl", command, card, "--json")
        assert (done.code, done.json["error"]["code"]) == (2, "nothing.found")
        gone = rushes("mhl", command, card / "none", "--json")
        assert (gone.code, gone.json["error"]["code"]) == (2, "path.not_found")


@pytest.mark.parametrize("given", [(), ("--dry-run",)])
def test_a_folder_on_which_nothing_is_mounted_gets_no_history(
    rushes: Any, tmp_path: Path, given: tuple[str, ...]
) -> None:
    done = rushes("mhl", "create", tmp_path, "--json", *given)
    assert (done.code, done.json["error"]["code"]) == (2, "nothing.found")
    assert list(tmp_path.iterdir()) == []


def test_where_all_files_are_gone_they_are_missing(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card).code == 0
    for path in card.iterdir():
        if path.name != "ascmhl":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for command in ("verify", "diff"):
        done = rushes("mhl", command, card, "--json")
        assert done.code == 1
        assert {one["rule"] for one in done.json["findings"]} == {"mhl.missing"}
        assert "Clips/A001/A001C001.mov" in {one["subject"] for one in done.json["findings"]}


def test_a_history_of_no_file_verifies_nothing(rushes: Any, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    assert theirs("create", root, "-h", "xxh64").exit_code == 0
    for command in ("verify", "diff"):
        done = rushes("mhl", command, root, "--json")
        assert (done.code, done.json["error"]["code"]) == (2, "nothing.found")


def test_a_link_to_the_folder_will_do(rushes: Any, card: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(card)
    assert rushes("mhl", "create", tmp_path / "link").code == 0
    assert rushes("mhl", "verify", card).code == 0
    assert manifests(card)[0].startswith(f"ascmhl/0001_{card.name}_")


def test_a_dry_run_tells_and_writes_nothing(rushes: Any, card: Path) -> None:
    done = rushes("mhl", "create", card, "--dry-run", "--json")
    told = done.json
    assert (done.code, told["files"], told["new"], told["generations"]) == (0, 5, 5, [])
    assert not (card / "ascmhl").exists()


def test_history_tells_who_made_which_generation(rushes: Any, card: Path) -> None:
    said = ("--author-name", "Zoë", "--author-email", "zoe@example.com")
    more = ("--comment", 'first "look" & <see>', "--location", "Stage 5")
    assert rushes("mhl", "create", card, *said, *more).code == 0
    assert theirs("create", card, "-h", "md5").exit_code == 0
    done = rushes("mhl", "history", card, "--json")
    first, second = done.json["histories"][0]["generations"]
    assert first["authors"][0] == {
        "name": "Zoë",
        "email": "zoe@example.com",
        "phone": "",
        "role": "",
    }
    assert (first["comment"], first["location"]) == ('first "look" & <see>', "Stage 5")
    assert (first["tool"], second["tool"], second["number"]) == ("rushes", "ascmhl", 2)
    assert (first["files"], first["folders"], first["process"]) == (5, 6, "in-place")
    text = rushes("mhl", "history", card).out
    assert "Zoë" in text
    assert "5 files" in text


def test_an_address_that_is_none_is_refused(rushes: Any, card: Path) -> None:
    done = rushes("mhl", "create", card, "--author-email", "zoe", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "usage")


def test_a_name_that_xml_cannot_hold_stops_it_before_anything_is_written(
    rushes: Any, card: Path
) -> None:
    odd = os.fsdecode(b"pl\xe4te.1001.exr")
    (card / odd).write_bytes(b"x")
    (card / "bell\x07").write_bytes(b"x")
    done = rushes("mhl", "create", card, "--json")
    assert done.code == 1
    assert {(one["rule"], one["subject"]) for one in done.json["findings"]} == {
        ("mhl.name", "pl\\xe4te.1001.exr"),
        ("mhl.name", "bell\\x07"),
    }
    assert not (card / "ascmhl").exists()
    left = rushes("mhl", "create", card, "--ignore", "pl*te.*", "--ignore", "bell?")
    assert left.code == 0


def test_a_file_that_cannot_be_hashed_leaves_nothing_written(
    rushes: Any, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rushes.transfer import hashing_files

    def refuse(handle: int, buffers: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(hashing_files, "_fill", refuse)
    done = rushes("mhl", "create", card, "--workers", "1", "--json")
    assert done.code == 3
    assert {one["rule"] for one in done.json["findings"]} == {"mhl.unreadable"}
    assert not (card / "ascmhl").exists()


def test_pipes_and_links_to_folders_are_told_and_left_out(rushes: Any, card: Path) -> None:
    os.mkfifo(card / "pipe")
    (card / "link").symlink_to("Clips")
    (card / "copy.txt").symlink_to("top.txt")
    done = rushes("mhl", "create", card, "--json")
    assert (done.code, done.json["files"]) == (0, 6)
    assert {one["subject"] for one in done.json["findings"]} == {"pipe", "link"}


def test_records_of_quality_checks_stay_out(rushes: Any, card: Path) -> None:
    (card / ".qc").mkdir()
    for name in (".qc/plate.exr.qc.json", ".qc.hashcache.json", ".plate.exr.qc.json"):
        (card / name).write_text("{}")
    done = rushes("mhl", "create", card, "--json")
    assert (done.code, done.json["files"]) == (0, 5)
    assert (
        ".qc"
        in rushes("mhl", "history", card, "--json").json["histories"][0]["generations"][0]["ignore"]
    )
    (card / ".qc" / "more.qc.json").write_text("{}")
    assert rushes("mhl", "verify", card).code == 0
    assert theirs("verify", card).exit_code == 0


@pytest.mark.parametrize("mode", list(places.Mode))
def test_patterns_match_every_record_of_quality_checks(mode: places.Mode) -> None:
    ignoring = Ignoring()
    ignoring.add(ARTEFACTS)
    names = [
        places.sidecar("plate.%04d.exr", mode),
        places.CACHE,
        places.LOCK,
        places.part("0123456789abcdef"),
        *places.LEGACY_SEQUENCE,
        f"x{places.CHECKPOINT_ENDING}",
    ]
    for name in names:
        assert places.is_artefact(name.rpartition("/")[2]) or name.endswith(
            places.CHECKPOINT_ENDING
        )
        assert ignoring.hides(f"sh010/{name}", folder=False) or name.endswith(
            places.CHECKPOINT_ENDING
        )
    assert not ignoring.hides("sh010/plate.1001.exr", folder=False)


def test_what_was_left_out_once_is_left_out_again(rushes: Any, card: Path) -> None:
    assert rushes("mhl", "create", card, "--ignore", "*.txt", "--ignore", "A002/").code == 0
    done = rushes("mhl", "create", card, "--json")
    assert (done.code, done.json["files"]) == (0, 2)
    assert theirs("verify", card).exit_code == 0


@pytest.mark.parametrize("workers", ["1", "3"])
def test_workers_change_nothing(
    rushes: Any, make_frames: Callable[..., None], tmp_path: Path, workers: str
) -> None:
    make_frames(tmp_path / "show" / "sh010", range(1001, 1101))
    assert rushes("mhl", "create", tmp_path / "show", "--workers", workers).code == 0
    assert theirs("verify", tmp_path / "show").exit_code == 0


def test_a_person_reads_what_was_done(rushes: Any, card: Path) -> None:
    told = rushes("mhl", "create", card).out
    assert "5 files (16 B) hashed: 5 for the first time, 0 verified, 0 changed; 0 missing." in told
    assert "5 verified" in rushes("mhl", "verify", card).out
    assert "Nothing was hashed." in rushes("mhl", "diff", card).out
    (card / "top.txt").write_bytes(b"x")
    (card / "new.txt").write_bytes(b"x")
    told = rushes("mhl", "verify", card).out
    assert "4 verified (16 B), 1 changed, 1 new, 0 missing." in told
