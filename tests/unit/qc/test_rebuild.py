"""The mirror restored from sidecars: what is there is known, and what is not is told."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.signoff import Legacy, Past
from rushes.ports.progress import Silent
from rushes.ports.records import every
from rushes.ports.signoffs import AssetAt, Chain
from rushes.qc import rebuild as rebuilding
from rushes.qc.legacy import legacy_of
from rushes.qc.places import Mode
from rushes.qc.rebuild import Rebuilt, Task, rebuild
from rushes.scan.roots import Root
from rushes.testing.found import ACTOR, Cancelled
from rushes.testing.memory_signoffs import MemorySignOffs
from rushes.testing.signed import chain, legacy, record, sidecar
from rushes.testing.signoffs import placed


@pytest.fixture
def signoffs() -> MemorySignOffs:
    return MemorySignOffs()


@pytest.fixture
def shows(tmp_path: Path) -> Path:
    """Three assets: `a.mov` with three records, `b.mov` and `c.mov` with one."""
    shows = tmp_path / "shows"
    placed(shows / "sh010", sidecar("a.mov", 3))
    placed(shows / "sh010", sidecar("b.mov"), Mode.DOT)
    placed(shows / "sh020", sidecar("c.mov"), Mode.INLINE)
    return shows


def run(signoffs: MemorySignOffs | None, shows: Path, below: str = ".", **given: Any) -> Rebuilt:
    given = {"records": shows, **given}
    task = Task(Root(str(shows), PurePosixPath(below)), actor=ACTOR, **given)
    return rebuild(signoffs, task, progress=Silent())


def at(shows: Path, name: str, folder: str = "sh010") -> AssetAt:
    return AssetAt(str(shows), PurePosixPath(folder), name)


def names(signoffs: MemorySignOffs, shows: Path) -> list[str]:
    found = every(lambda page: signoffs.latest(str(shows), page=page))
    return [f"{one.asset.folder}/{one.asset.name}" for one in found]


def lost(signoffs: MemorySignOffs, asset: AssetAt) -> list[bool]:
    return [one.lost for one in signoffs.history(asset).rows]


def legacy_file(place: Path, made: Legacy) -> Legacy:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(made.text)
    return legacy_of(place.name, place.read_bytes())


def test_an_empty_mirror_is_filled_from_the_sidecars(signoffs: MemorySignOffs, shows: Path) -> None:
    assert run(signoffs, shows) == Rebuilt(sidecars=3, new=5)
    assert names(signoffs, shows) == ["sh010/a.mov", "sh010/b.mov", "sh020/c.mov"]
    assert run(signoffs, shows) == Rebuilt(sidecars=3, known=5)


def test_a_dry_run_tells_the_same_and_changes_nothing(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    signoffs.record([chain(at(shows, "gone.mov"))], actor=ACTOR)
    dry = run(signoffs, shows, dry_run=True, forget=True)
    assert names(signoffs, shows) == ["sh010/gone.mov"]
    assert (dry.new, len(dry.gone)) == (5, 1)
    assert run(None, shows, dry_run=True) == Rebuilt(sidecars=3, new=5)


def test_a_sidecar_set_back_is_told_until_it_is_forgotten(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    run(signoffs, shows)
    placed(shows / "sh010", sidecar("a.mov", 1))
    for _ in range(2):
        done = run(signoffs, shows)
        assert [(one.asset, one.position) for one in done.lost] == [
            (at(shows, "a.mov"), 2),
            (at(shows, "a.mov"), 3),
        ]
    assert lost(signoffs, at(shows, "a.mov")) == [False, True, True]
    assert run(signoffs, shows, forget=True).forgotten == 2
    assert run(signoffs, shows) == Rebuilt(sidecars=3, known=3)


def test_a_deleted_sidecar_is_told_and_kept(signoffs: MemorySignOffs, shows: Path) -> None:
    run(signoffs, shows)
    (shows / "sh010" / ".qc" / "a.mov.qc.json").unlink()
    for _ in range(2):
        done = run(signoffs, shows)
        assert [one.asset for one in done.gone] == [at(shows, "a.mov")]
        assert done.forgotten == 0
    assert lost(signoffs, at(shows, "a.mov")) == [True] * 3
    assert names(signoffs, shows) == ["sh010/b.mov", "sh020/c.mov"]


def test_forgetting_drops_what_is_gone_and_nothing_else(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    run(signoffs, shows)
    (shows / "sh010" / ".qc" / "a.mov.qc.json").unlink()
    done = run(signoffs, shows, forget=True)
    assert (done.forgotten, len(done.gone)) == (3, 1)
    assert lost(signoffs, at(shows, "a.mov")) == []
    assert run(signoffs, shows) == Rebuilt(sidecars=2, known=2)


def test_only_the_part_that_is_asked_for_is_looked_at(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    run(signoffs, shows)
    (shows / "sh010" / ".qc" / "a.mov.qc.json").unlink()
    assert run(signoffs, shows, "sh020") == Rebuilt(sidecars=1, known=1)
    assert len(run(signoffs, shows, "sh010").gone) == 1


def test_what_lies_in_a_known_root_is_mirrored_there(signoffs: MemorySignOffs, shows: Path) -> None:
    run(signoffs, shows)
    (shows / "sh010" / ".qc" / "a.mov.qc.json").unlink()
    done = run(signoffs, shows / "sh010")
    assert (done.known, [one.asset for one in done.gone]) == (1, [at(shows, "a.mov")])


def test_an_empty_folder_forgets_nothing(signoffs: MemorySignOffs, tmp_path: Path) -> None:
    shows = tmp_path / "shows"
    shows.mkdir()
    signoffs.record([chain(at(shows, "a.mov"))], actor=ACTOR)
    assert run(signoffs, shows, forget=True) == Rebuilt(bare=True)
    assert names(signoffs, shows) == ["sh010/a.mov"]
    assert lost(signoffs, at(shows, "a.mov")) == [False]


def test_a_folder_that_is_not_there_is_an_error(signoffs: MemorySignOffs, shows: Path) -> None:
    with pytest.raises(RushesError) as refused:
        run(signoffs, shows, "never", forget=True)
    assert refused.value.code is Code.PATH_NOT_FOUND


def test_an_invalid_sidecar_is_told_and_changes_nothing(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    run(signoffs, shows)
    place = shows / "sh010" / ".qc" / "a.mov.qc.json"
    place.write_bytes(place.read_bytes() + b"\n")
    done = run(signoffs, shows, forget=True)
    assert [one.code for one in done.problems] == [Code.SIDECAR_INVALID]
    assert (done.sidecars, done.gone, done.lost, done.forgotten) == (2, [], [], 0)
    assert lost(signoffs, at(shows, "a.mov")) == [False] * 3


def test_a_folder_that_does_not_answer_changes_nothing(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    run(signoffs, shows)
    (shows / "sh010").rename(shows / "aside")
    (shows / "sh010").symlink_to(shows / "sh010")  # a loop: ELOOP, whoever asks
    done = run(signoffs, shows, forget=True)
    assert (done.gone, done.forgotten) == ([], 0)


def test_records_kept_apart_are_those_of_the_media(
    signoffs: MemorySignOffs, shows: Path, tmp_path: Path
) -> None:
    media = tmp_path / "media"
    task = Task(Root(str(media)), shows, ACTOR)
    assert rebuild(signoffs, task, progress=Silent()).new == 5
    assert names(signoffs, media) == ["sh010/a.mov", "sh010/b.mov", "sh020/c.mov"]


def test_a_sidecar_signed_while_it_was_read_is_not_taken_for_set_back(
    signoffs: MemorySignOffs, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(signoffs, shows)
    longer = sidecar("a.mov", 4)
    known = signoffs.known

    def meanwhile(assets: Any) -> Any:
        placed(shows / "sh010", longer)
        signoffs.record([Chain.of(at(shows, "a.mov"), longer)], actor=ACTOR)
        return known(assets)

    monkeypatch.setattr(signoffs, "known", meanwhile)
    assert run(signoffs, shows) == Rebuilt(sidecars=3, known=6)
    assert lost(signoffs, at(shows, "a.mov")) == [False] * 4


def test_a_sidecar_that_comes_while_others_are_read_is_not_taken_for_gone(
    signoffs: MemorySignOffs, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = signoffs.heads

    def meanwhile(*args: Any, **given: Any) -> Any:
        placed(shows / "sh010", sidecar("late.mov"))
        signoffs.record([chain(at(shows, "late.mov"))], actor=ACTOR)
        return heads(*args, **given)

    monkeypatch.setattr(signoffs, "heads", meanwhile)
    assert run(signoffs, shows).gone == []


def test_sidecars_of_other_modes_count_for_nothing_where_they_say_less(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    placed(shows / "sh010", sidecar("a.mov", 2), Mode.INLINE)
    assert run(signoffs, shows) == Rebuilt(sidecars=3, new=5)


@pytest.mark.parametrize("mode", [Mode.SUBDIR, Mode.INLINE])
def test_of_sidecars_that_contradict_the_one_of_the_mode_counts(
    signoffs: MemorySignOffs, shows: Path, mode: Mode
) -> None:
    placed(shows / "sh010", sidecar("a.mov", 3, operator="bob"), Mode.INLINE)
    done = run(signoffs, shows, mode=mode)
    (problem,) = done.problems
    told = "a.mov.qc.json" if mode is Mode.SUBDIR else ".qc/a.mov.qc.json"
    assert problem.message.startswith(f"{shows}/sh010/{told}")
    (head,) = signoffs.history(at(shows, "a.mov")).rows[2:]
    past = head.record
    assert not isinstance(past, Legacy)
    assert past.operator == ("ada" if mode is Mode.SUBDIR else "bob")


def test_the_earlier_tool_s_sidecars_are_mirrored_until_an_asset_adopts_them(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    old = legacy_file(shows / "sh030" / ".qc" / "sequence.qc.json", legacy())
    assert run(signoffs, shows).new == 6
    assert "sh030/sequence" in names(signoffs, shows)
    placed(shows / "sh030", sidecar("plate.%04d.exr", after=(old,)))
    for new in (2, 0):
        done = run(signoffs, shows)
        assert (done.new, done.gone, done.lost) == (new, [], [])
        assert names(signoffs, shows)[-1] == "sh030/plate.%04d.exr"
        assert len(names(signoffs, shows)) == 4


def test_names_of_any_bytes_are_found_again(signoffs: MemorySignOffs, shows: Path) -> None:
    odd = os.fsdecode(b"odd\xff\n%04d.exr")
    placed(shows / os.fsdecode(b"f\xfe"), sidecar(odd))
    assert run(signoffs, shows).new == 6
    assert run(signoffs, shows) == Rebuilt(sidecars=4, known=6)


def test_many_sidecars_are_taken_in_batches(
    signoffs: MemorySignOffs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 7)
    for number in range(30):
        placed(tmp_path / "s", sidecar(f"{number}.mov"), Mode.INLINE)
    assert run(signoffs, tmp_path) == Rebuilt(sidecars=30, new=30)
    for place in (tmp_path / "s").iterdir():
        place.unlink()
    done = run(signoffs, tmp_path, forget=True)
    assert (len(done.gone), done.forgotten) == (30, 30)


def test_nobody_waits_for_a_rebuild_that_is_no_longer_wanted(
    signoffs: MemorySignOffs, shows: Path
) -> None:
    with pytest.raises(RushesError) as ended:
        rebuild(signoffs, Task(Root(str(shows)), shows, ACTOR), progress=Cancelled())
    assert ended.value.code is Code.CANCELLED


def test_an_edited_history_is_told(signoffs: MemorySignOffs, shows: Path) -> None:
    run(signoffs, shows)
    made = sidecar("a.mov", 3)
    edited: tuple[Past, ...] = (record("a.mov", notes="never said"), *made.history[1:])
    placed(shows / "sh010", type(made)(made.record, edited))
    done = run(signoffs, shows)
    assert (done.new, [one.position for one in done.lost]) == (1, [1])
