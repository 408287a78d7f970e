"""Assets are used in one spelling, in one version, and whole; and nothing else is told."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.exchange.validate_assets import Assets, Stream, Use, judged_assets
from rushes.exchange.validate_assets_used import Usage
from rushes.ports.studio import Access
from rushes.testing.memory_studio import MemoryStudio
from rushes.tracking.shows.state import read_show

TREE = Stream("oak_tree", "trunk", "mod", "houdini", 5)
ASSETS = Assets(["oak_tree"], [TREE])
ALL = Access(everything=True)


def rules(*uses: Use, assets: Assets = ASSETS) -> list[str]:
    return [one.rule for one in judged_assets(assets, uses)]


def test_the_latest_version_by_its_own_name_is_fine() -> None:
    assert rules(Use("sh010", "oak_tree", "trunk", 5), Use("sh020", "oak_tree")) == []


@pytest.mark.parametrize("name", ["Oak_Tree", "oakTree", "oak-tree", "OAK TREE"])
def test_another_spelling_is_told(name: str) -> None:
    assert rules(Use("sh010", name)) == ["asset.spelling"]


def test_two_records_of_one_name_are_told() -> None:
    assert rules(assets=Assets(["oak_tree", "OakTree"], [])) == ["asset.spelling"]


def test_what_is_not_there_is_told() -> None:
    assert rules(Use("sh010", "oak")) == ["asset.unknown"]
    assert rules(Use("sh010", "oak_tree", "leaves")) == ["asset.part-missing"]
    assert rules(Use("sh010", "oak_tree", "trunk", 9)) == ["asset.version"]
    wanted = Assets(["oak_tree"], [TREE], ["trunk", "leaves"])
    assert rules(Use("sh010", "oak_tree"), assets=wanted) == ["asset.part-missing"]
    assert rules(assets=wanted) == []  # nobody uses it
    assert rules(Use("sh010", "oak_tree"), assets=Assets(["oak_tree"], [])) == ["asset.unpublished"]


def test_an_old_version_is_behind_unless_it_is_some_tasks_latest() -> None:
    assert rules(Use("sh010", "oak_tree", "trunk", 4)) == ["asset.behind"]
    other = Assets(["oak_tree"], [TREE, Stream("oak_tree", "trunk", "ldev", "houdini", 2)])
    assert rules(Use("sh010", "oak_tree", "trunk", 2), assets=other) == []
    assert rules(Use("sh010", "oak_tree", "trunk", 2, "mod"), assets=other) == ["asset.behind"]


def test_two_versions_in_one_shot_are_told() -> None:
    uses = [Use(f"publish {one}", "oak_tree", "trunk", one, group="sh010") for one in (4, 5)]
    assert "asset.two-versions" in rules(*uses)


def test_uses_come_from_shots_and_from_what_publishes_were_made_of() -> None:
    studio = MemoryStudio()
    project = studio.put("project", {"code": "NV"})
    asset = studio.put("asset", {"project": project, "code": "oak_tree"})
    sequence = studio.put("sequence", {"project": project, "code": "sq010"})
    shot = studio.put("shot", {"project": project, "sequence": sequence, "code": "sh010"})
    task = studio.put("task", {"project": project, "asset": asset, "type": 1, "name": "mod"})
    base: dict[str, Any] = {"project": project, "task": task, "software": "", "part": ""}
    base |= {"status": "published", "links": [], "is_latest": True}
    old = studio.put("publish", {**base, "asset": asset, "version": 1, "is_latest": False})
    studio.put("publish", {**base, "asset": asset, "version": 2})
    made_of = [{"target_publish_id": old}]
    studio.put("publish", {**base, "shot": shot, "version": 1, "links": made_of})
    studio.put("usage", {"project": project, "shot": shot, "asset": asset})
    usage = Usage(read_show(studio, "NV", access=ALL), studio, access=ALL)
    uses = list(usage.uses())
    assert uses[0] == Use("sq010/sh010", "oak_tree")
    assert (uses[1].asset, uses[1].version, uses[1].group) == ("oak_tree", 1, "sq010/sh010")
    (found,) = judged_assets(usage.assets(()), uses)
    assert found.rule == "asset.behind"
