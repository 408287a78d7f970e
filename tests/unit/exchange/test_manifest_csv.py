"""CSV is read in all the ways that spreadsheets write it, and a bad row costs only itself."""

from __future__ import annotations

import io

import pytest

from rushes.core.errors import Code, RushesError
from rushes.exchange.manifest import Manifest
from rushes.exchange.manifest_csv import read_csv
from rushes.model.finding import Severity

HEADER = "show,episode,scene,shot,asset,version,source_path,delivery_path,checksum"
ROW = "FG,ep010,sc02,0010,comp,4,/srv/vendor/shot.mov,FG_ep010_sc02_0010_comp_v004.mov,"
NAME = "FG_ep010_sc02_0010_comp_v004.mov"


def read(text: str | bytes) -> Manifest:
    return read_csv(io.BytesIO(text.encode() if isinstance(text, str) else text), "m.csv")


def rules(manifest: Manifest) -> list[str]:
    return [one.rule for one in manifest.findings]


def test_the_fields_of_a_row_are_read() -> None:
    (one,) = read(f"{HEADER}\n{ROW}sha1:{'ab' * 20}\n").entries
    assert (one.show, one.episode, one.scene, one.shot) == ("FG", "ep010", "sc02", "0010")
    assert (one.asset, one.version, one.delivery_path) == ("comp", 4, NAME)
    assert [str(each) for each in one.checksums] == [f"sha1:{'ab' * 20}"]
    assert one.where == "m.csv:2"


@pytest.mark.parametrize(
    "data",
    [
        f"\ufeff{HEADER}\r\n{ROW}\r\n".encode(),
        f"{HEADER}\n{ROW}\n".replace(",", ";").encode(),
        f"{HEADER}\n{ROW}\n".replace(",", "\t").encode(),
        f"sep=;\r\n{HEADER}\r\n{ROW}".replace(",", ";").encode(),
        f"{HEADER}\n{ROW}\n".replace(",", "\t").encode("utf-16"),
        '"{}"\n"{}"\n'.format(HEADER.replace(",", '","'), ROW.replace(",", '","')).encode(),
        f"{HEADER.title().replace('_', ' ')}\n{ROW}\n".encode(),
        f"{HEADER}\n\n,,,,,,,,\n{ROW}\n".encode(),
    ],
)
def test_how_a_spreadsheet_wrote_it_makes_no_difference(data: bytes) -> None:
    manifest = read(data)
    assert [(one.delivery_path, one.version) for one in manifest.entries] == [(NAME, 4)]
    assert manifest.findings == []


@pytest.mark.parametrize(
    ("cell", "shot"), [('"=""0010"""', "0010"), ("10.0", "10"), ("'0010", "'0010")]
)
def test_numbers_of_a_spreadsheet_are_what_was_meant(cell: str, shot: str) -> None:
    assert [one.shot for one in read(f"shot,delivery_path\n{cell},a.mov\n").entries] == [shot]


@pytest.mark.parametrize("cell", ['"=HYPERLINK(""http://x"")"', "+1+1", "@SUM(A1)", "1E+03"])
def test_formulas_and_mangled_numbers_are_refused(cell: str) -> None:
    manifest = read(f"shot,delivery_path\n{cell},a.mov\nsh010,b.mov\n")
    assert [one.delivery_path for one in manifest.entries] == ["b.mov"]
    (found,) = manifest.findings
    assert found.rule in ("manifest.formula", "manifest.number")
    assert (found.subject, found.severity) == ("m.csv:2", Severity.ERROR)
    assert manifest.refused == {"a.mov"}


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "/etc/passwd", "a/../../b.exr", "C:\\renders\\a.exr", "..\\..\\a.exr",
     "a//b.exr", "CON.exr", "a\x07.exr", "name .exr/", "x" * 300],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused_and_the_others_are_read(path: str) -> None:
    manifest = read(f"delivery_path\n{path}\nb.mov\n")
    assert [one.delivery_path for one in manifest.entries] == ["b.mov"]
    assert rules(manifest) == ["manifest.path"]


def test_folders_of_windows_are_folders() -> None:
    assert (
        read("delivery_path\nsh010\\comp\\a.exr\n").entries[0].delivery_path == "sh010/comp/a.exr"
    )


def test_a_row_with_too_many_cells_is_told_by_its_line() -> None:
    manifest = read('delivery_path,checksum\n"a\nb.mov",\nc.mov,,x\nd.mov\n')
    assert [(one.rule, one.subject) for one in manifest.findings] == [
        ("manifest.path", "m.csv:2"),
        ("manifest.row", "m.csv:4"),
    ]
    assert [one.where for one in manifest.entries] == ["m.csv:5"]


@pytest.mark.parametrize("version", ["0", "-1", "four", "4.5", "1000001", "٤"])
def test_a_version_is_a_whole_number(version: str) -> None:
    assert rules(read(f"version,delivery_path\n{version},a.mov\n"))[0].startswith("manifest.")


def test_a_name_that_is_no_text_is_refused() -> None:
    assert rules(read(b"delivery_path\na\xff.mov\n")) == ["manifest.path"]


def test_a_checksum_of_a_whole_sequence_is_refused() -> None:
    manifest = read(f"delivery_path,checksum\na.%04d.exr,sha1:{'ab' * 20}\nb.####.exr,\n")
    assert rules(manifest) == ["manifest.checksum"]
    assert [one.delivery_path for one in manifest.entries] == ["b.####.exr"]


def test_a_column_that_nobody_knows_is_told_once() -> None:
    manifest = read("delivery_path,Comment\na.mov,x\nb.mov,y\n")
    assert [(one.rule, one.severity) for one in manifest.findings] == [
        ("manifest.column", Severity.NOTE)
    ]


@pytest.mark.parametrize("text", ["", "show,shot\nx,y\n", "delivery_path,delivery path\na,b\n",
                                  'delivery_path\n"a.mov\n'])  # fmt: skip
def test_what_is_no_manifest_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(RushesError, match=r"m\.csv.*line") as caught:
        read(text)
    assert caught.value.code is Code.MANIFEST_INVALID
