"""What a person sees of `rushes qc crawl`, and folders to crawl, for tests of the command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rushes.testing.crawls import frames, media

PLATE = "plate.%04d.exr"


@pytest.fixture(autouse=True)
def _alone(
    home: Path,  # noqa: ARG001 (which clears the environment: it comes first)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that the earlier tool took from the environment, and all in this process: other ones
    take longer to start than so little takes to do.
    """
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    for name in ("QC_POLICY_VERSION", "TRAK_BASE_URL", "TRAK_TOKEN", "TRAK_ASSET_TRACKER_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def shots(home: Path) -> Path:
    """A sequence without frame 1003, and a clip."""
    folder = home / "shots"
    frames(folder / "a", [1001, 1002, 1004])
    media(folder / "clip.mov")
    return folder


def crawled(rushes: Any, *args: Any, code: int = 0) -> Any:
    """The one crawl that came of a command line, which ended with `code`."""
    ended = rushes("qc", "crawl", "--json", *args)
    assert ended.code == code, ended.out + ended.err
    (one,) = ended.json["crawls"]
    return one


def happened(one: Any) -> dict[str, str]:
    """What happened in a crawl, by asset."""
    return {row["asset"]: row["happened"] for row in one["outcomes"]}


def refused(rushes: Any, *args: Any, code: int = 2) -> Any:
    """Why a command line was not followed; it ended with `code`."""
    ended = rushes("qc", "crawl", "--json", *args)
    assert ended.code == code
    return ended.json["error"]
