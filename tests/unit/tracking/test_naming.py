"""Names are made from values and read back as the same values, or refused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import prod
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from rushes.core import errors
from rushes.core.errors import RushesError
from rushes.tracking.naming import Template, template
from rushes.tracking.naming_parts import Code, Vocabulary
from rushes.tracking.naming_pattern import code
from rushes.tracking.naming_safety import danger
from rushes.tracking.naming_sets import SETS
from rushes.tracking.naming_templates import built_in
from rushes.tracking.naming_tokens import Alphabet, Number, Value, Values, vocabulary

FRAMES = template(
    "{show}/{seq}/{shot}/{task}/v{version:03d}/"
    "{shot}_{task}_v{version:03d}_i{iteration:03d}.{frame:04d}.{ext}"
)
ONE_FRAME: Values = {
    "show": "demo_show",
    "seq": "sq010",
    "shot": "ep001_sc01_0010",
    "task": "comp",
    "version": 12,
    "iteration": 3,
    "frame": 1001,
    "ext": "exr",
}
ONE_NAME = "demo_show/sq010/ep001_sc01_0010/comp/v012/ep001_sc01_0010_comp_v012_i003.1001.exr"
PLAIN = vocabulary({"a": "ab", "b": "ab_", "c": "0-9a", "d": "ab-", "n": "number"})
SHOTS = ("{a}{n:02d}", "a{n}_{a}", "{n:02d}_{d}")
CODES = Code(tuple(template(text, PLAIN).parts for text in SHOTS), SHOTS)
OWN: Vocabulary = {**PLAIN, "s": CODES}
WRITTEN = ("{a}", "{b}", "{c}", "{d}", "{n}", "{n:02d}", "{s}")
TEXTS = ("_", "-", "a", "v", ".", "/", "_v", "1")


T = TypeVar("T")


def tried(what: Callable[[], T]) -> T | None:
    """What comes of it; None where it is refused, in words."""
    try:
        return what()
    except RushesError as error:
        refused = error
    assert refused.code is errors.Code.NOTATION_INVALID
    return None


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """Whatever makes sense of a few tokens, literals and optional parts."""
    token, parting = st.sampled_from(WRITTEN), st.sampled_from(TEXTS)
    behind = st.tuples(parting, token).map("".join)
    before = st.tuples(token, parting).map("".join)
    optional = (behind | before | token).map("[{}]".format)
    text = "".join(draw(st.lists(behind | optional | parting, max_size=4)))
    made = tried(lambda: template(draw(token) + text, OWN))
    assume(made is not None)
    assert made is not None
    return made


MANY = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@st.composite
def filled(draw: st.DrawFn) -> tuple[Template, Values]:
    """A template with values, most of which its tokens can hold."""
    made = draw(templates())
    values: dict[str, Value] = {}
    for token, field in made.fields.items():
        if token not in made.required and draw(st.booleans()):
            continue
        if isinstance(field.kind, Number):
            values[token] = draw(st.integers(-1, 1200))
        else:
            held = field.kind.characters if isinstance(field.kind, Alphabet) else "ab01_"
            characters = [*sorted(held), draw(st.sampled_from("_-/.0v"))]
            text = st.text(characters, max_size=3)
            codes = st.from_regex(code(CODES), fullmatch=True).map(lambda one: one[:6])
            values[token] = draw(codes if isinstance(field.kind, Code) else text)
    return made, values


def written(made: Template, values: Values) -> str | None:
    """The name before it is asked whether it could be read in another way."""

    def write() -> str:
        made._check(values)
        return "".join(made._written(part, values) for part in made.parts)

    return tried(write)


@MANY
@given(filled())
@example((template("{b}[_{a}]_v{n:02d}", OWN), {"b": "a_b", "n": 1}))
def test_what_is_formatted_is_parsed_to_the_same_values(pair: tuple[Template, Values]) -> None:
    made, values = pair
    name = tried(lambda: made.format(values))
    if name is not None:
        assert made.parse(name) == values


@MANY
@given(filled(), st.integers(0, 30), st.sampled_from("ab_-01v./\n٣"))
def test_what_is_parsed_is_formatted_to_the_same_name(
    pair: tuple[Template, Values], at: int, odd: str
) -> None:
    made, name = pair[0], written(*pair) or ""
    for one in (name, f"{name[:at]}{odd}{name[at:]}", f"{name[:at]}{odd}{name[at + 1 :]}"):
        values = made.match(one)
        if values is not None:
            assert made.format(values) == one


@MANY
@given(filled())
def test_no_reading_of_a_name_is_overlooked(pair: tuple[Template, Values]) -> None:
    """Against all values there could be, tried one after the other."""
    made, name = pair[0], written(*pair) or ""
    assume(name and not danger(name))
    pieces = {name[i:j] for i in range(len(name)) for j in range(i + 1, len(name) + 1)}
    numbers = {int(one) for one in pieces if one.isdigit()}
    choices = [
        [
            *([] if token in made.required else [None]),
            *(numbers if isinstance(field.kind, Number) else pieces),
        ]
        for token, field in made.fields.items()
    ]
    assume(prod(map(len, choices)) <= 1000)
    ways = []
    for chosen in product(*choices):
        tokens = zip(made.fields, chosen, strict=True)
        values = {token: value for token, value in tokens if value is not None}
        if written(made, values) == name:
            ways.append(values)
    readings = made.readings(name)
    assert len(readings) == min(2, len(ways))
    assert all(one in ways for one in readings)


@pytest.mark.parametrize(
    ("like", "name"), [(like, name) for like in SETS for name in built_in(like).templates]
)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_every_template_that_comes_along_reads_back_what_it_writes(
    like: str, name: str, data: st.DataObject
) -> None:
    made = built_in(like)[name]
    word = st.text("abAB09-_", min_size=1, max_size=6)
    codes = st.sampled_from(["ep001_sc01_0010", "AGM_104_065_010", "NV_010_0020", "sh010"])
    values = {
        token: data.draw(st.integers(0, 12_000) if isinstance(field.kind, Number) else codes | word)
        for token, field in made.fields.items()
    }
    made_name = tried(lambda: made.format(values))
    if made_name is not None:
        assert made.parse(made_name) == values


def test_a_path_is_made_and_taken_apart() -> None:
    assert FRAMES.format(ONE_FRAME) == ONE_NAME
    assert FRAMES.parse(ONE_NAME) == ONE_FRAME


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "v000"), (7, "v007"), (999, "v999"), (1000, "v1000"), (12345, "v12345")],
)
def test_numbers_grow_wider_than_their_padding(number: int, text: str) -> None:
    version = template("v{version:03d}")
    assert version.format({"version": number}) == text
    assert version.parse(text) == {"version": number}


def test_versions_order_as_numbers() -> None:
    version = template("v{version:03d}")
    read = [version.parse(one)["version"] for one in ("v1000", "v999", "v010")]
    assert sorted(read, key=int) == [10, 999, 1000]


@pytest.mark.parametrize(
    "name",
    ["env01", "env001", "v01", "v0100", "v001\n", "v٠٠١", "v００１", "V001", "xv001", "v001x"],
)
def test_what_only_looks_like_a_version_is_none(name: str) -> None:
    assert template("v{version:03d}").match(name) is None


@pytest.mark.parametrize("path", ["demo/sq010/sh010/env01", "demo/sq010/sh010/comp/v001/x"])
def test_a_path_is_matched_whole(path: str) -> None:
    assert template("{show}/{seq}/{shot}/v{version:03d}").match(path) is None


def test_a_repeated_token_has_one_value() -> None:
    other = ONE_NAME.replace("ep001_sc01_0010_comp", "ep001_sc01_0020_comp")
    assert FRAMES.match(other) is None
    with pytest.raises(RushesError, match="does not fit"):
        FRAMES.parse(other)


def test_an_optional_part_is_there_with_all_its_tokens_or_not_at_all() -> None:
    made = template("{asset}[.{view}.{frame:04d}].{ext}", vocabulary({"ext": "a-z"}))
    assert made.format({"asset": "car", "ext": "exr"}) == "car.exr"
    whole = {"asset": "car", "view": "left", "frame": 1, "ext": "exr"}
    assert made.format(whole) == "car.left.0001.exr"
    assert made.parse("car.left.0001.exr") == whole
    with pytest.raises(RushesError, match="frame is lacking"):
        made.format({"asset": "car", "view": "left", "ext": "exr"})


def test_a_name_that_may_be_read_twice_is_neither_made_nor_read() -> None:
    made = template("{shot}[_{task}]_v{version:03d}")
    with pytest.raises(RushesError, match="may also be read as shot=a task=b version=1"):
        made.format({"shot": "a_b", "version": 1})
    with pytest.raises(RushesError, match="shot=a_b version=1 or as shot=a task=b version=1"):
        made.parse("a_b_v001")
    assert made.match("a_b_v001") is None
    assert made.format({"shot": "a", "version": 1}) == "a_v001"


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("task", "co_mp"),
        ("task", ""),
        ("task", "a/b"),
        ("task", ".."),
        ("task", "/etc"),
        ("task", "cömp"),
        ("task", "comp\n"),
        ("task", "comp\0"),
        ("task", "comp "),
        ("task", 7),
        ("ext", "exr."),
        ("version", "001"),
        ("version", True),
        ("version", -1),
        ("version", 1.0),
        ("version", 10**9),
        ("show", "con"),
        ("show", "LPT1"),
        ("show", "x" * 256),
    ],
)
def test_a_value_that_would_do_harm_is_refused(token: str, value: object) -> None:
    with pytest.raises(RushesError) as caught:
        FRAMES.format({**ONE_FRAME, token: value})  # type: ignore[dict-item]
    assert caught.value.code is errors.Code.NOTATION_INVALID


def test_an_unknown_token_is_refused_and_the_nearest_told() -> None:
    with pytest.raises(RushesError, match="'shto'") as caught:
        FRAMES.format({**ONE_FRAME, "shto": "sh010"})
    assert caught.value.hint == "Did you mean shot?"
    with pytest.raises(RushesError, match="'shto'") as caught:
        template("{shto}_v{version:03d}")
    assert caught.value.hint == "Did you mean shot?"


def test_lacking_values_are_told() -> None:
    with pytest.raises(RushesError, match="lacks seq, task"):
        FRAMES.format({name: ONE_FRAME[name] for name in ONE_FRAME if name not in ("seq", "task")})


def test_what_a_person_types_becomes_values_of_the_right_kind() -> None:
    typed = {"version": "7", "frame": "01001", "task": "7", "iteration": "٧", "none": "1"}
    assert FRAMES.from_text(typed) == {**typed, "version": 7, "frame": 1001}
    assert FRAMES.from_text({"version": "9" * 5000}) == {"version": "9" * 5000}


def test_a_hostile_name_is_read_in_no_time() -> None:
    made = template("{shot}_{version:d}[_{number}][_{frame}][_{iteration}]_v{name}")
    assert made.readings("_".join("a" * 127)) == []
    assert made.readings("a-" * 127) == []
