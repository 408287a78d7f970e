"""Help, and what a command line is told that names a command or an option in the wrong place."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest

from rushes.cli import exits
from rushes.cli.main import cli

Command = Callable[..., Any]


@pytest.mark.parametrize(
    "names", [(), ("ls",), ("exr",), ("exr", "check"), ("config", "show"), ("validate",)], ids=str
)
def test_help_of_a_command_is_what_its_own_option_shows(
    rushes: Command, names: tuple[str, ...]
) -> None:
    told = rushes("help", *names)
    assert told.code == exits.OK
    assert told.out == rushes(*names, "--help").out
    assert f"Usage: {' '.join(('rushes', *names))} " in told.out


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("sca",), "Did you mean scan"),
        (("exr", "thum"), "Did you mean thumb"),
        (("config", "shw"), "Did you mean 'show'"),
        (("ls", "more"), "rushes ls has no commands of its own"),
    ],
    ids=str,
)
def test_help_of_what_is_no_command_says_so(
    rushes: Command, names: tuple[str, ...], told: str
) -> None:
    ended = rushes("help", *names)
    assert (ended.code, ended.out) == (exits.NOT_THERE, "")
    assert told in ended.err


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = (
        "import sys; from rushes.cli.main import run; run(['--help']);"
        "print(*(one for one in sys.modules if one.startswith('rushes.cli.commands.')))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--profile", "farm", "disk"), "goes after the command: rushes disk --profile NAME"),
        (("--profile=farm", "disk"), "goes after the command: rushes disk --profile NAME"),
        (("--no-db", "scan", "x"), "--no-db goes after the command: rushes scan --no-db"),
        (("--config", "x", "exr", "check"), "rushes exr check --config FILE"),
        (("exr", "--log-dir", "x", "check"), "rushes exr check --log-dir DIR"),
        (("config", "--profile", "x", "show"), "rushes config show --profile NAME"),
        (("-r", "ls"), "rushes ls -r"),
    ],
    ids=str,
)
def test_an_option_before_its_command_is_told_where_it_goes(
    rushes: Command, given: tuple[str, ...], told: str
) -> None:
    ended = rushes(*given)
    assert ended.code == exits.NOT_THERE
    assert told in ended.err
    assert "No such option" not in ended.err


def test_an_option_before_its_command_is_told_in_json_as_well(rushes: Command) -> None:
    ended = rushes("--json", "ls")
    assert ended.json["error"]["message"] == "--json goes after the command: rushes ls --json"


@pytest.mark.parametrize("given", [("--bogus", "ls"), ("--profile",), ("ls", "--bogus")], ids=str)
def test_an_option_that_nothing_takes_is_none(rushes: Command, given: tuple[str, ...]) -> None:
    ended = rushes(*given)
    assert ended.code == exits.NOT_THERE
    assert "No such option" in ended.err


@pytest.mark.parametrize("group", ["validate", "deliver"])
def test_a_word_that_is_no_command_is_not_taken_for_one_of_the_default_command(
    rushes: Command, group: str
) -> None:
    ended = rushes(group, "nosuch")
    assert ended.code == exits.NOT_THERE
    assert f"Usage: rushes {group} [" in ended.err
    assert "There is no command 'nosuch'." in ended.err
    assert " run" not in ended.err


def commands(group: click.Group) -> Iterator[click.Command]:
    """All commands below `group`."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield from commands(command) if isinstance(command, click.Group) else (command,)


def test_usage_tells_which_arguments_may_be_left_away() -> None:
    told = {
        (one.make_metavar(click.Context(command)), one.required)
        for command in commands(cli)
        for one in command.params
        if isinstance(one, click.Argument)
    }
    assert ("[PATH]…", False) in told
    assert [shown for shown, required in told if shown.startswith("[") is required] == []
