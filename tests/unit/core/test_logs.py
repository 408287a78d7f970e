"""The log file: what is in it, what never is, and that it stops no command."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rushes.core import logs
from rushes.core.settings import Settings
from rushes.core.settings.schema import Database

OURS = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z (INFO|WARNING|ERROR) +\[\d+\] .+")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    logs.stop()


def started(folder: Path, **given: object) -> Path:
    settings = Settings(log_dir=folder, **given)
    logs.start(settings)
    return settings.log_file


def test_every_event_is_one_line_with_its_time_in_utc(tmp_path: Path) -> None:
    path = started(tmp_path / "logs")
    logs.info("scanned /shows/demo")
    logs.error("a name with\na break and \x1b[31m colour")
    lines = path.read_text().splitlines()
    assert len(lines) == 3  # the command line comes first
    assert all(LINE.fullmatch(line) for line in lines)
    assert lines[2].endswith("a name with\\na break and \\x1b[31m colour")
    assert logs.path() == path


def test_a_warning_is_told_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = started(tmp_path)
    logs.warning("A folder hung.")
    assert capsys.readouterr().err == "warning: A folder hung.\n"
    assert "WARNING" in path.read_text()
    assert "A folder hung." in path.read_text()


def test_secrets_reach_neither_the_file_nor_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql://ann:s3cret@host/db"
    path = started(tmp_path, database=Database(url=url))
    logs.info(f"connecting to {url}")
    logs.info("the server said: password s3cret is wrong")
    logs.warning("tried postgresql://bob:other@elsewhere/db too")
    told = path.read_text() + capsys.readouterr().err
    assert "s3cret" not in told
    assert "other@" not in told
    assert "bob:***@elsewhere" in told


def test_a_fault_is_kept_with_its_traceback_but_no_values(tmp_path: Path) -> None:
    path = started(tmp_path)
    secret = "in a local variable"
    with pytest.raises(ZeroDivisionError) as caught:
        len(secret) // 0
    assert logs.fault(caught.value) == path
    told = path.read_text()
    assert "ZeroDivisionError" in told
    assert "test_logs.py" in told
    assert secret not in told
    assert all(LINE.fullmatch(line) for line in told.splitlines())


def test_a_fault_without_a_log_is_said_to_be_nowhere() -> None:
    assert logs.fault(ValueError("x")) is None


def test_a_folder_that_cannot_be_written_is_one_warning_and_the_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    started(tmp_path / "file" / "logs")
    logs.info("nothing")
    told = capsys.readouterr().err
    assert told.count("warning:") == 1
    assert "not logged" in told
    assert "--log-dir" in told
    assert logs.path() is None


def test_a_long_log_is_moved_aside_and_three_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_LIMIT", 10)
    for number in range(6):
        started(tmp_path)
        logs.info(f"run {number}")
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["rushes.log", "rushes.log.1", "rushes.log.2", "rushes.log.3"]
    assert "run 5" in (tmp_path / "rushes.log").read_text()
    assert "run 4" in (tmp_path / "rushes.log.1").read_text()
    assert "run 2" in (tmp_path / "rushes.log.3").read_text()


def test_the_seeds_log_keeps_its_name(tmp_path: Path) -> None:
    assert started(tmp_path, log_name="toolkit.log") == tmp_path / "toolkit.log"
    assert (tmp_path / "toolkit.log").exists()


def test_lines_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rushes.core import logs;"
        "from rushes.core.settings import Settings;"
        "logs.start(Settings(log_dir=Path(sys.argv[1])));"
        "[logs.info(sys.argv[2] * 300) for _ in range(200)]"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), letter], env=OURS)
        for letter in "abcd"
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    lines = (tmp_path / "rushes.log").read_text().splitlines()
    assert len(lines) == 4 * 201
    assert all(LINE.fullmatch(line) for line in lines)
    letters = [line.rpartition(" ")[2] for line in lines if "started" not in line]
    assert {len(set(word)) for word in letters} == {1}


def test_what_libraries_log_lands_in_the_same_file(tmp_path: Path) -> None:
    path = started(tmp_path)
    before = list(logging.getLogger().handlers)
    try:
        logs.listen()
        logs.listen()
        logging.getLogger("django").warning("slow query %s", 3)
        logging.getLogger("django").info("nothing special")
    finally:
        logging.getLogger().handlers[:] = before
    told = path.read_text()
    assert told.count("django: slow query 3") == 1
    assert "nothing special" not in told


def test_logging_is_not_imported_for_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rushes.core import logs;"
        "from rushes.core.settings import Settings;"
        "logs.start(Settings(log_dir=Path(sys.argv[1]))); logs.info('x');"
        "sys.exit('logging' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=OURS)
    assert ended.returncode == 0
