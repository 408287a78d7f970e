"""JSON manifests are read entry by entry, and cost no more memory than their entries."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest

from rushes.core.errors import Code, RushesError
from rushes.exchange.manifest import Manifest
from rushes.exchange.manifest_json import read_json

ENTRY = {
    "show": "FG",
    "episode": "ep010",
    "scene": "sc02",
    "shot": "0010",
    "asset": "comp",
    "version": 4,
    "source_path": "/srv/vendor/shot.mov",
    "delivery_path": "FG_ep010_sc02_0010_comp_v004.mov",
    "checksum": f"sha1:{'ab' * 20}",
}


class Endless(io.RawIOBase):
    """A manifest of so many bytes, made while it is read."""

    def __init__(self, head: bytes, body: bytes, *, size: int) -> None:
        self._head, self._body, self._left = head, body, size

    def read(self, count: int = -1, /) -> bytes:
        data, self._head = self._head, b""
        data += self._body * max(1, (count - len(data)) // len(self._body))
        self._left -= len(data)
        return data if self._left > 0 else b""


def read(value: Any) -> Manifest:
    text = value if isinstance(value, (str, bytes)) else json.dumps(value, indent=1)
    return read_json(io.BytesIO(text.encode() if isinstance(text, str) else text), "m.json")


@pytest.mark.parametrize(
    "value", [{"files": [ENTRY]}, [ENTRY], {"made": {"by": 1}, "files": [ENTRY]}]
)
def test_the_fields_of_an_entry_are_read(value: Any) -> None:
    (one,) = read(value).entries
    assert (one.show, one.shot, one.version) == ("FG", "0010", 4)
    assert one.delivery_path == ENTRY["delivery_path"]
    assert str(one.checksums[0]) == ENTRY["checksum"]


def test_a_finding_names_the_line_of_its_entry() -> None:
    manifest = read('{\n"files": [\n{"delivery_path": "a.mov"},\n\n{"delivery_path":\n "../x"}]}')
    assert [one.where for one in manifest.entries] == ["m.json:3"]
    assert [one.subject for one in manifest.findings] == ["m.json:5"]


def test_a_version_of_a_spreadsheet_is_a_whole_number() -> None:
    assert [one.version for one in read([{**ENTRY, "version": 4.0}]).entries] == [4]


@pytest.mark.parametrize(
    "entry",
    [3, "a.mov", {**ENTRY, "version": 4.5}, {**ENTRY, "shot": ["a"]}, {**ENTRY, "shot": True}, {},
     {**ENTRY, "checksum": "ab" * 16}],
)  # fmt: skip
def test_an_entry_that_makes_no_sense_costs_only_itself(entry: Any) -> None:
    manifest = read([entry, ENTRY])
    assert len(manifest.entries) == 1
    assert len(manifest.findings) == 1


def test_a_field_that_comes_twice_is_refused() -> None:
    manifest = read('[{"delivery_path": "a.mov", "delivery_path": "b.mov"}]')
    assert manifest.entries == []
    assert "delivery_path" in manifest.findings[0].message
    assert manifest.refused == {"a.mov", "b.mov"}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('"checksum": "md5:a", "checksum": "md5:b"', "checksum"),
        ('"colour": {"in": 1, "in": 2}', "in"),
        ('"": 1, "": 2', "''"),
    ],
)
def test_a_file_whose_entry_has_a_key_twice_is_not_taken(more: str, key: str) -> None:
    manifest = read(f'[{{"delivery_path": "a.mov", {more}}}, {{"delivery_path": "b.mov"}}]')
    assert [one.delivery_path for one in manifest.entries] == ["b.mov"]
    assert key in manifest.findings[0].message
    assert manifest.refused == {"a.mov"}


@pytest.mark.parametrize(
    ("head", "key"),
    [('"show": "A", "show": "B"', "show"), ('"made": {"by": 1, "by": 2}', "by")],
)
def test_a_key_that_comes_twice_beside_the_list_is_named(head: str, key: str) -> None:
    with pytest.raises(RushesError, match=f"'{key}' twice"):
        read(f'{{{head}, "files": []}}')


def test_keys_beside_the_list_take_no_memory() -> None:
    text = "{" + ",".join(f'"{at}": 1' for at in range(1001)) + ', "files": []}'
    with pytest.raises(RushesError, match="more than 1,000 keys"):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["", "3", "{}", '{"files": {}}', '{"files": []} x', '{"files": [], "files": []}', "[1, 2",
     '["a" "b"]', "[NaN]", "[" * 100_000, b'["\xff"]', "[1" + "0" * 5000 + "]", '{"files"'],
)  # fmt: skip
def test_what_is_no_manifest_is_refused_as_a_whole(text: str | bytes) -> None:
    with pytest.raises(RushesError, match=r"m\.json.*line") as caught:
        read(text)
    assert caught.value.code is Code.MANIFEST_INVALID


@pytest.mark.parametrize("head", [b'["', b'{"other": "', b'{"'])
def test_a_value_without_an_end_is_refused_before_it_fills_the_memory(head: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(RushesError, match="longer than"):
            read_json(Endless(head, b"a" * 1024, size=100_000_000), "m.json")  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_blanks_of_any_length_take_no_memory() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(RushesError, match="line"):
            read_json(Endless(b"[", b" " * 1024, size=3_000_000), "m.json")  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_entries_that_cross_the_edges_of_what_is_read_at_once_are_whole() -> None:
    entries = [{**ENTRY, "delivery_path": f"{'x' * (at % 97)}{at}.mov"} for at in range(2500)]
    manifest = read(entries)
    assert [one.delivery_path for one in manifest.entries] == [
        one["delivery_path"] for one in entries
    ]
    assert manifest.findings == []
