"""Scripts and commands against a real server, with real people, roles and tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.cli.main import run
from rushes.client import connect
from rushes.client.connection import Connection
from rushes.client.studio import HttpStudio
from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_people, open_studio
from rushes.model.scan import Actor
from rushes.ports.people import NewToken, Person
from rushes.ports.studio import Access, Query
from rushes.testing.postgres import temporary_database
from rushes.testing.studios import World, change, refusal, world

ROOT = Actor("root")


@pytest.fixture(scope="module")
def there(
    serve: Any, postgres_server: str, _migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, World]]:
    """Where a server is, its database, and the small studio in it."""
    folder = tmp_path_factory.mktemp("server")
    with temporary_database(postgres_server, template=_migrated) as url, serve(url, folder) as one:
        with closing(open_studio(url, data_dir=Path())) as studio:
            here = world(studio)
            change(studio, "task", here.task, {"assignees": [here.vera]})
        with closing(open_people(url, data_dir=Path())) as people:
            people.add(Person(0, "root", is_admin=True), password="", actor=ROOT)
            people.set_role("vera_NV", project="NV", role="vendor", actor=ROOT)
        yield one.address, url, here


@pytest.fixture
def token(there: tuple[str, str, World]) -> Callable[..., str]:
    def made(login: str = "root", *scopes: str) -> str:
        with closing(open_people(there[1], data_dir=Path())) as people:
            wanted = NewToken("pipeline", login, scopes or ("admin",))
            return people.add_token(wanted, actor=ROOT)[1]

    return made


@pytest.fixture
def rushes(there: tuple[str, str, World], token: Callable[..., str]) -> Iterator[Connection]:
    with connect(there[0], token(), tool="nuke 15 ✂") as opened:
        yield opened


@pytest.fixture
def here(there: tuple[str, str, World]) -> World:
    return there[2]


def test_records_are_found_page_by_page_and_no_sooner_than_needed(
    rushes: Connection, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"project": here.project, "code": f"prop{at:03d}"} for at in range(25)]
    made = rushes.assets.create_many(rows)
    monkeypatch.setattr("rushes.client.table._ROWS", 10)
    asked: list[str] = []
    send = Transport.send
    monkeypatch.setattr(
        Transport, "send", lambda *given, **more: (asked.append(given[2]), send(*given, **more))[1]
    )
    found = rushes.assets.find(project="NV", code__like="PROP*", order="-code")
    assert asked == []
    assert next(found)["code"] == "prop024"
    assert asked == ["/projects/find", "/assets/find"]
    assert [one.id for one in found] == [one.id for one in made[-2::-1]]
    assert len(asked) == 4
    assert len(list(rushes.assets.find(project="NV", code__like="prop*", most=12))) == 12
    assert rushes.assets.first(code="nothing") is None


def test_a_record_is_made_changed_put_away_and_taken_back(rushes: Connection, here: World) -> None:
    project = rushes.projects.get(here.project)
    asset = rushes.assets.create({"project": project, "code": "oak", "tags": {"hero"}})
    assert (asset["code"], asset["tags"], asset.revision) == ("oak", ["hero"], 1)
    assert dict(rushes.assets.get(asset.id, fields=["code"])) == {"code": "oak"}
    changed = rushes.assets.update(asset, {"type": "tree"}, revision=asset.revision)
    assert (changed["type"], changed.revision) == ("tree", 2)
    with refusal(Code.RECORD_CONFLICT, "revision 2"):
        rushes.assets.update(asset.id, {"type": "bush"}, revision=1)
    note = rushes.assets.comment(asset, "Taller ✂", status="model")
    assert (note.kind, note["text"]) == ("note", "Taller ✂")
    assert rushes.assets.get(asset.id)["status"] == "model"
    assert rushes.assets.archive(asset)["archived"] is not None
    assert rushes.assets.first(code="oak") is None
    assert rushes.assets.restore(asset)["archived"] is None


def test_what_is_shared_is_removed_for_good(rushes: Connection, here: World) -> None:
    tag = rushes.tags.create({"project": here.project, "name": "stormy"})
    rushes.tags.remove(tag)
    with refusal(Code.RECORD_NOT_FOUND, "tag"):
        rushes.tags.get(tag.id)
    with refusal(Code.FIELD_INVALID, "archived"):
        rushes.shots.remove(here.shots[0])


def test_days_may_be_given_as_days(rushes: Connection, here: World) -> None:
    rushes.tasks.update(here.asset_task, {"due": date(2026, 12, 24)})
    found = rushes.tasks.find(due__lte=date(2026, 12, 31), status__in=["not_started"])
    assert [one.id for one in found] == [here.asset_task]
    with refusal(Code.FIELD_INVALID, "about", "like"):
        rushes.tasks.first(due__about="x")


def test_what_was_published_is_recorded_under_its_number(
    rushes: Connection, here: World, tmp_path: Path
) -> None:
    pattern = "/nv/bear_v{version:03d}.usd"
    with rushes.publishes.next(
        task=here.asset_task, software="houdini", part="model", path=pattern
    ) as reserved:
        assert (reserved.version, reserved.path) == (1, "/nv/bear_v001.usd")
        with refusal(Code.PATH_NOT_FOUND, "/nv/bear_v001.usd", "elsewhere"):
            reserved.record()
        made = reserved.record(comment="first", metadata={"polygons": 7}, elsewhere=True)
    assert made.is_latest
    found = rushes.publishes.get(made.id)
    assert (found["path"], found["metadata"]) == ("/nv/bear_v001.usd", {"polygons": 7})
    with rushes.scenes.next(task=rushes.tasks.get(here.asset_task), software="nuke") as scene:
        saved = scene.record(path=str(tmp_path / "a.%04d.exr"))
    assert rushes.scenes.get(saved.id)["path"] == f"{tmp_path}/a.%04d.exr"
    with rushes.scenes.next(task=here.asset_task, software="nuke") as scene:
        with refusal(Code.PATH_NOT_FOUND, "lies at"):
            scene.record(path=str(tmp_path / "a.nk"))
        (tmp_path / "a.nk").write_text("nk")
        scene.record(path=str(tmp_path / "a.nk"))
    with rushes.scenes.next(task=here.asset_task, software="nuke") as scene:
        scene.record(path="s3://bucket/a.nk")


def test_a_block_that_fails_gives_its_number_back_unless_something_lies_there(
    rushes: Connection, here: World, tmp_path: Path
) -> None:
    pattern = f"{tmp_path}/a_v{{version:03d}}.nk"

    def fail(write: bool) -> int:
        wanted = {"task": here.task, "software": "nuke", "path": pattern, "bump": "version"}
        reserved = rushes.scenes.next(**wanted)
        with suppress(ZeroDivisionError), reserved:
            if write:
                Path(reserved.path).write_text("half")
            raise ZeroDivisionError
        return reserved.version

    assert [fail(False), fail(False), fail(True), fail(False)] == [1, 1, 1, 2]


def test_a_real_token_opens_what_its_owner_s_role_lets(
    there: tuple[str, str, World], token: Callable[..., str], here: World
) -> None:
    with connect(there[0], token("vera_NV", "write")) as vera:
        assert [one.id for one in vera.shots.find()] == [here.shots[0]]
        who = vera.me()
        assert (who.actor.name, who.access.roles) == ("vera_NV", {here.project: "vendor"})
        with refusal(Code.ACCESS_DENIED):
            vera.shots.update(here.shots[0], {"code": "x"})
    with connect(there[0], "rushes_nonsense") as nobody, refusal(Code.LOGIN_NEEDED):
        nobody.me()


def test_writes_tell_the_tool_the_token_and_on_whose_behalf_they_are(
    there: tuple[str, str, World], token: Callable[..., str], here: World
) -> None:
    address, url, _ = there
    ada = Actor("whoever", on_behalf_of="ada_NV", tool="farm ✂")
    rows = [{"project": here.project, "code": "farmed"}]
    with closing(HttpStudio(Transport(address, token("root", "admin")))) as studio:
        (made,) = studio.create("asset", rows, access=Access(), actor=ada)
    with psycopg.connect(url) as connection:
        told = connection.execute(
            "SELECT actor, on_behalf_of, tool FROM rushes_event WHERE kind = 'asset'"
            " AND target = %s", [made.id]
        ).fetchall()  # fmt: skip
    assert told == [("root", "ada_NV", "farm ✂ (token pipeline)")]
    with closing(HttpStudio(Transport(address, token("root", "read")))) as studio:
        studio.find("asset", Query(limit=1), access=Access())
        with refusal(Code.ACCESS_DENIED, "behalf"):
            studio.create("note", [{"kind": "asset", "target": made.id, "text": "x"}],
                          access=Access(), actor=ada)  # fmt: skip


def test_the_environment_tells_where_the_server_is(
    there: tuple[str, str, World],
    token: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("RUSHES_URL", raising=False)
    with pytest.raises(RushesError) as caught:
        connect()
    assert "RUSHES_URL" in caught.value.hint
    monkeypatch.setenv("RUSHES_URL", there[0])
    monkeypatch.setenv("RUSHES_TOKEN", token())
    with connect() as rushes:
        assert rushes.me().access.everything


def test_people_and_tokens_are_the_server_s_where_there_is_one(
    there: tuple[str, str, World],
    token: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same commands on the database itself say the same."""

    def said(*words: str) -> tuple[int, str]:
        code = run(list(words))
        return code, capsys.readouterr().out

    commands = (("user", "list"), ("token", "list"), ("user", "list", "--json"))
    secret = token()
    monkeypatch.setenv("RUSHES_DATABASE_URL", there[1])
    locally = [said(*one) for one in commands]
    monkeypatch.delenv("RUSHES_DATABASE_URL")
    monkeypatch.setenv("RUSHES_URL", there[0])
    monkeypatch.setenv("RUSHES_TOKEN", secret)
    remotely = [said(*one) for one in commands]
    assert (remotely[0], remotely[2]) == (locally[0], locally[2])
    assert remotely[1][0] == locally[1][0] == 0
    made = json.loads(said("token", "create", "--name", "x", "--scope", "read", "--user", "root",
                           "--json")[1])  # fmt: skip
    assert made["secret"].startswith("rushes_")
    assert said("token", "revoke", str(made["token"]["id"]))[0] == 0
    assert said("user", "add", "zoe", "--role", "NV", "artist")[0] == 0
    # Each package would be imported by a Python of its own.
    monkeypatch.setattr("rushes.cli.commands.info.broken_packages", lambda _: {})
    told = json.loads(said("info", "--json")[1])["server"]
    assert (told["answers"], told["login"], told["message"]) == (True, "root", "")
    monkeypatch.setenv("RUSHES_TOKEN", "rushes_nonsense")
    code, out = said("doctor")
    assert code == 1
    assert "not known" in out
    shown = said("config", "show")[1]
    assert "rushes_nonsense" not in shown
