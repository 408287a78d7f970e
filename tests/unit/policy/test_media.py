"""Rules about movies, sound, names alone and the frames that there are."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from rushes.core.errors import RushesError
from rushes.frames.missing import missing
from rushes.frames.notation import parse_frames
from rushes.inspection.media.facts import AudioStream, Loudness, MediaFacts, VideoStream
from rushes.model.files import Kind
from rushes.model.frames import FrameSet
from rushes.policy.facts import Facts, FrameFacts, NamedFile
from rushes.policy.folding import MORE, Fold
from rushes.policy.judging import (
    NOT_MEASURED,
    SequenceJudge,
    State,
    judge,
    judge_frames,
    judge_media,
    judge_named,
)
from rushes.policy.policy import Policy
from rushes.policy.shelf import pack
from rushes.testing.found import found

Made = Callable[[str], Policy]

VIDEO = VideoStream(
    0,
    "prores",
    "HQ",
    "yuv422p10le",
    10,
    1920,
    1080,
    Fraction(24000, 1001),
    48,
    Fraction(2002, 1000),
)
AUDIO = AudioStream(1, "pcm_s24le", 48_000, 2, "stereo", 24, Fraction(2), Loudness(-23, 3, -1.2))
MOVIE = MediaFacts("cut/a.mov", 100, "mov", Fraction(2002, 1000), "01:00:00:00", (VIDEO,), (AUDIO,))

# The rule, and what it says of the movie; nothing where it passes.
RULES = [
    ("containers=['mov','mxf']", ""),
    ("containers='mp4'", "The container is mov, not mp4."),
    ("video_codecs='dnx*'", "The codec is prores, not dnx*."),
    ("profiles='4444'", "The profile is HQ, not 4444."),
    ("pixel_formats='yuv422p10le'", ""),
    ("fps=23.976", ""),
    ("fps=23.98", ""),
    ("fps='24000/1001'", ""),
    ("fps=[24, 25]", "The frame rate is 23.976, not 24 or 25."),
    ("sizes=[1920, 1080]", ""),
    ("sizes=[[2048, 858]]", "The pictures are 1920 x 1080, not 2048 x 858."),
    ("min_duration_s=3", "It lasts 2.002 s, less than 3 s."),
    ("max_duration_s=2", "It lasts 2.002 s, more than 2 s."),
    ("max_offset_s=0.002", ""),
    ("max_offset_s=0.001", "Its streams differ in duration: from 2 s to 2.002 s."),
    ("timecode=true", ""),
    ("timecode=false", "The start time code is 01:00:00:00."),
    ("audio_streams=0", "There is 1 stream of sound, not 0."),
    ("audio_codecs='pcm_*'", ""),
    ("audio_channels=6", "The number of channels is 2, not 6."),
    ("sample_rates=[44100]", "The sample rate is 48,000, not 44,100."),
    ("bits=[16, 32]", "The number of bits is 24, not 16 or 32."),
]


@pytest.mark.parametrize(("rule", "said"), RULES)
def test_a_rule_about_media_passes_or_says_why_not(policy: Made, rule: str, said: str) -> None:
    (outcome,) = judge_media(policy(f"check='media'\n{rule}"), MOVIE).outcomes
    assert [one.message for one in outcome.findings] == ([said] if said else [])
    assert outcome.state is (State.FAILED if said else State.PASSED)


def test_what_is_asked_of_sound_fails_where_there_is_none(policy: Made) -> None:
    silent = replace(MOVIE, audio=())
    (told,) = judge_media(policy("check='media'\nbits=24"), silent).findings
    assert told.message == "There is no stream of sound."


def test_of_several_streams_the_one_that_is_wrong_is_named(policy: Made) -> None:
    several = replace(MOVIE, audio=(AUDIO, replace(AUDIO, index=2, channels=1)))
    (told,) = judge_media(policy("check='media'\naudio_channels=2"), several).findings
    assert told.message == "Stream 2: The number of channels is 1, not 2."


@pytest.mark.parametrize(
    "text",
    ["", "fps='a'", "fps=0", "fps='1/0'", "sizes=[1]", "sizes=[[0, 1]]", "containers='dvd'"],
)
def test_what_makes_no_sense_is_refused(policy: Made, text: str) -> None:
    with pytest.raises(RushesError) as told:
        policy(f"check='media'\n{text}")
    assert told.value.message.startswith("policy:")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Loudness(-23.4, 3, -1.2), []),
        (Loudness(-20, 3, -1.2), ["The loudness is -20.00 LUFS, not -22.5 LUFS or less."]),
        (Loudness(None, 0, None), ["There is silence only."]),
        (Loudness(-23, 3, -0.5), ["The highest true peak is -0.50 dBTP, not -1 dBTP or less."]),
    ],
)
def test_loudness_is_held_against_ebu_r_128(given: Loudness, said: list[str]) -> None:
    heard = replace(MOVIE, audio=(replace(AUDIO, loudness=given),))
    assert [one.message for one in judge_media(pack("ebu-r128"), heard).findings] == said


def test_loudness_that_nobody_measured_is_told_as_not_judged() -> None:
    unheard = replace(MOVIE, audio=(replace(AUDIO, loudness=None),))
    (told,) = judge_media(pack("ebu-r128"), unheard).findings
    assert told.rule == NOT_MEASURED
    assert "the loudness was not measured" in told.message


def test_a_movie_without_sound_has_no_loudness_to_judge() -> None:
    verdict = judge_media(pack("ebu-r128"), replace(MOVIE, audio=()))
    assert {one.state for one in verdict.outcomes} == {State.NOT_APPLICABLE}
    assert not verdict.applies


def test_rules_about_images_are_not_for_movies_nor_the_other_way_round(
    policy: Made, facts: Callable[..., Facts]
) -> None:
    of_images = policy("check='compression'\none_of='ZIP'")
    of_media = policy("check='media'\nbits=24")
    assert not judge_media(of_images, MOVIE).applies
    assert judge(of_media, facts({})).outcomes[0].state is State.NOT_APPLICABLE


def test_only_and_unless_choose_files_without_parts_by_name(policy: Made) -> None:
    rule = "check='media'\nbits=16\n"
    assert judge_media(policy(f"{rule}only={{file='*.mov'}}"), MOVIE).failed
    assert not judge_media(policy(f"{rule}only={{file='*.wav'}}"), MOVIE).applies
    assert not judge_media(policy(f"{rule}only={{file='*.mov', first=true}}"), MOVIE).applies
    assert not judge_media(policy(f"{rule}unless={{file='*.mov'}}"), MOVIE).applies
    assert judge_media(policy(f"{rule}unless={{type='deeptile'}}"), MOVIE).failed


def test_names_and_sizes_are_judged_of_any_file(policy: Made) -> None:
    named = policy("check='file_name'\npattern='[a-z]+[.]dpx'")
    sized = policy("check='file_size'\nmin=10")
    assert not judge_named(named, NamedFile("shots/plate.dpx", 5)).findings
    assert judge_named(named, NamedFile("shots/PLATE.dpx", 5)).failed
    assert judge_named(sized, NamedFile("shots/plate.dpx", 5)).failed
    assert judge_media(sized, MOVIE).applies


def sequence(frames: str, **facts: Any) -> FrameFacts:
    made = found(".", "plate.", tail=".dpx", frames=parse_frames(frames), **facts)
    return FrameFacts("plate.%04d.dpx", made, missing(made.sequence, None))


# The rule, and what it says of 1001-1003 and 1006, of which 1002 is empty and 1003 is short.
FRAMES = [
    ("max_missing=2", ""),
    ("max_missing=0", "2 frames missing (against first to last found): 1004-1005."),
    ("max_empty=0", "1 frame of zero bytes: 1002."),
    ("max_short=0", "1 frame far smaller than the others: 1003."),
    ("min_frames=5", "There are 4 frames, not 5 or more."),
    ("max_frames=3", "There are 4 frames, not 3 or fewer."),
    ("first=[1001, 1]", ""),
    ("first=1", "The first frame is 1001, not 1."),
    ("last=1010", "The last frame is 1006, not 1010."),
    ("padding=6", "The padding is 4, not 6."),
]


@pytest.mark.parametrize(("rule", "said"), FRAMES)
def test_a_rule_about_frames_passes_or_says_why_not(policy: Made, rule: str, said: str) -> None:
    odd = {"empty": FrameSet.of([1002]), "short": FrameSet.of([1003])}
    facts = sequence("1001-1003,1006", **odd)
    told = judge_frames(policy(f"check='frames'\n{rule}"), facts).findings
    assert [one.message for one in told] == ([said] if said else [])


def test_gaps_between_tiles_mean_nothing(policy: Made) -> None:
    tiles = found(".", "tex.", frames=FrameSet.of([1001, 1003]), kind=Kind.TILES)
    facts = FrameFacts("tex", tiles, missing(tiles.sequence, None))
    assert not judge_frames(policy("check='frames'\nmax_missing=0"), facts).applies
    assert judge_frames(policy("check='frames'\nmax_empty=0"), facts).applies


def test_watching_in_pieces_tells_what_watching_at_once_does(
    policy: Made, facts: Callable[..., Facts]
) -> None:
    drift = policy("check='drift'")
    owners = [("owner", f"{'b' if 4 < at < 9 else 'a'}") for at in range(20)]
    frames = [
        facts({name: ("string", value), **({"extra": ("int", 1)} if at > 15 else {})})
        for at, (name, value) in enumerate(owners)
    ]
    whole, joined = SequenceJudge(drift), SequenceJudge(drift)
    for at, one in enumerate(frames):
        whole.take(one, 1001 + at)
    for first in range(0, 20, 3):
        piece = SequenceJudge(drift)
        for at in range(first, min(first + 3, 20)):
            piece.take(frames[at], 1001 + at)
        joined.join(pickle.loads(pickle.dumps(piece)))
    assert [*joined.end("p")] == [*whole.end("p")]
    assert next(one.findings for one in joined.end("p"))


def test_findings_beyond_so_many_are_counted_the_gravest_being_told(policy: Made) -> None:
    fold = Fold()
    note = policy("check='file_size'\nmin=10\nseverity='note'")
    error = policy("check='file_name'\nmax_length=1")
    for at in range(1, 10):
        fold.take(judge_named(note, NamedFile(f"a.{at}", at)).findings[0], "p", (at,))
    fold.take(judge_named(error, NamedFile("ab", 1)).findings[0], "p", (10,))
    told = [*fold.findings("a.%d", files=10, most=4)]
    assert len(told) == 4
    assert told[0].message == "10: The file's name is too long."
    assert told[-1].rule == MORE
    assert told[-1].message == "7 more findings are not told one by one: 7 notes."
