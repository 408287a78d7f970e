"""`rushes usd check`: layers opened, and what is wrong with them told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rushes.cli import exits
from rushes.publish import usd_needed

if TYPE_CHECKING:
    from .conftest import Command

pytest.importorskip("pxr")
pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def layer(home: Path) -> Path:
    path = home / "shot.usda"
    path.write_text("#usda 1.0\n(subLayers = [@./fx.usda@])\n")
    return path


def test_a_layer_with_all_that_it_composes_ends_well(rushes: Command, layer: Path) -> None:
    (layer.parent / "fx.usda").write_text("#usda 1.0\n")
    ended = rushes("usd", "check", layer)
    assert (ended.code, ended.out) == (exits.OK, "2 layers: 0 findings.\n")
    told = rushes("usd", "check", "--json", layer.parent).json
    assert told["findings"] == []
    assert [Path(one).name for one in told["layers"]] == ["fx.usda", "shot.usda"]


def test_a_layer_that_is_lost_is_told_and_exits_1(rushes: Command, layer: Path) -> None:
    ended = rushes("usd", "check", layer)
    assert ended.code == exits.FOUND
    assert "./fx.usda leads to nothing" in ended.out
    (told,) = rushes("usd", "check", "--json", layer).json["findings"]
    assert told["rule"] == "usd.link"
    assert told["wanted"].endswith("/fx.usda")


def test_what_is_not_there_exits_2(rushes: Command, home: Path) -> None:
    (home / "empty").mkdir()
    for path in ("gone.usd", "empty"):
        assert rushes("usd", "check", home / path).code == exits.NOT_THERE


def test_without_usd_it_is_told_what_to_install(
    rushes: Command, layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usd_needed, "find_spec", lambda _: None)
    ended = rushes("usd", "check", layer)
    assert ended.code == exits.UNAVAILABLE
    assert "pip install 'rushes[usd]'" in ended.err
