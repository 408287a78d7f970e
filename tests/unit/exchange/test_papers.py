"""Papers of our own deliveries are known by what they say, wherever a package was unpacked."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.exchange.papers import papers_of
from rushes.ports.storage_writing import Facts
from rushes.testing.delivery_house import opening

OURS = b'{\n  "schema": "rushes.delivery-manifest/1",\n  "schema_version": 1\n}\n'


def papers(root: Path, files: dict[str, bytes]) -> set[str]:
    for path, data in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    facts = {path: Facts(len(data), 0) for path, data in files.items()}
    return set(papers_of(opening(str(root)), facts))


@pytest.mark.parametrize("top", ["", "FG_01/", "a/b/"])
def test_a_manifest_and_what_bears_its_name_are_papers(tmp_path: Path, top: str) -> None:
    endings = ("json", "csv", "xxh128.txt", "jpg", "pdf")
    own = {f"{top}manifest/FG_01.{one}": OURS for one in endings}
    others = {f"{top}manifest/FG_02.jpg": b"", f"{top}media/FG_01.jpg": b""}
    assert papers(tmp_path, {**own, **others}) == set(own)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"schema": "rushes.ingest/1"}', b"\xff"])
def test_what_another_wrote_makes_no_picture_a_paper(tmp_path: Path, data: bytes) -> None:
    assert papers(tmp_path, {"manifest/a.json": data, "manifest/a.jpg": b""}) == set()


def test_a_manifest_elsewhere_makes_no_picture_a_paper(tmp_path: Path) -> None:
    assert papers(tmp_path, {"plates/a.json": OURS, "plates/a.jpg": b""}) == set()


def test_a_manifest_that_cannot_be_read_makes_no_picture_a_paper(tmp_path: Path) -> None:
    facts = {"manifest/a.json": Facts(9, 0), "manifest/a.jpg": Facts(9, 0)}
    assert set(papers_of(opening(str(tmp_path)), facts)) == set()
