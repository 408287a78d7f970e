"""The demo studio is made whole, mended where it was changed, and nothing else is touched."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.thumbnail import thumbnail
from rushes.model.finding import Finding, Severity
from rushes.model.scan import ScanTotals
from rushes.testing.demo import build, build_demo, items, marker
from rushes.testing.demo.items import Item
from rushes.testing.demo.plants import PLANTS, Fault
from rushes.testing.demo.seen import seen, unplanted
from rushes.testing.found import Cancelled

SHOT = "nightjar/sq010/sh0020/"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[Item]:
    """A recipe of one shot's text and a few of its pictures, which is quick to make."""
    kept = [
        one
        for one in items.items()
        if one.path.startswith(SHOT)
        and (one.medium in ("script.nk", "thumbs.db") or (one.frame and one.frame < 1003))
    ]
    monkeypatch.setattr(build, "items", lambda: kept)
    return kept


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "studio"


def files(at: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(at)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted((at / "shows").rglob("*"))
        if path.is_file()
    }


def test_a_new_studio_holds_every_file_and_nothing_else(few: list[Item], at: Path) -> None:
    studio = build_demo(at)
    assert set(files(at)) == {f"shows/{one.path}" for one in few}
    assert (studio.files, studio.made) == (len(few), len(few) + 1)
    assert {path.name for path in at.iterdir()} == {marker.NAME, "rushes.toml", "shows"}


def test_an_untouched_studio_is_left_as_it_is(few: list[Item], at: Path) -> None:
    build_demo(at)
    before = {path: path.lstat() for path in at.rglob("*")}
    assert build_demo(at).made == 0
    assert {path: path.lstat().st_ctime_ns for path in at.rglob("*")} == {
        path: seen.st_ctime_ns for path, seen in before.items()
    }


def test_two_studios_are_the_same_byte_for_byte(few: list[Item], tmp_path: Path) -> None:
    build_demo(tmp_path / "one")
    build_demo(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_lost_and_changed_files_are_made_again_and_no_others(few: list[Item], at: Path) -> None:
    build_demo(at)
    whole = files(at)
    first, second = (at / "shows" / one.path for one in few[:2])
    first.unlink()
    second.write_bytes(b"scribbled over")
    assert build_demo(at).made == 2
    assert files(at) == whole


def test_a_folder_that_somebody_uses_is_refused_and_left_alone(few: list[Item], at: Path) -> None:
    at.mkdir()
    (at / "thesis.txt").write_text("mine")
    with pytest.raises(RushesError) as raised:
        build_demo(at)
    assert raised.value.code is Code.USAGE
    assert [path.name for path in at.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("note", ["", "{}", '{"schema": "rushes.demo-studio/1"}', "[1]", "\0"])
def test_a_note_that_is_none_of_ours_does_not_make_the_folder_ours(
    few: list[Item], at: Path, note: str
) -> None:
    at.mkdir()
    (at / marker.NAME).write_text(note)
    with pytest.raises(RushesError) as raised:
        build_demo(at)
    assert raised.value.code is Code.USAGE
    assert (at / marker.NAME).read_text() == note


def test_a_file_in_the_place_of_the_folder_is_refused(few: list[Item], at: Path) -> None:
    at.write_text("mine")
    with pytest.raises(RushesError) as raised:
        build_demo(at)
    assert raised.value.code is Code.USAGE
    assert at.read_text() == "mine"


def test_an_empty_folder_is_taken(few: list[Item], at: Path) -> None:
    at.mkdir()
    assert build_demo(at).files == len(few)


def test_files_of_others_in_the_studio_stay_and_are_counted(few: list[Item], at: Path) -> None:
    build_demo(at)
    mine = at / "shows" / SHOT / "workfiles" / "mine.nk"
    mine.write_text("mine")
    (at / "shows" / few[0].path).unlink()
    assert build_demo(at).others == 1
    assert mine.read_text() == "mine"


def test_edited_settings_are_put_aside(few: list[Item], at: Path) -> None:
    build_demo(at)
    wanted = (at / "rushes.toml").read_text()
    (at / "rushes.toml").write_text("# mine\n")
    build_demo(at)
    assert (at / "rushes.toml").read_text() == wanted
    assert (at / "rushes.toml.before").read_text() == "# mine\n"


def test_nothing_is_written_through_a_link(few: list[Item], at: Path, tmp_path: Path) -> None:
    build_demo(at)
    elsewhere = tmp_path / "elsewhere"
    (at / "shows" / "nightjar").rename(elsewhere)
    (at / "shows" / "nightjar").symlink_to(elsewhere)
    (elsewhere / "sq010" / "sh0020" / "workfiles" / "sh0020_comp_v001.nk").unlink()
    with pytest.raises(RushesError) as raised:
        build_demo(at)
    assert raised.value.code is Code.USAGE
    assert not (elsewhere / "sq010/sh0020/workfiles/sh0020_comp_v001.nk").exists()


def test_another_recipe_removes_its_former_files_but_no_others(
    few: list[Item], at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_demo(at)
    former, changed = (at / "shows" / one.path for one in few[:2])
    changed.write_bytes(b"mine now")
    monkeypatch.setattr(build, "items", lambda: few[2:])
    assert build_demo(at).files == len(few) - 2
    assert not former.exists()
    assert changed.read_bytes() == b"mine now"


def test_a_cancelled_build_is_finished_by_the_next(few: list[Item], at: Path) -> None:
    with pytest.raises(RushesError) as raised:
        build_demo(at, progress=Cancelled())
    assert raised.value.code is Code.CANCELLED
    assert build_demo(at).files == len(few)
    assert {path.name for path in at.iterdir()} == {marker.NAME, "rushes.toml", "shows"}


def test_a_killed_build_is_finished_by_the_next(few: list[Item], at: Path) -> None:
    script = f"""
        import os
        from rushes.testing.demo import build, make
        whole = build._make_batch
        def killed(batch, staging, shows):
            whole(batch[:2], staging, shows)
            os._exit(9)
        build._make_all = lambda at, wrong, progress: killed(wrong, staged(at), at / "shows")
        def staged(at):
            folder = at / ".rushes-demo-building-dead"
            folder.mkdir()
            return folder
        build.build_demo(build.Path({str(at)!r}))
    """
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = [sys.executable, "-c", textwrap.dedent(script)]
    assert subprocess.run(run, env={**os.environ, **path}).returncode == 9
    os.utime(at / ".rushes-demo-building-dead", (0, 0))  # it has been dead for long
    assert build_demo(at).files == len(few)
    assert {path.name for path in at.iterdir()} == {marker.NAME, "rushes.toml", "shows"}


def test_a_place_that_cannot_be_written_is_one_clear_error(few: list[Item]) -> None:
    with pytest.raises(RushesError) as raised:
        build_demo(Path("/proc/rushes-demo"))
    assert raised.value.code is Code.WRITE_FAILED


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("limit", [100, 3_000, 14_000, 50_000])
def test_a_full_disk_is_one_clear_error_and_the_next_build_goes_on(
    few: list[Item], at: Path, limit: int
) -> None:
    script = f"""
        import resource, sys
        from pathlib import Path
        from rushes.core.errors import RushesError
        from rushes.testing.demo import build, items
        kept = set({[one.path for one in few]!r})
        build.items = lambda: [one for one in items.items() if one.path in kept]
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        try:
            build.build_demo(Path({str(at)!r}))
        except RushesError as error:
            sys.exit(error.code.value)
    """
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = [sys.executable, "-c", textwrap.dedent(script)]
    ended = subprocess.run(run, env={**os.environ, **path}, capture_output=True, text=True)
    assert ended.stderr.strip().endswith("write.failed"), ended.stderr
    build_demo(at)
    for one in few:
        if one.medium.endswith((".png", ".exr", ".dpx")):
            assert thumbnail(at / "shows" / one.path), one.path


def findings(rule: str, subject: str) -> Iterator[Finding]:
    yield Finding(rule, Severity.ERROR, subject, "made up")


def test_a_plant_is_seen_only_where_it_was_planted() -> None:
    plant = next(one for one in PLANTS if one.fault is Fault.LOST)
    assert seen(plant, findings("frames.missing", plant.where), ScanTotals())
    assert not seen(plant, findings("frames.empty", plant.where), ScanTotals())
    assert not seen(plant, findings("frames.missing", "nightjar/elsewhere.%04d.exr"), ScanTotals())
    assert list(unplanted([plant], findings("frames.missing", "nightjar/elsewhere.%04d.exr")))


def test_what_no_scan_sees_is_never_called_seen() -> None:
    plant = next(one for one in PLANTS if one.fault is Fault.NOT_FINITE)
    assert not seen(plant, findings("", plant.where), ScanTotals())
