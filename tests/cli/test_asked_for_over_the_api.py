"""A drop that is asked for over the API is taken in by the server, and what was approved leaves."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.exchange.delivery import book
from rushes.exchange.delivery.order import Order, Shape
from rushes.ports.studio import Change, Op, Studio
from rushes.testing.served import asked, serving
from rushes.testing.studios import ADA, ADMIN, ids, make

Command = Callable[..., Any]
NAMES = "{shot}_{task}_v{version:03d}.{ext}"
_OVER = ("done", "partial", "refused", "failed", "cancelled")


class Server:
    """A server with a show of one shot, and an admin's program that asks it."""

    def __init__(self, port: int, token: str, studio: Studio, project: int) -> None:
        self._port, self._head = port, {"Authorization": f"Bearer {token}"}
        self.studio, self.project = studio, project

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What it answers."""
        status, told = asked(self._port, method, f"/api/v1/{path}", body, head=self._head)
        assert status < 400, told
        return json.loads(told)

    def until_over(self, at: str) -> list[Any]:
        """How it stood each time that it was asked, until it was over."""
        told = [self.ask("GET", f"{at}/progress")]
        while told[-1]["state"] not in _OVER:
            told.append(self.ask("GET", f"{at}/progress"))
        return told


@pytest.fixture
def server(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    for folder in ("shows", "drops/acme", "outbox"):
        (home / folder).mkdir(parents=True)
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home / "shows"))
    monkeypatch.setenv("RUSHES_INGEST_DROPS", str(home / "drops"))
    monkeypatch.setenv("RUSHES_DELIVER_OUTBOX", str(home / "outbox"))
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    assert rushes("user", "add", getuser(), "--admin").code == exits.OK
    made = rushes("token", "create", "--name", "t", "--user", getuser(), "--scope", "write",
                  "--json")  # fmt: skip
    with closing(open_studio(database_url, data_dir=Path())) as studio, serving() as served:
        project = make(studio, "project", code="FG", templates={"delivery": NAMES}).id
        sequence = make(studio, "sequence", project=project, code="sc02").id
        shot = make(studio, "shot", sequence=sequence, code="sh010").id
        (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
        make(studio, "task", shot=shot, type=comp)
        yield Server(served.port, made.json["secret"], studio, project)


def test_what_is_asked_for_comes_in_and_goes_out(
    rushes: Command, server: Server, home: Path
) -> None:
    (home / "drops" / "acme" / "sh010_comp_v003.dpx").write_bytes(b"layers")
    os.utime(home / "drops" / "acme" / "sh010_comp_v003.dpx", (1, 1))
    order = {"project": server.project, "drop": str(home / "drops" / "acme"), "vendor": "acme"}
    made = server.ask("POST", "ingests", order)
    assert (made["state"], made["name"]) == ("queued", "acme_01")
    told = server.until_over(f"ingests/{made['id']}")
    assert (told[-1]["state"], told[-1]["counts"]) == ("done", {"ingested": 1}), told[-1]
    report = server.ask("GET", f"ingests/{made['id']}")["report"]
    (version,) = ids(server.studio, "version")
    assert report["versions"][0]["version_id"] == version

    assert rushes("qc", "keys", "init", "ada").code == exits.OK
    signed = rushes("qc", "sign", home / "shows", "--result", "pass", "--operator", "ada")
    assert signed.code == exits.OK, signed.err
    approved = [Change(version, {"status": "approved"})]
    server.studio.update("version", approved, access=ADMIN, actor=ADA)
    order = {
        "project": server.project, "context": "client_out", "output": str(home / "outbox"),
        "shape": "zip",
    }  # fmt: skip
    made = server.ask("POST", "deliveries", order)
    told = server.until_over(f"deliveries/{made['id']}")
    assert told[-1]["state"] == "done", told[-1]
    (package,) = (home / "outbox").glob("*.zip")
    assert package.stem == made["name"]
    files = server.ask("GET", f"deliveries/{made['id']}/files")["data"]
    with ZipFile(package) as inside:
        names = [one.partition("/")[2] for one in inside.namelist()]
    assert sorted(names) == sorted(one["path"] for one in files)
    assert [one["publish"] for one in files if one["publish"]] != []
    again = server.ask("POST", "deliveries", order)
    assert server.until_over(f"deliveries/{again['id']}")[-1]["counts"]["had_before"] == 1
    sent = server.ask(
        "POST", "movements/sent", {"project": server.project, "context": "client_out"}
    )
    assert {one["movement"] for one in sent["data"]} == {made["id"]}


def test_both_are_cancelled_while_they_wait(server: Server, home: Path) -> None:
    (home / "drops" / "acme" / "sh010_comp_v003.dpx").write_bytes(b"layers")
    order = {"project": server.project, "drop": str(home / "drops" / "acme"), "settle": 60}
    drop = f"ingests/{server.ask('POST', 'ingests', order)['id']}"
    outbox = str(home / "outbox")
    order = {"project": server.project, "context": "client_out", "output": outbox}
    here = Order("FG", "client_out", output=outbox, shape=Shape.FOLDER)
    with book.opened(home.parent / "data" / "deliveries", here):  # another run makes it
        package = f"deliveries/{server.ask('POST', 'deliveries', order)['id']}"
        for at in (drop, package):
            while server.ask("GET", f"{at}/progress")["state"] == "queued":
                pass
            assert server.ask("POST", f"{at}/cancel", {})["wanted"] is False
        for at in (drop, package):
            assert server.until_over(at)[-1]["state"] == "cancelled"
    assert ids(server.studio, "version") == []
    assert list((home / "outbox").iterdir()) == []
