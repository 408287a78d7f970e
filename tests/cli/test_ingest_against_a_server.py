"""`rushes ingest` against a server: the same records as against the database."""

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
from rushes.ports.studio import Op, Studio
from rushes.testing.served import serving
from rushes.testing.studios import ids, look, make

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
        names = {"delivery": "{shot}_{task}_v{version:03d}.{ext}"}
        project = make(found, "project", code="FG", templates=names).id
        sequence = make(found, "sequence", project=project, code="sc02").id
        shot = make(found, "shot", sequence=sequence, code="sh010").id
        (comp,) = ids(found, "task_type", ("code", Op.IS, "comp"))
        make(found, "task", shot=shot, type=comp)
        monkeypatch.delenv("RUSHES_DATABASE_URL")
        monkeypatch.setenv("RUSHES_URL", f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("RUSHES_TOKEN", made.json["secret"])
        yield found


def test_a_drop_is_on_record_at_the_server(rushes: Command, studio: Studio, home: Path) -> None:
    (home / "drop").mkdir()
    (home / "drop" / "sh010_comp_v003.psd").write_bytes(b"layers")
    os.utime(home / "drop" / "sh010_comp_v003.psd", (1, 1))
    ended = rushes("ingest", home / "drop", "--project", "FG", "--json")
    assert ended.code == exits.OK, ended.out + ended.err
    (one,) = ended.json["versions"]
    version = look(studio, "version", one["version_id"]).fields
    assert (version["number"], version["publish"]) == (3, one["publish_id"])
    again = rushes("ingest", home / "drop", "--project", "FG", "--json")
    assert again.json["counts"] == {"skipped": 1}
