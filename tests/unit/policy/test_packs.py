"""The policies that come with Rushes, held against files made for them and against real ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.inspection.header.reading import read_header
from rushes.model.finding import Severity
from rushes.policy.checks.colour import SPACES
from rushes.policy.facts import Facts, Measured
from rushes.policy.judging import judge
from rushes.policy.shelf import pack, packs

IMAGES = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"))
Write = Callable[..., Facts]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file through the format's own library, and what is known of it then."""

    def written(
        channels: str = "RGB",
        *,
        name: str = "plate.1001.exr",
        pixels: Any = np.float16,
        width: int = 64,
        **header: Any,
    ) -> Facts:
        path = tmp_path / name
        flat = np.full((4, width), 0.5, pixels)
        kinds = {"compression": OpenEXR.NO_COMPRESSION, "type": OpenEXR.scanlineimage}
        OpenEXR.File({**kinds, **header}, dict.fromkeys(channels, flat)).write(str(path))
        return known(path)

    return written


def known(path: Path) -> Facts:
    found = read_header(LocalStorage(), str(path))
    assert found.image is not None
    return Facts(found.path, found.size, found.image)


def errors(name: str, facts: Facts) -> list[str]:
    found = judge(pack(name), facts).findings
    return [one.rule.split(".", 1)[1] for one in found if one.severity is Severity.ERROR]


def told(name: str, facts: Facts) -> list[str]:
    found = judge(pack(name), facts).findings
    return [one.rule.split(".", 1)[1] for one in found]


ACES: dict[str, Any] = {
    "chromaticities": SPACES["ap0"],
    "acesImageContainerFlag": 1,
    "colorInteropID": "lin_ap0_scene",
    "owner": "a studio",
    "expTime": 0.02,
    "capDate": "2026:11:21 10:30:00",
}


@pytest.mark.parametrize("channels", ["RGB", "RGBA"])
def test_an_aces_container_passes(write: Write, channels: str) -> None:
    assert told("aces-container", write(channels, **ACES)) == []


@pytest.mark.parametrize(
    ("given", "broken"),
    [
        ({"compression": OpenEXR.PIZ_COMPRESSION}, ["compression"]),
        ({"channels": "RGBZ"}, ["channels"]),
        ({"channels": "Y"}, ["channels"]),
        ({"pixels": np.float32}, ["half"]),
        ({"chromaticities": SPACES["ap1"]}, ["primaries"]),
        ({"acesImageContainerFlag": 0}, ["flag"]),
        ({"colorInteropID": "lin_ap1_scene"}, ["interop-id"]),
        ({"owner": " "}, ["texts"]),
        ({"expTime": 0.0}, ["above-zero"]),
        ({"capDate": "21.11.2026"}, ["capture-date"]),
    ],
)
def test_an_aces_container_that_breaks_one_rule_is_told_of_that(
    write: Write, given: dict[str, Any], broken: list[str]
) -> None:
    assert errors("aces-container", write(**{**ACES, **given})) == broken


def test_a_multipart_file_is_no_aces_container(tmp_path: Path) -> None:
    path = tmp_path / "two.exr"
    flat = np.zeros((4, 4), np.float16)
    header = {**ACES, "compression": OpenEXR.NO_COMPRESSION, "type": OpenEXR.scanlineimage}
    parts = [OpenEXR.Part(dict(header), dict.fromkeys("RGB", flat), name) for name in ("a", "b")]
    OpenEXR.File(parts).write(str(path))
    assert set(errors("aces-container", known(path))) == {"form"}


DELIVERY: dict[str, Any] = {"width": 3840, "chromaticities": SPACES["ap0"]}


@pytest.mark.parametrize(
    "kind", [OpenEXR.NO_COMPRESSION, OpenEXR.ZIP_COMPRESSION, OpenEXR.PIZ_COMPRESSION]
)
def test_a_lossless_half_of_3840_goes_to_netflix(write: Write, kind: Any) -> None:
    assert told("netflix-vfx-exr", write(**DELIVERY, compression=kind)) == []


@pytest.mark.parametrize(
    ("given", "broken"),
    [
        ({"width": 1920}, ["width"]),
        ({"pixels": np.float32}, ["half"]),
        ({"compression": OpenEXR.DWAA_COMPRESSION}, ["compression"]),
        ({"channels": "Y"}, ["colour"]),
        ({"name": "my plate.1001.exr"}, ["name"]),
        ({"colorInteropID": "logc3_awg3"}, ["no-log"]),
        ({"oiio:ColorSpace": "ARRI LogC3 (EI800)"}, ["no-log"]),
        ({"oiio:ColorSpace": "Sony S-Log3"}, ["no-log"]),
        ({"oiio:ColorSpace": "ACEScct"}, ["no-log"]),
    ],
)
def test_a_vfx_delivery_that_breaks_one_rule_is_told_of_that(
    write: Write, given: dict[str, Any], broken: list[str]
) -> None:
    assert errors("netflix-vfx-exr", write(**{**DELIVERY, **given})) == broken


@pytest.mark.parametrize("space", ["lin_ap0_scene", "ACES2065-1", "Linear ARRI Wide Gamut 3"])
def test_linear_spaces_are_no_log(write: Write, space: str) -> None:
    facts = write(**DELIVERY, colorInteropID=space)
    for name in ("netflix-vfx-exr", "netflix-archival-exr", "studio-default"):
        assert errors(name, facts) == []


def test_an_archival_master_is_uncompressed_and_scene_referred(write: Write) -> None:
    assert told("netflix-archival-exr", write(chromaticities=SPACES["ap0"])) == []
    zipped = write(chromaticities=SPACES["ap0"], compression=OpenEXR.ZIP_COMPRESSION)
    assert errors("netflix-archival-exr", zipped) == ["compression"]
    display = write(chromaticities=SPACES["ap0"], colorInteropID="srgb_rec709_display")
    assert errors("netflix-archival-exr", display) == ["scene-referred"]


def test_nuke_reads_plain_layers_as_they_are(write: Write) -> None:
    facts = write(["R", "G", "B", "A", "diffuse.R", "N_world.x"])
    assert told("nuke-safe", facts) == []


@pytest.mark.parametrize("name", ["2d.R", "my layer.R", "a-b.R", "a.b.c.R", "größe.R"])
def test_nuke_would_rename_such_channels(write: Write, name: str) -> None:
    assert errors("nuke-safe", write(["R", "G", "B", name])) == ["channel-names"]


def test_nuke_gets_a_bounding_box_that_is_no_absurdity(write: Write) -> None:
    window = (np.array([0, 0], np.int32), np.array([15, 3], np.int32))
    assert told("nuke-safe", write(displayWindow=window)) == ["overscan"]


def test_a_plain_render_is_a_studios(write: Write) -> None:
    facts = write("RGBA", chromaticities=SPACES["ap1"], compression=OpenEXR.ZIP_COMPRESSION)
    assert told("studio-default", facts) == ["not_measured"]
    sound = [Measured(0, one, "HALF", 256, 0.5, 0.5, 0.5) for one in "ABGR"]
    measured = Facts(facts.subject, facts.size, facts.image, sound)
    assert told("studio-default", measured) == []
    broken = [Measured(0, one, "HALF", 256, -1, 2, 0.5, nan=1, negative=1) for one in "ABGR"]
    measured = Facts(facts.subject, facts.size, facts.image, broken)
    assert told("studio-default", measured) == [*("finite", "no-negative-colour", "alpha", "alpha")]


@pytest.mark.images
@pytest.mark.skipif(not IMAGES.is_dir(), reason="set RUSHES_TEST_IMAGES to openexr-images")
@pytest.mark.parametrize("name", packs())
def test_every_real_image_is_judged_by_every_pack(name: str) -> None:
    for path in sorted(IMAGES.rglob("*.exr")):
        if "Damaged" in path.parts:
            continue
        verdict = judge(pack(name), known(path))
        for one in verdict.findings:
            assert one.message.endswith((".", "?")), (path, one)
            assert one.found, (path, one)
            assert one.wanted, (path, one)
            assert one.fix, (path, one)


@pytest.mark.images
@pytest.mark.skipif(not IMAGES.is_dir(), reason="set RUSHES_TEST_IMAGES to openexr-images")
def test_no_test_image_is_an_aces_container() -> None:
    assert all(
        errors("aces-container", known(path))
        for path in IMAGES.rglob("*.exr")
        if "Damaged" not in path.parts
    )
