"""Adapters are found by kind and name, ours and others'."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.core.errors import Code, RushesError
from rushes.ports import registry


def test_our_adapters_are_found_by_looking() -> None:
    assert set(registry.names("executor")) >= {"inline", "processes", "dask"}
    assert "local" in registry.names("storage")


def test_an_adapter_is_connected_by_its_name() -> None:
    assert isinstance(registry.connect("executor", "inline"), InlineExecutor)


@pytest.mark.parametrize(
    ("kind", "name", "hint"),
    [
        ("executor", "proceses", "Did you mean processes?"),
        ("executor", "../inline", "There are: dask, inline, processes."),
        ("teleporter", "x", "There are no teleporter adapters at all."),
        ("../storage", "local", "There are no"),
    ],
)
def test_an_unknown_adapter_is_told_with_what_there_is(kind: str, name: str, hint: str) -> None:
    with pytest.raises(RushesError) as caught:
        registry.connect(kind, name)
    assert caught.value.code is Code.ADAPTER_UNKNOWN
    assert hint in caught.value.hint


def test_an_outsiders_adapter_is_found_by_its_entry_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    point = EntryPoint(
        "executor.garage", "rushes.adapters.executor.inline:connect", "rushes.adapters"
    )
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    assert "garage" in registry.names("executor")
    assert isinstance(registry.connect("executor", "garage"), InlineExecutor)


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys; from rushes.ports import registry; registry.names('executor');"
        "registry.connect('executor', 'inline');"
        "sys.exit(any(m in sys.modules for m in"
        " ('distributed', 'rushes.adapters.executor.dask', 'rushes.adapters.executor.processes')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)}, check=False
    )
    assert done.returncode == 0
