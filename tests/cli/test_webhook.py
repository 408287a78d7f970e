"""`rushes webhook`: made, listed, tried, resumed, removed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.testing.receiver import receiving

Command = Callable[..., Any]


@pytest.fixture
def admin(rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    assert rushes("user", "add", "ada", "--admin").code == exits.OK


def test_a_webhook_is_made_tried_and_removed(
    rushes: Command, admin: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as receiver:
        inside = rushes("webhook", "add", receiver.url)
        assert inside.code == exits.NOT_THERE
        assert "webhooks.local" in inside.err
        assert rushes("webhook", "list", "--json").json["webhooks"] == []
        monkeypatch.setenv("RUSHES_WEBHOOKS_LOCAL", "true")
        made = rushes("webhook", "add", receiver.url, "--kind", "task.update", "--json").json
        assert made["secret"].startswith("whsec_")
        number = str(made["webhook"]["id"])
        monkeypatch.delenv("RUSHES_WEBHOOKS_LOCAL")
        refused = rushes("webhook", "test", number)
        assert refused.code == exits.UNAVAILABLE
        assert "inside" in refused.out
        monkeypatch.setenv("RUSHES_WEBHOOKS_LOCAL", "true")
        assert rushes("webhook", "test", number, "--json").json["arrived"]
        (got,) = receiver.wait(1)
        assert got.headers["webhook-signature"].startswith("v1,")
    listed = rushes("webhook", "list")
    assert receiver.url in listed.out
    assert made["secret"] not in listed.out
    (row,) = rushes("webhook", "list", "--json").json["webhooks"]
    assert (row["owner"], row["types"]) == ("ada", ["task.update"])
    assert rushes("webhook", "resume", number).out.startswith("Resumed webhook")
    assert rushes("webhook", "remove", number, "--json").json["secret"] is None
    assert rushes("webhook", "remove", number).code == exits.NOT_THERE


def test_a_webhook_is_somebodys_and_of_something(rushes: Command, admin: None) -> None:
    url = "https://example.org/"
    assert rushes("webhook", "add", url, "--user", "nobody").code == exits.NOT_THERE
    assert rushes("webhook", "add", url, "--project", "NONE").code == exits.NOT_THERE
    assert rushes("webhook", "add", url, "--kind", "tusk").code == exits.NOT_THERE
    assert rushes("webhook", "add", "nowhere").code == exits.NOT_THERE
    assert rushes("user", "add", "bob", "--admin").code == exits.OK
    assert "several admins" in rushes("webhook", "add", url).err
    assert rushes("webhook", "list", "--json").json["webhooks"] == []


def test_webhooks_of_a_server_are_not_made_in_a_database_here(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("RUSHES_TOKEN", "rushes_x")
    for command in (("list",), ("add", "https://hooks.example.org/x"), ("remove", "1")):
        assert rushes("webhook", *command).code == exits.UNAVAILABLE
    refused = rushes("webhook", "test", "1")
    assert refused.code == exits.NOT_THERE
    assert "Webhooks of the server at http://127.0.0.1:9 are told by it alone" in refused.err
    assert not (Path(os.environ["RUSHES_DATA_DIR"]) / "postgres").exists()
