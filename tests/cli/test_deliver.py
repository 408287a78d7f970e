"""`rushes deliver`: only what is approved, signed and whole leaves, once, and by their names."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from rushes.cli import exits
from rushes.ports.studio import Change, Studio
from rushes.testing.deliveries import (
    FIRST,
    NAMES,
    SECOND,
    Command,
    add_version,
    approve,
    database_url,
    deliver,
    deliveries,
    fates,
    home,
    house,
    inside,
    media,
    paper,
    rot,
    rules,
    sign,
    studio,
    version_of,
)
from rushes.testing.drops import write
from rushes.testing.studios import ADA, ADMIN, ids, make

__all__ = ["database_url", "home", "house", "studio"]


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
