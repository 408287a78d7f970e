"""What the paths of published parts say, and which are refused."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.model.work import Number
from rushes.publish.parts import (
    PartPaths,
    made_paths,
    number_findings,
    read_paths,
    safe_name,
    stable_of,
)
from rushes.tracking.naming_safety import danger

USD = "/show/sequences/010/0500/fx/houdini/scenes/artist01/Tornado/usd"
ITEM = f"{USD}/Tornado/particles01/data/particles01_v001_i001.usd"
STABLE = f"{USD}/Tornado/particles01/particles01.usd"
ROOT = PurePosixPath("/show")

NAMES = st.text(min_size=1, max_size=20).filter(lambda name: "/" not in name and not danger(name))
NUMBERS = st.builds(Number, st.integers(1, 10**9 - 1), st.integers(1, 10**9 - 1))


def read(item: str) -> PartPaths | None:
    try:
        return read_paths(item, stable_of(item, root=ROOT), root=ROOT)
    except RushesError as error:
        refusal = error
    assert refusal.code is Code.FIELD_INVALID
    return None


def refused(item: str, stable: str, root: PurePosixPath | None = ROOT) -> str:
    with pytest.raises(RushesError) as caught:
        read_paths(item, stable, root=root)
    assert caught.value.code is Code.FIELD_INVALID
    assert caught.value.hint
    return caught.value.message


def test_an_item_says_its_asset_its_part_its_number_and_its_layers() -> None:
    paths = read_paths(ITEM, STABLE, root=ROOT)
    assert paths is not None
    assert (paths.asset, paths.part, paths.number) == ("Tornado", "particles01", (1, 1))
    assert str(paths.stable) == STABLE == stable_of(ITEM)
    assert str(paths.asset_layer) == f"{USD}/Tornado/Tornado.usd"


def test_a_publish_without_layers_has_no_parts() -> None:
    assert read_paths("", "") is None


@pytest.mark.parametrize(("item", "stable"), [(ITEM, ""), ("", STABLE)])
def test_one_path_without_the_other_is_refused(item: str, stable: str) -> None:
    assert "both paths are given, or neither" in refused(item, stable)


@given(asset=NAMES, part=NAMES, number=NUMBERS, ending=st.sampled_from(["usd", "usda", "usdc"]))
def test_paths_are_made_and_read_back_as_the_same(
    asset: str, part: str, number: Number, ending: str
) -> None:
    made = made_paths(PurePosixPath(USD), asset, part=part, number=number, ending=ending)
    assert (made.asset, made.part, made.number) == (asset, part, number)
    assert read_paths(str(made.item), str(made.stable), root=ROOT) == made
    assert stable_of(str(made.item)) == str(made.stable)


@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused_and_what_is_read_is_below_the_root(text: str) -> None:
    for item in (text, f"/show/{text}", f"{USD}/a/{text}/data/{text}_v001_i001.usd"):
        found = read(item)
        assert found is None or (
            str(found.item) == item
            and ".." not in found.item.parts
            and ROOT in found.stable.parents
            and ROOT in found.asset_layer.parents
        )


@pytest.mark.parametrize(
    "item",
    [
        ITEM.replace("/0500/", "/../../../"),
        ITEM.replace("/0500/", "/0500//"),
        ITEM.replace("/0500/", "/./"),
        ITEM.replace("/show/", "/showcase/"),
        ITEM.replace("/show/", "/etc/"),
        ITEM.replace("/show/", "//show/"),
        ITEM[1:],
        ITEM.replace("fx", "f\nx"),
        ITEM.replace("fx", "f\x00x"),
        ITEM.replace("fx", "f\udcffx"),
        ITEM.replace("/0500/", "\\0500\\"),
        ITEM.replace("fx", "x" * 300),
        ITEM + "/",
    ],
)
def test_paths_that_lead_out_or_do_harm_are_refused(item: str) -> None:
    refused(item, STABLE)
    refused(ITEM, item.replace("/data/particles01_v001_i001.usd", "/particles01.usd"))


@pytest.mark.parametrize(
    "item",
    [
        ITEM.replace("/usd/", "/layers/"),
        ITEM.replace("/data/", "/old/"),
        ITEM.replace("/particles01/", "/smoke/"),
        ITEM.replace("_i001", ""),
        ITEM.replace("_v001", "_v000"),
        ITEM.replace("_v001", "_v٠٠١"),
        ITEM.replace(".usd", ".abc"),
        ITEM.replace(".usd", ".usd.bak"),
        "/particles01_v001_i001.usd",
        "/show",
    ],
)
def test_what_is_no_item_is_refused(item: str) -> None:
    refused(item, STABLE)


def test_the_stable_layer_of_another_part_is_refused() -> None:
    assert "which is" in refused(ITEM, STABLE.replace("particles01.usd", "smoke.usd"))
    refused(ITEM, f"{USD}/Tornado/Tornado.usd")
    refused(ITEM, STABLE.replace(".usd", ".usdc"))
    assert read_paths(ITEM, STABLE + "a") is not None


def test_a_number_that_is_not_the_names_is_told() -> None:
    paths = read_paths(ITEM, STABLE)
    assert paths is not None
    assert number_findings(paths, Number(1, 1)) == ()
    (told,) = number_findings(paths, Number(2, 1))
    assert (told.rule, told.found, told.wanted) == ("usd.number", "v001_i001", "v002_i001")


@pytest.mark.parametrize("name", ["", "..", "a/b", "/a", "con", "a\nb", "a."])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(RushesError) as caught:
        safe_name(name, "a shot")
    assert caught.value.code is Code.FIELD_INVALID
