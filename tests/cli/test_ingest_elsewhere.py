"""A Version on record, sent again with another place in mind: its record says where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.ports.studio import Studio
from rushes.testing.ingests import Command, count, drop, fates, ingest, media, records, tree

__all__ = ["drop", "records"]
PLACE = "FG/sc02/sh010/comp/vendor/v004"


def whys(ended: Any) -> str:
    return " ".join(one["why"] for one in ended.json["versions"])


@pytest.mark.parametrize("dry", [(), ("--dry-run",), ("--dry-run", "--quick")])
@pytest.mark.parametrize("more", [("--vendor", "acme"), ("--source", "client"), ("--to", "other")])
def test_what_lies_whole_where_its_record_says_is_not_ingested_again(
    rushes: Command,
    records: Studio,
    drop: Path,
    home: Path,
    more: tuple[str, ...],
    dry: tuple[str, ...],
) -> None:
    (home / "other").mkdir()
    assert ingest(rushes, drop).code == exits.OK
    before = media(home)
    ended = ingest(rushes, drop, more[0], home / "other" if more[0] == "--to" else more[1], *dry)
    assert ended.code == exits.OK, ended.out
    assert set(fates(ended).values()) == {"skipped"}
    assert f"it lies at {home}/shows/{PLACE}" in whys(ended)
    assert media(home) == before
    assert tree(home / "other") == {}
    assert count(records, "publish") == 2


def test_files_that_are_gone_come_back_to_the_place_on_record(
    rushes: Command, records: Studio, drop: Path, home: Path
) -> None:
    assert ingest(rushes, drop).code == exits.OK
    before = media(home)
    (home / "shows" / PLACE / "sh010_comp_v004.1002.dpx").unlink()
    ended = ingest(rushes, drop, "--vendor", "acme")
    assert ended.code == exits.OK, ended.out
    assert fates(ended)["sc02/sh010 comp v004"] == "ingested"
    assert "1 of its files" in whys(ended)
    assert media(home) == before
    assert count(records, "version") == 2


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_what_is_gone_or_changed_at_another_root_is_told_and_copied_nowhere(
    rushes: Command, records: Studio, drop: Path, home: Path, change: str
) -> None:
    (home / "other").mkdir()
    assert ingest(rushes, drop).code == exits.OK
    frame = home / "shows" / PLACE / "sh010_comp_v004.1002.dpx"
    frame.unlink()
    if change == "changed":
        frame.write_bytes(b"FRAME 1002")
    before = media(home)
    ended = ingest(rushes, drop, "--to", home / "other")
    assert ended.code == exits.FOUND
    assert fates(ended)["sc02/sh010 comp v004"] == "refused"
    assert f"on record at {home}/shows/{PLACE}" in whys(ended)
    assert tree(home / "other") == {}
    assert media(home) == before
