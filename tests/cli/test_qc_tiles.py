"""UDIM tiles in quality checks: `<UDIM>` to people, `%UDIM` in what lies on disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]
SHOWN, KEPT = "skin_albedo.<UDIM>.tx", "skin_albedo.%UDIM.tx"


@pytest.fixture
def tex(home: Path) -> Path:
    """A folder of tiles; nothing is known of them yet."""
    folder = home / "shows" / "tex"
    folder.mkdir(parents=True)
    for tile in (1001, 1002, 1011):
        (folder / f"skin_albedo.{tile}.tx").write_bytes(b"tile %d" % tile)
    return folder


@pytest.fixture
def qc(rushes: Command) -> Command:
    """A command of `rushes qc` that records, without a database."""

    def ended(name: str, *args: Any) -> Any:
        return rushes("qc", name, *args, "--no-db")

    return ended


def test_tiles_are_told_as_everywhere_else(qc: Command, rushes: Command, tex: Path) -> None:
    assert SHOWN in rushes("ls", tex).out
    page = tex.parent.parent / "qc.html"
    told = [
        qc("crawl", tex).out,
        qc("sign", tex / SHOWN, "--result", "fail", "--note", "seam").out,
        rushes("qc", "history", tex).out,
        rushes("qc", "report", tex, "--html", page, "--csv", page.with_suffix(".csv")).out,
        unescape(re.sub(r"<[^>]*>", " ", page.read_text("utf-8"))),
        page.with_suffix(".csv").read_text("utf-8"),
    ]
    (tex / "skin_albedo.1002.tx").write_bytes(b"another")
    told.append(rushes("qc", "verify", tex).out)
    for at, text in enumerate(told):
        names = set(re.findall(r"skin_albedo\.\S*?UDIM>?\.tx(?!\.qc)", text))
        assert names == ({SHOWN} if at != 3 else set()), (at, text)


@pytest.mark.parametrize("called", [SHOWN, KEPT, "skin_albedo.%(UDIM)d.tx"])
def test_records_of_tiles_keep_their_name_on_disk_and_go_on(
    qc: Command, rushes: Command, tex: Path, called: str
) -> None:
    assert qc("crawl", tex).code == exits.OK
    sidecar = tex / ".qc" / f"{KEPT}.qc.json"
    assert f'"asset_name":"{KEPT}"' in sidecar.read_text("utf-8")
    ended = qc("sign", tex / called, "--result", "pass", "--json")
    (outcome,) = ended.json["crawls"][0]["outcomes"]
    assert (ended.code, outcome["asset"]) == (exits.OK, KEPT)
    told = rushes("qc", "history", tex / called, "--json").json["assets"]
    assert [(one["asset"], len(one["records"])) for one in told] == [(KEPT, 2)]
    assert list((tex / ".qc").glob("*.qc.json")) == [sidecar]
    # All that there is to say against it is that there is no key.
    assert rushes("qc", "verify", tex).out.splitlines()[-1] == "1 record: 1 unsigned."


def test_a_percent_sign_before_the_word_is_no_tile(qc: Command, rushes: Command, tex: Path) -> None:
    (tex / "notes.%UDIM.txt").write_text("about tiles")
    out = qc("crawl", tex).out
    assert "notes.%%UDIM.txt" in out
    assert SHOWN in out
