"""`rushes deliver`: only what is approved, signed and whole leaves, and what left can be proven."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from blake3 import blake3
from jsonschema import validate
from PIL import Image

from rushes.cli import exits
from rushes.cli.main import run
from rushes.core.errors import Code, RushesError
from rushes.db.movements import DatabaseMovements
from rushes.db.opening import open_studio
from rushes.ports.studio import Change, Op, Studio
from rushes.testing.houses import House, at_home, prepared
from rushes.testing.postgres import temporary_database
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.studios import ADA, ADMIN, ids, make
from rushes.transfer.pace import Pace
from rushes.transfer.package import folder, packing

__all__ = ["moto_bucket", "moto_origin"]

MB = 1024**2

Command = Callable[..., Any]
LONG_AGO = 1_700_000_000
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
NAMES = "{shot}_{task}_v{version:03d}[.{frame:04d}].{ext}"


@pytest.fixture(scope="module")
def house(
    postgres_server: str, _migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The show FG: shots sh010 in EP01 and sh020 in EP02, each with a signed, approved comp: three
    frames, and a still.
    """
    folder = tmp_path_factory.mktemp("deliver")
    with (
        temporary_database(postgres_server, template=_migrated) as url,
        prepared(folder, url, delivered_house) as made,
    ):
        yield made


def delivered_house(home: Path) -> None:
    """Have the show on record, and its comps signed."""
    url = os.environ["RUSHES_DATABASE_URL"]
    (home / "shows").mkdir()
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        closing(open_studio(url, data_dir=Path())) as studio,
    ):
        settle(home, url, monkeypatch)
        put_on_record(studio)
        for frame in (1001, 1002, 1003):
            write(home / "drop" / f"sh010_comp_v004.{frame}.dpx", b"frame %d" % frame)
        write(home / "drop" / "sh020_comp_v001.dpx", b"a still")
        for args in (
            ("ingest", str(home / "drop"), "--project", "FG"),
            ("qc", "keys", "init", "ada"),
            ("qc", "sign", str(home / "shows"), "--result", "pass", "--operator", "ada"),
        ):
            with redirect_stdout(StringIO()) as told:
                assert run(list(args)) == exits.OK, told.getvalue()
        approve(studio)


def put_on_record(studio: Studio) -> None:
    project = make(studio, "project", code="FG", name="Frost Giant", templates={"drop": NAMES}).id
    (comp,) = ids(studio, "task_type", ("code", Op.IS, "comp"))
    for number, shot in ((1, "sh010"), (2, "sh020")):
        episode = make(studio, "episode", project=project, code=f"EP0{number}").id
        sequence = make(
            studio, "sequence", project=project, episode=episode, code=f"sc0{number}"
        ).id
        one = make(studio, "shot", sequence=sequence, code=shot, frame_in=1001, frame_out=1003).id
        make(studio, "task", shot=one, type=comp)


def settle(home: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of that house."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", url)
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(home / "shows"))
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")


@pytest.fixture
def database_url(house: House) -> Iterator[str]:
    """The records of the house, and its files at their place."""
    with house.copied() as url:
        yield url


@pytest.fixture
def home(house: House, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to stand in."""
    here = at_home(house.place, monkeypatch)
    settle(here, database_url, monkeypatch)
    return here


@pytest.fixture
def studio(home: Path, database_url: str) -> Iterator[Studio]:
    """The records of the house."""
    with closing(open_studio(database_url, data_dir=Path())) as opened:
        yield opened


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def sign(rushes: Command, folder: Path, result: str = "pass") -> None:
    ended = rushes("qc", "sign", folder, "--result", result, "--operator", "ada")
    assert ended.code == exits.OK, ended.err


def approve(studio: Studio, status: str = "approved", *only: int) -> None:
    changes = [Change(one, {"status": status}) for one in only or ids(studio, "version")]
    studio.update("version", changes, access=ADMIN, actor=ADA)


def version_of(studio: Studio, name: str) -> int:
    (found,) = ids(studio, "version", ("name", Op.IS, name))
    return found


def media(home: Path, name: str) -> Path:
    (found,) = (home / "shows").rglob(name)
    return found


def rot(path: Path) -> None:
    """Change one byte, and nothing that looks tell."""
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def deliver(rushes: Command, *more: str | Path) -> Any:
    """A delivery to the client, without the papers that take a second."""
    given = ("--project", "FG", "--context", "client_out", "--no-pictures", "--json")
    return rushes("deliver", *given, *more)


def fates(ended: Any) -> dict[str, str]:
    return {one["name"]: one["fate"] for one in ended.json["versions"]}


def rules(ended: Any) -> set[str]:
    found = [one for version in ended.json["versions"] for one in version["findings"]]
    return {one["rule"] for one in found if one["severity"] == "error"}


def inside(path: Path) -> dict[str, bytes]:
    """The files of an archive below its one folder."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len({one.partition("/")[0] for one in names}) == 1
        return {one.partition("/")[2]: archive.read(one) for one in names}


def paper(files: dict[str, bytes], ending: str) -> bytes:
    (found,) = (data for name, data in files.items() if name.endswith(ending))
    return found


def deliveries(rushes: Command) -> list[Any]:
    return list(rushes("deliver", "list", "--json").json["deliveries"])


FIRST = "sc01/sh010 comp v004"
SECOND = "sc02/sh020 comp v001"


def test_approved_and_signed_versions_leave_whole_and_are_proven(
    rushes: Command, studio: Studio, home: Path
) -> None:
    ended = deliver(rushes, "--output", home / "out.zip", "--manifest", home / "told")
    assert ended.code == exits.OK, ended.out
    assert fates(ended) == {FIRST: "delivered", SECOND: "delivered"}
    files = inside(home / "out.zip")
    assert files["media/sh010/sh010_comp_v004/sh010_comp_v004.1002.dpx"] == b"frame 1002"
    assert files["media/sh020/sh020_comp_v001/sh020_comp_v001.dpx"] == b"a still"
    manifest = json.loads(paper(files, ".json"))
    validate(manifest, json.loads((SCHEMAS / "rushes.delivery-manifest.1.json").read_text()))
    assert manifest["sign_off"] == "required"
    assert manifest["versions"][0]["parts"][0]["sign_off"]["operator"] == "ada"
    told = {one["delivery_path"]: one["checksum"] for one in manifest["files"]}
    assert told["media/sh020/sh020_comp_v001/sh020_comp_v001.dpx"] == (
        f"blake3:{blake3(b'a still').hexdigest()}"
    )
    assert (home / "told.json").read_bytes() == paper(files, ".json")
    assert (home / "told.csv").read_bytes() == paper(files, ".csv")
    assert str(home) not in (home / "told.json").read_text()  # no path of the house
    verified = rushes("deliver", "verify", home / "out.zip", "--json")
    assert (verified.code, verified.json["by"]) == (exits.OK, "record")
    (one,) = deliveries(rushes)
    shown = rushes("deliver", "show", one["delivery"], "--json").json
    assert {file["path"] for file in shown["files"]} == set(files)
    assert shown["order"]["sign_off"] == "required"


def test_what_the_recipient_unpacks_is_proven_and_its_hash_list_verifies(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home / "out.zip").code == exits.OK
    theirs = home / "theirs"
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-q", home / "out.zip", "-d", theirs], check=True)
    else:
        with ZipFile(home / "out.zip") as archive:
            archive.extractall(theirs)
    (top,) = theirs.iterdir()
    assert rushes("deliver", "verify", theirs).code == exits.OK
    assert rushes("deliver", "verify", top).code == exits.OK
    assert rushes("mhl", "verify", top).code == exits.OK


@pytest.mark.skipif(not shutil.which("xxhsum"), reason="there is no xxhsum")
def test_checksums_are_read_by_other_tools(rushes: Command, studio: Studio, home: Path) -> None:
    assert deliver(rushes, "--output", home).code == exits.OK
    (top,) = home.glob("FG_client_out_*")
    (listed,) = top.glob("manifest/*.xxh128.txt")
    subprocess.run(["xxhsum", "-c", listed], cwd=top, check=True)


def test_every_difference_is_named(rushes: Command, studio: Studio, home: Path) -> None:
    assert deliver(rushes, "--output", home).code == exits.OK
    (top,) = home.glob("FG_client_out_*")
    folder = top / "media/sh010/sh010_comp_v004"
    rot(folder / "sh010_comp_v004.1001.dpx")
    (folder / "sh010_comp_v004.1002.dpx").unlink()
    (folder / "more.dpx").write_bytes(b"more")
    ended = rushes("deliver", "verify", top, "--json")
    assert ended.code == exits.FOUND
    named = {Path(one["path"]).name: one["fate"] for one in ended.json["wrong"]}
    assert named == {
        "sh010_comp_v004.1001.dpx": "changed",
        "sh010_comp_v004.1002.dpx": "missing",
        "more.dpx": "extra",
    }


def test_one_changed_byte_of_an_archive_is_told(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home / "out.zip").code == exits.OK
    data = (home / "out.zip").read_bytes()
    (home / "out.zip").write_bytes(data.replace(b"frame 1002", b"frame 1oo2"))
    ended = rushes("deliver", "verify", home / "out.zip", "--json")
    assert ended.code == exits.FOUND
    (wrong,) = ended.json["wrong"]
    assert (wrong["path"].rpartition("/")[2], wrong["fate"]) == (
        "sh010_comp_v004.1002.dpx",
        "damaged",
    )


def test_a_manifest_that_was_swapped_proves_nothing_to_the_record(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home).code == exits.OK
    (top,) = home.glob("FG_client_out_*")
    frame = top / "media/sh010/sh010_comp_v004/sh010_comp_v004.1001.dpx"
    (manifest,) = top.glob("manifest/*.json")
    before = blake3(frame.read_bytes()).hexdigest()
    rot(frame)
    now = blake3(frame.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(before, now))
    alone = rushes("deliver", "verify", top, "--no-db", "--json")
    assert (alone.code, alone.json["by"]) == (exits.FOUND, "manifest")  # its hash lists tell
    assert {one["fate"] for one in alone.json["wrong"]} == {"changed"}
    ended = rushes("deliver", "verify", top, "--json")
    assert ended.code == exits.FOUND
    assert {one["fate"] for one in ended.json["wrong"]} == {"changed"}
    assert len(ended.json["wrong"]) == 2


def test_the_manifest_alone_tells_an_archive_that_was_changed(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home / "out.zip").code == exits.OK
    ended = rushes("deliver", "verify", home / "out.zip", "--no-db")
    assert ended.code == exits.OK
    assert "No record was asked" in ended.out
    (home / "out.zip").write_bytes((home / "out.zip").read_bytes()[:-100])
    assert rushes("deliver", "verify", home / "out.zip", "--no-db").code == exits.FOUND


def test_a_manifest_with_a_key_twice_vouches_for_nothing(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home).code == exits.OK
    (top,) = home.glob("FG_client_out_*")
    (manifest,) = top.glob("manifest/*.json")
    manifest.write_text(manifest.read_text().replace('"files":', '"files": [], "files":', 1))
    ended = rushes("deliver", "verify", top, "--no-db")
    assert ended.code == exits.FOUND
    assert "'files' stands twice" in ended.err


def test_bytes_that_changed_unseen_since_they_were_published_do_not_leave(
    rushes: Command, studio: Studio, home: Path
) -> None:
    rot(media(home, "sh010_comp_v004.1002.dpx"))
    planned = deliver(rushes, "--output", home / "out.zip", "--dry-run")
    assert planned.code == exits.OK  # which reads nothing
    assert deliver(rushes, "--output", home / "out.zip", "--dry-run", "--check").code == exits.FOUND
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.FOUND
    assert fates(ended) == {FIRST: "refused", SECOND: "held back"}
    assert rules(ended) == {"deliver.changed"}
    assert not (home / "out.zip").exists()
    ended = deliver(rushes, "--output", home / "out.zip", "--allow-partial")
    assert ended.code == exits.FOUND
    assert fates(ended) == {FIRST: "refused", SECOND: "delivered"}
    assert not any("sh010" in name for name in inside(home / "out.zip"))
    assert rushes("deliver", "verify", home / "out.zip").code == exits.OK


def test_a_lost_last_frame_keeps_a_version_here(
    rushes: Command, studio: Studio, home: Path
) -> None:
    media(home, "sh010_comp_v004.1003.dpx").unlink()
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.FOUND
    assert rules(ended) == {"deliver.gone"}
    assert not (home / "out.zip").exists()


def test_a_version_that_lacks_frames_of_its_range_is_refused(
    rushes: Command, studio: Studio, home: Path
) -> None:
    change = Change(version_of(studio, "sh010_comp_v004"), {"frame_out": 1005})
    studio.update("version", [change], access=ADMIN, actor=ADA)
    ended = deliver(rushes, "--output", home / "out.zip")
    assert rules(ended) == {"deliver.frames"}


def test_nothing_leaves_unsigned_unless_somebody_says_so_and_that_is_written_down(
    rushes: Command, studio: Studio, home: Path
) -> None:
    for sidecar in (home / "shows").rglob(".qc"):
        shutil.rmtree(sidecar)
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.FOUND
    assert rules(ended) == {"deliver.sign_off"}
    assert deliveries(rushes) == []
    ended = deliver(rushes, "--output", home / "out.zip", "--sign-off", "any")
    assert ended.code == exits.FOUND
    ended = deliver(rushes, "--output", home / "out.zip", "--sign-off", "none")
    assert ended.code == exits.OK
    assert json.loads(paper(inside(home / "out.zip"), ".json"))["sign_off"] == "none"
    (one,) = deliveries(rushes)
    assert rushes("deliver", "show", one["delivery"], "--json").json["order"]["sign_off"] == "none"


def test_a_pass_that_nobody_signed_is_any_and_no_more(
    rushes: Command, studio: Studio, home: Path
) -> None:
    shutil.rmtree(home.parent / "data" / "keys")
    assert rules(deliver(rushes, "--output", home / "out.zip")) == {"deliver.sign_off"}
    ended = deliver(rushes, "--output", home / "out.zip", "--sign-off", "any")
    assert ended.code == exits.OK


@pytest.mark.parametrize("wanted", ["required", "any"])
def test_what_failed_its_check_or_whose_record_was_bent_stays_here(
    rushes: Command, studio: Studio, home: Path, wanted: str
) -> None:
    sign(rushes, media(home, "sh020_comp_v001.dpx"), "fail")
    (sidecar,) = (one for one in (home / "shows").rglob("*.qc.json") if "sh010" in one.name)
    sidecar.write_text(sidecar.read_text().replace('"pending"', '"pass"'))
    ended = deliver(rushes, "--output", home / "out.zip", "--sign-off", wanted)
    assert fates(ended) == {FIRST: "refused", SECOND: "refused"}
    assert rules(ended) == {"deliver.sign_off"}


def test_a_sign_off_of_other_bytes_is_none(rushes: Command, studio: Studio, home: Path) -> None:
    path = media(home, "sh020_comp_v001.dpx")
    write(path, b"something else")
    sign(rushes, path)
    write(path, b"a still")  # as it was published, but not as it was signed
    ended = deliver(rushes, "--output", home / "out.zip", "--shots", "sh020")
    assert rules(ended) == {"deliver.sign_off"}


def test_a_revoked_key_vouches_for_nothing(rushes: Command, studio: Studio, home: Path) -> None:
    assert rushes("qc", "keys", "revoke", "ada", "--reason", "stolen", "--yes").code == exits.OK
    ended = deliver(rushes, "--output", home / "out.zip", "--sign-off", "any")
    assert rules(ended) == {"deliver.sign_off"}


def test_only_what_is_approved_is_chosen_and_a_playlist_says_so_of_others(
    rushes: Command, studio: Studio, home: Path
) -> None:
    second = version_of(studio, "sh020_comp_v001")
    approve(studio, "pending", second)
    ended = deliver(rushes, "--output", home / "a.zip")
    assert fates(ended) == {FIRST: "delivered"}
    make(studio, "playlist", project=ids(studio, "project")[0], name="Friday",
         versions=[second, version_of(studio, "sh010_comp_v004")])  # fmt: skip
    given = ("--project", "FG", "--context", "vendor_out", "--output", home / "b.zip", "--json",
             "--no-pictures")  # fmt: skip
    ended = rushes("playlist", "package", "Friday", *given)
    assert ended.code == exits.FOUND
    assert fates(ended) == {SECOND: "refused", FIRST: "held back"}
    assert rules(ended) == {"deliver.status"}
    ended = rushes("playlist", "package", "Friday", *given, "--statuses", "approved", "pending")
    assert fates(ended) == {SECOND: "delivered", FIRST: "delivered"}
    shown = rushes("playlist", "show", "Friday", "--project", "FG", "--json").json
    assert [one["approved"] for one in shown["versions"]] == [False, True]
    listed = rushes("playlist", "list", "--project", "Frost Giant", "--json").json
    assert [one["name"] for one in listed["playlists"]] == ["Friday"]


def test_several_episodes_after_one_flag_and_the_earlier_names_of_the_commands(
    rushes: Command, studio: Studio, home: Path
) -> None:
    given = ("--context", "vendor_out", "--dry-run", "--json", "--output", home / "x.zip")
    ended = rushes(
        "shotgrid", "deliver", "--project", "Frost Giant", "--episodes", "EP01", "EP02", *given
    )
    assert set(fates(ended)) == {FIRST, SECOND}
    ended = rushes("deliver", "--project", "FG", "--episodes", "EP02", *given)
    assert set(fates(ended)) == {SECOND}
    make(studio, "playlist", project=ids(studio, "project")[0], name="Friday",
         versions=[version_of(studio, "sh010_comp_v004")])  # fmt: skip
    ended = rushes("shotgrid", "package-playlist", "Friday", "--project", "FG", *given)
    assert set(fates(ended)) == {FIRST}


@pytest.mark.parametrize(
    "given",
    [
        ("--episodes", "EP09"),
        ("--shots", "sh999"),
        ("--playlist", "nobody's"),
        ("--statuses", "final"),
        ("--project", "XX"),
    ],
)
def test_what_is_not_there_is_told_and_nothing_is_written(
    rushes: Command, studio: Studio, home: Path, given: tuple[str, ...]
) -> None:
    ended = deliver(rushes, "--output", home / "out.zip", *given)
    assert ended.code == exits.NOT_THERE
    assert deliveries(rushes) == []
    assert not (home / "out.zip").exists()


def test_a_dry_run_writes_nothing_not_even_a_number(
    rushes: Command, studio: Studio, home: Path
) -> None:
    before = {str(one) for one in home.rglob("*")}
    ended = deliver(rushes, "--output", home / "out.zip", "--manifest", home / "m", "--dry-run")
    assert ended.code == exits.OK
    assert ended.json["name"].endswith("_nn")
    assert ended.json["delivery"] is None
    assert {str(one) for one in home.rglob("*")} == before
    assert deliveries(rushes) == []
    assert deliver(rushes, "--output", home / "out.zip").json["delivery"].endswith("_01")


def add_version(rushes: Command, studio: Studio, home: Path, name: str, data: bytes) -> None:
    """Another version, signed and approved."""
    write(home / "next" / name, data)
    taken = rushes("ingest", home / "next", "--project", "FG")
    assert taken.code == exits.OK, taken.out
    sign(rushes, home / "shows")
    approve(studio)


def test_a_second_delivery_takes_only_what_they_lack(
    rushes: Command, studio: Studio, home: Path
) -> None:
    first = deliver(rushes, "--output", home / "1.zip").json["delivery"]
    again = deliver(rushes, "--output", home / "2.zip")
    assert (again.code, again.json["state"]) == (exits.OK, "nothing new")
    assert not (home / "2.zip").exists()
    add_version(rushes, studio, home, "sh020_comp_v002.dpx", b"another movie")
    second = deliver(rushes, "--output", home / "2.zip")
    assert second.code == exits.OK
    assert second.json["had_before"] == {first: 3}
    sent = {name for name in inside(home / "2.zip") if name.startswith("media/")}
    assert sent == {"media/sh020/sh020_comp_v002/sh020_comp_v002.dpx"}
    told = json.loads(paper(inside(home / "2.zip"), ".json"))
    assert {one["delivery"] for one in told["had_before"]} == {first}
    for name in ("1.zip", "2.zip"):
        assert rushes("deliver", "verify", home / name).code == exits.OK
    full = deliver(rushes, "--output", home / "3.zip", "--full")
    assert full.json["counts"]["files"] == 4
    other = rushes("deliver", "--project", "FG", "--context", "vendor_out", "--json",
                   "--output", home / "4.zip", "--no-pictures")  # fmt: skip
    assert other.json["counts"]["files"] == 4  # who else gets it has none of it


def test_the_latest_is_the_highest_number_and_all_are_all(
    rushes: Command, studio: Studio, home: Path
) -> None:
    add_version(rushes, studio, home, "sh020_comp_v010.dpx", b"ten")
    add_version(rushes, studio, home, "sh020_comp_v009.dpx", b"nine")
    ended = deliver(rushes, "--output", home / "x.zip", "--dry-run", "--shots", "sc02/sh020")
    assert list(fates(ended)) == ["sc02/sh020 comp v010"]
    ended = deliver(rushes, "--output", home / "x.zip", "--dry-run", "--shots", "sh020", "--all")
    assert [one["version"] for one in ended.json["versions"]] == [1, 9, 10]


def test_names_are_the_recipients(
    rushes: Command, studio: Studio, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "rushes.toml").write_text(
        '[deliver]\nsender = "NORTH"\n[deliver.templates]\n'
        'client_out = "{shot}_{task}_{vendor}_v{version:03d}[.{frame:04d}].{ext}"\n'
    )
    assert deliver(rushes, "--output", home / "out.zip").code == exits.OK
    names = {name for name in inside(home / "out.zip") if name.startswith("media/")}
    assert names == {
        *(f"media/sh010_comp_NORTH_v004.{frame}.dpx" for frame in (1001, 1002, 1003)),
        "media/sh020_comp_NORTH_v001.dpx",
    }


def test_two_that_would_have_one_name_are_refused_before_anything_is_written(
    rushes: Command, studio: Studio, home: Path
) -> None:
    project = ids(studio, "project")[0]
    names = {"drop": NAMES, "deliver_client_out": "{show}_{task}[.{frame:04d}].{ext}"}
    studio.update("project", [Change(project, {"templates": names})], access=ADMIN, actor=ADA)
    add_version(rushes, studio, home, "sh010_comp_v005.dpx", b"one more")
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.FOUND
    assert rules(ended) == {"deliver.name"}
    assert set(fates(ended).values()) == {"refused"}
    assert not (home / "out.zip").exists()
    assert deliveries(rushes) == []


def test_no_cell_of_a_table_becomes_a_formula(rushes: Command, studio: Studio, home: Path) -> None:
    version = version_of(studio, "sh020_comp_v001")
    artist = make(studio, "artist", login="eve", name='=HYPERLINK("http://x")').id
    change = Change(version, {"artist": artist, "name": "@SUM(1+1)"})
    studio.update("version", [change], access=ADMIN, actor=ADA)
    report = home / "report.csv"
    ended = deliver(rushes, "--output", home / "out.zip", "--report", report)
    assert ended.code == exits.OK, ended.out
    for table in (paper(inside(home / "out.zip"), ".csv"), report.read_bytes()):
        rows = list(csv.reader(StringIO(table.decode("utf-8-sig"), newline="")))
        assert len(rows) == 5
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+", "-"))]


@pytest.mark.parametrize("at", ["before the package", "before the record", "after the record"])
def test_a_run_killed_anywhere_is_completed_by_the_same_command_under_the_same_name(
    rushes: Command, studio: Studio, home: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def killed(*_args: object, **_more: object) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if at == "before the package":
            patched.setattr("rushes.bootstrap.deliveries.pack", killed)
        elif at == "before the record":
            patched.setattr(DatabaseMovements, "end", killed)
        else:
            patched.setattr("rushes.exchange.delivery.book.Page.end", killed)
        assert deliver(rushes, "--output", home / "out.zip").code == exits.INTERRUPTED
    (before,) = deliveries(rushes)
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.OK, ended.out
    (after,) = deliveries(rushes)
    assert after["delivery"] == before["delivery"]
    assert after["state"] == "done"
    assert rushes("deliver", "verify", home / "out.zip").code == exits.OK


def test_records_that_go_away_leave_no_delivery_that_is_called_done(
    rushes: Command, studio: Studio, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_more: object) -> Any:
        raise RushesError(Code.DATABASE_UNAVAILABLE, "It is away.")

    with monkeypatch.context() as patched:
        patched.setattr(DatabaseMovements, "end", away)
        assert deliver(rushes, "--output", home / "out.zip").code == exits.UNAVAILABLE
    assert [one["state"] for one in deliveries(rushes)] == ["running"]
    assert rushes("deliver", "verify", home / "out.zip").code == exits.NOT_THERE
    assert deliver(rushes, "--output", home / "out.zip").code == exits.OK
    assert [one["state"] for one in deliveries(rushes)] == ["done"]


def test_what_lies_there_already_is_left_alone(rushes: Command, studio: Studio, home: Path) -> None:
    (home / "out.zip").write_bytes(b"theirs")
    ended = deliver(rushes, "--output", home / "out.zip")
    assert ended.code == exits.NOT_WRITTEN
    assert (home / "out.zip").read_bytes() == b"theirs"
    (home / "told.json").write_text("{}")
    ended = deliver(rushes, "--output", home / "b.zip", "--manifest", home / "told")
    assert ended.code == exits.NOT_THERE
    assert (home / "told.json").read_text() == "{}"


def test_a_package_goes_straight_to_a_bucket_and_is_proven_there(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket
) -> None:
    for output, layout in ((f"{moto_bucket.url}/to/them", "zip"), (moto_bucket.url, "folder")):
        ended = deliver(rushes, "--output", output, "--layout", layout, "--full")
        assert ended.code == exits.OK, ended.out
        (place,) = ended.json["places"]
        verified = rushes("deliver", "verify", place, "--json")
        assert verified.code == exits.OK, verified.out
        assert rushes("deliver", "verify", place, "--no-db").code == exits.OK
    keys = set(moto_bucket.objects())
    (archive,) = (one for one in keys if one.endswith(".zip"))
    assert archive.startswith("to/them/FG_client_out_")
    (frame,) = (one for one in keys if one.endswith("1001.dpx"))
    moto_bucket.put(frame, b"frame 1oo1")
    ended = rushes("deliver", "verify", place, "--json")
    assert ended.code == exits.FOUND
    assert [one["fate"] for one in ended.json["wrong"]] == ["changed"]


@pytest.mark.parametrize("layout", ["zip", "folder"])
def test_a_package_that_is_made_here_is_uploaded_to_the_contexts_bucket(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket, layout: str
) -> None:
    (home / "rushes.toml").write_text(f'[deliver.buckets]\nclient_out = "{moto_bucket.name}"\n')
    (home / "out").mkdir()
    ended = deliver(rushes, "--output", home / "out", "--layout", layout)
    assert ended.code == exits.OK, ended.out
    here, there = ended.json["places"]
    assert there.startswith(f"{moto_bucket.url}/FG/FG_client_out_")
    assert [one["url"] for one in ended.json["packages"]] == [here, there]
    for place in (here, there):
        assert rushes("deliver", "verify", place).code == exits.OK


def test_the_bucket_alone_is_enough(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket
) -> None:
    assert deliver(rushes).code == exits.NOT_THERE  # nowhere to go
    ended = deliver(rushes, "--bucket", moto_bucket.name)
    assert ended.code == exits.OK, ended.out
    (place,) = ended.json["places"]
    assert rushes("deliver", "verify", place).code == exits.OK


def test_the_papers_with_pictures_come_along(rushes: Command, studio: Studio, home: Path) -> None:
    assert deliver(rushes, "--output", home / "out.zip", "--pictures").code == exits.OK
    files = inside(home / "out.zip")
    assert paper(files, ".pdf").startswith(b"%PDF-")
    assert paper(files, ".jpg").startswith(b"\xff\xd8")


def test_who_receives_it_may_ingest_it_by_its_manifest(
    rushes: Command, studio: Studio, home: Path, database_url: str
) -> None:
    assert deliver(rushes, "--output", home).code == exits.OK
    (top,) = home.glob("FG_client_out_*")
    for ending in ("json", "csv"):
        (manifest,) = top.glob(f"manifest/*.{ending}")
        ended = rushes("ingest", top, "--project", "FG", "--manifest", manifest, "--json",
                       "--settle", "0", "--dry-run")  # fmt: skip
        named = {one["name"]: one["fate"] for one in ended.json["versions"]}
        assert named == {FIRST: "skipped", SECOND: "skipped"}, ended.out


def picture(path: Path) -> Path:
    """A frame that can be shown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 36), (40, 90, 160)).save(path)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def test_a_delivery_with_pictures_says_nothing_on_stderr(
    rushes: Command, studio: Studio, home: Path
) -> None:
    frame = picture(home / "shown" / "sh020_comp_v002.png")
    add_version(rushes, studio, home, frame.name, frame.read_bytes())
    command = ("deliver", "--project", "FG", "--context", "client_out", "--output", "out.zip")
    ended = subprocess.run(
        [sys.executable, "-m", "rushes", *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (ended.returncode, ended.stderr) == (exits.OK, ""), ended.stdout
    note = paper(inside(home / "out.zip"), ".pdf")
    assert b"/DCTDecode" in note  # a picture, as it is in JPEG


def test_a_package_that_comes_back_is_taken_in_without_its_papers(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home / "back.zip", "--pictures").code == exits.OK
    with ZipFile(home / "back.zip") as archive:
        archive.extractall(home / "back")
    ended = rushes("ingest", home / "back", "--project", "FG", "--settle", "0", "--json")
    assert ended.code == exits.OK, ended.out
    assert {one["name"]: one["fate"] for one in ended.json["versions"]} == {
        FIRST: "skipped",
        SECOND: "skipped",
    }
    skipped = {Path(one["path"]).suffix for one in ended.json["skipped"]}
    assert {".json", ".csv", ".jpg", ".pdf"} <= skipped
    # What merely lies beside them is no paper.
    picture(home / "back" / "manifest" / "more.jpg")
    ended = rushes("ingest", home / "back", "--project", "FG", "--settle", "0", "--json")
    assert ended.code == exits.FOUND


@pytest.mark.parametrize("partial", [False, True])
def test_the_report_for_people_tells_what_left_and_what_was_refused(
    rushes: Command, studio: Studio, home: Path, partial: bool
) -> None:
    media(home, "sh010_comp_v004.1003.dpx").unlink()
    report = home / "report.html"
    more = ("--allow-partial",) if partial else ()
    for _ in range(2):  # an earlier report is written over
        deliver(rushes, "--output", home / "out.zip", "--report", report, "--full", *more)
        (home / "out.zip").unlink(missing_ok=True)
    page = report.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert FIRST in page
    assert "sh010_comp_v004.1003.dpx" in page
    assert ('<td class="delivered">delivered</td>' in page) == partial
    assert ('<td class="held back">held back</td>' in page) != partial
    assert "media/sh020/sh020_comp_v001/sh020_comp_v001.dpx" in page
    (home / "report.html").write_text("mine")
    ended = deliver(rushes, "--output", home / "b.zip", "--report", report)
    assert ended.code == exits.NOT_THERE
    assert report.read_text() == "mine"


def test_what_is_uploaded_is_kept_as_it_was_asked_for(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket
) -> None:
    refused = deliver(rushes, "--bucket", moto_bucket.name, "--sse", "rot13")
    assert refused.code == exits.NOT_THERE
    kept = ("--storage-class", "STANDARD_IA", "--sse", "AES256")
    for output in (("--output", home / "out.zip"), ("--layout", "folder")):
        ended = deliver(rushes, "--bucket", moto_bucket.name, "--full", *output, *kept)
        assert ended.code == exits.OK, ended.out
    keys = moto_bucket.objects()
    assert any(one.endswith(".zip") for one in keys)
    assert any(one.endswith(".dpx") for one in keys)
    for key in keys:
        head = moto_bucket.client.head_object(Bucket=moto_bucket.name, Key=key)
        assert (head["StorageClass"], head["ServerSideEncryption"]) == ("STANDARD_IA", "AES256")


@pytest.mark.parametrize(
    ("output", "layout", "wanted"),
    [
        (False, "zip", [50 * MB]),
        (False, "folder", [50 * MB]),
        (True, "zip", [50 * MB] * 2),  # it is written in the reading that it is uploaded in
        (True, "folder", [0, 50 * MB]),
    ],
)
def test_a_bandwidth_is_kept_to_by_what_goes_to_a_bucket(
    rushes: Command,
    studio: Studio,
    home: Path,
    moto_bucket: MotoBucket,
    monkeypatch: pytest.MonkeyPatch,
    *,
    output: bool,
    layout: str,
    wanted: list[float],
) -> None:
    rates: list[float] = []

    class Noted(Pace):
        def __init__(self, rate: float = 0) -> None:
            rates.append(rate)
            super().__init__(rate)

    monkeypatch.setattr(packing, "Pace", Noted)
    monkeypatch.setattr(folder, "Pace", Noted)
    refused = deliver(rushes, "--bucket", moto_bucket.name, "--bandwidth", "much")
    assert (refused.code, moto_bucket.objects()) == (exits.NOT_THERE, {})
    here = ("--output", home) if output else ()
    asked = ("--bucket", moto_bucket.name, "--layout", layout, "--bandwidth", "50MB")
    assert deliver(rushes, *here, *asked).code == exits.OK
    assert rates == wanted


@pytest.mark.parametrize(
    "args",
    [
        ("playlist", "package", "", "--output", "out.zip"),
        ("deliver", "--playlist", "", "--output", "out.zip"),
        ("deliver", "--playlist", " ", "--output", "out.zip"),
        ("deliver", "--episodes", "EP01", "", "--output", "out.zip"),
        ("deliver", "--statuses", "", "--output", "out.zip"),
        ("deliver", "--bucket", "b", "--output", ""),
    ],
)
def test_an_empty_name_is_no_name_and_never_the_whole_show(
    rushes: Command, studio: Studio, home: Path, args: tuple[str, ...]
) -> None:
    ended = rushes(*args, "--project", "FG", "--context", "client_out", "--no-pictures")
    assert ended.code == exits.NOT_THERE, ended.out
    assert "it is empty" in ended.err
    assert not (home / "out.zip").exists()
    assert deliveries(rushes) == []
    reel = rushes("dailies", "--project", "FG", "--playlist", "", "--output", home / "reel.mov")
    assert (reel.code, "it is empty" in reel.err) == (exits.NOT_THERE, True)


@pytest.mark.parametrize(
    "given",
    [
        ("--manifest", "r", "--report", "r.csv"),
        ("--manifest", "r", "--report", "./R.json"),
        ("--report", "r.csv", "--report", "r.csv"),
    ],
)
def test_two_papers_never_share_one_file(
    rushes: Command, studio: Studio, home: Path, given: tuple[str, ...]
) -> None:
    before = {str(one) for one in home.rglob("*")}
    ended = deliver(rushes, "--output", home / "out.zip", *given)
    assert ended.code == exits.NOT_THERE
    assert "would both write" in ended.err
    assert {str(one) for one in home.rglob("*")} == before


def test_a_delivery_is_known_by_its_number_wherever_its_name_is(
    rushes: Command, studio: Studio, home: Path
) -> None:
    name = deliver(rushes, "--output", home / "out.zip").json["delivery"]
    (one,) = deliveries(rushes)
    number = str(one["id"])
    assert number in rushes("deliver", "list").out.splitlines()[1].split()
    assert rushes("deliver", "show", number, "--json").json["delivery"] == name
    ended = rushes("deliver", "verify", home / "out.zip", "--delivery", number)
    assert ended.code == exits.OK, ended.err
    ended = rushes("deliver", "verify", home / "out.zip", "--delivery", "1")  # the ingest's
    assert (ended.code, "no delivery 1 on record" in ended.err) == (exits.NOT_THERE, True)


def test_an_archive_without_its_manifest_lacks_that_alone(
    rushes: Command, studio: Studio, home: Path
) -> None:
    name = deliver(rushes, "--output", home / "out.zip").json["delivery"]
    with ZipFile(home / "out.zip") as whole, ZipFile(home / "less.zip", "w") as less:
        for one in whole.namelist():
            if not one.endswith(f"manifest/{name}.json"):
                less.writestr(one, whole.read(one))
    ended = rushes("deliver", "verify", home / "less.zip", "--delivery", name, "--json")
    assert ended.code == exits.FOUND
    assert [(one["path"], one["fate"]) for one in ended.json["wrong"]] == [
        (f"manifest/{name}.json", "missing")
    ]


def test_what_is_not_in_a_bucket_is_called_by_its_bucket(
    rushes: Command, studio: Studio, home: Path, moto_bucket: MotoBucket
) -> None:
    there = f"s3://{moto_bucket.name}/nothere"
    ended = rushes("deliver", "verify", there, "--delivery", "x")
    assert (ended.code, there in ended.err) == (exits.NOT_THERE, True)
    assert "s3:://" not in rushes("deliver", "verify", "s3://").err


def test_what_they_have_is_not_called_fine_unread_and_is_read_where_it_looks_changed(
    rushes: Command, studio: Studio, home: Path
) -> None:
    given = ("--project", "FG", "--context", "client_out", "--no-pictures", "--output", "x.zip")
    assert deliver(rushes, "--output", home / "out.zip").code == exits.OK
    rot(media(home, "sh010_comp_v004.1002.dpx"))  # which nothing that looks tells
    ended = rushes("deliver", *given)
    assert ended.code == exits.OK
    assert "2 Versions, all of which they have; their media were not read." in ended.out
    assert "may leave" not in ended.out
    assert rushes("deliver", *given, "--check").code == exits.FOUND
    os.utime(media(home, "sh010_comp_v004.1002.dpx"))
    planned = deliver(rushes, "--output", "x.zip", "--dry-run")
    assert (planned.code, rules(planned)) == (exits.FOUND, {"deliver.touched"})
    ended = deliver(rushes, "--output", "x.zip")
    assert (ended.code, rules(ended)) == (exits.FOUND, {"deliver.changed"})


def test_what_was_only_touched_still_leaves(rushes: Command, studio: Studio, home: Path) -> None:
    os.utime(media(home, "sh010_comp_v004.1002.dpx"))
    assert deliver(rushes, "--output", "x.zip", "--dry-run").code == exits.FOUND
    assert deliver(rushes, "--output", "x.zip", "--dry-run", "--check").code == exits.OK
    assert deliver(rushes, "--output", "x.zip").code == exits.OK


def test_without_records_papers_are_held_against_the_packages_own_lists(
    rushes: Command, studio: Studio, home: Path
) -> None:
    assert deliver(rushes, "--output", home).code == exits.OK
    (top,) = home.glob("FG_client_out_*")
    whole = rushes("deliver", "verify", top, "--no-db", "--json")
    assert whole.code == exits.OK
    assert [one["subject"] for one in whole.json["findings"]] == ["ascmhl/ascmhl_chain.xml"]
    (table,) = top.glob("manifest/*.csv")
    rot(table)
    (top / "manifest" / "more.txt").write_text("read me")
    ended = rushes("deliver", "verify", top, "--no-db", "--json")
    assert ended.code == exits.FOUND
    assert [(one["path"], one["fate"]) for one in ended.json["wrong"]] == [
        (f"manifest/{table.name}", "changed")
    ]
    assert "manifest/more.txt" in [one["subject"] for one in ended.json["findings"]]
    (hashes,) = top.glob("ascmhl/*.mhl")
    hashes.write_text(hashes.read_text().replace("Delivery", "delivery"))
    ended = rushes("deliver", "verify", top, "--no-db", "--json")
    assert f"ascmhl/{hashes.name}" in {one["path"] for one in ended.json["wrong"]}
    hashes.write_text("no list")
    ended = rushes("deliver", "verify", top, "--no-db", "--json")
    assert ended.code == exits.FOUND
    assert "deliver.hash_list" in {one["rule"] for one in ended.json["findings"]}
