"""What holds for every test: nothing of the machine or its user shows, nothing is left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from rushes.core import logs

# How long an example takes says more of the machine than of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Claims of the contract suites are told in full, like those of the tests here.
pytest.register_assert_rewrite("rushes.testing.contracts")

# Settings of ours (those that steer the tests themselves excepted), folders of the desktop,
# PostgreSQL's own defaults, and what decides about colours on terminals and in pictures.
_PREFIXES = ("RUSHES_", "XDG_", "PG", "QC_", "TRAK_")
_NAMES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "OCIO", "DJANGO_SETTINGS_MODULE")
_KEPT = ("RUSHES_TEST_",)


def pytest_configure() -> None:
    """Clear the environment once, before any fixture of a session can read it."""
    for name in list(os.environ):
        if name in _NAMES or (name.startswith(_PREFIXES) and not name.startswith(_KEPT)):
            del os.environ[name]
    # A shell's background job has it ignored, and so would all programs that tests start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_surroundings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A home and a data folder for one test alone, and no log that an earlier test opened."""
    place = tmp_path_factory.mktemp("surroundings")
    monkeypatch.setenv("HOME", str(_made(place / "home")))
    monkeypatch.setenv("RUSHES_DATA_DIR", str(place / "data"))
    logs.stop()
    yield
    logs.stop()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
