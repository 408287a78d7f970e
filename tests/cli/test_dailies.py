"""`rushes dailies`: a reel of a playlist or of a day's approved Versions, and what is in it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, redirect_stdout
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import OpenImageIO
import pytest

from rushes import bootstrap
from rushes.cli import exits
from rushes.cli.dailies import running
from rushes.cli.main import run
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_studio
from rushes.ports.studio import Change, Query, Studio
from rushes.testing.houses import House, at_home, prepared
from rushes.testing.media.clip import write_movie
from rushes.testing.postgres import temporary_database
from rushes.testing.studios import ADA, ADMIN, make
from rushes.transfer.hashing_algorithms import digest_of

Command = Callable[..., Any]
SIZE = (160, 90)
SHOTS = """sequence,shot,frame_in,frame_out,tasks
sq010,sh0010,1001,1004,comp
sq010,sh0020,1001,1004,comp
sq010,sh0030,1001,1004,comp
"""


def picture(path: Path, values: tuple[float, ...], *, size: tuple[int, int] = SIZE) -> None:
    """A picture of one colour; an EXR of halves."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = np.full((size[1], size[0], 3), values, np.float32)
    buffer = OpenImageIO.ImageBuf(page)
    buffer.set_write_format("half" if path.suffix == ".exr" else "uint8")
    assert buffer.write(str(path)), buffer.geterror()


def filled(home: Path) -> None:
    """Have that show on record, and its media."""
    folder = home / "NV"
    for frame in (1001, 1002, 1004):
        picture(folder / f"sh0010.{frame}.exr", (0.9, 0.01, 0.01))
    for frame in range(1001, 1005):
        picture(folder / f"sh0020.{frame}.png", (0.0, 0.8, 0.0), size=(91, 33))
    blue = np.zeros((90, 160, 3), np.float32)
    blue[..., 2] = 0.8
    write_movie(folder / "sh0030.mov", (blue for _ in range(4)), size=SIZE)
    (home / "a.csv").write_text(SHOTS)
    for args in (("create", "NV", "--root", str(folder)), ("import", "NV", "a.csv")):
        with redirect_stdout(StringIO()) as told:
            assert run(["show", *args]) == exits.OK, told.getvalue()
    url = os.environ["RUSHES_DATABASE_URL"]
    with closing(open_studio(url, data_dir=home / "data")) as studio:
        tasks = studio.find("task", Query(order=("id",)), access=ADMIN).rows
        artist = make(studio, "artist", login="tom", name="=Tom Łukasz").id
        media: tuple[dict[str, Any], ...] = (
            {"frames_path": str(folder / "sh0010.%04d.exr")},
            {"frames_path": str(folder / "sh0020.%04d.png")},
            {"movie_path": str(folder / "sh0030.mov")},
        )
        versions = [
            make(studio, "version", task=task.id, name=f"comp_{at}", artist=artist, number=3,
                 frame_in=1001, frame_out=1004, status="pending", **fields).id
            for at, (task, fields) in enumerate(zip(tasks, media, strict=True), start=1)
        ]  # fmt: skip
        make(studio, "playlist", project=tasks[0].fields["project"], name="Monday",
             versions=[versions[2], versions[0], versions[1]])  # fmt: skip
        approve_on_one_day(studio, versions[:2])


def approve_on_one_day(studio: Studio, versions: Sequence[int]) -> None:
    """Approve these, and once more where midnight (UTC) came between."""
    day = None
    while day != clock.now().date():
        day = clock.now().date()
        for status in ("pending", "approved"):
            changes = [Change(one, {"status": status}) for one in versions]
            studio.update("version", changes, access=ADMIN, actor=ADA)


@pytest.fixture(scope="module")
def house(
    postgres_server: str, _migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The show, made once for all tests."""
    folder = tmp_path_factory.mktemp("dailies")
    with (
        temporary_database(postgres_server, template=_migrated) as url,
        prepared(folder, url, filled) as made,
    ):
        yield made


@pytest.fixture
def home(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder to stand in, with the show in it and on record."""
    with house.copied() as url:
        here = at_home(house.place, monkeypatch)
        monkeypatch.setenv("RUSHES_DATABASE_URL", url)
        monkeypatch.setenv("RUSHES_SCAN_EXECUTOR", "inline")
        yield here


@pytest.fixture
def show(home: Path) -> Path:
    """Three comps: red EXRs without frame 1003, odd green PNGs, and a movie; two are approved."""
    return home / "NV"


@pytest.fixture
def today(show: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> date:
    """The day on which the two were approved, which is today for the command at any time."""
    url = os.environ["RUSHES_DATABASE_URL"]
    with closing(open_studio(url, data_dir=home / "data")) as studio:
        found = studio.find("version", Query(order=("-updated",), limit=1), access=ADMIN).rows
    day = datetime.fromisoformat(found[0].fields["updated"]).date()
    be(day, monkeypatch)
    return day


def be(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the command take this day for today."""
    moment = datetime.combine(day, time(12), UTC)
    monkeypatch.setattr(running, "clock", SimpleNamespace(now=lambda: moment))


ASKED = ("dailies", "--project", "NV", "--size", "160x90")
MONDAY = (*ASKED, "--playlist", "Monday")


def pages(reel: Path) -> Any:
    """Every frame of a movie, as 8-bit RGB."""
    with av.open(str(reel)) as file:
        return np.array(
            [
                one.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
                for one in file.decode(video=0)
            ]
        ).astype(int)


def colour(page: Any) -> str:
    """What the picture shows above its middle: a channel, or a card."""
    red, green, blue = (int(one) for one in page[30, 80])
    if max(red, green, blue) < 60:
        return "card"
    return max(("red", red), ("green", green), ("blue", blue), key=lambda one: one[1])[0]


def test_a_reel_shows_a_playlist_in_order_and_cards_for_what_is_missing(
    rushes: Command, show: Path, home: Path
) -> None:
    ended = rushes(*MONDAY, "--output", "reel.mov", "--no-slate", "--json")
    assert ended.code == exits.FOUND
    told = ended.json
    found = pages(home / "reel.mov")
    assert [colour(one) for one in found] == [
        *(["blue"] * 4),
        *("red", "red", "card", "red"),
        *(["green"] * 4),
    ]
    assert told["frames"] == 12
    names = ("version", "first", "last", "missing")
    assert [tuple(one[name] for name in names) for one in told["clips"]] == [
        ("comp_3", 0, 3, ""),
        ("comp_1", 4, 7, "1003"),
        ("comp_2", 8, 11, ""),
    ]
    assert [one["media"] for one in told["clips"]] == ["movie", "frames", "frames"]
    assert told["clips"][1]["timecode_in"] == "01:00:00:04"
    assert told["digest"] == f"blake3:{digest_of((home / 'reel.mov').read_bytes(), 'blake3')}"
    card = found[6]
    assert (card[..., 0] - card[..., 2] > 80).any()  # the word


def test_burn_ins_and_slates_can_be_seen_and_left_out(
    rushes: Command, show: Path, home: Path
) -> None:
    rushes(*MONDAY, "--output", "reel_a.mov", "--no-slate", "--burn-in", "none")
    rushes(*MONDAY, "--output", "reel_b.mov", "--no-slate", "--burn-in", "shot,frame")
    rushes(*MONDAY, "--output", "reel_c.mov")
    bare, burnt, slated = (
        pages(home / name) for name in ("reel_a.mov", "reel_b.mov", "reel_c.mov")
    )
    assert abs(bare[0] - burnt[0])[14:76].max() < 40
    top, bottom = burnt[0][:9].min(axis=2) > 120, burnt[0][-9:].min(axis=2) > 120
    assert top[:, :80].any()
    assert not top[:, 80:].any()
    assert bottom[:, 80:].any()
    assert not bottom[:, :80].any()
    assert len(slated) == 12 + 3 * 24
    assert (slated[0][:, :60].min(axis=2) > 120).any()  # what the slate says
    assert abs(slated[0] - slated[23]).max() < 30  # held for a second
    assert [colour(slated[at]) for at in (24, 28 + 24, 32 + 48)] == ["blue", "red", "green"]


def test_pictures_of_another_shape_stand_between_bars(
    rushes: Command, show: Path, home: Path
) -> None:
    rushes(*MONDAY, "--output", "reel_a.mov", "--no-slate", "--burn-in", "none")
    green = pages(home / "reel_a.mov")[8]
    lit = np.flatnonzero(green[:, 80, 1] > 100)
    assert lit.size in (57, 58, 59)  # 91 x 33 in 160 x 90
    assert green[:12].max() < 40


def test_todays_approved_versions_are_the_default(
    rushes: Command, today: date, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = rushes(*ASKED, "--output", "reel.mp4", "--json").json
    assert [one["version"] for one in told["clips"]] == ["comp_1", "comp_2"]
    assert told["title"] == f"Approved on {today}"
    be(today + timedelta(days=1), monkeypatch)
    assert rushes(*ASKED, "--output", "tomorrow.mp4").code == exits.NOT_THERE
    none = rushes(*ASKED, "--output", "b.mp4", "--date", "2001-01-01", "--json")
    assert none.code == exits.NOT_THERE
    assert none.json["error"]["code"] == "nothing.found"
    assert not (home / "b.mp4").exists()


def test_who_may_not_see_the_audit_trail_gets_what_was_last_written_that_day_and_is_told(
    rushes: Command, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed:
        def search(self, **_: Any) -> Any:
            raise RushesError(Code.ACCESS_DENIED, "It is for admins.", hint="Ask one.")

        def close(self) -> None:
            pass

    monkeypatch.setattr(bootstrap, "audit", lambda _: Closed())
    told = rushes(*ASKED, "--output", "reel.mp4", "--dry-run", "--json").json
    assert told["title"] == f"Approved, last written on {today}"
    assert len(told["clips"]) == 2


def test_the_manifest_says_what_is_in_the_reel(rushes: Command, show: Path, home: Path) -> None:
    told = rushes(*MONDAY, "--output", "reel.mov", "--json").json
    assert json.loads((home / "reel.json").read_text("utf-8")) == told
    rows = list(csv.DictReader((home / "reel.csv").read_text("utf-8-sig").splitlines()))
    assert [one["version"] for one in rows] == ["comp_3", "comp_1", "comp_2"]
    assert rows[0]["artist"] == "'=Tom Łukasz"  # no formula
    assert rows[1]["missing"] == "1003"
    rushes(*MONDAY, "--output", "reel_b.mov", "--manifest", "m.csv")
    assert (home / "m.csv").exists()
    assert not (home / "reel_b.json").exists()


def test_a_dry_run_makes_nothing(rushes: Command, show: Path, home: Path) -> None:
    before = sorted(home.iterdir())
    ended = rushes(*MONDAY, "--output", "reel.mov", "--dry-run")
    assert ended.code == exits.FOUND
    assert "Would make" in ended.out
    assert "1 frame missing" in ended.out
    told = rushes(*MONDAY, "--output", "reel.mov", "--dry-run", "--json").json
    assert (told["made"], told["digest"], told["missing"]) == (False, None, 1)
    assert sorted(home.iterdir()) == before


def test_a_reel_made_again_is_the_same_in_any_number_of_processes(
    rushes: Command, show: Path, home: Path
) -> None:
    first = rushes(*MONDAY, "--output", "reel_a.mov", "--json").json
    second = rushes(*MONDAY, "--output", "reel_b.mov", "--max-workers", "2", "--json").json
    assert first["digest"] == second["digest"]


def test_frames_that_cannot_be_read_are_cards(rushes: Command, show: Path, home: Path) -> None:
    (show / "sh0020.1002.png").write_bytes(b"no picture")
    picture(show / "sh0020.1003.png", (0, 0.8, 0), size=(1, 1))
    told = rushes(*MONDAY, "--output", "reel.mov", "--no-slate", "--json").json
    assert told["clips"][2]["unreadable"] == "1002"
    assert told["unreadable"] == 1
    assert {one["rule"] for one in told["findings"]} == {"dailies.missing", "dailies.unreadable"}
    assert [colour(one) for one in pages(home / "reel.mov")[8:]] == [
        *("green", "card", "green", "green"),
    ]


def test_rate_and_codec_are_as_asked(rushes: Command, show: Path, home: Path) -> None:
    words = ("--fps", "23.976", "--codec", "prores", "--no-slate")
    told = rushes(*MONDAY, "--output", "reel.mov", *words, "--json").json
    assert (told["fps"], told["codec"]) == ("24000/1001", "prores")
    with av.open(str(home / "reel.mov")) as file:
        assert file.streams.video[0].average_rate == Fraction(24000, 1001)
        assert len(file.chapters()) == 3


REFUSED = (
    (("--playlist", "Munday"), exits.NOT_THERE, "Did you mean 'Monday'"),
    (("--project", "XX"), exits.NOT_THERE, "no show"),
    (("--view", "nope"), exits.NOT_THERE, "no view 'nope'"),
    (("--display", "nope"), exits.NOT_THERE, "no display 'nope'"),
    (("--colour-space", "nope"), exits.NOT_THERE, "no colour space 'nope'"),
    (("--size", "161x90"), exits.NOT_THERE, "must be even"),
    (("--size", "big"), exits.NOT_THERE, "no size"),
    (("--size", "0x0"), exits.NOT_THERE, "1 to"),
    (("--fps", "0"), exits.NOT_THERE, "1 to"),
    (("--fps", "1/0"), exits.NOT_THERE, "no rate"),
    (("--burn-in", "shot,frmae"), exits.NOT_THERE, "no frmae"),
    (("--date", "today"), exits.NOT_THERE, "no day"),
    (("--date", "2026-01-01"), exits.NOT_THERE, "both choose"),
    (("--output", "reel.avi"), exits.NOT_THERE, "neither"),
    (("--output", "no/reel.mov"), exits.NOT_WRITTEN, "no folder"),
    (("--manifest", "m.txt"), exits.NOT_THERE, "neither"),
)


def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    rushes: Command, show: Path, home: Path
) -> None:
    before = sorted(home.iterdir())
    for words, code, said in REFUSED:
        ended = rushes(*MONDAY, "--output", "reel.mov", *words)
        assert ended.code == code, (words, ended.err)
        assert said in ended.err
    assert sorted(home.iterdir()) == before


def test_what_is_there_is_replaced_only_when_asked(rushes: Command, show: Path, home: Path) -> None:
    (home / "reel.json").write_text("mine")
    ended = rushes(*MONDAY, "--output", "reel.mov")
    assert ended.code == exits.NOT_WRITTEN
    assert "reel.json is there already" in ended.err
    assert rushes(*MONDAY, "--output", "reel.mov", "--replace").code == exits.FOUND
    assert rushes(*MONDAY, "--output", "reel.mov").code == exits.NOT_WRITTEN
