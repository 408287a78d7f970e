"""Statistics travel as JSON without loss, and those of frames become those of a sequence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.inspection.pixels.merge import merged
from rushes.inspection.pixels.rows import as_row, from_row
from rushes.inspection.pixels.statistics import statistics
from rushes.model.finding import Finding, Severity
from rushes.model.pixels import PixelStats

TYPES = {"half": np.float16, "float": np.float32, "uint": np.uint32}
FINDING = Finding("exr.pixels", Severity.ERROR, "a.exr", "Lines 1 to 2 are lost.")


def channels(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    made = {name: (rng.random((50, 60)) * 99).astype(kind) for name, kind in TYPES.items()}
    if seed == 1:
        made["half"][0, :4] = np.nan, np.inf, -np.inf, -1
        made["float"][:] = np.nan
    return made


@pytest.fixture
def frames(tmp_path: Path) -> list[PixelStats]:
    made = []
    for seed in range(4):
        path = tmp_path / f"frame.{seed}.exr"
        header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}
        OpenEXR.File(header, channels(seed)).write(str(path))
        made.append(statistics(path, histograms=True))
    return made


def without_histograms(stats: PixelStats) -> PixelStats:
    parts = tuple(
        replace(part, channels=tuple(replace(one, histogram=b"") for one in part.channels))
        for part in stats.parts
    )
    return replace(stats, parts=parts)


def together(name: str) -> Any:
    return np.concatenate([channels(seed)[name] for seed in range(4)])


def test_json_loses_nothing(frames: list[PixelStats]) -> None:
    for one in frames:
        one = replace(one, findings=(FINDING,))
        assert from_row(json.loads(json.dumps(as_row(one), allow_nan=False))) == one


def test_json_without_histograms_is_small(frames: list[PixelStats]) -> None:
    row = json.dumps(as_row(frames[0], histograms=False))
    assert len(row) < 3000
    assert from_row(json.loads(row)) == without_histograms(frames[0])


def test_json_of_another_schema_is_refused(frames: list[PixelStats]) -> None:
    with pytest.raises(ValueError, match="schema 99"):
        from_row({**as_row(frames[0]), "schema": 99})


def test_frames_together_are_as_one_image(
    frames: list[PixelStats], check: Callable[..., None]
) -> None:
    found = merged(frames, subject="frame.%d.exr")
    assert (found.subject, found.files) == ("frame.%d.exr", 4)
    (part,) = found.parts
    assert part.bands_there == sum(one.parts[0].bands_there for one in frames)
    assert len(part.channels) == 3
    for one in part.channels:
        check(one, together(one.name))


def test_merging_may_be_done_in_steps(frames: list[PixelStats]) -> None:
    steps = merged([merged(frames[:1], subject="a"), merged(frames[1:], subject="b")], subject="c")
    at_once = merged(frames, subject="c")
    assert steps.files == 4
    for one, other in zip(steps.parts[0].channels, at_once.parts[0].channels, strict=True):
        if one.name != "float":  # its moments are rounded at each step
            assert one == other


def test_halves_without_histograms_keep_all_but_percentiles(frames: list[PixelStats]) -> None:
    found = merged([frames[0], *map(without_histograms, frames[1:])], subject="frame.%d.exr")
    exact = {one.name: one for one in merged(frames, subject="frame.%d.exr").parts[0].channels}
    (half,) = [one for one in found.parts[0].channels if one.name == "half"]
    assert half.percentiles == ()
    assert half.mean == pytest.approx(exact["half"].mean, rel=1e-13)
    assert half.stddev == pytest.approx(exact["half"].stddev, rel=1e-13)
    assert (half.nan, half.min, half.max) == (1, exact["half"].min, exact["half"].max)


def test_findings_and_parts_of_all_files_stay(frames: list[PixelStats]) -> None:
    bad = PixelStats("a.exr", findings=(FINDING,))
    other = replace(frames[0], parts=(replace(frames[0].parts[0], number=1, name="extra"),))
    found = merged([frames[0], bad, other], subject="s")
    assert found.findings == (FINDING,)
    assert not found.complete
    assert found.files == 2  # of the bad one nothing was read
    assert [one.name for one in found.parts] == ["", "extra"]


def test_nothing_together_is_nothing() -> None:
    assert merged([], subject="s") == PixelStats("s", files=0)
