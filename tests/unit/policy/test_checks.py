"""Every check passing and failing, with what it says."""

from __future__ import annotations

from typing import Any

import pytest

from rushes.model.finding import Severity
from rushes.policy.checks.colour import SPACES
from rushes.policy.judging import State
from rushes.testing.media.images import box, chlist, chromaticities

AP0, AP1, REC709 = SPACES["ap0"], SPACES["ap1"], SPACES["rec709"]

LEFT = {"view": ("string", "left")}
TILES = {"x_size": 64, "y_size": 64, "level_mode": "MIPMAP_LEVELS", "rounding_mode": "ROUND_DOWN"}
TILED = {"type": ("string", "tiledimage"), "tiles": ("tiledesc", TILES)}
DEEP = {"type": ("string", "deepscanline")}
WIDE = {"dataWindow": box(-10, 0, 109, 49)}
SMALL = {"dataWindow": box(10, 10, 50, 40)}
AWAY = {"dataWindow": box(200, 0, 300, 49)}
RIGHT = ({}, {"view": ("string", "right")})

# The rule, a part that passes, a part that fails, and what is said of that.
PARTS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("check='structure'\ntiled=false", {}, TILED, "The pixels are tiled."),
    ("check='structure'\ntiled=true", TILED, {}, "The pixels are not tiled."),
    ("check='structure'\ndeep=false", {}, DEEP, "The pixels are deep."),
    ("check='structure'\nviews=['left']", LEFT, {}, "The views are not those wanted: none."),
    (
        "check='structure'\nlevel_modes='MIPMAP_LEVELS'",
        TILED,
        {**TILED, "tiles": ("tiledesc", {**TILES, "level_mode": "ONE_LEVEL"})},
        "The tiles have ONE_LEVEL.",
    ),
    (
        "check='structure'\nmulti_view=false",
        LEFT,
        {"multiView": ("stringvector", ["left", "right"])},
        "The file holds left, right.",
    ),
    ("check='attribute'\nnames='owner'", {"owner": ("string", "")}, {}, "no attribute owner"),
    ("check='attribute'\nnames='ow*'", {"owner": ("string", "")}, {}, "no attribute ow*"),
    (
        "check='attribute'\nnames='nuke/*'\npresence='forbidden'",
        {},
        {"nuke/version": ("string", "15")},
        "The attribute nuke/version is there.",
    ),
    (
        "check='attribute'\nnames='flag'\ntypes='int'",
        {"flag": ("int", 1)},
        {"flag": ("float", 1.0)},
        "is of the type float, not int",
    ),
    (
        "check='attribute'\nnames='flag'\nvalue=1",
        {"flag": ("int", 1)},
        {"flag": ("int", 0)},
        "flag is not 1: 0.",
    ),
    (
        "check='attribute'\nnames='fps'\nvalue={numerator=24000, denominator=1001}",
        {"fps": ("rational", {"numerator": 24000, "denominator": 1001})},
        {"fps": ("rational", {"numerator": 24, "denominator": 1})},
        "fps is not",
    ),
    (
        "check='attribute'\nnames='v'\nvalue=[0.1, 0.2]",
        {"v": ("v2f", [0.1, 0.2])},
        {"v": ("v2f", [0.1, 0.3])},
        "v is not [0.1, 0.2]",
    ),
    (
        "check='attribute'\nnames='space'\none_of=['a', 'b']",
        {"space": ("string", "b")},
        {"space": ("string", "c")},
        'space is not a or b: "c".',
    ),
    (
        "check='attribute'\nnames='reel'\npattern='[A-Z]\\d+'",
        {"reel": ("string", "A001")},
        {"reel": ("string", "A001 ")},
        "reel does not fit",
    ),
    (
        "check='attribute'\nnames='expTime'\nabove=0\nmax=1",
        {"expTime": ("float", 0.02)},
        {"expTime": ("float", 0.0)},
        "expTime is not at most 1, above 0: 0",
    ),
    (
        "check='attribute'\nnames='x'\nmin=0\nbelow=2",
        {"x": ("v2f", [0.0, 1.5])},
        {"x": ("v2f", [0.0, 2.0])},
        "x is not at least 0, below 2",
    ),
    (
        "check='attribute'\nnames='x'\nmin=0",
        {"x": ("float", 1.0)},
        {"x": ("float", "NaN")},
        "x is not at least 0",
    ),
    (
        "check='attribute'\nnames='x'\nmin=0",
        {"x": ("float", 1.0)},
        {"x": ("string", "one")},
        'x is no number: "one"',
    ),
    (
        "check='attribute'\nnames='owner'\npresence='optional'\nnon_empty=true",
        {"owner": ("string", "me")},
        {"owner": ("string", "  ")},
        "owner is empty",
    ),
    (
        "check='channels'\nexactly=[['R','G','B'],['A','R','G','B']]",
        {"channels": chlist("A", "B", "G", "R")},
        {"channels": chlist("B", "G", "R", "Z")},
        "The channels are not those wanted: B, G, R, Z.",
    ),
    (
        "check='channels'\nrequired=['R']",
        {},
        {"channels": chlist("Y")},
        "Channels are missing: R.",
    ),
    (
        "check='channels'\nforbidden=['*.R']",
        {},
        {"channels": chlist("diffuse.R")},
        "Channels must not be there: diffuse.R.",
    ),
    ("check='channels'\nmax=3", {}, {"channels": chlist(*"ABGR")}, "There are 4 channels."),
    (
        "check='channels'\ntypes='HALF'\nof=['R','G','B']",
        {"channels": chlist("R", "Z:FLOAT")},
        {"channels": chlist("R:FLOAT")},
        "Channels are not HALF: R FLOAT.",
    ),
    (
        "check='channels'\nsampling=1",
        {},
        {"channels": chlist("BY:HALF:2", "Y")},
        "Channels are not sampled 1 × 1: BY 2 × 2.",
    ),
    (
        "check='channels'\npattern='[A-Z]+'",
        {},
        {"channels": chlist("my layer.R")},
        "Names of channels are not as wanted: my layer.R.",
    ),
    (
        "check='layers'\nrequired=['diffuse']",
        {"channels": chlist("diffuse.R")},
        {},
        "Layers are missing: diffuse.",
    ),
    (
        "check='layers'\nforbidden=['tmp*']",
        {},
        {"channels": chlist("tmp1.R")},
        "Layers must not be there: tmp1.",
    ),
    (
        "check='layers'\npattern='[a-z_]+'",
        {"channels": chlist("diffuse.R")},
        {"channels": chlist("my layer.R")},
        "Names of layers are not as wanted: my layer.",
    ),
    (
        "check='layers'\nmax_channels=1",
        {"channels": chlist("R", "G", "a.R")},
        {"channels": chlist("a.R", "a.G")},
        "Layers have too many channels: a 2.",
    ),
    ("check='layers'\nmax=0", {}, {"channels": chlist("a.R")}, "There are 1 layers."),
    (
        "check='layers'\ncomplete=true",
        {"channels": chlist("a.R", "a.G", "a.B", "Z")},
        {"channels": chlist("a.R", "a.G")},
        "The layer a has no B.",
    ),
    (
        "check='compression'\none_of=['ZIP', 'PIZ']",
        {},
        {"compression": ("compression", "DWAA")},
        "The compression is DWAA, not ZIP or PIZ.",
    ),
    (
        "check='compression'\nforbidden='DWAA'",
        {},
        {"compression": ("compression", "DWAA")},
        "The compression is DWAA.",
    ),
    (
        "check='compression'\none_of='ZIP'",
        {},
        {"compression": ("compression", 77)},
        "The compression is 77, not ZIP.",
    ),
    (
        "check='line_order'\none_of='INCREASING_Y'",
        {},
        {"lineOrder": ("lineOrder", "RANDOM_Y")},
        "The line order is RANDOM_Y, not INCREASING_Y.",
    ),
    ("check='window'\nwidth=100", {}, SMALL, "a width of 41, not 100"),
    ("check='window'\nmin_width=100", WIDE, SMALL, "a width of 41, less than 100"),
    ("check='window'\nmax_height=50", {}, {"dataWindow": box(0, 0, 9, 50)}, "more than 50"),
    ("check='window'\neven=true", {}, {"dataWindow": box(0, 0, 40, 49)}, "which is odd"),
    (
        "check='window'\nof='display'\norigin=[0, 0]",
        WIDE,
        {"displayWindow": box(1, 0, 99, 49)},
        "The display window begins at 1, 0, not at 0, 0.",
    ),
    ("check='window'\nmin_width=1", {}, {"dataWindow": None}, "The data window is not known."),
    ("check='windows'\nrelation='equal'", {}, WIDE, "is not equal to"),
    ("check='windows'\nrelation='inside'", SMALL, WIDE, "does not lie inside"),
    ("check='windows'\nrelation='covers'", WIDE, SMALL, "does not cover"),
    ("check='windows'\nrelation='overlaps'", SMALL, AWAY, "has no pixel in common with"),
    ("check='windows'\nmax_overscan=0.1", WIDE, AWAY, "reaches 201% beyond"),
    (
        "check='pixel_aspect'\none_of=[1, 2]",
        {"pixelAspectRatio": ("float", 2.0)},
        {"pixelAspectRatio": ("float", 1.5)},
        "The pixel aspect ratio is 1.5, not 1 or 2.",
    ),
    (
        "check='chromaticities'\nspaces='ap1'",
        {"chromaticities": chromaticities(AP1)},
        {"chromaticities": chromaticities(AP0)},
        "The chromaticities are ap0, not ap1.",
    ),
    ("check='chromaticities'", {"chromaticities": chromaticities(AP1)}, {}, "are not stated"),
    (
        "check='chromaticities'\nwhite=[0.3127, 0.329]\ntolerance=0.001",
        {"chromaticities": chromaticities((*REC709[:6], 0.3130, 0.329))},
        {"chromaticities": chromaticities(AP1)},
        "The white is at 0.32168 0.33767",
    ),
    (
        "check='colour_space'\nforbidden='*log*'",
        {"colorInteropID": ("string", "lin_ap1_scene")},
        {"oiio:ColorSpace": ("string", "ARRI LogC3")},
        "The colour space (oiio:ColorSpace) is ARRI LogC3.",
    ),
    (
        "check='colour_space'\none_of='LIN_*'\npresence='required'",
        {"colorInteropID": ("string", "lin_ap1_scene")},
        {"colorInteropID": ("string", "srgb_texture")},
        "is srgb_texture, not LIN_*",
    ),
    (
        "check='colour_space'\npresence='required'",
        {"colorInteropID": ("string", "lin_ap1_scene")},
        {},
        "The colour space is not named",
    ),
]


@pytest.mark.parametrize(("text", "good", "bad", "told"), PARTS, ids=[one[0] for one in PARTS])
def test_a_rule_passes_and_fails(
    facts: Any, outcome: Any, text: str, good: dict[str, Any], bad: dict[str, Any], told: str
) -> None:
    assert outcome(text, facts(good)).state is State.PASSED
    failed = outcome(text, facts(bad))
    assert failed.state is State.FAILED
    (finding,) = failed.findings
    assert told in finding.message
    assert (finding.rule, finding.severity) == ("p.r", Severity.ERROR)
    assert finding.found
    assert finding.wanted
    assert finding.fix


FILES = [
    ("check='structure'\nmultipart=false", ({},), ({}, {}), "The flag for multipart is set."),
    ("check='structure'\nmax_parts=1", ({},), ({}, {}), "There are too many parts: 2."),
    ("check='structure'\nmin_parts=2", ({}, {}), ({},), "There are too few parts: 1."),
    (
        "check='structure'\nversion_field=[2, 1026]",
        ({},),
        ({}, {}),
        "The version field is 4098, not 2 or 1026.",
    ),
    ("check='structure'\nmulti_view=true", (LEFT, *RIGHT), (LEFT, {}), "The file holds left."),
]


@pytest.mark.parametrize(("text", "good", "bad", "told"), FILES, ids=[one[0] for one in FILES])
def test_a_rule_about_the_file_passes_and_fails(
    facts: Any, messages: Any, outcome: Any, text: str, good: Any, bad: Any, told: str
) -> None:
    assert outcome(text, facts(*good)).state is State.PASSED
    assert messages(outcome(text, facts(*bad))) == [told]


def test_names_and_sizes_of_files_are_judged(facts: Any, messages: Any, outcome: Any) -> None:
    name = "check='file_name'\npattern='[a-z0-9.]+'\nmax_length=20"
    assert outcome(name, facts(name="A b/c.1001.exr")).state is State.PASSED
    odd = outcome(name, facts(name="shots/My Plate.1001.final.exr"))
    assert messages(odd) == [
        "The file's name is not as wanted.",
        "The file's name is too long.",
    ]
    size = "check='file_size'\nmin='1 KB'\nmax='2 KB'"
    assert outcome(size, facts(size=1024)).state is State.PASSED
    assert messages(outcome(size, facts(size=10))) == ["The file is smaller than 1.0 KB."]
    assert outcome(size, facts(size=9999)).state is State.FAILED


def test_long_names_are_a_flag(facts: Any, outcome: Any) -> None:
    assert outcome("check='structure'\nlong_names=false", facts()).state is State.PASSED


@pytest.mark.parametrize(
    "text",
    [
        "check='attribute'\nnames='owner'\npresence='optional'\nnon_empty=true",
        "check='chromaticities'\nspaces='ap0'\npresence='optional'",
        "check='colour_space'\nforbidden='*log*'",
    ],
)
def test_what_may_be_missing_and_is_does_not_apply(facts: Any, outcome: Any, text: str) -> None:
    assert outcome(text, facts()).state is State.NOT_APPLICABLE


def test_chromaticities_of_another_type_are_no_chromaticities(facts: Any, outcome: Any) -> None:
    odd = facts({"chromaticities": ("string", "AP0")})
    for presence in ("required", "optional"):
        text = f"check='chromaticities'\nspaces='ap0'\npresence='{presence}'"
        assert outcome(text, odd).state is State.FAILED


def test_the_same_in_several_parts_is_told_once(facts: Any, messages: Any, outcome: Any) -> None:
    dwa = {"compression": ("compression", "DWAA")}
    text = "check='compression'\none_of='ZIP'"
    told = "The compression is DWAA, not ZIP."
    assert messages(outcome(text, facts(dwa, dwa))) == [f"All parts: {told}"]
    some = messages(outcome(text, facts(dwa, {}, dwa)))
    assert some == [f"Parts 0, 2: {told}"]
    assert messages(outcome(text, facts({}, dwa))) == [f"Part 1 (part1): {told}"]


@pytest.mark.parametrize(
    ("condition", "applies"),
    [
        ("channel='Z'", [1]),
        ("layer='diffuse'", [1]),
        ("part='part0'", [0]),
        ("first=true", [0]),
        ("first=false", [1, 2]),
        ("view='le?t'", [0]),
        ("type='deepscanline'", [2]),
        ("attribute='owner'", [2]),
        ("file='plate.*'", [0, 1, 2]),
        ("file='beauty.*'", []),
        ("multipart=true", [0, 1, 2]),
        ("multipart=false", []),
        ("first=false, channel='Z'", [1]),
    ],
)
def test_a_condition_chooses_parts(
    facts: Any, policy: Any, condition: str, applies: list[int]
) -> None:
    parts = [
        {"view": ("string", "left")},
        {"channels": chlist("Z:FLOAT", "diffuse.R")},
        {**DEEP, "owner": ("string", "me")},
    ]
    given = facts(*parts)
    only = policy(f"check='compression'\none_of='NONE'\nonly={{{condition}}}").rules[0]
    assert [one.index for one in only.parts(given)] == applies
    unless = policy(f"check='compression'\none_of='NONE'\nunless={{{condition}}}").rules[0]
    assert [one.index for one in unless.parts(given)] == [
        one for one in range(3) if one not in applies
    ]


def test_a_rule_without_a_part_to_judge_does_not_apply(facts: Any, outcome: Any) -> None:
    text = "check='compression'\none_of='NONE'\nonly={channel='Z'}"
    assert outcome(text, facts()).state is State.NOT_APPLICABLE


def test_severity_and_remedy_are_the_rules_own(facts: Any, outcome: Any) -> None:
    text = "check='compression'\none_of='NONE'\nseverity='note'\nfix='Ask.'"
    (finding,) = outcome(text, facts()).findings
    assert (finding.severity, finding.fix) == (Severity.NOTE, "Ask.")
