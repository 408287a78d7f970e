"""Drops with links, devices and names that do harm: each is told, and the rest is taken."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from rushes.cli import exits
from rushes.testing.drops import Desk, desk
from rushes.testing.postgres import _migrated, database_url, postgres_server

__all__ = ["_migrated", "database_url", "desk", "postgres_server"]

pytestmark = pytest.mark.timeout(200)  # who opens a pipe waits for ever
SECRET = b"nobody has sent this"


def aside(desk: Desk, *more: str) -> dict[str, str]:
    """What is put aside of the drop, and why; all else of it is taken."""
    files = desk.version()
    seen = desk.ingest(*more)
    assert seen.code == exits.FOUND, seen.told
    assert seen.fates["sh010 comp v004"] == "ingested"
    desk.check_taken(files)
    found = [one for one in seen.findings if one["rule"] == "drop.aside"]
    assert all(one["fix"] for one in found)
    return {one["subject"]: one["message"] for one in found}


@pytest.mark.parametrize("way", ["absolute", "relative", "of a folder", "chain", "broken"])
def test_a_link_out_of_the_drop_is_told_and_not_followed(desk: Desk, way: str) -> None:
    secret = desk.root / "secret"
    secret.mkdir()
    (secret / "sh020_comp_v001.1001.dpx").write_bytes(SECRET)
    name = "sh020_comp_v001.1001.dpx"
    match way:
        case "absolute":
            (desk.drop / name).symlink_to(secret / name)
        case "relative":
            (desk.drop / name).symlink_to(f"../secret/{name}")
        case "of a folder":
            (desk.drop / "below").symlink_to(secret)
        case "chain":
            (desk.drop / "x.dpx").symlink_to(secret / name)
            (desk.drop / name).symlink_to("x.dpx")
        case "broken":
            (desk.drop / name).symlink_to("gone")
    told = aside(desk)
    assert told
    assert all("link" in why for why in told.values())
    assert SECRET not in desk.media().values()
    assert (secret / name).read_bytes() == SECRET


def test_a_frame_that_is_a_link_refuses_its_version_alone(desk: Desk) -> None:
    files, bad = desk.version("sh020"), desk.version("sh010")
    secret = desk.root / "secret"
    secret.write_bytes(SECRET)
    name = [*bad][1]
    (desk.drop / name).unlink()
    (desk.drop / name).symlink_to(secret)
    seen = desk.ingest()
    assert seen.code == exits.FOUND
    assert seen.fates == {"sh010 comp v004": "refused", "sh020 comp v004": "ingested"}
    assert name in {one["subject"] for one in seen.findings}
    desk.check_taken(files)


def test_pipes_sockets_and_devices_are_never_opened(desk: Desk) -> None:
    os.mkfifo(desk.drop / "sh020_comp_v001.dpx")
    wanted = {"sh020_comp_v001.dpx", "s"}
    home = os.open(desk.drop, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"/proc/self/fd/{home}/s")  # the name of a socket has to be short
        os.close(home)
        try:
            os.mknod(desk.drop / "zero.dpx", 0o600 | 0o020000, os.makedev(1, 5))
            wanted.add("zero.dpx")
        except PermissionError:
            pass  # only root makes devices
        assert aside(desk).keys() == wanted


@pytest.mark.parametrize(
    ("name", "word"),
    [
        (b"sh020_\xff_v001.dpx", "no text"),
        ("con.dpx", "Windows"),
        ("a\nb.dpx", "control"),
        ("x\u202e.dpx\x1b[2J", "control"),
        ("a?.dpx", "Windows"),
        ("a .dpx ", "Windows"),
    ],
)
def test_a_name_that_does_harm_is_told_escaped(desk: Desk, name: str | bytes, word: str) -> None:
    desk.put(name)
    ((subject, why),) = aside(desk).items()
    assert word in why
    assert subject.isprintable() or "\u202e" in subject
    said = desk.read("ingest", str(desk.drop), "--project", "FG")
    assert "\x1b[2J" not in said
    assert os.fsdecode(name) not in said or word == "Windows"


@pytest.mark.parametrize(
    "twins",
    [
        ("sh020_comp_v001.dpx", "SH020_comp_v001.dpx"),
        ("a/x.dpx", "A/x.dpx"),
        tuple(unicodedata.normalize(form, "café.dpx") for form in ("NFC", "NFD")),
        ("straße.dpx", "STRASSE.dpx"),
    ],
    ids=["case", "case of a folder", "NFC and NFD", "folding"],
)
def test_of_names_that_are_one_elsewhere_neither_is_taken(
    desk: Desk, twins: tuple[str, str]
) -> None:
    for at, name in enumerate(twins):
        desk.put(name, b"%d" % at)
    told = aside(desk)
    assert told.keys() == set(twins)
    assert all("case or accents" in why for why in told.values())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_with_accents_alone_keeps_its_bytes(desk: Desk, form: Literal["NFC", "NFD"]) -> None:
    name = unicodedata.normalize(form, "sh010_comp_v004_café.dpx")
    desk.put(name, b"one")
    manifest = desk.manifest("m.csv", f"shot,asset,version,delivery_path\nsh010,comp,4,{name}\n")
    seen = desk.ingest("--manifest", manifest)
    assert seen.code == exits.OK, seen.told
    desk.check_taken({name: b"one"})


def test_a_folder_that_cannot_be_listed_is_told_and_holds_nothing_else_up(desk: Desk) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    desk.put("closed/sh020_comp_v001.dpx")
    (desk.drop / "closed").chmod(0)
    try:
        files = desk.version()
        seen = desk.ingest()
    finally:
        (desk.drop / "closed").chmod(0o755)
    assert "drop.blind" in seen.rules
    desk.check_taken(files)


def test_a_link_put_where_a_version_goes_leads_nowhere(desk: Desk) -> None:
    desk.version()
    elsewhere = desk.root / "elsewhere"
    elsewhere.mkdir()
    place = desk.shows / "FG/sc02/sh010/comp"
    place.mkdir(parents=True)
    (place / "vendor").symlink_to(elsewhere)
    seen = desk.ingest()
    assert seen.code != exits.OK
    assert seen.fates["sh010 comp v004"] in ("refused", "failed")
    assert not list(Path(elsewhere).iterdir())
    assert desk.on_record() == {}
