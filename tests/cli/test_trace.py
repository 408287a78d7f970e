"""`rushes trace`: what is known of a file, by its bytes and its path, and what is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio, open_work
from rushes.model.work import NewPublish, NumberRequest, StreamKey, WorkKind
from rushes.ports.studio import Query
from rushes.testing.studios import ADA, ADMIN
from rushes.transfer.hashing_algorithms import digest_of

Command = Callable[..., Any]
FRAME = "sh0010_comp_v001.1005.exr"


@pytest.fixture
def render(rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of ten frames that were published."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    folder = home / "NV" / "sq010" / "sh0010" / "comp" / "v001"
    folder.mkdir(parents=True)
    for frame in range(1001, 1011):
        (folder / f"sh0010_comp_v001.{frame}.exr").write_bytes(b"frame %d" % frame)
    (home / "a.csv").write_text(
        "sequence,shot,frame_in,frame_out,tasks\nsq010,sh0010,1001,1010,comp\n"
    )
    assert rushes("show", "create", "NV", "--root", home / "NV").code == exits.OK
    assert rushes("show", "import", "NV", "a.csv").code == exits.OK
    words = ("--show", "NV", "--seq", "sq010", "--shot", "sh0010", "--task", "comp")
    assert rushes("publish", folder, *words).code == exits.OK
    return folder


def publish_of(database_url: str, home: Path, links: tuple[dict[str, Any], ...]) -> int:
    """One more publish of the task, made of others."""
    with closing(open_studio(database_url, data_dir=home / "data")) as studio:
        (task,) = studio.find("task", Query(), access=ADMIN).rows
    with closing(open_work(database_url, data_dir=home / "data")) as work:
        stream = StreamKey(WorkKind.PUBLISH, task.id, "nuke")
        (held,) = work.allocate([NumberRequest(stream)], actor=ADA)
        digest = digest_of(b"a movie", "blake3")
        part = {"name": "a.mov", "folder": "", "kind": "file", "files": 1, "size": 7,
                "digests": {"blake3": digest}}  # fmt: skip
        drop = {"ingest": {"id": "1", "drop": "/drops/monday", "source": "vendor"}}
        new = NewPublish(held.token, path=str(home / "a.mov"), components=(part,), links=links,
                         metadata=drop)  # fmt: skip
        (made,) = work.record_publishes([new], actor=ADA)
    (home / "a.mov").write_bytes(b"a movie")
    return made.id


def test_a_published_frame_is_found_by_its_bytes_and_its_path(
    rushes: Command, render: Path
) -> None:
    ended = rushes("trace", render / FRAME, "--json")
    assert ended.code == exits.OK
    told = ended.json
    (one,) = told["belongs"]
    assert (one["kind"], one["found_by"], one["of"]) == ("publish", "bytes and path", "sh0010 comp")
    # Its record in the database, and the one beside it.
    assert [one["agrees"] for one in told["checksums"]] == [True, True]
    assert "Nobody has signed it off." in told["unknown"]
    text = rushes("trace", render / FRAME).out
    assert "Belongs to" in text
    assert "Nobody has signed it off." in text


def test_a_copy_under_another_name_is_found_by_its_bytes(
    rushes: Command, render: Path, home: Path
) -> None:
    shutil.copy(render / FRAME, home / "x.bin")
    (one,) = rushes("trace", home / "x.bin", "--json").json["belongs"]
    assert one["found_by"] == "bytes"
    digest = digest_of((home / "x.bin").read_bytes(), "blake3")
    assert rushes("trace", f"blake3:{digest}", "--project", "NV").code == exits.OK
    assert rushes("trace", digest[:-1] + ("0" if digest[-1] != "0" else "1")).code != exits.OK
    assert rushes("trace", digest, "--project", "XX").code != exits.OK


def test_a_file_that_was_changed_since_is_told(rushes: Command, render: Path) -> None:
    (render / FRAME).write_bytes(b"FRAME 1005")
    ended = rushes("trace", render / FRAME, "--json")
    assert ended.code == exits.FOUND
    assert ended.json["belongs"][0]["found_by"] == "path"
    assert any("on record for this path" in one for one in ended.json["wrong"])


def test_a_file_that_is_gone_is_known_by_its_path(rushes: Command, render: Path) -> None:
    (render / FRAME).unlink()
    ended = rushes("trace", render / FRAME, "--json")
    assert ended.code == exits.OK
    assert not ended.json["there"]
    assert "not there" in ended.json["unknown"][0]
    assert rushes("trace", render / "gone.txt").code == exits.NOT_THERE


def test_what_nobody_knows_is_no_success(rushes: Command, render: Path, home: Path) -> None:
    (home / "stray.exr").write_bytes(b"x")
    ended = rushes("trace", home / "stray.exr", "--json")
    assert (ended.code, ended.json["known"]) == (exits.FOUND, False)
    assert rushes("trace", home).code == exits.NOT_THERE
    assert rushes("trace", "").code == exits.NOT_THERE


def test_sign_offs_are_told_and_verified(rushes: Command, render: Path) -> None:
    assert rushes("qc", "keys", "init", "ada").code == exits.OK
    assert rushes("qc", "crawl", render).code == exits.OK
    waits = rushes("trace", render / FRAME).out
    assert "Waiting for a check" in waits
    assert "Signed off" not in waits
    assert "Nobody has signed it off." in waits
    assert rushes("qc", "sign", render, "--result", "pass", "--note", "fine").code == exits.OK
    told = rushes("trace", render / FRAME, "--json").json
    last = told["signed"][-1]
    assert (last["result"], last["standing"], last["agrees"]) == ("pass", "valid", None)
    ended = rushes("trace", render / FRAME, "--verify", "--json")
    assert ended.code == exits.OK
    assert ended.json["signed"][-1]["agrees"] is True
    (render / "sh0010_comp_v001.1001.exr").write_bytes(b"FRAME 1001")
    ended = rushes("trace", render / FRAME, "--verify", "--json")
    assert ended.code == exits.FOUND
    assert any("What was checked" in one for one in ended.json["wrong"])
    # Where sidecars are thrown away, the database still tells.
    shutil.rmtree(render / ".qc")
    told = rushes("trace", render / FRAME, "--json").json
    assert told["signed"][-1]["source"].startswith("the database alone")


def test_hash_lists_above_it_are_read_and_compared_to_verify(
    rushes: Command, render: Path, home: Path
) -> None:
    assert rushes("mhl", "create", home / "NV", "-h", "md5").code == exits.OK

    def listed(told: Any) -> list[Any]:
        return [one for one in told["checksums"] if one["algorithm"] == "md5"]

    (one,) = listed(rushes("trace", render / FRAME, "--json").json)
    assert one["agrees"] is None
    ended = rushes("trace", render / FRAME, "--verify", "--json")
    assert [one["agrees"] for one in listed(ended.json)] == [True]
    manifest = next((home / "NV" / "ascmhl").glob("*.mhl"))
    manifest.write_bytes(manifest.read_bytes().replace(b"original", b"verified"))
    ended = rushes("trace", render / FRAME, "--verify")
    assert ended.code == exits.FOUND
    assert "changed after it was made" in ended.out


def test_what_it_was_made_of_is_followed_and_verified(
    rushes: Command, render: Path, home: Path, database_url: str
) -> None:
    number = publish_of(database_url, home, ({"kind": "rendered_from", "publish": 1},))
    with psycopg.connect(database_url) as connection:  # as the earlier tracker wrote it
        connection.execute(
            "UPDATE rushes_publish SET links = links || %s WHERE id = %s",
            ['[{"target_publish_id": 4711, "link_type": "dependency"}]', number],
        )
    ended = rushes("trace", home / "a.mov", "--verify", "--json")
    assert ended.code == exits.OK
    (one,) = ended.json["derived"]
    assert (one["id"], one["by"], one["verified"]) == (1, number, True)
    assert ended.json["belongs"][0]["drop"]["drop"] == "/drops/monday"
    assert any("4711" in told for told in ended.json["unknown"])
    (render / FRAME).write_bytes(b"FRAME 1005")
    ended = rushes("trace", home / "a.mov", "--verify")
    assert ended.code == exits.FOUND
    assert "other bytes than on record" in ended.out
    assert "from the drop /drops/monday" in ended.out


def test_without_the_database_what_lies_beside_it_is_still_told(
    rushes: Command, render: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    ended = rushes("trace", render / FRAME, "--json")
    assert ended.code == exits.UNAVAILABLE
    assert [one["agrees"] for one in ended.json["checksums"]] == [True]
    assert not any("on record" in one for one in ended.json["unknown"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(rushes: Command, render: Path) -> None:
    (render / FRAME).chmod(0)
    assert rushes("trace", render / FRAME).code == exits.UNAVAILABLE
