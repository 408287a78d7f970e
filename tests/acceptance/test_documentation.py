"""What is written about Rushes is true: every command and setting told, every block runs."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

from rushes.cli import exits
from rushes.core.errors import Code
from rushes.core.settings import keys
from rushes.core.settings.document import settings_markdown

PROJECT = Path(__file__).parents[2]
WRITTEN = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "reference", PROJECT / "docs" / "hooks" / "reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COMMANDS = dict(reference().every_command())
NAMES = [" ".join(path) for path in COMMANDS]


@pytest.mark.parametrize("path", COMMANDS, ids=NAMES)
def test_every_command_and_option_says_what_it_does(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help, f"{path} has no help"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts} has no help"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_shown_at_work_on_a_written_page(name: str) -> None:
    assert any(name in page.read_text("utf-8") for page in WRITTEN), f"{name} is on no page"


def test_the_reference_holds_every_command() -> None:
    page = reference().commands()
    assert [name for name in NAMES if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", keys())
def test_every_setting_is_in_the_reference_with_its_meaning(name: str) -> None:
    assert keys()[name].doc
    assert name.rpartition(".")[2] in settings_markdown()


def test_every_json_document_has_a_schema_and_every_schema_a_document() -> None:
    used: set[str] = set()
    package = PROJECT / "src" / "rushes"
    rooms = ("bootstrap", "cli", "inspection")
    for path in (one for room in rooms for one in package.glob(f"{room}/**/*.py")):
        used |= set(re.findall(r'"(rushes\.[a-z-]+/\d+)"', path.read_text("utf-8")))
    there = {
        path.stem.replace(".", "/").replace("rushes/", "rushes.", 1)
        for folder in (PROJECT / "docs" / "schemas", package / "inspection" / "schemas")
        for path in folder.glob("*.json")
    }
    assert used == there


def test_every_error_has_an_exit_code_and_every_exit_code_a_meaning() -> None:
    assert set(exits.EXIT_CODES) == set(Code)
    assert set(exits.EXIT_CODES.values()) <= set(exits.MEANINGS)


def blocks(page: Path) -> list[str]:
    """The commands of a page's console blocks, those without a $ being output."""
    text = page.read_text("utf-8")
    found = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = "\n".join(found).replace("\\\n", " ").splitlines()
    return [line[2:] for line in lines if line.startswith("$ ")]


PAGES = [page for page in WRITTEN if blocks(page)]


# Each command has a limit of its own, and a page may have many.
@pytest.mark.timeout(600)
@pytest.mark.timeout(400)  # some pages tell of many commands
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_a_page_runs(page: Path, tmp_path: Path, database_url: str) -> None:
    """In order, beginning beside the demo studio; a comment names an exit code other than 0."""
    here = tmp_path
    env = {name: value for name, value in os.environ.items() if not name.startswith("RUSHES_")}
    env |= {
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "RUSHES_DATA_DIR": str(tmp_path / "data"),
        "RUSHES_DATABASE_URL": database_url,
        "RUSHES_DISK_FILESYSTEM_WARN": "1",
        "RUSHES_DISK_FILESYSTEM_CRITICAL": "1",
    }
    for line in ["rushes demo --at studio", *blocks(page)]:
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            here /= words[1]
            continue
        wanted = re.search(r"# exits (\d+)$", line)
        program = [sys.executable, "-m"] if words[0] == "rushes" else []
        ended = subprocess.run(
            [*program, *words], cwd=here, env=env, capture_output=True, text=True, timeout=100
        )
        code = int(wanted.group(1)) if wanted else exits.OK
        assert ended.returncode == code, f"{line}\n{ended.stdout}{ended.stderr}"
