"""The examples in deploy/ are true: their options exist, and their files make sense."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from rushes.cli.main import cli
from rushes.core.settings.document import settings_markdown

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
UNITS = [*(DEPLOY / "systemd").glob("*.service"), *(DEPLOY / "systemd").glob("*.timer")]


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words begin with, and what is left of them."""
    found: click.Command = cli
    context = click.Context(cli)
    rest = list(words)
    while rest and isinstance(found, click.Group):
        below = found.get_command(context, rest[0])
        assert below is not None, f"there is no command {' '.join(words)}"
        found, rest = below, rest[1:]
    return found, rest


def options_of(command: click.Command) -> set[str]:
    """All that the command takes."""
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)}


def lines() -> list[tuple[Path, str]]:
    """Command lines of Rushes in the examples, also those in their comments and prose."""
    found: list[tuple[Path, str]] = []
    for path in FILES:
        text = path.read_text("utf-8").replace("\\\n", " ")
        told = re.findall(r"(?:bin/|server |`)rushes ([a-z][^`\n]*)", text)
        found += [(path, line) for line in told]
    return found


def test_every_option_in_the_examples_exists() -> None:
    seen = 0
    for path, line in lines():
        command, rest = command_of(shlex.split(line))
        given = {word.split("=")[0] for word in rest if word.startswith("-")}
        assert given <= options_of(command), f"{path.name}: {line}"
        seen += 1
    assert seen >= 7


def test_options_that_prose_names_are_those_of_the_server() -> None:
    serve = options_of(command_of(["serve"])[0])
    for path in sorted((DEPLOY / "proxy").iterdir()):
        named = set(re.findall(r"(?<![\w-])--[a-z-]+", path.read_text("utf-8")))
        assert named
        assert named <= serve, path.name
    for named in re.findall(r"`(--[a-z-]+)`", (DEPLOY / "README.md").read_text("utf-8")):
        assert named in serve


def test_the_servers_command_lines_are_understood() -> None:
    whole = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text("utf-8"))
    composed = [
        re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", word)
        for word in whole["services"]["server"]["command"]
    ]
    unit = (DEPLOY / "systemd" / "rushes.service").read_text("utf-8")
    (started,) = re.findall(r"^ExecStart=\S*/(rushes .*)$", unit, re.MULTILINE)
    for words in (composed, shlex.split(started)):
        assert words[0] == "rushes"
        command, rest = command_of(words[1:])
        given = command.make_context("serve", list(rest)).params
        assert given["port"] == 8600
        assert given["live_port"] in (None, 8601)
        assert given["public"]
        assert given["live"]


def test_the_containers_fit_together() -> None:
    whole = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text("utf-8"))
    services, volumes = whole["services"], whole["volumes"]
    assert "pgvector" in services["database"]["image"]
    assert services["server"]["depends_on"]["database"]["condition"] == "service_healthy"
    ports = [one.rsplit(":", 1)[1] for one in services["server"]["ports"]]
    assert ports == ["8600", "8601"]
    assert all(one.startswith("127.0.0.1:") for one in services["server"]["ports"])
    for service in services.values():
        for volume in service["volumes"]:
            name = volume.split(":")[0]
            assert name in volumes or name.startswith("${SHOWS")
    built = services["server"]["build"]
    source = (DEPLOY / "compose" / built["context"]).resolve()
    recipe = (source / built["dockerfile"]).read_text("utf-8")
    for copied in re.findall(r"^COPY (.*) \S+$", recipe, re.MULTILINE):
        assert all((source / name).exists() for name in copied.split())


def test_settings_in_the_examples_exist() -> None:
    known = settings_markdown()
    for path in FILES:
        for name in re.findall(r"\bRUSHES_[A-Z_]+\b", path.read_text("utf-8")):
            assert f"`{name}`" in known or name in known, f"{path.name}: {name}"


def test_no_example_holds_a_password_that_works() -> None:
    for path in FILES:
        for login in re.findall(r"://[^:/\s]+:([^@\s]+)@", path.read_text("utf-8")):
            assert login == "change-me" or login.startswith("${"), path.name


def test_proxies_pass_both_ports_on_and_hold_no_stream_back() -> None:
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text("utf-8")
    assert nginx.count("{") == nginx.count("}")
    live = nginx[nginx.index("location /live/") :]
    assert "8601/" in live
    assert "proxy_buffering off" in live
    caddy = (DEPLOY / "proxy" / "Caddyfile").read_text("utf-8")
    assert caddy.count("{") == caddy.count("}")
    for text in (nginx, caddy):
        assert "/metrics" in text
        assert "127.0.0.1:8600" in text
        assert "127.0.0.1:8601" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not there to ask")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    assert len(UNITS) == 3
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/rushes/bin/rushes", sys.executable)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    ended = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
    )
    # What else is installed on this machine is no business of ours.
    told = [line for line in ended.stderr.splitlines() if "rushes" in line]
    assert told == []
