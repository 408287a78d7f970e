"""Files that are damaged, slow or gone: what cannot be compared is told, and the rest compared."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.diff.differences import FileDiff, Limits, PixelsCompared
from rushes.inspection.diff.files import compared
from rushes.inspection.diff.many import Asked, pixels_of
from rushes.inspection.header import wire
from rushes.testing.image_pairs import Write, _striped, altered, noise, write

__all__ = ["_striped", "write"]


def cut_chunks(path: Path, numbers: list[int]) -> None:
    """Have entries of the offset table lead nowhere."""
    data = bytearray(path.read_bytes())
    table = wire.parse(bytes(data)).end
    for number in numbers:
        struct.pack_into("<Q", data, table + 8 * number, 0)
    path.write_bytes(data)


@pytest.mark.parametrize("tile", [None, (32, 16)])
def test_what_cannot_be_read_is_told_and_everything_else_compared(tile: Any, write: Write) -> None:
    values = noise(96, 64)
    a = write("a.exr", {"Y": values}, tile=tile)
    b = write("b.exr", {"Y": values + np.float16(1)}, compression="PIZ")
    cut_chunks(a, [1, 2])
    found = compared(a, b, [(0, 0)], Limits())
    lost = 2 * 32 * 16 if tile else 2 * 64 * 16
    assert (found.parts[0].lost, found.parts[0].compared) == (lost, 96 * 64 - lost)
    assert found.parts[0].channels[0].compared == 96 * 64 - lost
    (told,) = found.findings
    assert told.rule == "exr.pixels"
    assert "a.exr" in told.subject
    if not tile:
        assert "Lines 16 to 47" in told.message


@pytest.mark.parametrize("fill", [False, True])
def test_a_file_that_was_cut_is_compared_as_far_as_it_goes(fill: bool, write: Write) -> None:
    a = write("a.exr", {"Y": noise(160, 90)})
    b = write("b.exr", {"Y": noise(160, 90)}, compression="PIZ")
    b.write_bytes(b.read_bytes()[: b.stat().st_size // 2])
    found = compared(a, b, [(0, 0)], Limits(outside_is_zero=fill))
    assert found.findings
    delta = found.parts[0]
    assert 0 < delta.compared < 160 * 90
    assert delta.compared + delta.lost == 160 * 90
    assert not delta.channels[0].differing


def test_a_file_that_ends_in_its_offset_table_is_compared_nowhere(write: Write) -> None:
    a = write("a.exr", {"Y": noise(160, 90)})
    b = write("b.exr", {"Y": noise(160, 90)})
    whole = b.read_bytes()
    b.write_bytes(whole[: wire.parse(whole).end + 8])
    found = compared(a, b, [(0, 0)], Limits())
    assert found.findings
    assert found.parts[0].left_out
    assert found.parts[0].lost == 160 * 90
    assert not FileDiff((), (), found.parts).same


def test_processes_give_what_comparing_here_gives(write: Write, tmp_path: Path) -> None:
    a, b = write("a.exr", {"Y": noise()}), write("b.exr", {"Y": altered(noise())})
    (tmp_path / "none.exr").write_bytes(b"")
    wanted = {1: Asked(a, b, [(0, 0)]), 2: Asked(a, tmp_path / "absent.exr", [(0, 0)])}
    found = dict(pixels_of(wanted.items(), Limits(tolerance=0.1), picture=True, workers=1))
    assert found[1] == compared(a, b, [(0, 0)], Limits(tolerance=0.1), picture=True)
    assert isinstance(found[2], RushesError)
    assert found[2].code is Code.PATH_NOT_FOUND


def test_a_pair_that_takes_too_long_has_a_finding(write: Write) -> None:
    a = write("a.exr", {"Y": noise(2000, 2000, kind=np.float32)}, compression="NO")
    asked = [(1, Asked(a, a, [(0, 0)] * 1000))]
    ((_, found),) = pixels_of(asked, Limits(), timeout=0.2)
    assert isinstance(found, PixelsCompared)
    assert "took longer" in found.findings[0].message
    assert not FileDiff((), found.findings, found.parts).same


def test_a_header_that_claims_millions_of_lines_takes_no_memory_for_them(write: Write) -> None:
    values = {"Y": noise(16, 3000)}
    a, b = write("a.exr", values), write("b.exr", values)
    for path in (a, b):
        data = bytearray(path.read_bytes())
        at = data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
        struct.pack_into("<i", data, at + 12, 49_999_999)
        path.write_bytes(data)
    found = compared(a, b, [(0, 0)], Limits())
    assert found.findings
    assert found.parts[0].lost == 3000 * 50_000_000
