"""Channels that are sampled are compared where both files have values of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rushes.inspection.diff import stripes
from rushes.inspection.diff.differences import Limits
from rushes.inspection.diff.files import compared

LayOut = Callable[..., Path]
SAMPLINGS = {"RY": (2, 2), "BY": (3, 3)}
SHAPE = (102, 60)


@pytest.fixture(autouse=True, params=[1 << 20, 2500], ids=["one stripe", "many stripes"])
def _striped(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripes, "_VALUES", request.param)


def channels(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    rows, columns = SHAPE
    steps = {"Y": (1, 1), **SAMPLINGS}
    return {
        name: rng.normal(0, 2, (rows // down, columns // across)).astype(np.float16)
        for name, (across, down) in steps.items()
    }


def spread(values: Any, name: str, corner: tuple[int, int]) -> Any:
    """The values on a canvas from (-60, -60) on, NaN where there are none."""
    across, down = SAMPLINGS.get(name, (1, 1))
    canvas = np.full((300, 300), np.nan)
    rows, columns = SHAPE
    top, left = corner[1] + 60, corner[0] + 60
    canvas[top : top + rows : down, left : left + columns : across] = values
    return canvas


@pytest.mark.parametrize("corner", [(0, 0), (-12, 18), (30, -54)])
@pytest.mark.parametrize("compression", ["NONE", "RLE", "ZIP"])
def test_sampled_channels(
    compression: str, corner: tuple[int, int], tmp_path: Path, lay_out: LayOut, laid: Any
) -> None:
    rows, columns = SHAPE
    ours, theirs = channels(1), channels(2)
    a = lay_out(tmp_path / "a.exr", laid(ours, columns, rows, SAMPLINGS, "ZIP"))
    b = lay_out(tmp_path / "b.exr", laid(theirs, columns, rows, SAMPLINGS, compression, corner))
    found = compared(a, b, [(0, 0)], Limits(), picture=True)
    assert found.findings == ()
    assert found.picture
    for one in found.parts[0].channels:
        left = spread(ours[one.name], one.name, (0, 0))
        right = spread(theirs[one.name], one.name, corner)
        apart = np.abs(left - right)
        assert one.compared == np.isfinite(apart).sum()
        assert one.max_abs == np.nanmax(apart)
        row, column = np.unravel_index(np.nanargmax(apart), apart.shape)
        assert one.at == (column - 60, row - 60)
        assert one.rms == pytest.approx(np.sqrt(np.nanmean(apart**2)))
        filled = compared(a, b, [(0, 0)], Limits(outside_is_zero=True)).parts[0]
        either = np.isfinite(left) | np.isfinite(right)
        apart = np.abs(np.nan_to_num(left) - np.nan_to_num(right))[either]
        (same,) = (other for other in filled.channels if other.name == one.name)
        assert same.compared == apart.size
        assert same.max_abs == apart.max()
        assert same.rms == pytest.approx(np.sqrt((apart**2).mean()))


def test_the_same_samples_are_the_same_however_they_are_packed(
    tmp_path: Path, lay_out: LayOut, laid: Any
) -> None:
    rows, columns = SHAPE
    a, b = (
        lay_out(tmp_path / f"{kind}.exr", laid(channels(1), columns, rows, SAMPLINGS, kind))
        for kind in ("NONE", "ZIP")
    )
    (delta,) = compared(a, b, [(0, 0)], Limits()).parts
    assert not delta.differs
    assert delta.compared == rows * columns


def test_a_channel_of_another_sampling_is_not_compared(
    tmp_path: Path, lay_out: LayOut, laid: Any
) -> None:
    rows, columns = SHAPE
    full = {**channels(1), "RY": channels(1)["Y"]}
    a = lay_out(tmp_path / "a.exr", laid(channels(1), columns, rows, SAMPLINGS))
    b = lay_out(tmp_path / "b.exr", laid(full, columns, rows, {"BY": (3, 3)}))
    (delta,) = compared(a, b, [(0, 0)], Limits()).parts
    assert [one.name for one in delta.channels] == ["BY", "Y"]
