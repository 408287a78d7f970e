"""A header told by the frame before is told as if it were the only one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from rushes.inspection.header import kin
from rushes.inspection.header.document import document, header_bytes
from rushes.inspection.header.document_text import document_json
from rushes.inspection.header.mould import Cast
from rushes.inspection.header.reading import ReadHeader, read_header
from rushes.inspection.header.wire import Attribute, Header, Part
from rushes.ports import registry
from rushes.testing.media.exr_corners import CASES, header
from rushes.testing.media.headers import file
from rushes.testing.media.industry import takes
from rushes.testing.media.take import Take

STORAGE: Any = registry.connect("storage", "local")


@pytest.fixture(autouse=True)
def _nothing_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kin, "_last", None)


def read(place: Path, data: bytes) -> ReadHeader:
    path = place / "frame.exr"
    path.write_bytes(data)
    return read_header(STORAGE, str(path))


def alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The JSON of the same file, had no other been read before."""
    with monkeypatch.context() as patched:
        patched.setattr(kin, "_last", None)
        return orjson.dumps(document(read_header(STORAGE, str(place / "frame.exr"))))


def long_takes(count: int) -> Iterator[Take]:
    return islice((one for one in takes(3) if one.count >= 5), count)


def with_attribute(made: Header, one: Attribute) -> Header:
    parts = [Part((*part.attributes, one)) for part in made.parts]
    return Header(made.version, made.flags, tuple(parts), 0)


def test_frames_of_takes_are_told_as_if_each_were_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = 0
    for take in long_takes(40):
        for at in range(5):
            made = take.header(at)
            found = read(tmp_path, file(made))
            cast += isinstance(found.told, Cast)
            told = document_json(found)
            assert told == orjson.dumps(document(found))
            assert header_bytes(orjson.loads(told)) == made.data()
            assert found.header is not None
            assert found.header.data() == made.data()
            assert told == alone(tmp_path, monkeypatch)
    assert cast > 100


@pytest.mark.parametrize("name", CASES)
def test_the_json_of_every_corner_is_that_of_its_document(name: str, tmp_path: Path) -> None:
    for _ in range(3):
        found = read(tmp_path, file(header(name)))
        assert document_json(found) == orjson.dumps(document(found))
        assert header_bytes(orjson.loads(document_json(found))) == header(name).data()


def test_damaged_frames_are_told_as_if_each_were_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(8)
    for take in long_takes(12):
        for at in range(3):
            document_json(read(tmp_path, file(take.header(at))))
        whole = file(take.header(4))
        end = len(take.header(4).data())
        for _ in range(20):
            damaged = bytearray(whole)
            for _ in range(random.choice((1, 1, 2, 8))):
                damaged[random.randrange(end)] = random.randrange(256)
            data = bytes(damaged[: random.choice((len(whole), random.randrange(end)))])
            told = document_json(read(tmp_path, data))
            assert told == alone(tmp_path, monkeypatch)


def test_values_of_another_length_fit(tmp_path: Path) -> None:
    take = next(long_takes(1))
    for at, told in enumerate((b"a", b"bb", b"", b"d" * 500)):
        made = with_attribute(take.header(at), Attribute(b"renderStats", b"string", told))
        found = read(tmp_path, file(made))
        assert header_bytes(orjson.loads(document_json(found))) == made.data()
    assert isinstance(found.told, Cast)


def test_a_name_that_was_seen_to_move_is_expected_to(tmp_path: Path) -> None:
    take = next(long_takes(1))
    for at in range(4):
        odd = Attribute(b"studioCounter", b"int", bytes([at, 0, 0, 0]))
        found = read(tmp_path, file(with_attribute(take.header(at), odd)))
        assert orjson.loads(document_json(found))["attributes"]["studioCounter"] == at
    assert isinstance(found.told, Cast)


def test_a_value_that_loses_its_meaning_is_a_finding_again(tmp_path: Path) -> None:
    take = next(long_takes(1))
    for at in range(3):
        read(tmp_path, file(with_attribute(take.header(at), Attribute(b"rays", b"int", b"1234"))))
    found = read(tmp_path, file(with_attribute(take.header(3), Attribute(b"rays", b"int", b"1"))))
    assert "exr.attribute" in [one.rule for one in found.findings]
    assert orjson.loads(document_json(found))["attributes"]["rays"] is None


def test_a_window_that_moves_changes_what_it_decides(tmp_path: Path) -> None:
    take = next(one for one in long_takes(50) if one.trims and one.flags == 0)
    for at in range(4):
        made = take.header(at)
        told = orjson.loads(document_json(read(tmp_path, file(made))))
        (low_x, low_y), (high_x, high_y) = told["attributes"]["dataWindow"].values()
        assert told["parts"][0]["width"] == high_x - low_x + 1
        assert told["parts"][0]["height"] == high_y - low_y + 1


def test_a_missing_chunk_is_told_of_a_frame_that_fits(tmp_path: Path) -> None:
    take = next(long_takes(1))
    for at in range(3):
        read(tmp_path, file(take.header(at), bodies=True))
    data = bytearray(file(take.header(3), bodies=True))
    start = len(take.header(3).data())
    data[start : start + 8] = bytes(8)
    found = read(tmp_path, bytes(data))
    assert isinstance(found.told, Cast)
    assert [one.rule for one in found.findings] == ["exr.offsets"]
    assert orjson.loads(document_json(found))["errors"] == [found.findings[0].row()]
