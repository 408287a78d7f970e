"""Names of prims, relative paths, and metadata that makes sense."""

from __future__ import annotations

import math
import os
import re
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.publish.departments import strongest_first
from rushes.publish.layers import Layer, LayerKind, Metadata, Reference, prim_name, with_roots

PART = Layer(
    LayerKind.PART,
    PurePosixPath("/show/usd/A/p/p.usd"),
    Metadata(),
    "p",
    references=(Reference("/p", PurePosixPath("/show/usd/A/p/data/p_v001_i001.usd")),),
    typed=False,
)
FOLDERS = st.lists(st.sampled_from(["a", "b", "usd"]), max_size=4)


@given(name=st.text(min_size=1), other=st.text(min_size=1))
def test_a_prim_may_be_called_so_and_no_two_names_become_one(name: str, other: str) -> None:
    assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", prim_name(name), re.ASCII)
    assert name == other or prim_name(name) != prim_name(other)


@pytest.mark.parametrize(
    ("name", "prim"),
    [("Tornado", "Tornado"), ("0500", "_0500"), ("sh_010", "sh_010"), ("_a", "_a")],
)
def test_plain_names_stay_as_they_are(name: str, prim: str) -> None:
    assert prim_name(name) == prim


def test_names_that_look_alike_are_told_apart() -> None:
    assert len({prim_name(one) for one in ("a-b", "a_b", "a.b", "0500", "_0500", "é", "è")}) == 7


@given(here=FOLDERS, there=FOLDERS)
def test_paths_are_relative_and_lead_back_to_the_layer(here: list[str], there: list[str]) -> None:
    layer = replace(PART, path=PurePosixPath("/", *here, "one.usd"))
    other = PurePosixPath("/", *there, "two.usd")
    near = layer.beside(other)
    assert near.startswith(("./", "../"))
    assert PurePosixPath(os.path.normpath(layer.path.parent / near)) == other


def test_an_item_without_a_default_prim_is_referenced_root_by_root() -> None:
    assert [(one.prim, one.target) for one in with_roots(PART, ["Geo"]).references] == [
        ("/p", "/Geo")
    ]
    several = with_roots(PART, ["b", "a"])
    assert [(one.prim, one.target) for one in several.references] == [
        ("/p/a", "/a"),
        ("/p/b", "/b"),
    ]


@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(fps=0),
        Metadata(fps=math.nan),
        Metadata(fps=math.inf),
        Metadata(metres_per_unit=-1),
        Metadata(up_axis="X"),
        Metadata(first=1001),
        Metadata(first=1100, last=1001),
    ],
)
def test_metadata_that_makes_no_stage_is_refused(metadata: Metadata) -> None:
    with pytest.raises(RushesError) as caught:
        metadata.checked()
    assert caught.value.code is Code.FIELD_INVALID


def test_lighting_has_the_last_word_then_effects_animation_and_layout() -> None:
    asked = ["layout", "Anim", "fx", "zoo", "lgt", "apes", "fx"]
    assert strongest_first(asked) == ("lgt", "fx", "Anim", "layout", "apes", "zoo")


def test_a_studio_has_an_order_of_its_own() -> None:
    assert strongest_first(["a", "b", "c"], [("b",), ("a",)]) == ("a", "b", "c")
