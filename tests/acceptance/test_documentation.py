"""What is written about Rushes is true: every command and setting told, every block runs."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import click
import pytest

from rushes.cli import exits
from rushes.core.errors import Code
from rushes.core.settings import keys
from rushes.core.settings.document import settings_markdown
from rushes.testing.houses import House, at_home, prepared
from rushes.testing.postgres import temporary_database

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
@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[House]:
    """The demo studio, made once and copied for each page."""

    def prepare(here: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        run(["rushes", "demo", "--at", "studio"], here, environment, wanted=exits.OK)

    folder = tmp_path_factory.mktemp("pages")
    with temporary_database(postgres_server) as url, prepared(folder, url, prepare) as house:
        yield house


@pytest.mark.timeout(400)  # some pages tell of many commands
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_a_page_runs(
    page: Path, demo: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, beginning beside the demo studio; a comment names an exit code other than 0."""
    with demo.copied() as url:
        here = at_home(demo.place, monkeypatch)
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "RUSHES_DATABASE_URL": url}
        for line in blocks(page):
            words = shlex.split(line, comments=True)
            if words[0] == "cd":
                here /= words[1]
                continue
            wanted = re.search(r"# exits (\d+)$", line)
            run(words, here, env, wanted=int(wanted.group(1)) if wanted else exits.OK)


def run(words: list[str], here: Path, env: Mapping[str, str], *, wanted: int) -> None:
    program = [sys.executable, "-m"] if words[0] == "rushes" else []
    ended = subprocess.run(
        [*program, *words], cwd=here, env=env, capture_output=True, text=True, timeout=100
    )
    assert ended.returncode == wanted, f"{shlex.join(words)}\n{ended.stdout}{ended.stderr}"
