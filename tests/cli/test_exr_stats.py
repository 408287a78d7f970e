"""`rushes exr stats`: pixels counted for people and programs."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from jsonschema import validate

from rushes.cli import exits

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
SCHEMA = json.loads((SCHEMAS / "rushes.exr-stats.1.json").read_text("utf-8"))

pytestmark = pytest.mark.usefixtures("home")
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A ZIP file of 64 × 40 pixels with one half channel of one value, and what is put into it."""

    def written(name: str, value: float, **pixels: Any) -> Path:
        data = np.full((64, 40), value, np.float16)
        for place, odd in pixels.get("odd", {}).items():
            data[place] = odd
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        path = tmp_path / name
        OpenEXR.File(header, {"R": data}).write(str(path))
        return path

    return written


def told(out: str) -> list[Any]:
    found = [json.loads(line) for line in out.splitlines()]
    for one in found:
        validate(one, SCHEMA)
    return found


def test_a_files_pixels_are_counted(rushes: Any, write: Write) -> None:
    path = write("a.exr", 0.5, odd={(0, 0): np.nan, (1, 1): -1.0, (2, 2): np.inf, (3, 3): 0.0})
    ended = rushes("exr", "stats", "--json", path)
    assert ended.code == exits.OK
    (one,) = told(ended.out)
    (channel,) = one["parts"][0]["channels"]
    assert (channel["nan"], channel["positive_infinity"], channel["negative"]) == (1, 1, 1)
    assert (channel["min"], channel["max"], channel["zero"]) == (-1.0, 0.5, 1)
    assert channel["percentiles"]["50"] == 0.5
    text = rushes("exr", "stats", path).out
    assert "NaN" in text
    assert "half" in text


def test_frames_of_a_sequence_are_counted_together_or_each(rushes: Any, write: Write) -> None:
    for frame, value in ((1001, 0.0), (1002, 1.0), (1003, 2.0)):
        path = write(f"beauty.{frame}.exr", value)
    pattern = path.with_name("beauty.%04d.exr")
    (one,) = told(rushes("exr", "stats", "--json", pattern).out)
    assert one["files"] == 3
    (channel,) = one["parts"][0]["channels"]
    assert (channel["count"], channel["mean"]) == (3 * 64 * 40, 1.0)
    assert channel["percentiles"]["99"] == 2.0
    each = told(rushes("exr", "stats", "--json", "--each", pattern).out)
    assert [one["parts"][0]["channels"][0]["mean"] for one in each] == [0.0, 1.0, 2.0]


def test_frames_that_could_not_be_read_are_not_counted_among_the_rest(
    rushes: Any, write: Write
) -> None:
    for frame in (1001, 1002, 1003):
        path = write(f"beauty.{frame}.exr", 1.0)
    path.write_bytes(b"no picture")
    ended = rushes("exr", "stats", "--json", path.with_name("beauty.%04d.exr"))
    assert ended.code == exits.FOUND
    (one,) = told(ended.out)
    assert (one["files"], one["complete"], len(one["findings"])) == (2, False, 1)


def test_a_sequence_that_lacks_a_view_is_not_complete(rushes: Any, write: Write) -> None:
    path = write("beauty.left.1001.exr", 1.0)
    ended = rushes("exr", "stats", "--json", path.with_name("beauty.%V.%04d.exr"))
    assert ended.code == exits.NOT_THERE
    (one,) = told(ended.out)
    assert (one["files"], one["complete"]) == (1, False)


@pytest.mark.parametrize("odd", ["nan", "inf", "1e20", "0"])
def test_a_time_that_no_clock_knows_is_refused(rushes: Any, write: Write, odd: str) -> None:
    ended = rushes("exr", "stats", "--timeout", odd, write("a.exr", 1.0))
    assert (ended.code, ended.out) == (exits.NOT_THERE, "")
    assert "--timeout" in ended.err


def test_a_sample_says_that_it_is_one(rushes: Any, write: Write) -> None:
    path = write("a.exr", 1.0)
    (one,) = told(rushes("exr", "stats", "--json", "--sample", "100", path).out)
    assert one["sample"] == 100
    assert "Sampled" in rushes("exr", "stats", "--sample", "2", path).out


def test_what_cannot_be_decoded_is_told_and_the_rest_counted(rushes: Any, write: Write) -> None:
    good, bad = write("good.exr", 1.0), write("bad.exr", 1.0)
    bad.write_bytes(bad.read_bytes()[:-20])
    ended = rushes("exr", "stats", "--json", bad, good)
    assert ended.code == exits.FOUND
    first, second = told(ended.out)
    assert not first["complete"]
    assert first["findings"][0]["rule"] == "exr.pixels"
    assert 0 < first["parts"][0]["channels"][0]["count"] < 64 * 40
    assert second["complete"]


def test_files_that_are_none_have_one_clear_line_each(
    rushes: Any, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "text.exr").write_text("no picture")
    (tmp_path / "empty.exr").touch()
    names = [tmp_path / one for one in ("none.exr", "text.exr", "empty.exr", ".")]
    ended = rushes("exr", "stats", "--json", *names, write("good.exr", 1.0))
    assert ended.code == exits.NOT_THERE
    assert [len(one["findings"]) for one in told(ended.out)] == [1, 1, 0]
    assert ended.err.count("error:") == 2


def test_pipes_and_links_to_nowhere_have_one_clear_line_each(
    rushes: Any, write: Write, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.exr")
    (tmp_path / "dangling.exr").symlink_to("nowhere.exr")
    (tmp_path / "loop.exr").symlink_to("loop.exr")
    names = [tmp_path / f"{one}.exr" for one in ("pipe", "dangling", "loop")]
    ended = rushes("exr", "stats", "--json", *names, write("good.exr", 1.0))
    assert ended.code == exits.NOT_THERE
    assert [one["complete"] for one in told(ended.out)] == [True]
    assert ended.err.count("error:") == 3
    assert "Traceback" not in ended.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(rushes: Any, write: Write) -> None:
    locked = write("locked.exr", 1.0)
    locked.chmod(0)
    ended = rushes("exr", "stats", "--json", locked, write("good.exr", 1.0))
    assert ended.code == exits.UNAVAILABLE
    assert "Permission denied" in ended.err
    assert len(told(ended.out)) == 1


def test_a_file_that_changes_while_it_is_read_is_told(
    rushes: Any, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        textwrap.dedent("""
            import os, pathlib
            plain, times = pathlib.Path.stat, iter(range(1, 100))
            def stat(path, **more):
                if path.name == "changing.exr":
                    os.utime(path, ns=(next(times),) * 2)
                return plain(path, **more)
            pathlib.Path.stat = stat
        """)
    )
    monkeypatch.syspath_prepend(str(hook))
    ended = rushes("exr", "stats", "--json", write("changing.exr", 1.0), write("good.exr", 1.0))
    assert ended.code == exits.FOUND
    first, second = told(ended.out)
    assert [one["rule"] for one in first["findings"]] == ["exr.changed"]
    assert second["complete"]


def test_a_part_that_is_not_there_is_no_success(rushes: Any, write: Write) -> None:
    ended = rushes("exr", "stats", "--part", "3", write("a.exr", 1.0))
    assert ended.code == exits.NOT_THERE
    assert "no part 3" in ended.err


def test_a_file_that_takes_too_long_is_given_up(rushes: Any, tmp_path: Path) -> None:
    """Millions of values of noise take a hundred times as long to decode as they are given."""
    noise = np.random.default_rng(1).random((2000, 2000)).astype(np.float16)
    path = tmp_path / "noise.exr"
    header = {"compression": OpenEXR.PIZ_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, dict.fromkeys("RGB", noise)).write(str(path))
    ended = rushes("exr", "stats", "--timeout", "0.001", path)
    assert ended.code == exits.FOUND
    assert "took longer than" in ended.out
