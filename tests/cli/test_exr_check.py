"""`rushes exr check`: files, patterns and folders held against policies."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes import __version__, bootstrap
from rushes.adapters.storage.local import LocalFile
from rushes.cli import exits
from rushes.core.errors import Code, RushesError
from rushes.inspection.header.wire import Attribute, Header, Part
from rushes.ports.storage import OpenFile
from rushes.testing.faulty_storage import FaultyStorage
from rushes.testing.media.exr_corners import file, one_attribute

pytestmark = pytest.mark.usefixtures("home")

POLICY = """\
name = "{name}"
version = "1"
description = "What we want."

[rules.owner]
check = "attribute"
names = "owner"
value = "me"
severity = "{severity}"

[rules.drift]
check = "drift"
"""


def written(path: Path, owner: str = "me", *, compression: int = 0) -> None:
    """A whole picture of one pixel that says who owns it."""
    made = one_attribute(b"owner", "string", owner.encode("utf-8", "surrogateescape"))
    (part,) = made.parts
    attributes = [
        Attribute(one.name, one.type, bytes([compression])) if one.name == b"compression" else one
        for one in part.attributes
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file(Header(2, 0, (Part(tuple(attributes)),), 0)))


@pytest.fixture
def policy(home: Path) -> Path:
    path = home / "ours.toml"
    path.write_text(POLICY.format(name="ours", severity="error"))
    return path


@pytest.fixture
def shots(home: Path) -> Path:
    """A sound sequence, one of another owner, one that drifts, and a single file."""
    root = home / "shots"
    for frame in range(1001, 1101):
        written(root / "a" / f"good.{frame}.exr")
        written(root / "a" / f"bad.{frame}.exr", "you")
        written(root / "b" / f"odd.{frame}.exr", compression=3 if frame > 1097 else 0)
    written(root / "b" / "still.exr")
    (root / "b" / "notes.txt").write_text("no picture")
    return root


def test_sound_files_pass_in_a_few_lines(rushes: Any, shots: Path, policy: Path) -> None:
    ended = rushes("exr", "check", shots / "a" / "good.%04d.exr", "--policy", policy)
    assert ended.code == exits.OK
    first, second = ended.out.splitlines()
    assert first == "Looked at 100 files (1 file sequence)."
    assert second.split("(")[0] == "  ours 1 "
    assert second.endswith("): 1 passed")


def test_the_same_on_many_frames_is_told_once(rushes: Any, shots: Path, policy: Path) -> None:
    written(shots / "a" / "bad.1050.exr", "them")
    ended = rushes("exr", "check", shots / "a", "--policy", policy)
    assert ended.code == exits.FOUND
    assert ended.out.count('is not me: "you"') == 1
    assert '1001-1049,1051-1100: The attribute owner is not me: "you". [ours.owner]' in ended.out
    assert '1050: The attribute owner is not me: "them"' in ended.out
    assert "1 passed, 1 failed" in ended.out


def test_json_has_every_finding(rushes: Any, shots: Path, policy: Path) -> None:
    ended = rushes("exr", "check", "--json", shots / "a", "--policy", policy)
    told = ended.json
    assert ended.code == exits.FOUND
    assert len(told["findings"]) == 100
    assert {one["rule"] for one in told["findings"]} == {"ours.owner"}
    assert [one["frames"] for one in told["findings"]][:2] == ["1001", "1002"]
    assert told["totals"] == {"targets": 2, "sequences": 2, "files": 200, "unread": 0}
    verdicts = {Path(one["path"]).name: one for one in told["verdicts"]}
    assert verdicts["good.%04d.exr"]["verdict"] == "passed"
    assert verdicts["bad.%04d.exr"]["verdict"] == "failed"
    assert verdicts["bad.%04d.exr"]["errors"] == 100
    assert {one["digest"] for one in told["verdicts"]} == {told["policies"][0]["digest"]}


def test_drift_is_told_with_the_frames_that_differ(rushes: Any, shots: Path, policy: Path) -> None:
    told = rushes("exr", "check", "--json", shots, "--policy", policy).json
    (drift,) = [one for one in told["findings"] if one["rule"] == "ours.drift"]
    assert drift["frames"] == "1098-1100"
    assert Path(drift["subject"]).name == "odd.%04d.exr"
    assert (drift["found"], drift["wanted"]) == ("ZIP", "NONE")


@pytest.mark.parametrize("pattern", ["bad.%04d.exr", "bad.####.exr", "bad.$F4.exr"])
def test_patterns_and_files_named_by_a_shell_are_one_sequence(
    rushes: Any, shots: Path, policy: Path, pattern: str
) -> None:
    by_pattern = rushes("exr", "check", "--json", shots / "a" / pattern, "--policy", policy).json
    files = sorted((shots / "a").glob("bad.*.exr"))
    by_name = rushes("exr", "check", "--json", *files, "--policy", policy).json
    assert by_name == by_pattern
    assert by_name["totals"]["sequences"] == 1


def test_views_of_a_pattern_are_sequences_of_their_own(
    rushes: Any, home: Path, policy: Path
) -> None:
    for frame in (1, 2, 3):
        written(home / f"stereo.left.{frame:04d}.exr")
        written(home / f"stereo.right.{frame:04d}.exr", compression=3)
    ended = rushes("exr", "check", "--json", "stereo.%V.%04d.exr", "--policy", policy)
    assert ended.code == exits.OK
    assert [one["path"] for one in ended.json["verdicts"]] == [
        *("stereo.left.%04d.exr", "stereo.right.%04d.exr")
    ]


def test_tiles_of_a_texture_do_not_drift(rushes: Any, home: Path, policy: Path) -> None:
    for tile, kind in ((1001, 0), (1002, 3), (1011, 0)):
        written(home / "asset" / "textures" / f"wood.{tile}.exr", compression=kind)
    ended = rushes("exr", "check", "--json", "asset", "--policy", policy)
    assert ended.code == exits.OK
    assert ended.json["totals"]["files"] == 3


def test_warnings_pass(rushes: Any, shots: Path, policy: Path) -> None:
    policy.write_text(POLICY.format(name="ours", severity="warning"))
    ended = rushes("exr", "check", shots / "a", "--policy", policy)
    assert ended.code == exits.OK
    assert "warning" in ended.out
    assert "2 passed" in ended.out


def test_several_policies_are_judged_each(rushes: Any, shots: Path, policy: Path) -> None:
    other = policy.with_name("other.toml")
    other.write_text(POLICY.format(name="other", severity="note"))
    given = ("--policy", policy, "--policy", other, "--policy", "nuke-safe")
    ended = rushes("exr", "check", "--json", shots / "a" / "bad.1001.exr", *given)
    verdicts = {one["policy"]: one["verdict"] for one in ended.json["verdicts"]}
    assert verdicts == {"ours": "failed", "other": "passed", "nuke-safe": "passed"}


def test_two_policies_of_one_name_are_refused(rushes: Any, shots: Path, policy: Path) -> None:
    other = policy.with_name("other.toml")
    other.write_text(POLICY.format(name="ours", severity="note"))
    ended = rushes("exr", "check", shots, "--policy", policy, "--policy", other)
    assert ended.code == exits.NOT_THERE
    assert "Two policies are called ours" in ended.err


def test_pixels_that_are_not_read_are_never_said_to_pass(rushes: Any, shots: Path) -> None:
    still = shots / "b" / "still.exr"
    ended = rushes("exr", "check", still, "--policy", "studio-default")
    assert "not measured" in ended.out
    assert "studio-default.finite" in ended.out
    assert "passed" not in ended.out
    told = rushes("exr", "check", "--json", still, "--policy", "studio-default").json
    assert told["verdicts"][0]["verdict"] != "passed"
    assert "policy.not_measured" in {one["rule"] for one in told["findings"]}


class Locked(FaultyStorage):
    """A storage with two frames that may not be read."""

    def open_file(self, path: str) -> OpenFile:
        if path.endswith(("good.1003.exr", "good.1004.exr")):
            raise RushesError(Code.PATH_UNREADABLE, f"{path} may not be read.", hint="Ask.")
        return super().open_file(path)


def test_every_file_that_cannot_be_read_has_one_line_and_the_others_are_judged(
    rushes: Any, shots: Path, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "storage", Locked)
    ended = rushes("exr", "check", shots / "a", "--policy", policy, "--json")
    assert ended.code == exits.UNAVAILABLE
    assert [line.split("/")[-1] for line in ended.err.splitlines() if "error:" in line] == [
        *("good.1003.exr may not be read.", "good.1004.exr may not be read.")
    ]
    verdicts = {Path(one["path"]).name: one for one in ended.json["verdicts"]}
    assert verdicts["good.%04d.exr"]["verdict"] == "incomplete"
    assert verdicts["good.%04d.exr"]["unread"] == 2
    assert verdicts["bad.%04d.exr"]["errors"] == 100
    unread = [one for one in ended.json["findings"] if one["rule"] == "path.unreadable"]
    assert [one["frames"] for one in unread] == ["1003", "1004"]


def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_looked_at(
    rushes: Any, shots: Path, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "storage", lambda: FaultyStorage(vanishes=("a",)))
    ended = rushes("exr", "check", shots, "--policy", policy, "--json")
    assert ended.code == exits.UNAVAILABLE
    assert ended.err.count("error:") == 1
    assert ended.json["totals"]["files"] == 101


def test_a_damaged_frame_is_an_error_and_its_sequence_does_not_pass(
    rushes: Any, shots: Path, policy: Path
) -> None:
    (shots / "a" / "good.1050.exr").write_bytes(b"")
    ended = rushes("exr", "check", "--json", shots / "a" / "good.%04d.exr", "--policy", policy)
    assert ended.code == exits.FOUND
    (verdict,) = ended.json["verdicts"]
    assert (verdict["verdict"], verdict["unread"]) == ("incomplete", 1)
    (finding,) = ended.json["findings"]
    assert (finding["rule"], finding["frames"], finding["policy"]) == ("exr.header", "1050", "")
    assert "1 incomplete" in rushes("exr", "check", shots / "a", "--policy", policy).out


def test_what_is_not_a_file_is_told_and_the_others_are_judged(
    rushes: Any, shots: Path, policy: Path
) -> None:
    os.mkfifo(shots / "pipe.exr")
    paths = [shots / "pipe.exr", shots / "b" / "still.exr"]
    ended = rushes("exr", "check", "--json", *paths, "--policy", policy)
    assert ended.code == exits.UNAVAILABLE
    assert [one["rule"] for one in ended.json["findings"]] == ["path.unreadable"]
    assert ended.json["totals"]["files"] == 2


def test_everything_that_is_no_picture_has_one_clear_line_and_the_others_are_judged(
    rushes: Any, home: Path, shots: Path, policy: Path
) -> None:
    (home / "text.exr").write_text("no picture")
    (home / "empty.exr").touch()
    (home / "dangling.exr").symlink_to("nowhere.exr")
    (home / "hollow.exr").mkdir()
    names = ["text.exr", "empty.exr", "dangling.exr", "hollow.exr", "none.exr"]
    still = shots / "b" / "still.exr"
    ended = rushes("exr", "check", "--json", *names, still, "--policy", policy)
    assert ended.code == exits.NOT_THERE
    found = {one["subject"]: one["rule"] for one in ended.json["findings"]}
    assert (found.pop("text.exr"), found.pop("empty.exr")) == ("exr.header", "exr.header")
    assert sorted(found) == ["dangling.exr", "hollow.exr", "none.exr"]
    assert ended.err.count("error:") == 3
    assert len(ended.json["findings"]) == 5
    verdicts = {one["path"]: one["verdict"] for one in ended.json["verdicts"]}
    assert verdicts.pop(str(still)) == "passed"
    assert "passed" not in verdicts.values()


def test_a_file_that_changes_while_it_is_read_does_not_pass(
    rushes: Any, shots: Path, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = shots / "a" / "good.1050.exr"
    growing.write_bytes(growing.read_bytes()[:150])
    read = LocalFile.read

    def watched(file: LocalFile, offset: int, size: int) -> bytes:
        found = read(file, offset, size)
        if file.size == 150:
            with growing.open("ab") as more:
                more.write(b"more")
        return found

    monkeypatch.setattr(LocalFile, "read", watched)
    ended = rushes("exr", "check", "--json", shots / "a", "--policy", policy)
    assert ended.code == exits.FOUND
    changed = [one for one in ended.json["findings"] if one["rule"] == "exr.changed"]
    assert [one["frames"] for one in changed] == ["1050"]
    verdicts = {Path(one["path"]).name: one for one in ended.json["verdicts"]}
    assert verdicts["good.%04d.exr"]["verdict"] == "incomplete"
    assert verdicts["bad.%04d.exr"]["errors"] == 100


@pytest.mark.parametrize("given", ["none.exr", "none.%04d.exr", "none", "empty"])
def test_nothing_there_ends_with_two(rushes: Any, home: Path, policy: Path, given: str) -> None:
    (home / "empty").mkdir()
    (home / "empty" / "notes.txt").write_text("no picture")
    ended = rushes("exr", "check", given, "--policy", policy)
    assert ended.code == exits.NOT_THERE
    assert ended.err.count("error:") == 1
    assert "passed" not in ended.out


def test_a_policy_must_be_named(rushes: Any, shots: Path) -> None:
    ended = rushes("exr", "check", shots)
    assert ended.code == exits.NOT_THERE
    assert "--policy" in ended.err


def test_a_folder_given_twice_or_with_a_slash_is_called_as_it_was_given(
    rushes: Any, home: Path, shots: Path, policy: Path
) -> None:
    ended = rushes("exr", "check", "--json", "shots/b/", "--policy", policy)
    assert [one["path"] for one in ended.json["verdicts"]] == [
        *("shots/b/odd.%04d.exr", "shots/b/still.exr")
    ]


def test_names_of_any_bytes_are_told_escaped(rushes: Any, home: Path, policy: Path) -> None:
    folder = os.fsencode(home / "odd")
    os.mkdir(folder)
    written(home / "plain.exr", "you\x1b[2J")
    os.rename(home / "plain.exr", folder + b"/caf\xe9\x1b.exr")
    given = ("--policy", policy, "--junit", home / "j.xml", "--sarif", home / "s.json")
    ended = rushes("exr", "check", home / "odd", *given)
    assert ended.code == exits.FOUND
    assert "\x1b" not in ended.out
    assert "caf\\xe9\\x1b.exr" in ended.out
    ElementTree.parse(home / "j.xml")
    uri = json.loads((home / "s.json").read_text())["runs"][0]["results"][0]["locations"][0]
    assert uri["physicalLocation"]["artifactLocation"]["uri"].endswith("/odd/caf%E9%1B.exr")


def test_junit_has_a_case_for_each_sequence_and_file(
    rushes: Any, home: Path, shots: Path, policy: Path
) -> None:
    (shots / "a" / "good.1001.exr").write_bytes(b"")
    place = home / "junit.xml"
    rushes("exr", "check", shots, "none.exr", "no.%04d.exr", "--policy", policy, "--junit", place)
    root = ElementTree.parse(place).getroot()
    judged, refused = root.findall("testsuite")
    cases = {Path(one.get("name", "")).name: [each.tag for each in one] for one in judged}
    assert cases == {
        "bad.%04d.exr": ["failure"],
        "good.%04d.exr": ["error"],
        "odd.%04d.exr": ["failure"],
        "still.exr": [],
    }
    counts = [judged.get(one) for one in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "2", "1", "0"]
    assert [one.get("name") for one in refused] == ["none.exr", "no.%04d.exr"]
    failure = judged.find("testcase/failure")
    assert failure is not None
    assert "1001-1100" in (failure.text or "")


def test_junit_tells_what_was_not_judged_as_skipped(rushes: Any, home: Path, shots: Path) -> None:
    place = home / "junit.xml"
    policy = home / "pixels.toml"
    policy.write_text(
        'name="pixels"\nversion="1"\ndescription="d"\n[rules.a]\ncheck="pixels"\nmax_nan=0\n'
    )
    still = shots / "b" / "still.exr"
    assert rushes("exr", "check", still, "--policy", policy, "--junit", place).code == exits.OK
    assert ElementTree.parse(place).find("testsuite/testcase/skipped") is not None


def test_sarif_keeps_to_the_essentials_of_its_schema(
    rushes: Any, home: Path, shots: Path, policy: Path
) -> None:
    place = home / "check.sarif"
    (shots / "a" / "good.1001.exr").write_bytes(b"")
    rushes("exr", "check", "shots", "none.exr", "--policy", policy, "--sarif", place)
    told = json.loads(place.read_text())
    assert told["version"] == "2.1.0"
    assert told["$schema"].endswith("sarif-2.1.0.json")
    (run,) = told["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("Rushes exr check", __version__)
    ids = [one["id"] for one in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule.get("shortDescription", {"text": "x"})["text"]
        level = rule.get("defaultConfiguration", {"level": "note"})["level"]
        assert level in ("none", "note", "warning", "error")
    for one in run["results"]:
        assert ids[one["ruleIndex"]] == one["ruleId"]
        assert one["level"] in ("none", "note", "warning", "error")
        assert one["message"]["text"]
        (location,) = one["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert " " not in uri
        assert uri == "none.exr" or uri.startswith("shots/")
        assert all(isinstance(value, str) for value in one["partialFingerprints"].values())
    assert {one["ruleId"] for one in run["results"]} == {
        *("ours.owner", "ours.drift", "exr.header", "path.not_found")
    }
    (owner,) = [one for one in run["results"] if one["ruleId"] == "ours.owner"]
    assert owner["properties"]["frames"] == "1001-1100"
    assert owner["properties"]["files"] == 100


@pytest.mark.parametrize("option", ["--junit", "--sarif"])
def test_a_report_takes_the_place_of_an_earlier_one_and_of_nothing_else(
    rushes: Any, home: Path, shots: Path, policy: Path, option: str
) -> None:
    place = home / "report"
    asked = ("exr", "check", shots / "b" / "still.exr", "--policy", policy, option)
    assert rushes(*asked, place).code == exits.OK
    assert rushes(*asked, place).code == exits.OK
    place.write_text("something dear")
    ended = rushes(*asked, place)
    assert ended.code == exits.NOT_THERE
    assert place.read_text() == "something dear"
    assert rushes(*asked, "-").code == exits.NOT_THERE
    assert rushes(*asked, home / "none" / "report").code == exits.NOT_WRITTEN


def test_no_report_is_written_into_a_folder_that_is_looked_at(
    rushes: Any, shots: Path, policy: Path
) -> None:
    place = shots / "b" / "junit.xml"
    ended = rushes("exr", "check", shots, "--policy", policy, "--junit", place)
    assert ended.code == exits.NOT_THERE
    assert not place.exists()


def test_different_findings_of_one_rule_are_cut_short_for_people(
    rushes: Any, home: Path, policy: Path
) -> None:
    for frame in range(1, 21):
        written(home / f"many.{frame:04d}.exr", f"owner {frame}")
    ended = rushes("exr", "check", "many.%04d.exr", "--policy", policy)
    assert "4-20: … and likewise in 17 further ways. [ours.owner]" in ended.out
    assert "The attribute owner has many values" in ended.out


# --- with pixels

FINITE = """\
name = "finite"
version = "1"
description = "No pixel is anything but a number."

[rules.finite]
check = "pixels"
max_nan = 0
max_infinity = 0
"""


@pytest.fixture
def finite(home: Path) -> Path:
    path = home / "finite.toml"
    path.write_text(FINITE)
    return path


@pytest.fixture
def pixels(home: Path) -> Path:
    """Frames of which 1002 has one NaN, and 1003 ends too soon."""
    folder = home / "pixels"
    folder.mkdir()
    for frame in range(1001, 1005):
        data = np.full((64, 40), 0.5, np.float16)
        if frame == 1002:
            data[3, 4] = np.nan
        path = folder / f"beauty.{frame}.exr"
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File(header, {"R": data}).write(str(path))
    cut = folder / "beauty.1003.exr"
    cut.write_bytes(cut.read_bytes()[:-20])
    return folder


def test_rules_about_pixels_are_judged_with_pixels(rushes: Any, pixels: Path, finite: Path) -> None:
    ended = rushes("exr", "check", pixels, "--policy", finite, "--pixels", "--json")
    assert ended.code == exits.FOUND
    told = {(one["rule"], one["frames"]) for one in ended.json["findings"]}
    assert ("finite.finite", "1002") in told
    assert ("exr.pixels", "1003") in told
    assert not any(frames in ("1001", "1004") for _, frames in told)


def test_sound_pixels_pass(rushes: Any, pixels: Path, finite: Path) -> None:
    sound = [pixels / f"beauty.{frame}.exr" for frame in (1001, 1004)]
    ended = rushes("exr", "check", *sound, "--policy", finite, "--pixels")
    assert ended.code == exits.OK
    assert "1 passed" in ended.out


def test_without_pixels_rules_about_them_never_pass(
    rushes: Any, pixels: Path, finite: Path
) -> None:
    ended = rushes("exr", "check", pixels / "beauty.1001.exr", "--policy", finite, "--json")
    assert [one["verdict"] for one in ended.json["verdicts"]] == ["incomplete"]


def test_pixels_that_are_cut_leave_a_rule_open(rushes: Any, pixels: Path, finite: Path) -> None:
    cut = pixels / "beauty.1003.exr"
    ended = rushes("exr", "check", cut, "--policy", finite, "--pixels", "--json")
    assert ended.code == exits.FOUND
    assert [one["verdict"] for one in ended.json["verdicts"]] == ["incomplete"]


def test_pixels_that_could_not_be_read_are_not_told_as_never_measured(
    rushes: Any, pixels: Path, finite: Path
) -> None:
    whole = (pixels / "beauty.1004.exr").read_bytes()
    (pixels / "beauty.1004.exr").write_bytes(whole[: len(whole) * 3 // 4])
    ended = rushes("exr", "check", pixels, "--policy", finite, "--pixels")
    assert ended.code == exits.FOUND
    assert "not measured" not in ended.out
    (told,) = [line for line in ended.out.splitlines() if "Not judged" in line]
    assert "because not all of the pixels could be read: finite.finite." in told
    assert told.endswith(f"In {pixels / 'beauty.%04d.exr'} 1004.")
    found = rushes("exr", "check", pixels, "--policy", finite, "--pixels", "--json").json[
        "findings"
    ]
    (open_,) = [one for one in found if one["rule"] == "policy.not_measured"]
    assert (open_["frames"], open_["found"]) == ("1004", "not all of the pixels")


def test_what_was_not_judged_and_what_is_incomplete_is_told_by_name(
    rushes: Any, shots: Path, policy: Path
) -> None:
    for frame in (1050, 1051):
        (shots / "a" / f"good.{frame}.exr").write_bytes(b"")
    (shots / "b" / "still.exr").write_bytes(b"")
    lines = rushes("exr", "check", shots, "--policy", policy).out.splitlines()
    good, still = shots / "a" / "good.%04d.exr", shots / "b" / "still.exr"
    assert f"3 files could not be judged: {good} 1050-1051, {still}" in lines
    assert f"    Incomplete: {good}, {still}" in lines


def test_where_much_is_incomplete_the_first_few_are_told_by_name(
    rushes: Any, home: Path, policy: Path
) -> None:
    names = [f"{letter}.exr" for letter in "abcdefg"]
    for name in names:
        (home / name).touch()
    ended = rushes("exr", "check", *names, "--policy", policy)
    assert "    Incomplete: a.exr, b.exr, c.exr, d.exr, e.exr and 2 more" in ended.out.splitlines()
