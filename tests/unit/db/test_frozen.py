"""What a migration does is written down once: nothing of today reaches into it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from rushes.db import migrations
from rushes.db.locks import DatabaseLock

FOLDER = Path(migrations.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))
# What has landed, as `sha256sum` writes it. Whoever adds a file adds a line, and changes none.
LANDED = Path(__file__).parent / "states" / "sql.sha256"


def imported(module: Path) -> Iterator[str]:
    """The names of all modules that it imports, wherever in the file."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{'.' * node.level}{node.module or ''}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_migration_imports_nothing_of_today(module: Path) -> None:
    for name in imported(module):
        top = name.split(".")[0]
        frozen = name == migrations.__name__ or top == "django" or top in sys.stdlib_module_names
        assert frozen, f"{module.name} imports {name}, which changes: give it what it needs in sql/"


def test_the_sql_that_has_landed_stays_as_it_is() -> None:
    told = LANDED.read_text("ascii").splitlines()
    landed = {name: digest for digest, name in (line.split() for line in told)}
    there = {path.name: sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("sql/*")}
    assert there == landed, "write a new migration instead; a new file gets a line of its own"


def test_all_sql_is_run_by_the_migration_of_its_number() -> None:
    for path in FOLDER.glob("sql/*"):
        (module,) = FOLDER.glob(f"{path.name[:4]}_*.py")
        assert f'sql("{path.stem}")' in module.read_text("utf-8")


def test_the_lock_that_wakes_the_sealer_has_the_number_that_the_database_asks_for() -> None:
    number = str(DatabaseLock.EVENTS_ASLEEP.value)
    assert migrations.sql("0009_waking").count(f"_shared({number})") == 2
