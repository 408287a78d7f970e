"""The JSON of a header holds every byte of it, and its text is that of the format's own tool."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from rushes.core.errors import RushesError
from rushes.inspection.header.document import document, header_bytes, refused
from rushes.inspection.header.reading import ReadHeader, read_header
from rushes.inspection.header.text import part_lines
from rushes.inspection.header.wire import Header
from rushes.ports import registry
from rushes.testing.media.exr_corners import CASES, LONG_NAME, file, header, one_attribute

IMAGES = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"))
PICTURES = sorted(IMAGES.rglob("*.exr"))
STORAGE: Any = registry.connect("storage", "local")
EXRHEADER = shutil.which("exrheader")
needs_exrheader = pytest.mark.skipif(
    EXRHEADER is None, reason="install exrheader (Debian's package openexr) to compare with it"
)
REFUSED_BY_EXRHEADER = {"keycode out of range"}
# C++ prints the sign of a NaN.
UNSIGNED = {"float signalling NaN", "rational nothing by zero"}
SCHEMA = Draft202012Validator(
    json.loads(
        files("rushes.inspection").joinpath("schemas/rushes.exr.1.json").read_text(encoding="utf-8")
    )
)


def read(path: Path) -> ReadHeader:
    return read_header(STORAGE, str(path))


def travelled(found: ReadHeader) -> Any:
    """The document as it arrives elsewhere, held against its schema."""
    there = json.loads(orjson.dumps(document(found)))
    SCHEMA.validate(there)
    return there


def written(place: Path, made: Header) -> Path:
    path = place / "case.exr"
    path.write_bytes(file(made))
    return path


def test_there_are_at_least_eighty_corners() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize("name", CASES)
def test_json_gives_the_same_bytes_for_every_corner(name: str, tmp_path: Path) -> None:
    made = header(name)
    found = read(written(tmp_path, made))
    assert found.findings == ()
    assert header_bytes(travelled(found)) == made.data()


@pytest.mark.parametrize("attribute", [b"caf\xe9", b"back\\slash", b"new\nline", b"\x01", b"a.b"])
def test_odd_names_give_the_same_bytes(attribute: bytes, tmp_path: Path) -> None:
    made = one_attribute(attribute, "string", b"x")
    assert header_bytes(travelled(read(written(tmp_path, made)))) == made.data()


def test_names_of_255_characters_are_read(tmp_path: Path) -> None:
    made = one_attribute(LONG_NAME.encode(), "int", b"\1\0\0\0")
    there = travelled(read(written(tmp_path, made)))
    assert there["attributes"][LONG_NAME] == 1
    assert header_bytes(there) == made.data()


def test_an_attribute_that_comes_twice_is_told_and_kept_twice(tmp_path: Path) -> None:
    made = one_attribute(b"compression", "compression", b"\3")
    found = read(written(tmp_path, made))
    there = travelled(found)
    assert [one["rule"] for one in there["errors"]] == ["exr.attribute"]
    assert there["parts"][0]["compression"] == "NONE"
    assert header_bytes(there) == made.data()


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path, header("chromaticities"))
    assert orjson.dumps(document(read(path))) == orjson.dumps(document(read(path)))


def test_frames_read_one_after_the_other_do_not_take_over_from_one_another(tmp_path: Path) -> None:
    path = tmp_path / "case.exr"
    for name in (*CASES, *reversed(CASES)):
        path.write_bytes(file(header(name)))
        assert header_bytes(document(read(path))) == header(name).data(), name


def test_a_file_that_cannot_be_read_has_a_document_too(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as raised:
        read(tmp_path / "none.exr")
    there = json.loads(orjson.dumps(refused("none.exr", raised.value)))
    SCHEMA.validate(there)
    assert there["errors"][0]["rule"] == "path.not_found"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "It has zero bytes."),
        (b"P6 1 1 255 abc", "This is not an OpenEXR file (at byte 0)."),
        (b"\x76\x2f\x31\x01", "The file ends before its version (at byte 0)."),
        (b"\x76\x2f\x31\x01\x09\0\0\0\0", "Version 9 of the file format is not known"),
    ],
)
def test_what_is_no_exr_is_one_finding(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "no.exr"
    path.write_bytes(data)
    found = read(path)
    assert found.image is None
    (finding,) = found.findings
    assert finding.message.startswith(said)
    SCHEMA.validate(json.loads(orjson.dumps(document(found))))


def test_a_file_cut_in_its_pixels_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.exr"
    data = file(header("int 1"))
    path.write_bytes(data[:-10])
    (finding,) = read(path).findings
    assert finding.rule == "exr.offsets"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_json_gives_the_same_bytes_for_every_real_image(path: Path) -> None:
    found = read(path)
    assert found.findings == ()
    assert found.image is not None
    data = path.read_bytes()[: found.image.header_bytes]
    assert header_bytes(travelled(found)) == data


# --- the same text as exrheader


def theirs(path: Path) -> list[dict[str, list[str]]]:
    """What exrheader prints: for every part, the lines of each attribute."""
    assert EXRHEADER is not None
    done = subprocess.run([EXRHEADER, str(path)], capture_output=True, check=True, timeout=30)
    lines = done.stdout.decode("utf-8", "backslashreplace").split("\n")[4:]
    return blocks(lines)


def blocks(lines: list[str]) -> list[dict[str, list[str]]]:
    parts: list[dict[str, list[str]]] = [{}]
    name = ""
    for line in lines:
        if re.fullmatch(r" part \d+( \(incomplete\))?:", line):
            parts.append({})
        elif found := re.match(r"(\S.*) \(type (\S+)\)", line):
            name = f"{found[1]}:{found[2]}"
            parts[-1][name] = [line]
        elif line:
            parts[-1][name].append(line)
    return [part for part in parts if part]


def assert_same_text(path: Path) -> int:
    image = read(path).image
    assert image is not None
    there = theirs(path)
    assert len(there) == len(image.parts)
    compared = 0
    for part, told in zip(image.parts, there, strict=True):
        (ours,) = blocks(list(part_lines(part)))
        for name, lines in told.items():
            if name not in ours:
                # The library adds what single parts need not say.
                assert name in ("type:string", "name:string", "version:int", "chunkCount:int")
                continue
            if re.fullmatch(r".* \(type \S+\)", lines[0]):
                continue  # it prints no value
            assert ours[name] == lines
            compared += 1
    return compared


@needs_exrheader
@pytest.mark.parametrize("name", sorted(CASES.keys() - REFUSED_BY_EXRHEADER - UNSIGNED))
def test_text_is_that_of_exrheader_for_every_corner(name: str, tmp_path: Path) -> None:
    assert assert_same_text(written(tmp_path, header(name))) >= 8


@needs_exrheader
@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_text_is_that_of_exrheader_for_every_real_image(path: Path) -> None:
    assert assert_same_text(path) >= 8
