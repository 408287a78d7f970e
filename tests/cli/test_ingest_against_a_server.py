"""`rushes ingest` against a server: the same records as against the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rushes.cli import exits
from rushes.ports.studio import Studio
from rushes.testing.studios import look

Command = Callable[..., Any]


def test_a_drop_is_on_record_at_the_server(
    rushes: Command, studio_of_server: Studio, home: Path
) -> None:
    (home / "drop").mkdir()
    (home / "drop" / "sh010_comp_v003.psd").write_bytes(b"layers")
    os.utime(home / "drop" / "sh010_comp_v003.psd", (1, 1))
    ended = rushes("ingest", home / "drop", "--project", "FG", "--json")
    assert ended.code == exits.OK, ended.out + ended.err
    (one,) = ended.json["versions"]
    version = look(studio_of_server, "version", one["version_id"]).fields
    assert (version["number"], version["publish"]) == (3, one["publish_id"])
    again = rushes("ingest", home / "drop", "--project", "FG", "--json")
    assert again.json["counts"] == {"skipped": 1}
