"""Streams that tell assets apart, as 0007 made them."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest


def fill(make: Any) -> None:
    """Two streams that differ in their asset alone."""
    task = make.found("Task")
    for name in ("", "bear", "fox"):
        make("Stream", kind="publish", task=task, software="houdini", part="fur", asset_name=name)


def check(url: str) -> None:
    """The same stream cannot be there twice."""
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            "INSERT INTO rushes_stream (kind, task_id, software, part, asset_name)"
            " SELECT kind, task_id, software, part, asset_name FROM rushes_stream"
        )
