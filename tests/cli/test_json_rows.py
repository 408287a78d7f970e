"""Many rows of a JSON document: the same bytes, wherever they wait."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rushes.cli import json_rows, show
from rushes.cli.json_rows import JsonRows

ROWS = [{"path": f'}},{{"path":"{at}', "bytes": at} for at in range(1000)]


def printed(rows: list[dict[str, Any]], capfdbinary: pytest.CaptureFixture[bytes]) -> bytes:
    kept = JsonRows()
    for row in rows:
        kept.add(row)
    show.json("x/1", {"scans": [{"rows": kept, "more": JsonRows(), "after": 1}]})
    return capfdbinary.readouterr().out


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 1000])
def test_rows_are_printed_as_they_came(
    count: int, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = printed(ROWS[:count], capfdbinary)
    scan = {"rows": ROWS[:count], "more": [], "after": 1}
    assert json.loads(text) == {"schema": "x/1", "scans": [scan]}
    assert text.count(b"\n        {") == count


def test_rows_that_wait_on_disk_are_the_same_bytes(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = printed(ROWS, capfdbinary)
    monkeypatch.setattr(json_rows, "_HELD", 1)
    assert printed(ROWS, capfdbinary) == held
