"""The function tried out on this machine: an event in, a document out."""

from __future__ import annotations

import io
import json
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import validate

from rushes.functions.__main__ import main
from rushes.testing.media.exr_corners import file, header


def tried(monkeypatch: pytest.MonkeyPatch, event: object) -> int:
    given = io.TextIOWrapper(io.BytesIO(json.dumps(event).encode()))
    monkeypatch.setattr(sys, "stdin", given)
    return main()


def test_an_event_in_gives_a_document_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "plate.exr"
    place.write_bytes(file(header("string umlauts")))
    assert tried(monkeypatch, {"path": str(place)}) == 0
    assert json.loads(capsys.readouterr().out)["attributes"]["a string umlauts"]


def test_errors_make_it_exit_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tried(monkeypatch, {}) == 1
    assert tried(monkeypatch, {"Records": [{}, {}]}) == 1
    found = json.loads(capsys.readouterr().out.splitlines()[1])
    schema = files("rushes.functions").joinpath("schemas/rushes.exr-list.1.json")
    validate(found, json.loads(schema.read_text("utf-8")))
