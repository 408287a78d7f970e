"""What is written beside the media is mirrored, and a failing database hides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.ports.records import every
from rushes.ports.signoffs import AssetAt, Chain, Mirrored
from rushes.qc.mirror import Mirror, MirrorOutcome
from rushes.scan.roots import Root
from rushes.testing.found import ACTOR
from rushes.testing.memory_signoffs import MemorySignOffs
from rushes.testing.signed import chain, sidecar

ROOT = Root("/mnt/shows", PurePosixPath("demo"))
FOLDER = PurePosixPath("demo/sh010")


class Failing(MemorySignOffs):
    """A mirror that takes some batches, and then none."""

    def __init__(self, *, takes: int) -> None:
        super().__init__()
        self.takes = takes
        self.asked = 0
        self.closed = False

    def record(self, chains: Sequence[Chain], *, actor: Actor) -> Mirrored:
        self.asked += 1
        if self.asked > self.takes:
            raise RushesError(Code.DATABASE_UNAVAILABLE, "It is gone.", hint="Look.")
        return super().record(chains, actor=actor)

    def close(self) -> None:
        self.closed = True


def names(signoffs: MemorySignOffs, mount: str = "/mnt/shows") -> list[str]:
    found = every(lambda page: signoffs.heads(mount, page=page))
    return [f"{one.asset.folder}/{one.asset.name}" for one in found]


def test_every_sidecar_that_is_taken_is_in_the_mirror() -> None:
    signoffs = MemorySignOffs()
    mirror = Mirror(lambda: signoffs, ACTOR)
    for number in range(2_500):
        mirror.take(ROOT, FOLDER, f"{number:04d}.mov", sidecar(f"{number:04d}.mov"))
    assert mirror.close() == MirrorOutcome(2_500)
    assert len(names(signoffs)) == 2_500


def test_nothing_is_opened_for_nothing() -> None:
    def never() -> MemorySignOffs:
        pytest.fail("the database was opened")

    assert Mirror(never, ACTOR).close() == MirrorOutcome(0)


def test_a_part_of_a_known_root_is_mirrored_there() -> None:
    signoffs = MemorySignOffs()
    signoffs.record([chain(AssetAt("/mnt/shows", PurePosixPath("a"), "x"))], actor=ACTOR)
    mirror = Mirror(lambda: signoffs, ACTOR)
    mirror.take(Root("/mnt/shows/demo"), PurePosixPath("sh010"), "clip.mov", sidecar())
    mirror.take(Root("/mnt/other"), PurePosixPath("sh010"), "clip.mov", sidecar())
    mirror.close()
    assert names(signoffs) == ["a/x", "demo/sh010/clip.mov"]
    assert names(signoffs, "/mnt/other") == ["sh010/clip.mov"]


def test_a_database_that_cannot_be_opened_is_told_once_at_the_end() -> None:
    asked = []

    def refuse() -> MemorySignOffs:
        asked.append(1)
        raise RushesError(Code.DATABASE_UNAVAILABLE, "It does not answer.")

    mirror = Mirror(refuse, ACTOR)
    for number in range(2_100):
        mirror.take(ROOT, FOLDER, f"{number}.mov", sidecar())
    mirror.take(Root("/mnt/my shows"), FOLDER, "clip.mov", sidecar())
    outcome = mirror.close()
    assert (outcome.recorded, len(asked)) == (0, 1)
    assert outcome.problem is not None
    assert outcome.problem.code is Code.DATABASE_UNAVAILABLE
    assert "It does not answer." in outcome.problem.message
    assert outcome.problem.hint.endswith("rushes qc rebuild /mnt/shows/demo '/mnt/my shows'")


def test_a_database_lost_on_the_way_keeps_what_it_took_and_is_closed() -> None:
    signoffs = Failing(takes=1)
    mirror = Mirror(lambda: signoffs, ACTOR)
    for number in range(3_500):
        mirror.take(ROOT, FOLDER, f"{number:04d}.mov", sidecar(f"{number:04d}.mov"))
    outcome = mirror.close()
    assert outcome.recorded == len(names(signoffs)) == 1_000
    assert outcome.problem is not None
    assert signoffs.asked == 2
    assert signoffs.closed


def test_records_that_a_sidecar_lost_before_it_was_signed_again_are_told() -> None:
    signoffs = MemorySignOffs()
    for made, lost in ((sidecar(length=3), 0), (sidecar(length=3, operator="bob"), 1)):
        mirror = Mirror(lambda: signoffs, ACTOR)
        mirror.take(ROOT, FOLDER, "clip.mov", made)
        assert mirror.close() == MirrorOutcome(1, lost=lost)
