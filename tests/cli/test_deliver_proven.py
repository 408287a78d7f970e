"""`rushes deliver verify`: what left can be proven, and every difference to it is named."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from blake3 import blake3
from jsonschema import validate

from rushes.cli import exits
from rushes.ports.studio import Studio
from rushes.testing.deliveries import (
    FIRST,
    SECOND,
    Command,
    database_url,
    deliver,
    deliveries,
    fates,
    home,
    house,
    inside,
    paper,
    rot,
    studio,
)
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin

__all__ = ["database_url", "home", "house", "moto_bucket", "moto_origin", "studio"]

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


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
