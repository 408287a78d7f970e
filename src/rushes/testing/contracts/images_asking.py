"""What every implementation of the images port has to do: answer questions."""

from __future__ import annotations

import json
import struct
from pathlib import PurePosixPath

import pytest

from rushes.inspection.header import wire
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.image_query import ImageQuery
from rushes.ports.images import Images
from rushes.testing.found import MOUNT
from rushes.testing.media.exr_corners import one_attribute
from rushes.testing.seen_images import (
    changed,
    channels,
    frames,
    image,
    owned,
    record_several,
    seen,
    sequence,
    timed,
)


class ImageAskingContract:
    """Subclass it and give a fixture `images` with nothing recorded yet."""

    @pytest.fixture
    def several(self, images: Images) -> Images:
        """What `record_several` records."""
        record_several(images)
        return images

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("layer ~ 'crypto*'", [1002]),
            ("layer = diffuse", [1002]),
            ("layer != diffuse", [0, 1001, 1003]),
            ("channel ~ '*.R' and pixels = FLOAT", [1002]),
            ("width >= 1 and height < 2", [0, 1001, 1002, 1003]),
            ("width > 1", []),
            ("attr.fps = 24", [1002]),
            ("attr.fps > 23.9 and attr.fps <= 24", [1002]),
            ("attr.fps > 24", []),
            ("attr.owner ~ 'il?'", [1003]),
            ("attr.owner = '24'", []),
            ("not attr.owner = ILM", [0, 1001, 1002]),
            ("attr.owner != ILM and show = NV", [1001, 1002]),
            (
                "compression = NONE and not deep and not tiled and multipart = no",
                [0, 1001, 1002, 1003],
            ),
            ("type = scanlineimage and parts = 1 and channels = 2", [1002]),
            ("frame = 1003 or (frame = 1001 and name ~ 'plate.%04d.*')", [1001, 1003]),
            ("size > 50", [0]),
            ("folder = XX or folder ~ '*sq01?'", [0, 1001, 1002, 1003]),
            ("modified < 1971-01-01", [0, 1001, 1002, 1003]),
            ("modified > 1971-01-01", []),
            ("view = left", []),
            ("layer ~ '%'", []),
        ],
    )
    def test_conditions_find_what_they_say(
        self, several: Images, text: str, wanted: list[int]
    ) -> None:
        assert sorted(frames(several, text)) == wanted

    def test_options_narrow_like_conditions(self, several: Images) -> None:
        assert frames(several, layers=("CRYPTO*",)) == [1002]
        assert frames(several, channels=("diffuse.?",), compressions=("none",)) == [1002]
        assert frames(several, show="xx") == [0]
        assert frames(several, "frame > 1001", show="nv", layers=("diff*",)) == [1002]

    @pytest.mark.parametrize(
        "evil", ["'; DROP TABLE rushes_imagefile; --", "%s", "\\", "*' OR '1'='1"]
    )
    def test_no_text_becomes_a_part_of_the_question(self, several: Images, evil: str) -> None:
        quoted = json.dumps(evil)
        for text in (f"layer ~ {quoted}", f"attr.owner = {quoted}", f"folder = {quoted}"):
            assert frames(several, text) == []
        assert frames(several, layers=(evil,), show=evil) == []
        assert len(frames(several)) == 4

    def test_many_files_come_in_pages(self, images: Images) -> None:
        images.record(MOUNT, [seen([timed(frame) for frame in range(2_500)])])
        assert frames(images) == list(range(1001, 3501))

    def test_the_likest_structure_comes_first(self, several: Images) -> None:
        asked = image(1, owned("somebody else"))
        assert asked.image is not None
        found = several.similar(asked.image, ImageQuery(), most=10)
        assert found[0].frame == 1003
        assert [one.distance for one in found] == sorted(one.distance or 0 for one in found)
        narrowed = several.similar(asked.image, ImageQuery(layers=("diff*",)), most=10)
        assert [one.frame for one in narrowed] == [1002]

    def test_frames_of_another_structure_are_found_as_what_they_are(self, images: Images) -> None:
        plain = changed(owned("x" * 10), channels=channels("specula.R"))
        made = [
            plain,
            changed(plain, compression=bytes([4])),
            changed(plain, channels=channels("diffuse.R")),
            changed(plain, displayWindow=struct.pack("<4i", 0, 0, 99, 99)),
            changed(plain, pixelAspectRatio=struct.pack("<f", 2.0)),
        ]
        images.record(MOUNT, [seen(made)])
        assert frames(images, "compression = PIZ") == [1002]
        assert frames(images, "layer = diffuse") == [1003]
        assert frames(images, "display_width = 100") == [1004]
        assert frames(images, "pixel_aspect = 2") == [1005]
        assert frames(images, "compression = NONE and layer = specula") == [1001, 1004, 1005]

    def test_values_that_the_database_cannot_read_are_not_told_by_a_neighbour(
        self,
        images: Images,
    ) -> None:
        names = [one_attribute(b"owner", "string", name) for name in (b"Ren\xe9", b"Andr\xe9")]
        images.record(MOUNT, [seen(names)])
        assert frames(images, "attr.owner ~ 'Ren*'") == [1001]
        assert frames(images, "attr.owner ~ 'Andr*'") == [1002]

    def test_single_precision_is_found_by_what_people_write(self, images: Images) -> None:
        made = one_attribute(b"fps", "float", struct.pack("<f", 23.976))
        images.record(MOUNT, [seen([changed(made, pixelAspectRatio=struct.pack("<f", 1.2))])])
        for text in ("attr.fps = 23.976", "attr.fps >= 23.976", "attr.fps <= 23.976"):
            assert frames(images, text) == [1001]
        assert frames(images, "attr.fps > 23.976 or attr.fps < 23.976") == []
        assert frames(images, "pixel_aspect = 1.2 and pixel_aspect <= 1.2") == [1001]
        assert frames(images, "pixel_aspect > 1.2 or pixel_aspect != 1.2") == []

    @pytest.mark.parametrize(
        ("padding", "kind", "digits", "name"),
        [
            (4, Kind.FRAMES, 0, "p.%04d.exr"),
            (1, Kind.FRAMES, 0, "p.%d.exr"),
            (4, Kind.TILES, 0, "p.<UDIM>.exr"),
            (4, Kind.FRAMES, 2, "p.%04d.%02d.exr"),
        ],
    )
    def test_names_are_those_that_are_printed(
        self, images: Images, padding: int, kind: Kind, digits: int, name: str
    ) -> None:
        of = FileSequence(PurePosixPath("a"), "p.", ".exr", padding, FrameSet(), kind, digits)
        assert of.pattern == name
        images.record(MOUNT, [seen([timed(1)], of)])
        assert frames(images, f"name = '{name}'") == [1001]

    def test_what_is_not_there_is_other_than_anything(self, images: Images) -> None:
        made = timed(1)
        attributes = [one for one in made.parts[0].attributes if one.name != b"displayWindow"]
        images.record(MOUNT, [seen([wire.Header(2, 0, (wire.Part(tuple(attributes)),), 0)])])
        assert frames(images, "display_width != 5") == [1001]
        assert frames(images, "not display_width = 5") == [1001]

    def test_similar_passes_over_structures_that_nobody_has(self, images: Images) -> None:
        layered = changed(owned("first"), channels=channels("CryptoObject00.R"))
        for version in range(15):
            owner = struct.pack("<i", version)
            one = one_attribute(b"version", "int", owner)
            images.record(MOUNT, [seen([changed(one, channels=channels("CryptoObject00.R"))])])
        images.record(MOUNT, [seen([layered], sequence("other."))])
        asked = image(1, changed(owned("x"), channels=channels("CryptoObject00.R"))).image
        assert asked is not None
        for query in (ImageQuery(layers=("crypto*",)), ImageQuery()):
            assert len(images.similar(asked, query, most=10)) == 2
