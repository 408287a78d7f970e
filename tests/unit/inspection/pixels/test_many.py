"""Many files at once: each as it would be alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.pixels.many import statistics_of
from rushes.inspection.pixels.statistics import statistics
from rushes.model.pixels import PixelStats
from rushes.testing.found import Cancelled

Make = Callable[..., Path]
Grey = Callable[..., dict[str, Any]]


@pytest.fixture
def good(make_exr: Make, grey: Grey) -> list[Path]:
    return [make_exr(grey(0.1 * at), name=f"good.{at}.exr") for at in range(1, 4)]


def test_nothing_wanted_is_nothing_counted() -> None:
    assert list(statistics_of([])) == []


def test_each_is_what_it_would_be_alone(good: list[Path]) -> None:
    found = dict(statistics_of([(path.name, path) for path in good], histograms=True, workers=2))
    assert found == {path.name: statistics(path, histograms=True) for path in good}
    (lean,) = dict(statistics_of([(1, good[0])], sample=2)).values()
    assert lean == statistics(good[0], sample=2)


def test_parts_may_be_chosen(make_exr: Make, grey: Grey) -> None:
    path = make_exr(grey(0.1), grey(0.2), names=("left", "right"))
    (found,) = dict(statistics_of([(1, path)], parts=[1])).values()
    assert isinstance(found, PixelStats)
    assert [one.name for one in found.parts] == ["right"]


def test_no_file_is_an_error_beside_the_others(good: list[Path], tmp_path: Path) -> None:
    found = dict(statistics_of([(0, good[0]), (1, tmp_path / "absent.exr")], workers=1))
    assert isinstance(found[0], PixelStats)
    assert isinstance(found[1], RushesError)
    assert found[1].code is Code.PATH_NOT_FOUND


def test_a_cancelled_run_ends(good: list[Path]) -> None:
    with pytest.raises(RushesError) as raised:
        list(statistics_of([*enumerate(good)], progress=Cancelled()))
    assert raised.value.code is Code.CANCELLED


def test_whoever_leaves_off_early_leaves_no_worker(good: list[Path]) -> None:
    every = statistics_of([*enumerate(good)], workers=1)
    next(every)
    every.close()  # type: ignore[attr-defined]
    with pytest.raises(StopIteration):
        next(every)
