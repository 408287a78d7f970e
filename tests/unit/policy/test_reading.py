"""Policies read from TOML, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Severity
from rushes.policy.reading import parse_policy, read_policy

TOP = 'name = "studio"\nversion = "1"\ndescription = "What we want."\n'
RULE = '[rules.zip]\ncheck = "compression"\none_of = ["ZIP"]\n'


def refused(text: str) -> RushesError:
    with pytest.raises(RushesError) as raised:
        parse_policy(text, shown="studio.toml")
    assert raised.value.code is Code.POLICY_INVALID
    assert raised.value.hint
    return raised.value


def test_a_policy_is_read_with_its_rules_in_order() -> None:
    found = parse_policy(f'{TOP}{RULE}[rules."b.c"]\ncheck="line_order"\none_of="RANDOM_Y"\n')
    assert (found.name, found.version, found.description) == ("studio", "1", "What we want.")
    assert [one.id for one in found.rules] == ["studio.zip", "studio.b.c"]
    assert found.rules[0].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (TOP + RULE + "[rulez]\n", 7, "a policy has no key 'rulez'"),
        (TOP + RULE + "size = 3\n", 7, "the rule zip (check compression) has no key 'size'"),
        (TOP + RULE.replace("one_of", "oneof"), 6, "has no key 'oneof'"),
        (TOP + '[rules.a]\ncheck = "compressions"\n', 5, "check must be one of structure,"),
        (TOP + RULE.replace('"ZIP"', '"ZIPP"'), 6, "one_of must be one or several of NONE"),
        (TOP + RULE.replace('["ZIP"]', "3"), 6, "one_of must be"),
        (TOP + RULE + 'severity = "fatal"\n', 7, "severity must be one of error, warning, note"),
        (TOP + RULE + "[rules.zip.only]\nchanel = 3\n", 8, "only of the rule zip has no key"),
        (TOP + RULE + "only = { channel = 3 }\n", 7, "channel must be a name or a list of names"),
        (TOP + RULE + "only = {}\n", 7, "only of the rule zip asks for nothing"),
        (TOP + RULE + "only = 3\n", 7, "only must be a table"),
        (TOP + '[rules.a]\ncheck = "compression"\n', 4, "the rule a asks for nothing"),
        (TOP + '[rules.a]\nseverity = "note"\n', 4, "the rule a has no check"),
        (TOP + '[rules.a]\ncheck = "attribute"\n', 4, "has no names"),
        (
            TOP + '[rules.a]\ncheck="attribute"\nnames="x"\npresence="forbidden"\nvalue=1\n',
            4,
            "forbids attributes and yet says what they hold",
        ),
        (TOP + '[rules.a]\ncheck="file_name"\npattern="["\n', 6, "must be a regular expression"),
        (TOP + '[rules.a]\ncheck="window"\nwidth=-1\n', 6, "width must be a whole number"),
        (TOP + '[rules.a]\ncheck="pixel_aspect"\none_of=nan\n', 6, "one_of must be a number"),
        (TOP + '[rules.a]\ncheck="window"\norigin=[1]\n', 6, "must be a list of two numbers"),
        (TOP + '[rules.a]\ncheck="attribute"\nnames="x"\nvalue=1979-05-27\n', 7, "value must be"),
        (TOP + '[rules.a]\ncheck="attribute"\nnames="x"\none_of=[]\n', 7, "one_of must be"),
        (TOP + '[rules.a]\ncheck="channels"\nsampling=0\n', 6, "sampling must be"),
        (TOP + '[rules.a]\ncheck="drift"\nfields=[]\nattributes=[]\n', 4, "asks for nothing"),
        (TOP + '[rules.Big]\ncheck="drift"\n', 4, "the rule 'Big' must have a name of small"),
        (TOP + "[rules]\na = 3\n", 5, "the rule a must be a table"),
        (TOP + "rules = 3\n", 4, "rules must be a table"),
        (TOP + "[rules]\n", 4, "there are no rules"),
        (TOP, 1, "a policy has no rules"),
        (RULE, 1, "a policy has no name"),
        (TOP.replace('"studio"', '"My Studio"') + RULE, 1, "name must be a name of small letters"),
        (TOP.replace('"1"', "1") + RULE, 2, "version must be text, not 1"),
        (TOP + "[rules.a\n", 4, "it is not TOML"),
        (TOP + RULE + RULE, 7, "it is not TOML"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(text: str, line: int, told: str) -> None:
    error = refused(text)
    assert error.message.startswith(f"studio.toml:{line}: ")
    assert told in error.message


def test_lists_of_several_lines_do_not_hide_the_lines_behind_them() -> None:
    lists = 'exactly = [\n  ["Y"], # [R\n  ["R", "G", "]"],\n]\n'
    error = refused(f'{TOP}[rules.a]\ncheck = "channels"\n{lists}severity = "fatal"\n')
    assert error.message.startswith("studio.toml:10: ")


def test_a_slip_of_the_pen_is_told_what_was_meant() -> None:
    assert refused(TOP + RULE + 'severty = "note"\n').hint == "Did you mean severity?"
    assert refused(TOP + RULE.replace("one_of", "oneof")).hint == "Did you mean one_of?"


def test_the_digest_is_of_what_a_policy_says() -> None:
    one = parse_policy(TOP + RULE)
    same = parse_policy("# ours\n" + TOP + RULE.replace('["ZIP"]', "[\n  'ZIP', # best\n]"))
    other = parse_policy(TOP + RULE.replace("ZIP", "PIZ"))
    assert one.digest == same.digest
    assert one.digest != other.digest
    assert len(one.digest) == 32


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as raised:
        read_policy(tmp_path / "none.toml")
    assert raised.value.code is Code.PATH_NOT_FOUND
    with pytest.raises(RushesError) as raised:
        read_policy(tmp_path)
    assert raised.value.code is Code.PATH_UNREADABLE
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b"name = '\xff'")
    with pytest.raises(RushesError) as raised:
        read_policy(odd)
    assert raised.value.code is Code.POLICY_INVALID
