"""Settings: which source wins, and what each value knows of its source."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rushes.core.settings import Settings, keys, load
from rushes.frames.temporary import TEMPORARY

Loader = Callable[..., Settings]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    (made / ".config" / "rushes").mkdir(parents=True)
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    (made / "below" / "deep").mkdir(parents=True)
    return made


@pytest.fixture
def loaded(home: Path, project: Path) -> Loader:
    """`load` of a person whose home is `home`, who stands in `project/below/deep`."""

    def run(env: dict[str, str] | None = None, **given: object) -> Settings:
        environ = {"HOME": str(home), **(env or {})}
        given.setdefault("cwd", project / "below" / "deep")
        return load(environ=environ, **given)  # type: ignore[arg-type]

    return run


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_source_all_values_are_defaults(loaded: Loader, home: Path) -> None:
    settings = loaded()
    assert settings.shows_root is None
    assert settings.scan.workers is None
    assert settings.data_dir == home / ".local/share/rushes"
    assert settings.log_dir == home / ".local/share/rushes/logs"
    assert settings.files == ()
    assert {str(settings.origin(name)) for name in keys()} == {"default"}


def test_each_source_goes_over_the_one_below(loaded: Loader, home: Path, project: Path) -> None:
    write(
        home / ".config/rushes/rushes.toml",
        "[scan]\nworkers = 1\nprobes = 1\n[watch]\npoll = 1\n"
        "[report]\nthumbnails = false\n[profiles.farm.watch]\npoll = 9\n",
    )
    write(project / "rushes.toml", "[scan]\nworkers = 2\nprobes = 2\n[watch]\npoll = 2\n")
    settings = loaded(
        {"RUSHES_SCAN_WORKERS": "3", "RUSHES_SCAN_PROBES": "3"},
        flags={"scan.workers": 4},
        profile="farm",
    )
    assert settings.scan.workers == 4
    assert settings.scan.probes == 3
    assert settings.watch.poll == 9
    assert settings.report.thumbnails is False
    assert str(settings.origin("scan.workers")) == "flag --workers"
    assert str(settings.origin("scan.probes")) == "environment RUSHES_SCAN_PROBES"
    user = home / ".config/rushes/rushes.toml"
    assert str(settings.origin("watch.poll")) == f"{user}:9 (profile farm)"
    assert str(settings.origin("report.thumbnails")) == f"{user}:7"
    assert settings.files == (user, project / "rushes.toml")


def test_the_nearest_file_upwards_is_the_projects(loaded: Loader, project: Path) -> None:
    write(project / "rushes.toml", "[scan]\nworkers = 2\n")
    write(project / "below/rushes.toml", "[scan]\nworkers = 3\n")
    settings = loaded()
    assert settings.scan.workers == 3
    assert settings.files == (project / "below/rushes.toml",)


def test_a_named_file_is_read_instead_of_the_one_found(loaded: Loader, project: Path) -> None:
    write(project / "rushes.toml", "[scan]\nworkers = 2\n")
    other = write(project / "other.toml", "[scan]\nworkers = 7\n")
    assert loaded(config=other).scan.workers == 7
    assert loaded({"RUSHES_CONFIG": str(other)}).scan.workers == 7


def test_paths_in_a_file_start_from_its_folder(loaded: Loader, project: Path, home: Path) -> None:
    write(project / "rushes.toml", 'shows_root = "shows"\nlog_dir = "~/logs"\n')
    settings = loaded()
    assert settings.shows_root == project / "shows"
    assert settings.origin("shows_root").line == 1


def test_paths_of_variables_and_flags_start_from_the_working_directory(loaded: Loader) -> None:
    settings = loaded({"RUSHES_SHOWS_ROOT": "shows"}, flags={"log_dir": Path("logs")})
    assert settings.shows_root == Path("shows")
    assert settings.log_dir == Path("logs")


def test_moving_the_data_folder_moves_the_logs_with_it(loaded: Loader, home: Path) -> None:
    assert loaded({"RUSHES_DATA_DIR": "/data/rushes"}).log_dir == Path("/data/rushes/logs")
    assert loaded({"RUSHES_DATA_DIR": "~/r"}).data_dir == home / "r"


def test_an_empty_variable_says_nothing(loaded: Loader) -> None:
    settings = loaded({"RUSHES_SCAN_WORKERS": "", "RUSHES_PROFILE": "", "RUSHES_DATA_DIR": ""})
    assert settings.scan.workers is None
    assert settings.profile == ""


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("RUSHES_SCAN_WORKERS", "4", "scan.workers", 4),
        ("RUSHES_SCAN_FOLDER_TIMEOUT", "2.5", "scan.folder_timeout", 2.5),
        ("RUSHES_SCAN_IGNORE", ".snapshot, old", "scan.ignore", (".snapshot", "old")),
        ("RUSHES_SCAN_EXECUTOR", "inline", "scan.executor", "inline"),
        ("RUSHES_FRAMES_SUBFRAMES", "yes", "frames.subframes", True),
        ("RUSHES_FRAMES_SUBFRAMES", "0", "frames.subframes", False),
        ("RUSHES_DISK_SHOT_WARN", "2 TB", "disk.shot_warn", 2 * 1024**4),
        ("RUSHES_DISK_FILESYSTEM_WARN", "80%", "disk.filesystem_warn", 0.8),
        ("RUSHES_DISK_FILESYSTEM_WARN", "0.8", "disk.filesystem_warn", 0.8),
        ("RUSHES_THRESHOLDS_DISK_WARNING_MB", "500", "thresholds.disk_warning_mb", 500),
        ("RUSHES_DATABASE_DATA_DIR", "/pg", "database.data_dir", Path("/pg")),
        ("RUSHES_SHOTS", "a/b=1-9x2,12; a/c=5", "shots", {"a/b": "1-9x2,12", "a/c": "5"}),
    ],
)
def test_variables_are_read_as_the_kind_of_their_setting(
    loaded: Loader, variable: str, text: str, name: str, value: object
) -> None:
    assert loaded({variable: text}).value(name) == value


def test_shots_of_all_files_come_together(loaded: Loader, home: Path, project: Path) -> None:
    write(home / ".config/rushes/rushes.toml", '[shots]\n"a/sh1" = "1-9"\n"a/sh2" = "1-9"\n')
    write(project / "rushes.toml", '[shots]\n"a/sh2" = "1-5"\n[shots.a.sq1]\nsh3 = "7"\n')
    settings = loaded()
    assert settings.shots == {"a/sh1": "1-9", "a/sh2": "1-5", "a/sq1/sh3": "7"}
    assert str(settings.origin("shots.a/sh2")) == f"{project / 'rushes.toml'}:2"
    assert str(settings.origin("shots.a/sh1")) == f"{home / '.config/rushes/rushes.toml'}:2"


def test_one_file_that_is_both_a_persons_and_the_projects_is_read_once(
    loaded: Loader, home: Path
) -> None:
    user = write(home / ".config/rushes/rushes.toml", "[scan]\nworkers = 2\n")
    assert loaded(cwd=user.parent).files == (user,)
    assert loaded(config=user).files == (user,)


def test_settings_do_not_change_and_travel_whole(loaded: Loader, project: Path) -> None:
    write(project / "rushes.toml", '[scan]\nworkers = 2\n[shots]\n"a/b" = "1"\n')
    settings = loaded()
    assert pickle.loads(pickle.dumps(settings)) == settings
    with pytest.raises(AttributeError, match="frozen"):
        settings.scan.workers = 3
    with pytest.raises(AttributeError, match="frozen"):
        del settings.profile


def test_a_secret_does_not_show_in_what_is_printed(loaded: Loader) -> None:
    settings = loaded({"RUSHES_DATABASE_URL": "postgresql://ann:s3cret@host/db"})
    assert settings.database.url == "postgresql://ann:s3cret@host/db"
    assert "s3cret" not in repr(settings)


def test_names_of_temporary_files_are_the_same_as_where_they_are_used() -> None:
    assert Settings().frames.temporary == TEMPORARY


def test_every_default_is_a_value_that_its_own_check_accepts() -> None:
    for key in keys().values():
        if key.default is not None:
            assert key.kind.read(key.default) == key.default, key.name


def test_every_setting_says_what_it_means_and_no_two_share_a_variable() -> None:
    known = keys().values()
    assert all(key.doc.endswith(".") for key in known)
    assert len({key.variable for key in known}) == len(known)


def test_a_working_directory_that_was_deleted_has_no_project_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load(environ={"HOME": str(home)}).files == ()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become nobody")
def test_a_folder_above_that_may_not_be_entered_is_passed_by() -> None:
    with tempfile.TemporaryDirectory() as above:
        here = Path(above) / "closed" / "project"
        here.mkdir(parents=True)
        (Path(above) / "rushes.toml").write_text("[scan]\nworkers = 3\n")
        Path(above).chmod(0o755)
        (here.parent).chmod(0o600)
        child = os.fork()
        if child == 0:
            os.setuid(65_534)
            code = 1
            try:
                code = 0 if load(environ={"HOME": "/none"}, cwd=here).scan.workers == 3 else 2
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
