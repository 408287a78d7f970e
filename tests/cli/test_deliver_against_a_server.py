"""`rushes deliver` against a server: the same records as against the database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.ports.studio import Change, Op, Studio
from rushes.testing.served import serving
from rushes.testing.studios import ADA, ADMIN, ids, make

Command = Callable[..., Any]
SCOPES = ("read", "write", "publish", "qc")


@pytest.fixture
def studio(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    """A show on a server that the settings lead to."""
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home / "shows"))
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    (home / "shows").mkdir()
    assert rushes("user", "add", getuser(), "--admin").code == exits.OK
    scopes = [part for one in SCOPES for part in ("--scope", one)]
    made = rushes("token", "create", "--name", "t", "--user", getuser(), *scopes, "--json")
    assert made.code == exits.OK, made.err
    with closing(open_studio(database_url, data_dir=Path())) as found, serving() as server:
        names = {"drop": "{shot}_{task}_v{version:03d}.{ext}"}
        project = make(found, "project", code="FG", templates=names).id
        sequence = make(found, "sequence", project=project, code="sc02").id
        shot = make(found, "shot", sequence=sequence, code="sh010").id
        (comp,) = ids(found, "task_type", ("code", Op.IS, "comp"))
        make(found, "task", shot=shot, type=comp)
        monkeypatch.delenv("RUSHES_DATABASE_URL")
        monkeypatch.setenv("RUSHES_URL", f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("RUSHES_TOKEN", made.json["secret"])
        yield found


def test_a_delivery_is_on_record_at_the_server_and_proven_by_it(
    rushes: Command, studio: Studio, home: Path
) -> None:
    (home / "drop").mkdir()
    (home / "drop" / "sh010_comp_v003.dpx").write_bytes(b"a still")
    os.utime(home / "drop" / "sh010_comp_v003.dpx", (1, 1))
    ended = rushes("ingest", home / "drop", "--project", "FG", "--json")
    assert ended.code == exits.OK, ended.out + ended.err
    assert rushes("qc", "keys", "init", "ada").code == exits.OK
    assert rushes("qc", "sign", home / "shows", "--result", "pass").code == exits.OK
    changes = [Change(one, {"status": "approved"}) for one in ids(studio, "version")]
    studio.update("version", changes, access=ADMIN, actor=ADA)
    given = ("--project", "FG", "--context", "client_out", "--json")
    ended = rushes("deliver", *given, "--output", home / "out.zip")
    assert ended.code == exits.OK, ended.out + ended.err
    verified = rushes("deliver", "verify", home / "out.zip", "--json")
    assert (verified.code, verified.json["by"]) == (exits.OK, "record")
    again = rushes("deliver", *given, "--output", home / "more.zip")
    assert again.json["state"] == "nothing new"
    (one,) = rushes("deliver", "list", "--project", "FG", "--json").json["deliveries"]
    assert (one["delivery"], one["state"]) == (ended.json["delivery"], "done")
