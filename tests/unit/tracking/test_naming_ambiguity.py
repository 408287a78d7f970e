"""Templates whose names could not be read back are refused when they are made."""

from __future__ import annotations

import pytest

from rushes.core.errors import Code, RushesError
from rushes.tracking.naming import template
from rushes.tracking.naming_tokens import vocabulary


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{show}{shot}", "does not tell where {show} ends and {shot} begins"),
        ("{task}[{variant}]", "does not tell where {task} ends"),
        ("{task}[_{variant}]{element}", "does not tell where {task} ends and {element} begins"),
        ("{version:03d}{frame:04d}", "does not tell where {version:03d} ends"),
        ("{version:03d}0", "does not tell where {version:03d} ends and '0' begins"),
        ("{show}_{shot}_{task}", "{show} and {shot} may both hold"),
        ("{shot}_{task}/v{version:03d}_{version:04d}", "writes {version} in two ways"),
        ("{shot}[_v]", "without a token of its own"),
        ("{shot}[/{shot}]", "without a token of its own"),
        ("{show}[/{shot}]/{shot}", "repeats {shot}, which is optional before"),
    ],
)
def test_ambiguous_templates_are_refused(text: str, why: str) -> None:
    with pytest.raises(RushesError) as caught:
        template(text)
    assert why in caught.value.message
    assert caught.value.code is Code.NOTATION_INVALID
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no token"),
        ("comp", "no token"),
        ("[{shot}]", "no token that every name holds"),
        ("{shot", "stray '{'"),
        ("shot}", "stray '}'"),
        ("{shot}[_{task}", "a '[' without its ']'"),
        ("{shot}_[{task}[_{element}]]", "stray '['"),
        ("{shot}]", "stray ']'"),
        ("{}", "is no token"),
        ("{Shot}", "is no token"),
        ("{shot:4s}", "is no token"),
        ("{shot!r}", "is no token"),
        ("{version:010d}", "more than 9 digits"),
        ("{shot}_v###", "holds '#'"),
        ("{shot}_é", "holds 'é'"),
        ("{shot}\n", "holds"),
        ("/{show}", "absolute"),
        ("{show}/", "no name"),
        ("{show}//{shot}", "no name"),
        ("{show}/../{shot}", "leads out"),
        ("{show}/./{shot}", "no name"),
        ("{show}/aux.{ext}", "device"),
        ("{show}.", "a dot or a space at its end"),
        ("{show}[.{ext}] ", "a dot or a space at its end"),
        ("{show}:{shot}", "does not allow"),
        ("{show}\\{shot}", "does not allow"),
        ("{show}" + "".join(f"[_{{a{at}}}]" for at in range(7)), "optional parts"),
    ],
)
def test_templates_that_make_no_sense_are_refused(text: str, why: str) -> None:
    with pytest.raises(RushesError) as caught:
        template(text, vocabulary({f"a{at}": "a" for at in range(7)}))
    assert why in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "{shot}_{task}_v{version:03d}",  # one open token: the others tell where it ends
        "{show}/{show}_{shot}",  # known from the folder
        "{letters}{frame:04d}",  # nothing that both could hold
        "{show}/{sequence}[/{shot}]/v{version:03d}",
        "%V.{view}.{frame:04d}.{ext}",
    ],
)
def test_what_can_be_told_apart_is_taken(text: str) -> None:
    assert template(text, vocabulary({"letters": "A-Z"})).text == text


@pytest.mark.parametrize(
    "spelt", ["", "a-z/", "é", "z-a", "a b", "[a-z]", "\\d", "num", "a-z ", "٠-٩"]
)
def test_an_alphabet_holds_what_every_system_and_client_takes(spelt: str) -> None:
    if spelt == "num":
        assert vocabulary({"own": spelt})["own"]
        return
    with pytest.raises(RushesError, match="cannot hold"):
        vocabulary({"own": spelt})


@pytest.mark.parametrize("name", ["", "Own", "1a", "a-b", "a b", "x" * 41, "é"])
def test_a_token_has_a_plain_name(name: str) -> None:
    with pytest.raises(RushesError, match="name of a token"):
        vocabulary({name: "a-z"})
