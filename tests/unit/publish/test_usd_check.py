"""What is told of layers that are broken, lost, or not as they ought to be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.publish.usd import rebuild
from rushes.publish.usd_check import check
from rushes.publish.usd_facts import LayerFacts, Link
from rushes.publish.usd_judging import loops

from .conftest import Tree

pytest.importorskip("pxr")
ANN = "0500/fx/houdini/scenes/ann/main/usd/Tornado"


@pytest.fixture
def built(full: Tree) -> Tree:
    rebuild(full.plan, root=full.root, top=full.top)
    return full


def found(*paths: Path) -> list[tuple[str, str]]:
    """The rules of what was found, with the names of the layers."""
    return [(one.rule, Path(one.subject).name) for one in check(paths).findings]


def layer(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#usda 1.0\n{text}")
    return path


def test_what_was_rebuilt_is_fine_from_its_top_and_file_by_file(built: Tree) -> None:
    from_top, each = check([built.sequence_layer]), check([built.root])
    assert from_top.findings == each.findings == ()
    assert from_top.layers == each.layers
    assert len(each.layers) == 25 + 7


def test_an_item_that_is_gone_is_a_link_that_leads_to_nothing(built: Tree) -> None:
    (built.top / ANN / "smoke/data/smoke_v001_i001.usd").unlink()
    assert found(built.sequence_layer) == [("usd.link", "smoke.usd")]


def test_a_layer_that_is_gone_or_broken_is_found_from_above(built: Tree) -> None:
    (built.top / "0510/usd/0510.usd").unlink()
    (built.top / "0500/fx/usd/fx.usd").write_bytes(b"#usda 1.0\n(oops")
    assert found(built.sequence_layer) == [("usd.broken", "fx.usd"), ("usd.link", "010.usd")]


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"PXR-USDC" + b"\xff" * 200, b"PK\x03\x04"])
def test_what_is_no_layer_is_broken(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd.usd"
    path.write_bytes(data)
    assert found(path) == [("usd.broken", "odd.usd")]


def test_a_link_to_nowhere_is_a_layer_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "lost.usd").symlink_to("nowhere.usd")
    assert found(tmp_path) == [("usd.missing", "lost.usd")]


def test_absolute_paths_are_told_though_they_lead_somewhere(tmp_path: Path) -> None:
    below = layer(tmp_path / "below.usd", 'def "a" {\n}\n')
    above = layer(tmp_path / "above.usda", f"(subLayers = [@{below}@])\n")
    assert found(above) == [("usd.absolute", "above.usda")]


def test_textures_and_tiles_are_looked_for(tmp_path: Path) -> None:
    text = 'def "a" {\n    asset one = @./t/one.exr@\n    asset many = @./t/t.<UDIM>.exr@\n}\n'
    path = layer(tmp_path / "look.usda", text)
    assert found(path) == [("usd.link", "look.usda")] * 2
    (tmp_path / "t").mkdir()
    for name in ("one.exr", "t.1001.exr"):
        (tmp_path / "t" / name).touch()
    assert found(path) == []


def test_what_another_service_resolves_is_left_alone(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.usda", "(subLayers = [@asset:hero/body?v=1@])\n")
    assert found(path) == []


def test_layers_below_themselves_are_told_and_end(tmp_path: Path) -> None:
    layer(tmp_path / "a.usda", "(subLayers = [@./b.usda@])\n")
    layer(tmp_path / "b.usda", "(subLayers = [@./a.usda@])\n")
    layer(tmp_path / "c.usda", "(subLayers = [@./a.usda@])\n")
    assert found(tmp_path) == [("usd.cycle", "a.usda"), ("usd.cycle", "b.usda")]


def test_a_ladder_of_layers_is_no_loop_however_many_ways_lead_down() -> None:
    layers = {}
    for at in range(200):
        below = tuple(Link("sublayer", f"./{at + 1}{end}.usd") for end in "ab")
        for end in "ab":
            facts = LayerFacts(f"/{at}{end}.usd", links=below)
            layers[facts.place] = facts
    assert list(loops(layers)) == []


def test_layers_of_ours_that_were_changed_are_not_of_the_form(built: Tree) -> None:
    path = built.top / "0500/fx/usd/fx.usd"
    path.write_text(path.read_text().replace("timeCodesPerSecond = 25", "timeCodesPerSecond = 30"))
    assert ("usd.form", "fx.usd") in found(path)
    text = path.read_text().replace("timeCodesPerSecond = 30", "timeCodesPerSecond = 25")
    path.write_text(text.replace('defaultPrim = "World"', 'defaultPrim = "Gone"'))
    assert found(path) == [("usd.form", "fx.usd")]


def test_a_layer_that_asks_for_a_prim_that_is_not_there_is_told(built: Tree) -> None:
    path = built.top / ANN / "smoke/smoke.usd"
    path.write_text(path.read_text().replace("i001.usd@", "i001.usd@</gone>"))
    assert found(path) == [("usd.prim", "smoke_v001_i001.usd")]


def test_a_layer_in_a_parts_place_that_we_did_not_make_is_told(tmp_path: Path) -> None:
    layer(tmp_path / "smoke/data/smoke_v001_i001.usd", 'def "a" {\n}\n')
    text = '(defaultPrim = "a")\ndef "a" (references = @./data/smoke_v001_i001.usd@</a>) {\n}\n'
    path = layer(tmp_path / "smoke/smoke.usd", text)
    assert found(path) == [("usd.form", "smoke.usd")]


def test_rates_axes_and_units_that_differ_are_told(tmp_path: Path) -> None:
    layer(
        tmp_path / "b.usda", '(\n timeCodesPerSecond = 24\n upAxis = "Z"\n metersPerUnit = 1\n)\n'
    )
    text = '(\n timeCodesPerSecond = 25\n upAxis = "Y"\n metersPerUnit = 0.01\n'
    path = layer(tmp_path / "a.usda", f"{text} subLayers = [@./b.usda@]\n)\n")
    assert {rule for rule, _ in found(path)} == {"usd.frame_rate", "usd.axis", "usd.unit"}


def test_nothing_is_changed_by_looking(built: Tree) -> None:
    before = built.files()
    check([built.root])
    assert built.files() == before


def test_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"od\xffd.usd")
    with open(path, "wb"):
        pass
    (one,) = check([tmp_path]).findings
    assert (one.rule, one.subject.endswith("od\\xffd.usd")) == ("usd.broken", True)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "gone", Code.PATH_NOT_FOUND), (tmp_path, Code.NOTHING_FOUND)):
        with pytest.raises(RushesError) as caught:
            check([path])
        assert caught.value.code is code


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.usd")
    assert found(tmp_path) == [("usd.broken", "pipe.usd")]
