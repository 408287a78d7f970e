"""Made-up headers are headers, and as many as are asked for."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from rushes.inspection.header import wire
from rushes.inspection.header.reading import read_header
from rushes.ports import registry
from rushes.testing.media.headers import headers
from rushes.testing.media.industry import takes

STORAGE: Any = registry.connect("storage", "local")


def test_a_seed_makes_the_same_files_for_ever() -> None:
    assert list(headers(50, 4)) == list(headers(50, 4))
    assert list(headers(50, 4)) != list(headers(50, 5))


def test_no_two_files_are_the_same() -> None:
    assert len(set(headers(3000, 6))) == 3000


def test_nothing_is_wrong_with_a_file_of_chunks(tmp_path: Path) -> None:
    place = tmp_path / "made.exr"
    for data in headers(150, 7, bodies=True):
        place.write_bytes(data)
        assert read_header(STORAGE, str(place)).findings == ()


def test_a_file_without_chunks_ends_behind_its_offset_table(tmp_path: Path) -> None:
    place = tmp_path / "made.exr"
    (data,) = headers(1, 8)
    place.write_bytes(data)
    found = read_header(STORAGE, str(place))
    assert {one.rule for one in found.findings} == {"exr.offsets"}
    assert found.header is not None
    assert found.header.data() == data[: found.header.end]


def test_an_industry_has_files_of_every_kind() -> None:
    parsed = [wire.parse(data) for data in headers(2000, 1)]
    kinds = {
        one.raw.decode() for made in parsed for part in made.parts if (one := part.first(b"type"))
    }
    assert kinds == {"scanlineimage", "tiledimage", "deepscanline", "deeptile"}
    assert any(len(made.parts) > 1 for made in parsed)
    assert any(part.first(b"multiView") for made in parsed for part in made.parts)
    assert any(take.drift is not None for take in islice(takes(1), 200))
