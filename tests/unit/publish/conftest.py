"""A studio's tree of published parts, small ones of real USD."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest

from rushes.model.work import FIRST, Number
from rushes.publish.layers import Metadata
from rushes.publish.parts import made_paths
from rushes.publish.plan import LatestPart, Plan, ShotStage, planned, shot_folder
from rushes.testing.postgres import _migrated, database_url, postgres_server

__all__ = ["_migrated", "database_url", "postgres_server"]

ITEM = """#usda 1.0
(
    defaultPrim = "{prim}"
    framesPerSecond = 25
    timeCodesPerSecond = 25
    upAxis = "Y"
    metersPerUnit = 0.01
)

def Sphere "{prim}"
{{
    double radius.timeSamples = {{
        1001: 1,
        1100: {radius},
    }}
}}
"""
METADATA = Metadata(fps=25.0, first=1001, last=1100)


@dataclass(slots=True)
class Tree:
    """The project's folder, with what was published last, and the shots."""

    root: Path
    latest: dict[PurePosixPath, LatestPart] = field(default_factory=dict)
    shots: dict[tuple[str, str], ShotStage] = field(default_factory=dict)

    @property
    def top(self) -> Path:
        """The folder of the sequence."""
        return self.root / "sequences" / "010"

    @property
    def sequence_layer(self) -> Path:
        return self.top / "usd" / "010.usd"

    def shot_layer(self, shot: str) -> Path:
        return self.top / shot / "usd" / f"{shot}.usd"

    def stage(self, shot: str, metadata: Metadata = METADATA) -> ShotStage:
        folder = shot_folder(PurePosixPath(self.root), "010", shot)
        made = ShotStage("010", shot, folder, metadata)
        self.shots["010", shot] = made
        return made

    def publish(
        self,
        where: str,
        number: Number = FIRST,
        *,
        text: str | None = ITEM,
        radius: int = 2,
    ) -> LatestPart:
        """`shot/department/artist/asset/part`; without `text` nothing lies at its path."""
        shot, department, artist, asset, part = where.split("/")
        stage = self.shots.get(("010", shot)) or self.stage(shot)
        folder = stage.folder / department / "houdini" / "scenes" / artist / "main" / "usd"
        paths = made_paths(folder, asset, part=part, number=number)
        if text is not None:
            Path(paths.item).parent.mkdir(parents=True, exist_ok=True)
            Path(paths.item).write_text(text.format(prim=part, radius=radius))
        made = LatestPart(paths, number, "010", shot, department, artist)
        self.latest[paths.stable] = made
        return made

    def plan(self) -> Plan:
        return planned(self.latest.values(), self.shots.values())

    def files(self) -> dict[str, tuple[bytes, int]]:
        """All files with their bytes and the time of their last change."""
        return {
            str(one.relative_to(self.root)): (one.read_bytes(), one.stat().st_mtime_ns)
            for one in sorted(self.root.rglob("*"))
            if one.is_file()
        }


WORK = (
    "0500/fx/ann/Tornado/particles01",
    "0500/fx/ann/Tornado/smoke",
    "0500/fx/bob/Flood/water",
    "0500/anim/cyd/Tornado/body",
    "0500/anim/cyd/Hero/body",
    "0510/fx/ann/Tornado/particles01",
    "0510/lgt/dan/Lights/key",
)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "show")


@pytest.fixture
def full(tree: Tree) -> Tree:
    """Two shots, three departments, four artists."""
    for where in WORK:
        tree.publish(where)
    return tree
