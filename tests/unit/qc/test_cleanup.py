"""A cleanup takes what quality checks left, and nothing else, whatever lies beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath

import OpenImageIO
import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.signoff import Result, Sidecar, Signature
from rushes.qc.cleanup import Kind, Losses, Plan, What, losses, planned
from rushes.qc.cleanup_removal import remove
from rushes.qc.lock import folder_lock
from rushes.qc.sidecar import encode
from rushes.testing.signoffs import record

LEGACY = '{"qc_result": "pass", "content_hash": "blake3:00", "operator": "bob"}'


def sidecar(name: str, result: Result, *, signed: bool = False, before: int = 0) -> bytes:
    signature = Signature("ed25519", "key", "value") if signed else None
    first = record(asset_name=name, qc_result=Result.PENDING)
    return encode(Sidecar(replace(first, qc_result=result, signature=signature), (first,) * before))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Media with artefacts of every kind: in `.qc`, hidden and in plain sight, in two folders."""
    root = tmp_path / "root"
    box = root / "sh010" / ".qc"
    box.mkdir(parents=True)
    (root / "sh010" / "a.mov").write_bytes(b"media")
    (box / "a.mov.qc.json").write_bytes(sidecar("a.mov", Result.PASS, signed=True, before=2))
    (root / "sh010" / ".qc.hashcache.json").write_text("{}")
    (root / "sh010" / ".qc.lock").write_text("")
    (box / ".qc.0123abcd4567.part").write_text("half")
    (root / "b.wav").write_bytes(b"media")
    (root / "b.wav.qc.json").write_bytes(sidecar("b.wav", Result.FAIL))
    (root / ".c.wav.qc.json").write_bytes(sidecar("c.wav", Result.PENDING))
    (root / "qc.sequence.json").write_text(LEGACY)
    return root


def names(plan: Plan) -> set[str]:
    return {str(place.folder / item.name) for place, item in plan.items()}


def files(root: Path) -> set[str]:
    return {
        str(Path(folder, name).relative_to(root))
        for folder, folders, inner in os.walk(root)
        for name in (*folders, *inner)
    }


def test_all_artefacts_go_and_all_else_stays(tree: Path) -> None:
    plan = planned([tree])
    assert names(plan) == {
        "sh010/.qc/a.mov.qc.json",
        "sh010/.qc/.qc.0123abcd4567.part",
        "sh010/.qc.hashcache.json",
        "sh010/.qc.lock",
        "sh010/.qc",
        "b.wav.qc.json",
        ".c.wav.qc.json",
        "qc.sequence.json",
    }
    done = remove(plan)
    assert (done.files, done.folders, done.failed) == (7, 1, [])
    assert done.size == sum(item.size for _, item in plan.items())
    assert files(tree) == {"sh010", "sh010/a.mov", "b.wav"}


def test_a_plan_alone_changes_nothing(tree: Path) -> None:
    before = files(tree)
    losses(planned([tree]))
    assert files(tree) == before


def test_what_is_lost_is_counted_with_histories(tree: Path) -> None:
    (tree / "d.wav.qc.json").write_text("{ torn")
    assert losses(planned([tree])) == Losses(
        assets=4, records=6, signed=1, passed=2, failed=1, unreadable=1
    )


def test_checkpoints_are_no_sidecars(tree: Path) -> None:
    (tree / "monday.qc.checkpoint.json").write_text("{}")
    plan = planned([tree])
    kinds = {item.name: item.kind for _, item in plan.items()}
    assert kinds["monday.qc.checkpoint.json"] is Kind.CHECKPOINT
    lost = losses(plan)
    assert (lost.checkpoints, lost.unreadable, lost.assets) == (1, 0, 4)
    remove(plan)
    assert files(tree) == {"sh010", "sh010/a.mov", "b.wav"}


def test_all_that_openimageio_reads_may_be_media(tmp_path: Path) -> None:
    told = str(OpenImageIO.get_string_attribute("extension_list"))
    forms = dict(form.split(":") for form in told.split(";"))
    endings = {
        ending
        for form, some in forms.items()
        if form not in ("null", "term")  # neither is a file
        for ending in some.split(",")
    }
    for ending in endings:
        (tmp_path / f"plate.{ending}").touch()
    found = planned([tmp_path], What(("plate.*",))).items()
    assert {item.name for _, item in found if item.precious} == {f"plate.{one}" for one in endings}


def test_a_plan_needs_no_library_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "a.bak").touch()
    code = (
        "import sys, pathlib, rushes.qc.cleanup as it\n"
        "it.planned([pathlib.Path(sys.argv[1])], it.What(('*.bak',)))\n"
        "sys.exit('OpenImageIO' in sys.modules)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code, tmp_path], env=environ).returncode == 0


def test_a_qc_folder_that_holds_something_else_is_emptied_of_artefacts_only(tree: Path) -> None:
    (tree / "sh010" / ".qc" / "notes.txt").write_text("mine")
    plan = planned([tree])
    assert plan.kept == [(str(tree / "sh010/.qc"), "it holds something else: notes.txt")]
    assert remove(plan).failed == []
    assert files(tree / "sh010") == {"a.mov", ".qc", ".qc/notes.txt"}


def test_folders_within_a_qc_folder_are_cleaned_and_stay(tree: Path) -> None:
    inner = tree / "sh010" / ".qc" / "old"
    inner.mkdir()
    (inner / "a.mov.qc.json").write_bytes(sidecar("a.mov", Result.PASS))
    (inner / "readme").write_text("mine")
    remove(planned([tree]))
    assert files(tree / "sh010") == {"a.mov", ".qc", ".qc/old", ".qc/old/readme"}


@pytest.mark.skipif(os.name == "nt", reason="making links takes a right there")
def test_links_are_neither_followed_nor_deleted(tree: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    (away / ".qc").mkdir(parents=True)
    (away / ".qc" / "x.mov.qc.json").write_bytes(sidecar("x.mov", Result.PASS))
    (away / "y.mov.qc.json").write_bytes(sidecar("y.mov", Result.PASS))
    before = files(away)
    (tree / "linked").symlink_to(away)
    (tree / "sh020").mkdir()
    (tree / "sh020" / ".qc").symlink_to(away / ".qc")
    (tree / "y.mov.qc.json").symlink_to(away / "y.mov.qc.json")
    (tree / "gone.qc.json").symlink_to("nowhere")
    plan = planned([tree])
    assert {Path(one.path).name for one in plan.kept} == {".qc", "y.mov.qc.json", "gone.qc.json"}
    remove(plan)
    assert files(away) == before
    assert {"linked", "sh020/.qc", "y.mov.qc.json", "gone.qc.json"} <= files(tree)


def test_a_file_called_qc_stays(tmp_path: Path) -> None:
    (tmp_path / ".qc").write_text("mine")
    plan = planned([tmp_path])
    assert plan.places == []
    assert [Path(one.path).name for one in plan.kept] == [".qc"]


def test_a_folder_with_the_name_of_a_sidecar_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "odd.qc.json").mkdir()
    (tmp_path / "odd.qc.json" / "media.exr").write_text("media")
    (tmp_path / "odd.qc.json" / ".qc.hashcache.json").write_text("{}")
    remove(planned([tmp_path]))
    assert files(tmp_path) == {"odd.qc.json", "odd.qc.json/media.exr"}


@pytest.mark.parametrize(("hidden", "gone"), [(False, False), (True, True)])
def test_other_hidden_folders_are_entered_when_asked(
    tmp_path: Path, hidden: bool, gone: bool
) -> None:
    folder = tmp_path / ".cache"
    folder.mkdir()
    (folder / "a.mov.qc.json").write_text("x")
    remove(planned([tmp_path], What(hidden=hidden)))
    assert (files(folder) == set()) is gone


def test_ignored_folders_are_never_entered(tmp_path: Path) -> None:
    folder = tmp_path / ".snapshot"
    folder.mkdir()
    (folder / "a.mov.qc.json").write_text("x")
    assert planned([tmp_path], What(hidden=True, ignore=(".snap*",))).places == []


def test_patterns_take_other_files_and_tell_what_may_be_media(tmp_path: Path) -> None:
    for name in ("a.bak", "b.log", "clip.mov", "frame.0001.exr", "scene.nk", "song.txt"):
        (tmp_path / name).write_text("x")
    plan = planned([tmp_path], What(globs=("*.bak", "*.log", "*.mov", "frame.*", "*.nk")))
    assert {item.name: item.precious for _, item in plan.items()} == {
        "a.bak": False,
        "b.log": False,
        "clip.mov": True,
        "frame.0001.exr": True,
        "scene.nk": True,
    }
    assert {item.kind for _, item in plan.items()} == {Kind.ASKED}


@pytest.mark.parametrize("pattern", ["*", "*.*", "?*", "**"])
def test_a_pattern_that_fits_everything_may_fit_media(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.txt.qc.json").write_text("x")
    plan = planned([tmp_path], What(globs=(pattern,)))
    told = {item.name: item.precious for _, item in plan.items()}
    assert told == {"a.txt": True, "a.txt.qc.json": False}


@pytest.mark.parametrize("pattern", ["", "a/b", "../*"])
def test_a_pattern_is_for_names_only(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(RushesError) as raised:
        planned([tmp_path], What(globs=(pattern,)))
    assert raised.value.code is Code.USAGE


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_what_is_no_folder_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RushesError) as raised:
        planned([tmp_path, tmp_path / name])
    assert raised.value.code is Code.PATH_NOT_FOUND


@pytest.mark.parametrize("order", [("", "sh010", "sh010/.qc"), ("sh010/.qc", "sh010", "")])
def test_a_folder_named_twice_is_cleaned_once(tree: Path, order: tuple[str, ...]) -> None:
    plan = planned([tree / one for one in order])
    told = [str(place.path / item.name) for place, item in plan.items()]
    assert len(told) == len(set(told))
    assert remove(plan).failed == []
    assert files(tree / "sh010") <= {"a.mov", ".qc"}


def test_a_folder_of_records_may_be_named_itself(tree: Path) -> None:
    remove(planned([tree / "sh010" / ".qc"]))
    assert files(tree / "sh010") == {"a.mov", ".qc", ".qc.hashcache.json"}
    assert (tree / "b.wav.qc.json").exists()


def test_names_of_any_bytes_are_told_escaped(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\x1b[31m\xff"
    os.mkdir(folder)
    with open(folder + b"/a\xff.mov.qc.json", "wb") as file:
        file.write(b"x")
    plan = planned([tmp_path])
    assert remove(plan).files == 1
    assert planned([tmp_path]).places == []


def test_a_folder_that_is_being_written_is_left_out(tree: Path) -> None:
    before = files(tree / "sh010")
    with folder_lock(tree / "sh010"):
        plan = planned([tree])
        assert [Path(one.path).name for one in plan.busy] == ["sh010"]
        assert {place.folder for place in plan.places} == {PurePosixPath(".")}
        remove(plan)
    assert files(tree / "sh010") == before - {".qc.lock"}


def test_a_cancelled_cleanup_says_so(tree: Path) -> None:
    class Unwanted:
        def report(self, done: int, total: int | None = None, note: str = "") -> None: ...

        def cancelled(self) -> bool:
            return True

    with pytest.raises(RushesError) as raised:
        planned([tree], progress=Unwanted())
    assert raised.value.code is Code.CANCELLED
