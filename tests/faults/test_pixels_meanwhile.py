"""Pixels of files that change, storage that fails, and workers that die or meet mutations."""

from __future__ import annotations

import os
import random
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.inspection.pixels import bands
from rushes.inspection.pixels.many import statistics_of
from rushes.inspection.pixels.source import Source
from rushes.inspection.pixels.statistics import statistics
from rushes.model.pixels import PixelStats
from rushes.testing.marred_images import (
    CHUNKS,
    COLUMNS,
    LINES,
    ROWS,
    counted,
    offsets,
    path,
    table,
    tiled,
    written,
)
from rushes.testing.marred_images import deep as _deep

__all__ = ["path"]


@pytest.mark.parametrize("what", ["grown", "touched", "replaced", "gone"])
def test_a_file_that_changes_while_it_is_read_is_told(
    what: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change() -> None:
        if what == "grown":
            with path.open("ab") as file:
                file.write(b"more")
        elif what == "touched":
            os.utime(path, ns=(1, 1))
        elif what == "gone":
            path.unlink()
        else:
            other = path.with_name("other.exr")
            other.write_bytes(path.read_bytes())
            other.replace(path)

    _while_reading(monkeypatch, change)
    stats = statistics(path)
    assert [one.rule for one in stats.findings] == ["exr.changed"]
    assert counted(stats) == {ROWS * COLUMNS}


def test_a_file_that_is_cut_while_it_is_read_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bands, "_VALUES", 2 * LINES * COLUMNS)
    _while_reading(monkeypatch, lambda: os.truncate(path, offsets(path, CHUNKS)[2]))
    stats = statistics(path)
    assert {one.rule for one in stats.findings} == {"exr.changed", "exr.pixels"}


def _while_reading(monkeypatch: pytest.MonkeyPatch, change: Callable[[], None]) -> None:
    """Have something happen once, after the first chunks were read."""
    read = Source.chunks
    happened: list[bool] = []

    def chunks(*given: Any) -> Any:
        found = read(*given)
        if not happened:
            happened.append(True)
            change()
        return found

    monkeypatch.setattr(Source, "chunks", chunks)


def test_storage_that_fails_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, first = Source.at, offsets(path, CHUNKS)[4]

    def at(source: Source, offset: int, size: int) -> Any:
        if first < offset + size and offset:
            raise OSError(5, "Input/output error")
        return read(source, offset, size)

    monkeypatch.setattr(bands, "_VALUES", 2 * LINES * COLUMNS)
    monkeypatch.setattr(Source, "at", at)
    stats = statistics(path)
    (finding,) = stats.findings
    assert "Lines 64 to 159" in finding.message
    assert "Input/output error" in finding.message
    assert counted(stats) == {64 * COLUMNS}


def test_a_worker_that_dies_hangs_or_runs_out_of_memory_costs_only_that_file(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        textwrap.dedent("""
            import os, pathlib, signal, threading
            plain = pathlib.Path.stat
            def stat(path, **more):
                if path.name == "killer.exr":
                    os.kill(os.getpid(), signal.SIGSEGV)
                if path.name == "hanger.exr":
                    threading.Event().wait()
                if path.name == "eater.exr":
                    raise MemoryError
                if path.name == "odd.exr":
                    raise ZeroDivisionError("nobody thought of this")
                return plain(path, **more)
            pathlib.Path.stat = stat
        """)
    )
    monkeypatch.syspath_prepend(str(hook))
    names = ["image", "killer", "image", "hanger", "eater", "odd", "image"]
    wanted = [(at, path.with_name(f"{name}.exr")) for at, name in enumerate(names)]
    found = dict(statistics_of(wanted, workers=1, timeout=8.0))
    told = {}
    for at, one in found.items():
        assert isinstance(one, PixelStats)
        told[at] = [finding.message for finding in one.findings]
    assert told[0] == told[2] == told[6] == []
    assert "signal 11" in told[1][0]
    assert "longer than 8 s" in told[3][0]
    assert "too much memory" in told[4][0]
    assert "nobody thought of this" in told[5][0]


def test_two_hundred_mutations_are_counted_or_told(tmp_path: Path) -> None:
    chance = random.Random(20)
    bases = [
        written(tmp_path / f"base.{name}.exr", name, parts=1 + (at % 3 == 0))
        for at, name in enumerate(["NO", "RLE", "ZIP", "PIZ", "PXR24", "B44", "DWAA", "HTJ2K32"])
    ]
    bases += [tiled(tmp_path / "base.tiled.exr", "ZIP"), _deep(tmp_path / "base.deep.exr")]
    wanted = []
    for number in range(200):
        base = bases[number % len(bases)]
        place = tmp_path / f"mutant.{number}.exr"
        place.write_bytes(_mutated(base.read_bytes(), table(base), chance))
        wanted.append((number, place))
    found = dict(statistics_of(wanted, workers=2, timeout=60.0))
    assert len(found) == 200
    for one in found.values():
        assert isinstance(one, PixelStats)
        assert not any("Error" in finding.message for finding in one.findings), one.findings
        for part in one.parts if one.complete else ():
            pixels = part.width * part.height
            if part.samples is not None:
                assert part.samples.pixels == pixels
            else:
                assert {channel.count for channel in part.channels} == {pixels}
    assert sum(not one.complete for one in found.values() if isinstance(one, PixelStats)) > 100


def _mutated(data: bytes, end: int, chance: random.Random) -> bytes:
    """The bytes with a few of them changed: in the header, the offset table, or the pixels."""
    made = bytearray(data)
    low, high = chance.choice([(4, end), (end, end + 90), (end + 80, len(data))])
    for _ in range(chance.choice([1, 1, 4, 40])):
        at = chance.randrange(low, min(high, len(data)))
        made[at] = chance.choice([made[at] ^ 1 << chance.randrange(8), 0, 0x7F, 0xFF])
    if chance.random() < 0.15:
        del made[chance.randrange(end, len(made)) :]
    return bytes(made)
