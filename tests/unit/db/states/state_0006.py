"""Answers that are given again, as 0006 made their table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connections, transaction

from rushes.core import clock
from rushes.db import answered
from rushes.db.connect import setup


def fill(make: Any) -> None:
    """One of an hour ago, which still counts."""
    make(
        "Answer", key=b"k" * 32, asked=b"a" * 32, status=201, head={"ETag": "1"}, body=b"{}",
        created=clock.now() - timedelta(hours=1),
    )  # fmt: skip


def check(url: str) -> None:
    """It is given again."""
    alias = setup(url)
    with transaction.atomic(using=alias):
        former = answered.claim(alias, answered.Named(b"k" * 32, b"a" * 32))
    connections[alias].close()
    assert former is not None
    assert (former.status, former.head, former.body) == (201, {"ETag": "1"}, b"{}")
