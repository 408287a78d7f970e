"""DCCs come with Python 3.10: core, model, ports and client work there, with nothing installed.

The client asks for httpx, once something is asked of a server.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
ROOMS = ("core", "model", "ports", "client")
# What the client uses of other rooms.
BESIDES = tuple(
    f"tracking/{one}.py" for one in ("__init__", "json_values", "refusing", "reserving")
)
FILES = sorted(
    (
        *(file for room in ROOMS for file in (SOURCE / "rushes" / room).rglob("*.py")),
        *(SOURCE / "rushes" / file for file in BESIDES),
    )
)
MODULES = [
    ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for file in FILES
]
# The two ways out: `toolkit.yaml` and `.env` are read where PyYAML and python-dotenv are there, and
# refused by name elsewhere.
# `tomli` is what `tomllib` was before 3.11.
ASKED_FOR = {
    ("core/settings/dotenv.py", "dotenv"),
    ("core/settings/reading.py", "yaml"),
    ("core/settings/reading.py", "tomli"),
    ("client/transport.py", "httpx"),
}


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level name of each module that is imported anywhere in `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("file", FILES, ids=MODULES)
def test_what_dccs_import_is_spelt_as_in_python_310(file: Path) -> None:
    ast.parse(file.read_text("utf-8"), feature_version=(3, 10))


@pytest.mark.parametrize("file", FILES, ids=MODULES)
def test_what_dccs_import_asks_for_nothing_but_python(file: Path) -> None:
    place = file.relative_to(SOURCE / "rushes").as_posix()
    foreign = {
        name
        for name in imported(ast.parse(file.read_text("utf-8")))
        if name != "rushes"
        and name not in sys.stdlib_module_names
        and (place, name) not in ASKED_FOR
    }
    assert foreign == set()


@pytest.mark.timeout(400)
def test_what_dccs_import_uses_only_what_python_310_has(tmp_path: Path) -> None:
    rooms = [SOURCE / "rushes" / place for place in (*ROOMS, *BESIDES)]
    mypy = (sys.executable, "-m", "mypy", "--config-file", os.devnull, "--python-version", "3.10")
    quiet = ("--follow-imports", "silent", "--ignore-missing-imports")
    done = subprocess.run(
        [*mypy, *quiet, "--cache-dir", tmp_path / "cache", *rooms],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_real_python_310_imports_them_with_nothing_installed(tmp_path: Path) -> None:
    python = _python_310()
    if python is None:
        pytest.skip("there is no Python 3.10 on this machine")
    script = "import sys; sys.path.insert(0, sys.argv[1])\n" + "\n".join(
        f"import {module}" for module in MODULES
    )
    done = subprocess.run(
        [python, "-I", "-S", "-B", "-c", script, SOURCE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_script_that_uses_the_client_loads_nothing_heavy() -> None:
    """Nor httpx, which takes longer to import than all of ours, before a server is asked."""
    script = (
        "import sys; from rushes.client import connect; connect('http://127.0.0.1', 'x');"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(SOURCE)!r}); {script}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    heavy = {"django", "numpy", "orjson", "psycopg", "pydantic", "click", "rich", "httpx", "yaml"}
    assert "rushes" in loaded
    assert loaded & heavy == set()


@pytest.mark.timeout(400)
def test_scripts_that_use_the_client_are_checked_by_their_types(tmp_path: Path) -> None:
    script = tmp_path / "publish.py"
    script.write_text(
        "from rushes.client import connect\n"
        "with connect() as rushes:\n"
        "    for shot in rushes.shots.find(project='NV', status__in=['wip']):\n"
        "        reveal_type(shot.id)\n"
        "    with rushes.publishes.next(task=7, software='nuke') as reserved:\n"
        "        reveal_type(reserved.record().is_latest)\n"
        "    rushes.shots.get('seven')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir",
         tmp_path / "cache", "--follow-imports", "silent", script],
        env={**os.environ, "MYPYPATH": str(SOURCE)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )  # fmt: skip
    told = done.stdout
    assert told.count('Revealed type is "int"') + told.count('"builtins.int"') == 1, told
    assert told.count('Revealed type is "bool"') + told.count('"builtins.bool"') == 1, told
    assert "incompatible type" in told
    assert "Found 1 error" in told


def _python_310() -> str | None:
    """A Python 3.10 that runs: a name on PATH may be a shim with nothing behind it."""
    wanted = "import sys; sys.exit(sys.version_info[:2] != (3, 10))"
    for name in ("python3.10", "python3"):
        found = shutil.which(name)
        if found and not subprocess.run([found, "-c", wanted], capture_output=True).returncode:
            return found
    return None
