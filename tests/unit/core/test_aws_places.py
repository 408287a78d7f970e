"""AWS's files are looked for where its own tools look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rushes.core import aws_places


def test_without_a_home_in_the_environment_the_files_are_in_the_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pwd = pytest.importorskip("pwd")
    monkeypatch.delenv("HOME", raising=False)
    home = Path(pwd.getpwuid(os.getuid()).pw_dir, ".aws")
    assert aws_places.files({}) == (home / "config", home / "credentials")


def test_files_that_are_named_go_before_those_of_the_home() -> None:
    named = {"AWS_CONFIG_FILE": "/a", "AWS_SHARED_CREDENTIALS_FILE": "/b", "HOME": "/home/ada"}
    assert aws_places.files(named) == (Path("/a"), Path("/b"))
    assert aws_places.files({"HOME": "/home/ada", "AWS_CONFIG_FILE": ""}) == (
        Path("/home/ada/.aws/config"),
        Path("/home/ada/.aws/credentials"),
    )


def test_the_endpoint_for_s3_alone_goes_before_the_one_for_all() -> None:
    both = {"AWS_ENDPOINT_URL": "https://all.example", "AWS_ENDPOINT_URL_S3": "https://s3.example"}
    assert aws_places.endpoint(both) == "https://s3.example"
    assert aws_places.endpoint({**both, "AWS_ENDPOINT_URL_S3": ""}) == "https://all.example"
    assert aws_places.endpoint({}) == ""
