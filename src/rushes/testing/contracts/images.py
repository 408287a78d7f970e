"""What every implementation of the images port has to do: record, tell and forget."""

from __future__ import annotations

from pathlib import PurePosixPath

from rushes.model.files import FileSequence
from rushes.model.frames import FrameSet
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, Images, Recorded, SeenSequence
from rushes.testing.found import MOUNT
from rushes.testing.media.exr_corners import CASES, header
from rushes.testing.seen_images import changed, channels, frames, owned, seen, sequence, timed


class ImageContract:
    """Subclass it and give a fixture `images` with nothing recorded yet."""

    def test_every_header_comes_back_byte_for_byte(self, images: Images) -> None:
        made = [header(name) for name in CASES]
        images.record(MOUNT, [seen(made)])
        for at, one in enumerate(made):
            assert images.header(MOUNT, sequence(), 1001 + at) == one.data()

    def test_a_file_written_anew_replaces_what_was_known(self, images: Images) -> None:
        images.record(MOUNT, [seen([owned("A")])])
        assert images.record(MOUNT, [seen([owned("B")])]) == Recorded(changed=1)
        assert frames(images, "attr.owner = A") == []
        assert frames(images, "attr.owner = B") == [1001]

    def test_frames_that_are_gone_are_forgotten(self, images: Images) -> None:
        images.record(MOUNT, [seen([timed(1), timed(2), timed(3)])])
        left = SeenSequence(sequence(), "NV", [], [1002], [1002])
        assert images.record(MOUNT, [left]) == Recorded(unchanged=1, forgotten=2)
        assert frames(images) == [1002]

    def test_sequences_and_folders_that_are_gone_are_forgotten(self, images: Images) -> None:
        images.record(MOUNT, [seen([timed(1)]), seen([timed(1)], sequence("other."))])
        images.record(MOUNT, [seen([timed(1)], sequence(folder="NV/sq020"))])
        folder = PurePosixPath("NV/sq010")
        assert images.folders(MOUNT, PurePosixPath("NV")) == [folder, PurePosixPath("NV/sq020")]
        assert images.forget(MOUNT, folder, but=[sequence()]) == 1
        assert images.forget(MOUNT, folder) == 1
        assert images.folders(MOUNT, PurePosixPath(".")) == [PurePosixPath("NV/sq020")]

    def test_records_in_other_folders_stay_where_they_are(self, images: Images) -> None:
        images.record(f"{MOUNT}/NV", [seen([timed(1)], sequence(folder="sq010"))])
        images.gather(MOUNT, {PurePosixPath("NV/sq020"): "NV"})
        assert images.nested(MOUNT) == [PurePosixPath("NV/sq010")]
        assert images.nested(f"{MOUNT}/NV") == []

    def test_states_are_those_of_the_files(self, images: Images) -> None:
        images.record(MOUNT, [seen([timed(1)])])
        other = sequence("other.")
        assert images.states(MOUNT, [sequence(), other]) == [{1001: FileState(10, 1001)}, {}]

    def test_names_of_any_bytes_come_back(self, images: Images) -> None:
        odd = FileSequence(PurePosixPath("N\udcff"), "a\\b\n", ".exr", 4, FrameSet())
        images.record("/mnt/\udcfe", [seen([timed(1)], odd)])
        (found,) = images.find(ImageQuery()).rows
        assert (found.mount, found.sequence) == ("/mnt/\udcfe", odd)

    def test_an_absurdly_long_name_stops_nothing(self, images: Images) -> None:
        names = [
            "".join(chr(33 + (at * at + turn) % 90) for at in range(9_000)) for turn in range(2)
        ]
        made = [
            changed(timed(1), channels=channels(f"{name}.R".replace("\\", "/"))) for name in names
        ]
        assert images.record(MOUNT, [seen(made)]).added == 2
        assert images.header(MOUNT, sequence(), 1002) == made[1].data()
