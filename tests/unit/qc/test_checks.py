"""Assets on disk held against policies, as a crawl does it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.model.files import FileFacts, FileSequence, FoundSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.policy.policy import Policy
from rushes.policy.reading import parse_policy
from rushes.policy.shelf import pack
from rushes.ports.executor import Executor
from rushes.qc import checks
from rushes.qc.checks import MOST, NOT_APPLICABLE, Asset
from rushes.testing.found import Cancelled
from rushes.testing.media.clip import write_movie, write_sound


@pytest.fixture(params=["inline", "processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    made: Any = InlineExecutor() if request.param == "inline" else ProcessExecutor(2)
    yield made
    made.close()


def policy(*rules: str) -> Policy:
    tables = "".join(f"[rules.r{at}]\n{rule}\n" for at, rule in enumerate(rules))
    return parse_policy(f'name = "p"\nversion = "1"\ndescription = "d"\n{tables}')


def write(path: Path, value: float = 0.5, **header: Any) -> Path:
    kinds = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    pixels = np.full((4, 8), value, np.float16)
    OpenEXR.File({**kinds, **header}, dict.fromkeys("RGB", pixels)).write(str(path))
    return path


def sequence(
    folder: Path, frames: Sequence[int], *, tail: str = ".exr", findings: tuple[Finding, ...] = ()
) -> Asset:
    there = FrameSet.of(frames)
    names = FileSequence(PurePosixPath("shots"), "p.", tail, 4, there)
    facts = FileFacts(len(frames), 10_000, 10_000, 10, 1000, 1, 2, "print")
    return Asset(str(folder), FoundSequence(names, facts), findings)


def single(path: Path) -> Asset:
    names = FileSequence(PurePosixPath(), path.name, "", 0, FrameSet(), Kind.FILE)
    size = path.stat().st_size
    return Asset(
        str(path.parent), FoundSequence(names, FileFacts(1, size, size, size, size, 1, 1, "print"))
    )


def check(
    *assets: Asset, by: Sequence[Policy] = (), executor: Executor | None = None, **how: Any
) -> list[tuple[Finding, ...]]:
    made: Any = executor or InlineExecutor()
    done = list(checks.check(assets, by, storage=LocalStorage(), executor=made, **how))
    assert [one for one, _ in done] == [*assets]
    return [found for _, found in done]


def test_headers_of_all_frames_are_judged_and_told_once(
    tmp_path: Path, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_BATCH", 3)
    for frame in range(1001, 1011):
        kind = OpenEXR.RLE_COMPRESSION if frame > 1007 else OpenEXR.ZIP_COMPRESSION
        write(tmp_path / f"p.{frame}.exr", compression=kind)
    by = policy("check='compression'\none_of='ZIP'", "check='drift'")
    (found,) = check(sequence(tmp_path, range(1001, 1011)), by=[by], executor=executor)
    assert [(one.rule, one.subject) for one in found] == [
        ("p.r0", "shots/p.%04d.exr"),
        ("p.r1", "shots/p.%04d.exr"),
    ]
    assert found[0].message == "1008-1010: The compression is RLE, not ZIP."
    assert found[1].message.startswith("1008-1010: The attribute compression is RLE")


def test_assets_come_in_their_order_whatever_they_are(tmp_path: Path, executor: Executor) -> None:
    assets = []
    for at in range(6):
        (tmp_path / f"{at}").mkdir()
        path = tmp_path / f"{at}" / ("a.exr", "b.wav", "c.dpx")[at % 3]
        if path.suffix == ".exr":
            write(path)
        elif path.suffix == ".wav":
            write_sound(path, seconds=0.5, pitch=220)
        else:
            path.write_bytes(b"SDPX")
        assets.append(single(path))
    by = policy("check='file_name'\npattern='[ac][.].*'")
    found = check(*assets, by=[by], executor=executor)
    assert [[one.rule for one in each] for each in found] == [[], ["p.r0"], []] * 2


def test_damage_is_found_and_the_name_is_judged_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.exr"
    path.write_bytes(b"")
    ((empty, named),) = check(single(path), by=[policy("check='file_name'\nmax_length=2")])
    assert (empty.rule, named.rule) == ("exr.header", "p.r0")


def test_a_frame_that_vanished_is_told_without_its_place(tmp_path: Path) -> None:
    write(tmp_path / "p.1001.exr")
    ((told,),) = check(sequence(tmp_path, [1001, 1002, 1003]), by=[])
    assert told.rule == Code.PATH_NOT_FOUND.value
    assert told.message.startswith("1002-1003: ")
    assert str(tmp_path) not in told.message


def test_pixels_are_judged_only_where_asked_for(tmp_path: Path) -> None:
    for frame in (1001, 1002):
        write(tmp_path / f"p.{frame}.exr", value=float("nan") if frame == 1002 else 0.5)
    asset, by = sequence(tmp_path, [1001, 1002]), [policy("check='pixels'\nmax_nan=0")]
    ((unasked,),) = check(asset, by=by)
    ((asked,),) = check(asset, by=by, pixels=True, workers=1)
    assert unasked.rule == "policy.not_measured"
    assert asked.message.startswith("1002: Values are not a number")


MISSING = Finding("frames.missing", Severity.ERROR, "shots/p.%04d.dpx", "1 missing frame: 1002")


def test_what_the_scan_found_is_told_unless_a_rule_says_how_bad_it_is(tmp_path: Path) -> None:
    asset = sequence(tmp_path, [1001, 1003], tail=".dpx", findings=(MISSING,))
    lenient = policy("check='frames'\nmax_missing=5")
    noting = policy("check='frames'\nmax_missing=0\nseverity='note'")
    other = policy("check='frames'\nmax_empty=0")
    elsewhere = policy("check='frames'\nmax_missing=5\nonly={file='*.exr'}")

    def told(by: Policy) -> list[tuple[str, Severity]]:
        ((found),) = check(asset, by=[by])
        return [(one.rule, one.severity) for one in found]

    assert told(lenient) == []
    assert told(noting) == [("p.r0", Severity.NOTE)]
    assert told(other) == [("frames.missing", Severity.ERROR)]
    assert told(elsewhere)[0] == ("frames.missing", Severity.ERROR)


def test_files_that_nothing_looks_into_pass_nothing_but_names_and_sizes(tmp_path: Path) -> None:
    for frame in (1001, 1002):
        (tmp_path / f"p.{frame}.dpx").write_bytes(b"x" * (frame - 1000))
    by = policy("check='file_size'\nmin=2", "check='compression'\none_of='ZIP'")
    ((small, note),) = check(sequence(tmp_path, [1001, 1002], tail=".dpx"), by=[by])
    assert (small.rule, small.message) == ("p.r0", "1001: The file is smaller than 2 B.")
    assert (note.rule, note.severity) == (NOT_APPLICABLE, Severity.NOTE)
    assert note.message == "p has 1 rule that says nothing of such files."


def test_one_short_note_tells_of_all_policies_that_say_nothing_of_a_file(tmp_path: Path) -> None:
    by = [pack("studio-default"), policy("check='compression'\none_of='ZIP'")]
    script = tmp_path / "comp.nk"
    script.write_text("Root {}")
    ((note,),) = check(single(script), by=by)
    assert (note.rule, note.severity) == (NOT_APPLICABLE, Severity.NOTE)
    told = r"studio-default has \d+ rules and p has 1 rule that say nothing of such files\."
    assert re.fullmatch(told, note.message)


def test_a_policy_that_has_no_rule_for_a_file_says_so(tmp_path: Path) -> None:
    ((told,),) = check(single(write(tmp_path / "a.exr")), by=[pack("ebu-r128")])
    assert told.rule == NOT_APPLICABLE


def test_a_single_file_of_zero_bytes_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "still.tif"
    path.touch()
    ((told,),) = check(single(path))
    assert (told.rule, told.severity) == ("files.empty", Severity.ERROR)


def test_movies_and_sound_are_probed_and_heard(tmp_path: Path) -> None:
    movie, sound = tmp_path / "a.mov", tmp_path / "b.wav"
    write_movie(movie, [np.zeros((36, 64, 3))] * 4, size=(64, 36))
    write_sound(sound, seconds=1, pitch=440)
    damaged = tmp_path / "c.wav"
    damaged.write_bytes(sound.read_bytes())
    os.truncate(damaged, 1000)
    by = [policy("check='media'\nfps=25\nonly={file='*.mov'}"), pack("ebu-r128")]
    of_movie, of_sound, of_damaged = check(*map(single, (movie, sound, damaged)), by=by, workers=1)
    assert of_movie[0].message == "The frame rate is 24, not 25."
    assert of_sound[0].message.startswith("The loudness is -")
    assert of_damaged[0].rule == "media.cut"


def test_there_are_never_more_findings_than_a_record_takes(tmp_path: Path) -> None:
    frames = range(1001, 1001 + MOST + 50)
    for frame in frames:
        (tmp_path / f"p.{frame}.dpx").write_bytes(b"x")
    by = policy("check='file_name'\nmax_length=3")
    pattern = policy("check='file_name'\npattern='x'")
    asset = sequence(tmp_path, frames, tail=".dpx")
    (alike,) = check(asset, by=[by])
    (each,) = check(asset, by=[pattern])
    assert len(alike) == 1
    assert len(each) == MOST
    assert each[-1].message.startswith("51 more findings")


def test_work_that_nobody_wants_any_more_ends(tmp_path: Path) -> None:
    asset = single(write(tmp_path / "a.exr"))
    with pytest.raises(RushesError) as told:
        check(asset, progress=Cancelled())
    assert told.value.code is Code.CANCELLED


def test_assets_are_taken_as_they_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_WINDOW", 2)
    taken: list[int] = []

    def assets() -> Iterator[Asset]:
        for at in range(6):
            taken.append(at)
            path = tmp_path / f"{at}.dpx"
            path.write_bytes(b"x")
            yield single(path)

    done = checks.check(assets(), [], storage=LocalStorage(), executor=InlineExecutor())
    next(done)
    assert taken == [0, 1]
