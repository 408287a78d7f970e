"""`rushes deliver` against a server: the same records as against the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rushes.cli import exits
from rushes.ports.studio import Change, Studio
from rushes.testing.studios import ADA, ADMIN, ids

Command = Callable[..., Any]


def test_a_delivery_is_on_record_at_the_server_and_proven_by_it(
    rushes: Command, studio_of_server: Studio, home: Path
) -> None:
    (home / "drop").mkdir()
    (home / "drop" / "sh010_comp_v003.dpx").write_bytes(b"a still")
    os.utime(home / "drop" / "sh010_comp_v003.dpx", (1, 1))
    ended = rushes("ingest", home / "drop", "--project", "FG", "--json")
    assert ended.code == exits.OK, ended.out + ended.err
    assert rushes("qc", "keys", "init", "ada").code == exits.OK
    assert rushes("qc", "sign", home / "shows", "--result", "pass").code == exits.OK
    changes = [Change(one, {"status": "approved"}) for one in ids(studio_of_server, "version")]
    studio_of_server.update("version", changes, access=ADMIN, actor=ADA)
    given = ("--project", "FG", "--context", "client_out", "--json")
    ended = rushes("deliver", *given, "--output", home / "out.zip")
    assert ended.code == exits.OK, ended.out + ended.err
    verified = rushes("deliver", "verify", home / "out.zip", "--json")
    assert (verified.code, verified.json["by"]) == (exits.OK, "record")
    again = rushes("deliver", *given, "--output", home / "more.zip")
    assert again.json["state"] == "nothing new"
    (one,) = rushes("deliver", "list", "--project", "FG", "--json").json["deliveries"]
    assert (one["delivery"], one["state"]) == (ended.json["delivery"], "done")
