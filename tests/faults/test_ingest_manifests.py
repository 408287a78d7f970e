"""Manifests that lie, disagree, lead elsewhere or burst: told by line, and nothing comes of them.

Every test has a good version beside the bad one: what is wrong with one file costs no other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Sequence

import pytest

from rushes.cli import exits
from rushes.testing.drops import HEADER, Desk, blake, desk, frames_of, row
from rushes.testing.postgres import _migrated, database_url, postgres_server

__all__ = ["_migrated", "database_url", "desk", "postgres_server"]

MOST_MB = 200  # of a process that reads a manifest of 100 MB
# Its peak is told by itself: what the system tells its parent begins with the parent's own.
MEASURED = """
import sys
from rushes.cli.main import run
code = run(sys.argv[1:])
with open("/proc/self/status") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
sys.stderr.write(f"\\n{peak}")
sys.exit(code)
"""


def good(files: Sequence[str], *, shot: str = "sh020") -> list[str]:
    return [row(one, shot=shot) for one in files]


def sheet(*rows: str) -> str:
    return "\n".join((HEADER, *rows))


@pytest.mark.parametrize(
    "path",
    [
        "../outside.dpx",
        "a/../../outside.dpx",
        "{root}/outside.dpx",
        "..\\..\\outside.dpx",
        "C:\\outside.dpx",
        "a/./../../outside.dpx",
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_path_that_leads_out_is_refused_by_its_line_and_nothing_is_touched(
    desk: Desk, path: str, as_json: bool
) -> None:
    files = desk.version("sh020")
    (desk.root / "outside.dpx").write_bytes(b"not sent by anybody")
    path = path.format(root=desk.root)
    if as_json:
        entries = [{"shot": "sh020", "version": 4, "delivery_path": one} for one in files]
        text = json.dumps([*entries, {"shot": "sh010", "version": 4, "delivery_path": path}])
        line = 1
    else:
        text, line = sheet(*good([*files]), row(path)), 2 + len(files)
    seen = desk.ingest("--manifest", desk.manifest("m.txt", text))
    assert seen.code == exits.FOUND
    found = seen.about("manifest.path")
    assert found["subject"] == f"m.txt:{line}"
    assert seen.fates == {"sh020 comp v004": "ingested"}
    desk.check_taken(files)
    assert (desk.root / "outside.dpx").read_bytes() == b"not sent by anybody"


def test_a_version_of_which_a_file_is_named_twice_is_not_taken(desk: Desk) -> None:
    files, bad = desk.version("sh020"), desk.version("sh010")
    twice = row(next(iter(bad)))
    rows = [*good([*files]), *good([*bad], shot="sh010"), twice]
    seen = desk.ingest("--manifest", desk.manifest("m.csv", sheet(*rows)))
    assert seen.code == exits.FOUND
    found = seen.about("manifest.twice")
    assert found["subject"] == f"m.csv:{1 + len(rows)}"
    assert f"m.csv:{2 + len(files)}" in found["message"]
    desk.check_taken(files)


@pytest.mark.parametrize(
    "twins",
    [
        ("sh010_comp_v004.dpx", "SH010_comp_v004.dpx"),
        *[tuple(unicodedata.normalize(form, "sh010_é_v004.dpx") for form in ("NFC", "NFD"))],
    ],
)
def test_names_that_are_one_elsewhere_are_both_left_out(desk: Desk, twins: tuple[str, str]) -> None:
    files = desk.version("sh020")
    for at, name in enumerate(twins):
        desk.put(name, b"%d" % at)
    rows = [*good([*files]), *map(row, twins)]
    seen = desk.ingest("--manifest", desk.manifest("m.csv", sheet(*rows)))
    assert seen.code == exits.FOUND
    assert seen.about("manifest.collision")["subject"] == f"m.csv:{3 + len(files)}"
    assert seen.fates["sh020 comp v004"] == "ingested"
    desk.check_taken(files)


def test_bytes_that_were_lost_on_the_way_are_told_and_taken_once_they_are_sent_again(
    desk: Desk,
) -> None:
    files, bad = desk.version("sh020"), desk.version("sh010")
    sums = {name: blake(data) for name, data in {**files, **bad}.items()}
    rows = [row(name, shot=name[:5], checksum=checksum) for name, checksum in sums.items()]
    manifest = desk.manifest("m.csv", sheet(*rows))
    name, data = next(iter(bad.items()))
    desk.put(name, data[:50] + bytes([data[50] ^ 1]) + data[51:])
    seen = desk.ingest("--manifest", manifest)
    assert seen.code == exits.FOUND
    found = seen.about("ingest.checksum")
    assert (found["subject"], found["wanted"]) == (name, sums[name])
    assert found["found"] != found["wanted"]
    assert seen.fates == {"sh010 comp v004": "refused", "sh020 comp v004": "ingested"}
    desk.check_taken(files)
    desk.put(name, data)
    again = desk.ingest("--manifest", manifest)
    assert again.code == exits.OK
    assert again.fates == {"sh010 comp v004": "ingested", "sh020 comp v004": "skipped"}
    desk.check_taken(files, bad)


def test_files_too_many_and_too_few_are_told_by_name(desk: Desk) -> None:
    files, extra = desk.version("sh020"), desk.version("sh010")
    short = desk.version("sh020", 5)
    gone = next(iter(short))
    (desk.drop / gone).unlink()
    rows = [*good([*files]), *(row(one, shot="sh020", number=5) for one in short)]
    rows.append(row("sh010_comp_v007.1001.dpx", number=7))
    seen = desk.ingest("--manifest", desk.manifest("m.csv", sheet(*rows)))
    assert seen.code == exits.FOUND
    assert seen.fates == {
        "sh010 comp v004": "refused",  # nobody has announced it
        "sh020 comp v004": "ingested",
        "sh020 comp v005": "refused",  # a frame of it is not there
    }
    lacking = [one for one in seen.findings if one["rule"].endswith(".missing")]
    assert {gone, "sh010_comp_v007.1001.dpx"} <= {
        word.strip(".") for one in lacking for word in one["message"].split()
    }
    assert "ingest.unlisted" in seen.rules
    desk.check_taken(files)
    assert extra.keys().isdisjoint(desk.on_record())


def test_of_two_manifests_that_disagree_none_is_believed(desk: Desk) -> None:
    files, bad = desk.version("sh020"), desk.version("sh010")
    name = next(iter(bad))
    first = desk.manifest("1.csv", sheet(*good([*files]), *good([*bad], shot="sh010")))
    second = desk.manifest("2.csv", sheet(row(name, checksum=f"blake3:{'0' * 64}"),
                                          row([*bad][1], number=5)))  # fmt: skip
    first.write_text(first.read_text().replace(row(name), row(name, checksum=blake(bad[name]))))
    seen = desk.ingest("--manifest", first, "--manifest", second)
    assert seen.code == exits.FOUND
    told = [one for one in seen.findings if one["rule"] == "manifest.disagree"]
    assert [one["subject"] for one in told] == ["2.csv:2", "2.csv:3"]
    assert all("1.csv:" in one["message"] and one["fix"] for one in told)
    assert seen.fates == {"sh010_comp_v004.%04d.dpx": "refused", "sh020 comp v004": "ingested"}
    desk.check_taken(files)


@pytest.mark.parametrize(
    "written",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: ("sep=;\r\n" + text.replace(",", ";").replace("\n", "\r\n")).encode(),
        lambda text: text.replace(",", "\t").encode("utf-16"),
    ],
    ids=["BOM", "CRLF", "semicolons", "Excel", "UTF-16 and tabs"],
)
def test_a_manifest_means_the_same_however_a_spreadsheet_wrote_it(
    desk: Desk, written: object
) -> None:
    assert callable(written)
    files = desk.version()
    text = sheet(*(row(name, checksum=blake(data)) for name, data in files.items()))
    seen = desk.ingest("--manifest", desk.manifest("m.csv", written(text)))
    assert seen.code == exits.OK, seen.told
    desk.check_taken(files)


def test_formulas_are_refused_by_their_line_and_come_out_of_no_report(desk: Desk) -> None:
    files = desk.version("sh020")
    formula = "=HYPERLINK(0)"
    bad = row("sh010_comp_v004.dpx", shot=formula)
    desk.put("sh010_comp_v004.dpx")
    desk.put("@SUM(A1).dpx")
    manifest = desk.manifest("m.csv", sheet(*good([*files]), bad))
    report, vendor = desk.root / "r.csv", desk.root / "v.csv"
    more = ("--report", report, "--vendor-report", vendor)
    seen = desk.ingest("--manifest", manifest, *more)
    assert seen.code == exits.FOUND
    assert seen.about("manifest.formula")["subject"] == f"m.csv:{2 + len(files)}"
    for one in (report, vendor):
        cells = [
            cell for line in one.read_text("utf-8-sig").splitlines() for cell in line.split(",")
        ]
        assert not [cell for cell in cells if cell.strip('"')[:1] in tuple("=+@")]
    desk.check_taken(files)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="Linux tells the peak")
def test_a_manifest_of_a_hundred_megabytes_takes_little_memory(desk: Desk) -> None:
    files = desk.version()
    manifest = desk.root / "m.json"
    entry = {"shot": "sh010", "version": 4, "comment": "x" * 7_000}
    with open(manifest, "w", encoding="utf-8") as out:
        out.write("[\n")
        lost = (f"lost/{at}.dpx" for at in range(100 * 1024**2 // 7_000))
        out.writelines(json.dumps({**entry, "delivery_path": name}) + ",\n" for name in lost)
        out.write(",\n".join(json.dumps({**entry, "delivery_path": name}) for name in files))
        out.write("]")
    assert manifest.stat().st_size > 100_000_000
    words = ("ingest", desk.drop, "--project", "FG", "--manifest", manifest, "--json")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, words)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    told = json.loads(done.stdout)
    assert done.returncode == exits.FOUND
    assert int(done.stderr.split()[-1]) < MOST_MB * 1024
    assert [one["fate"] for one in told["versions"]] == ["ingested"]
    assert "manifest.missing" in {one["rule"] for one in told["findings"]}
    assert len(told["findings"]) < 2_000  # the rest is counted
    desk.check_taken(files)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 1000, b"PK\x03\x04 a workbook", b'{"files": [{"shot"', b"\xff" * 99],
    ids=["nothing", "zeros", "a workbook", "cut", "no text"],
)
def test_what_is_no_manifest_is_told_before_anything_is_read(desk: Desk, data: bytes) -> None:
    desk.version()
    before = {one.name for one in desk.root.iterdir()}
    seen = desk.ingest("--manifest", desk.manifest("m.csv", data))
    assert seen.code == exits.NOT_THERE
    assert "m.csv" in seen.problem
    assert desk.media() == {}
    assert desk.on_record() == {}
    assert {one.name for one in desk.root.iterdir()} - before <= {"m.csv", "data"}


def test_frames_that_a_manifest_gives_to_another_shot_go_to_neither(desk: Desk) -> None:
    files, bad = desk.version("sh020"), frames_of("sh010", 4)
    for name, data in bad.items():
        desk.put(name, data)
    rows = [*good([*files]), *(row(one, shot="sh020", number=9) for one in bad)]
    seen = desk.ingest("--manifest", desk.manifest("m.csv", sheet(*rows)))
    assert seen.code == exits.FOUND
    assert "ingest.disagree" in seen.rules
    desk.check_taken(files)
