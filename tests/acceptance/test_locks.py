"""The lock files: what make installs is named by hash, from no particular place, and agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("run", "dev")
RUN = ("s3", "editorial", "usd")  # the extras that make installs
_PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")


def pins(lock: str) -> set[tuple[str, str, str]]:
    """Name, version and marker of each package."""
    return {(name, version, marker) for name, version, marker in _PIN.findall(text(lock))}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_every_package_with_hashes(lock: str) -> None:
    entries = [line for line in text(lock).splitlines() if line and line[0] not in " #"]
    assert len(entries) == len(pins(lock))
    blocks = re.split(r"^(?=\S)", text(lock), flags=re.MULTILINE)
    assert all("--hash=sha256:" in block for block in blocks if block)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_that_packages_come_from(lock: str) -> None:
    assert not re.search(r"://|--index|--find-links|--extra-index|--trusted", text(lock))


def test_what_the_command_runs_with_is_what_its_tests_run_with() -> None:
    assert {(name, version) for name, version, _ in pins("run")} <= {
        (name, version) for name, version, _ in pins("dev")
    }


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    extras = [
        one for extra in project["project"]["optional-dependencies"].values() for one in extra
    ]
    wanted = {
        "run": [
            *project["project"]["dependencies"],
            *groups["build"],
            *(one for extra in RUN for one in project["project"]["optional-dependencies"][extra]),
        ],
        "dev": [*project["project"]["dependencies"], *groups["dev"], *extras],
    }
    for lock, asked in wanted.items():
        names = {re.split(r"[\[<>=~!; ]", one)[0].lower() for one in asked}
        assert names <= {name for name, *_ in pins(lock)}, lock
