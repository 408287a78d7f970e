"""Every case of grouping that somebody had to decide."""

import pytest

from rushes.frames.group import Group, Rules, group
from rushes.frames.notation import format_frames, parse_frames, parse_pattern
from rushes.frames.pattern import pattern_of
from rushes.model.files import Kind


def grouped(*names: str, rules: Rules | None = None, folder: str = "") -> list[str]:
    """Patterns and frames of all groups, in order of name."""
    found = group(names, rules or Rules(), folder=folder)
    return sorted(_text(one) for one in found.groups)


def _text(one: Group) -> str:
    frames = format_frames(one.frames, subframe_digits=one.subframe_digits)
    return f"{pattern_of(one)} {frames}" if frames else pattern_of(one)


def told(*names: str, rules: Rules | None = None) -> list[str]:
    return sorted(one.rule for one in group(names, rules or Rules()).findings)


def listing(pattern: str) -> list[str]:
    """The names of a pattern with frames: `f.%04d.exr 1-3`."""
    meant = parse_pattern(pattern)
    return [f"{meant.head}{frame:0{meant.padding}d}{meant.tail}" for frame in meant.frames or ()]


def test_no_names_are_no_groups() -> None:
    found = group([], Rules())
    assert (found.groups, found.hidden, found.temporary, found.findings) == ([], [], [], [])


def test_a_folder_of_one_sequence_says_that_every_name_is_a_member() -> None:
    (one,) = group(listing("plate.%04d.exr 1001-1100"), Rules()).groups
    assert one.members is None
    assert _text(one) == "plate.%04d.exr 1001-1100"
    assert one.kind is Kind.FRAMES


def test_members_are_positions_in_the_listing() -> None:
    names = ["b.1002.exr", "notes.txt", "b.1001.exr", "a.9.exr", "a.10.exr"]
    found = {pattern_of(one): one.members for one in group(names, Rules()).groups}
    assert found == {"b.%04d.exr": [0, 2], "notes.txt": [1], "a.%d.exr": [3, 4]}


def test_versions_with_nothing_else_varying_are_single_files() -> None:
    names = ("comp_v001.nk", "comp_v002.nk", "comp_v003.nk")
    assert grouped(*names) == list(names)


@pytest.mark.parametrize(
    "extension",
    [
        "ma",
        "mb",
        "hip",
        "hiplc",
        "hipnc",
        "nk",
        "nknc",
        "blend",
        "blend1",
        "aep",
        "c4d",
        "max",
        "spp",
        "ztl",
        "3de",
        "NK",
        "nk.autosave",
    ],
)
@pytest.mark.parametrize("stem", ["shot{:03d}", "sh010_comp_v001_i{:03d}", "scene.{:04d}"])
def test_workfiles_are_single_files_whatever_their_numbers(stem: str, extension: str) -> None:
    names = [f"{stem.format(number)}.{extension}" for number in (10, 20, 30)]
    assert grouped(*names) == names
    assert told(*names) == []


def test_a_lone_workfile_with_a_number_like_a_frame_is_a_single_file() -> None:
    assert grouped("scene.1001.nk") == ["scene.1001.nk"]


@pytest.mark.parametrize("extension", ["mov", "MP4", "mxf", "R3D", "wav", "m2ts"])
def test_movies_and_sound_of_shots_are_single_files(extension: str) -> None:
    names = [f"sh{number:04d}.{extension}" for number in (10, 20, 30, 50)]
    assert grouped(*names) == names


@pytest.mark.parametrize(
    "extension",
    ["psd", "ass", "usd", "usda", "abc", "vdb", "rib", "ifd", "vrscene", "bgeo.sc", "exr"],
)
def test_what_programs_write_once_per_frame_stays_a_sequence(extension: str) -> None:
    assert grouped(*listing(f"f.%04d.{extension} 1-3")) == [f"f.%04d.{extension} 1-3"]


def test_a_name_that_only_ends_like_a_workfile_is_a_sequence() -> None:
    names = ["ma.0001.exr", "ma.0002.exr", "hip0001", "hip0002", "a.ma.0001", "a.ma.0002"]
    assert grouped(*names) == ["a.ma.%04d 1-2", "hip%04d 1-2", "ma.%04d.exr 1-2"]


def test_workfiles_beside_frames_of_the_same_name_change_nothing_for_them() -> None:
    names = ("a.1001.exr", "a.1001.ma", "a.1002.exr", "a.1002.ma")
    assert grouped(*names) == ["a.%04d.exr 1001-1002", "a.1001.ma", "a.1002.ma"]


@pytest.mark.parametrize(
    "stem", ["v{}", "V{}", "a_v{}", "a.v{}", "sh010v{}", "compV{}", "a_ver{}", "a_version_{}"]
)
def test_version_digits_are_never_frames(stem: str) -> None:
    names = [stem.format(number) + ".exr" for number in ("001", "002")]
    assert grouped(*names) == sorted(names)


@pytest.mark.parametrize("stem", ["env{}", "mov{}", "cover{}", "rev{}"])
def test_a_word_that_ends_like_a_version_is_none(stem: str) -> None:
    assert grouped(stem.format("01") + ".exr", stem.format("02") + ".exr") == [
        stem.format("%02d") + ".exr 1-2"
    ]


def test_two_varying_numbers_group_by_the_last() -> None:
    names = [f"sh{shot}_v002.{frame}.exr" for shot in ("010", "020") for frame in (1001, 1002)]
    assert grouped(*names) == [
        "sh010_v002.%04d.exr 1001-1002",
        "sh020_v002.%04d.exr 1001-1002",
    ]


def test_where_the_last_number_groups_nothing_the_next_to_the_left_does() -> None:
    assert grouped("f.1001_t1", "f.1002_t1") == ["f.%04d_t1 1001-1002"]
    assert grouped("f.9_t1", "f.10_t1") == ["f.%d_t1 9-10"]
    assert grouped(*[f"a_{frame}_4k.exr" for frame in (1001, 1002)]) == ["a_%04d_4k.exr 1001-1002"]


def test_versions_differing_in_front_of_a_frame_are_sequences_of_their_own() -> None:
    names = ("a_v1001.1001.exr", "a_v1002.1001.exr", "a_v1002.1002.exr")
    assert grouped(*names) == ["a_v1001.%04d.exr 1001", "a_v1002.%04d.exr 1001-1002"]


def test_names_alike_at_both_ends_of_the_listing_but_not_between_stay_apart() -> None:
    # The least and the greatest name end alike; one between them does not.
    assert grouped("f.1001_t1.jp2", "f.1002_t2.jp2", "f.1003_t1.jp2") == [
        "f.%04d_t1.jp2 1001,1003",
        "f.1002_t2.jp2",
    ]


def test_padding_of_four_accepts_10000_after_9999() -> None:
    assert grouped(*[f"f.{n}.exr" for n in (9998, 9999, 10000, 10001)]) == ["f.%04d.exr 9998-10001"]


def test_numbers_without_padding_are_one_sequence_over_all_widths() -> None:
    assert grouped(*[f"f.{n}.exr" for n in range(8, 1003)]) == ["f.%d.exr 8-1002"]


def test_mixed_padding_is_told_and_never_merged() -> None:
    names = (*listing("f.%04d.exr 1-10"), *listing("f.%03d.exr 11-20"))
    assert grouped(*names) == ["f.%03d.exr 11-20", "f.%04d.exr 1-10"]
    assert told(*names) == ["frames.padding"]


def test_a_wider_number_without_a_leading_zero_is_no_other_padding() -> None:
    for names in (
        ("b.1", "b.2", "b.3", "b.1000000"),
        ("b1.exr", "b2.exr", "b3.exr", "b1000000.exr"),
        (*listing("b.%04d.exr 1-3"), "b.1000000.exr", "b.100000000.exr"),
        (*listing("b.%d.exr 1-99"), *listing("b.%d.exr 1000000-1000099")),
    ):
        assert told(*names) == ["frames.stray"]
    assert told("b.1.exr", "b.1000000.exr") == []


def test_paddings_are_told_without_the_numbers_that_are_only_far_away() -> None:
    names = ("f.1.exr", "f.2.exr", "f.01000000.exr", "f.1000000.exr")
    padding, stray, duplicate = sorted(
        group(names, Rules()).findings, key=lambda one: one.rule != "frames.padding"
    )
    assert (padding.rule, padding.found) == ("frames.padding", "%d, %08d")
    assert (stray.rule, stray.subject) == ("frames.stray", "f.%d.exr")
    assert stray.message.startswith("1 file named like frames of f.%d.exr, but too far")
    assert (duplicate.rule, duplicate.found) == ("frames.duplicate", "1000000")


def test_one_frame_with_two_paddings_is_told() -> None:
    names = ("f.0099.exr", "f.0100.exr", "f.099.exr", "f.100.exr")
    assert grouped(*names) == ["f.%03d.exr 99-100", "f.%04d.exr 99-100"]
    assert told(*names) == ["frames.duplicate", "frames.padding"]


def test_strays_with_another_padding_stay_single_and_are_told() -> None:
    names = ("f.1", "f.01", "f.001", "f.2")
    assert grouped(*names) == ["f.%d 1-2", "f.001", "f.01"]
    assert told(*names) == ["frames.duplicate", "frames.padding"]
    (duplicate,) = [one for one in group(names, Rules()).findings if one.rule == "frames.duplicate"]
    assert duplicate.found == "1"


def test_a_minus_is_a_sign_after_a_dot_an_underscore_or_at_the_start() -> None:
    for head in ("f.", "f_", ""):
        names = [f"{head}{number}.exr" for number in ("-0002", "-0001", "0000", "0001")]
        assert grouped(*names) == [f"{head}%04d.exr -2-1"]


def test_any_other_minus_is_a_separator() -> None:
    assert grouped("plate-1001.exr", "plate-1002.exr") == ["plate-%04d.exr 1001-1002"]
    assert grouped("a--1001.exr", "a--1002.exr") == ["a--%04d.exr 1001-1002"]


def test_minus_zero_is_no_frame() -> None:
    assert grouped("f.-0000.exr", "f.-0001.exr", "f.0000.exr") == ["f.%04d.exr -1-0", "f.-0000.exr"]
    assert grouped("f.-0000.exr") == ["f.-0000.exr"]


@pytest.mark.parametrize("head", ["plate.", "plate_", "plate-", "plate ", "frame", "", "é_"])
def test_any_separator_will_do_or_none(head: str) -> None:
    assert grouped(*listing(f"{head}%04d.exr 1001-1003")) == [f"{head}%04d.exr 1001-1003"]


def test_a_number_needs_no_extension() -> None:
    assert grouped("plate.1001", "plate.1002") == ["plate.%04d 1001-1002"]


def test_a_lone_image_with_a_frame_number_is_a_sequence_of_one_frame() -> None:
    assert grouped("plate.1001.exr") == ["plate.%04d.exr 1001"]
    assert grouped("plate-v002_0101.DPX") == ["plate-v002_%04d.DPX 101"]


@pytest.mark.parametrize(
    "name", ["still3.jpg", "plate.101.exr", "plate1001.exr", "plate.1001.nk", "beauty_v0001.exr"]
)
def test_any_other_lone_file_is_a_single_file(name: str) -> None:
    assert grouped(name) == [name]


def test_first_frames_of_several_shots_are_no_sequence_of_shots() -> None:
    assert grouped("sh010.1001.exr", "sh020.1001.exr") == [
        "sh010.%04d.exr 1001",
        "sh020.%04d.exr 1001",
    ]
    assert grouped("0010.1001.exr", "0020.1001.exr", "00030.1001.exr") == [
        "00030.%04d.exr 1001",
        "0010.%04d.exr 1001",
        "0020.%04d.exr 1001",
    ]


def test_frames_before_a_constant_size_are_still_frames() -> None:
    assert grouped("f.1001_2048.exr", "f.1002_2048.exr") == ["f.%04d_2048.exr 1001-1002"]


@pytest.mark.parametrize(
    "dates",
    [
        ("20240115", "20240116"),
        ("2024-01-15", "2024-01-16"),
        ("2024_01_15", "2024_01_16"),
        ("2024.01.15", "2024.01.16"),
        ("20240115_143022", "20240115_143023"),
        ("2024-01-15 at 10.15.30", "2024-01-15 at 10.15.31"),
    ],
)
def test_dates_and_times_are_never_frames(dates: tuple[str, str]) -> None:
    names = [f"ref_{date}.jpg" for date in dates]
    assert grouped(*names) == names


def test_eight_digits_that_are_no_date_are_frames() -> None:
    assert grouped(*listing("f.%08d.exr 1001-1003")) == ["f.%08d.exr 1001-1003"]


def test_frames_beside_a_date_are_frames() -> None:
    assert grouped(*listing("d20240115.%04d.exr 1001-1003")) == ["d20240115.%04d.exr 1001-1003"]
    assert grouped(*listing("d20240115_%06d.exr 1-30")) == ["d20240115_%06d.exr 1-30"]


@pytest.mark.parametrize("number", [1_700_000_000, 20240115143022])
def test_more_than_nine_digits_are_never_frames(number: int) -> None:
    names = [f"t_{number}.exr", f"t_{number + 1}.exr"]
    assert grouped(*names) == names


def test_nine_digits_are_frames() -> None:
    assert grouped("f.000000001.exr", "f.000000002.exr") == ["f.%09d.exr 1-2"]


def test_several_extensions_of_one_name_are_several_sequences() -> None:
    names = (*listing("f.%04d.exr 1-3"), *listing("f.%04d.jpg 1-3"), "f.exr")
    assert grouped(*names) == ["f.%04d.exr 1-3", "f.%04d.jpg 1-3", "f.exr"]


def test_digits_of_an_extension_are_never_frames() -> None:
    names = ("a.mp3", "a.mp4", "b.blend1", "b.blend2", "c.h264", "c.h265", "d.7z")
    assert grouped(*names) == sorted(names)
    assert grouped(*listing("f.%04d.jp2 8-12")) == ["f.%04d.jp2 8-12"]


def test_hidden_files_are_counted_and_in_no_group() -> None:
    names = [".a.1001.exr", ".a.1002.exr", "Thumbs.db", "desktop.ini", ".DS_Store", "b.exr"]
    found = group(names, Rules())
    assert found.hidden == [0, 1, 2, 3, 4]
    assert [one.members for one in found.groups] == [[5]]


def test_temporary_files_are_counted_and_in_no_group() -> None:
    names = ["a.1001.exr.tmp", "a.1002.exr.TMP", "b.part", "c~", ".nfs0001", ".d.swp", "e.filepart"]
    found = group(names, Rules())
    assert sorted(found.temporary) == list(range(7))
    assert not found.groups
    assert not found.hidden


def test_patterns_for_temporary_files_may_name_digits() -> None:
    rules = Rules(temporary=("*.tmp[0-4]", "scratch1*"))
    names = ["a.tmp3", "a.tmp7", "scratch1.exr", "scratch2.exr", "scratch12.exr"]
    found = group(names, rules)
    assert sorted(found.temporary) == [0, 2, 4]
    assert sorted(names[at] for one in found.groups for at in one.members or ()) == [
        "a.tmp7",
        "scratch2.exr",
    ]


def test_names_that_are_not_utf8_group_like_any_other() -> None:
    assert grouped("f\udcff.1001.exr", "f\udcff.1002.exr") == ["f\udcff.%04d.exr 1001-1002"]


def test_newlines_emoji_and_leading_dashes_are_letters_like_any_other() -> None:
    for head in ("f\n.", "🎬_", "-f.", "--."):
        assert grouped(*listing(f"{head}%04d.exr 1-3")) == [f"{head}%04d.exr 1-3"]


def test_only_ascii_digits_count() -> None:
    assert grouped("f.١.exr", "f.٢.exr") == ["f.١.exr", "f.٢.exr"]
    assert grouped("²1.exr", "²2.exr") == ["²%d.exr 1-2"]


def test_a_gap_of_millions_is_no_sequence() -> None:
    names = ("f.00000001.exr", "f.50000000.exr")
    assert grouped(*names) == list(names)


def test_a_stray_far_away_does_not_take_the_sequence_apart() -> None:
    names = (*listing("f.%08d.exr 1001-1010"), "f.50000000.exr")
    assert grouped(*names) == ["f.%08d.exr 1001-1010", "f.50000000.exr"]
    assert told(*names) == ["frames.stray"]


def test_a_long_gap_is_still_a_gap_when_there_are_many_frames() -> None:
    names = (*listing("f.%06d.exr 1-1000"), *listing("f.%06d.exr 20001-21000"))
    assert grouped(*names) == ["f.%06d.exr 1-1000,20001-21000"]


def test_a_wide_number_far_away_does_not_join() -> None:
    assert grouped(*listing("f.%04d.exr 1001-1003"), "f.123456789.exr") == [
        "f.%04d.exr 1001-1003",
        "f.%09d.exr 123456789",
    ]


def test_subframes_are_read_only_when_asked_for() -> None:
    names = [f"f.{whole}.{part}.vdb" for whole in (1001, 1002) for part in ("00", "25", "50", "75")]
    assert grouped(*names, rules=Rules(subframes=True)) == ["f.%04d.%02d.vdb 1001.00-1002.75x0.25"]
    assert grouped(*names) == ["f.1001.%02d.vdb 0-75x25", "f.1002.%02d.vdb 0-75x25"]


def test_a_version_before_the_point_makes_no_subframe() -> None:
    assert grouped("a_v01.25.exr", "a_v01.26.exr", rules=Rules(subframes=True)) == [
        "a_v01.%02d.exr 25-26"
    ]


def test_four_digits_behind_the_point_are_frames_of_a_shot() -> None:
    assert grouped(*listing("sh.010.%04d.exr 1001-1003"), rules=Rules(subframes=True)) == [
        "sh.010.%04d.exr 1001-1003"
    ]


def test_views_that_differ_in_frames_are_told() -> None:
    names = (*listing("x_left.%04d.exr 1-5"), *listing("x_right.%04d.exr 1-4"))
    assert grouped(*names) == ["x_left.%04d.exr 1-5", "x_right.%04d.exr 1-4"]
    (finding,) = group(names, Rules()).findings
    assert finding.rule == "frames.views"
    assert finding.subject == "x_%V.%04d.exr"
    assert "only left has 5" in finding.message


def test_views_with_the_same_frames_are_nothing_to_tell() -> None:
    for left, right in (("left", "right"), ("l", "r"), ("L", "R")):
        names = (*listing(f"x_{left}.%04d.exr 1-5"), *listing(f"x_{right}.%04d.exr 1-5"))
        assert told(*names) == []


def test_a_sequence_with_holes_keeps_them() -> None:
    assert grouped(*listing("f.%04d.exr 1001-1010,1020-1030,1040")) == [
        "f.%04d.exr 1001-1010,1020-1030,1040"
    ]


def test_a_hundred_thousand_names_are_one_run() -> None:
    (one,) = group(listing("f.%06d.exr 1-100000"), Rules()).groups
    assert one.frames == parse_frames("1-100000")


def test_findings_hold_clean_text_for_people_and_the_bare_name_for_programs() -> None:
    (padding,) = group(["f\udcff.01", "f\udcff.02", "f\udcff.003", "f\udcff.004"], Rules()).findings
    assert padding.subject.startswith("f\udcff.")
    padding.message.encode("utf-8")


def test_nonsense_in_a_listing_raises_nothing() -> None:
    names = ["", "\0", "a\0b", "\ud800", "\n", "0" * 300, "x" + "." * 50]
    assert grouped(*names) == sorted(names)
