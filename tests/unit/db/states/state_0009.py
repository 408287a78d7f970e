"""Webhooks with owners, as 0009 made them."""

from __future__ import annotations

from typing import Any

import psycopg

# Nobody could make a webhook before, so how far one was told moved without its rows.
DROPPED = {"rushes_webhook": ("position", "failing_since", "told")}


def fill(make: Any) -> None:
    """One that was told something."""
    hook = make("Webhook", owner=make.found("Artist"), url="https://a.example", secret="s")
    make("WebhookProgress", webhook=hook, position=4)


def check(url: str) -> None:
    """Its secret is in no event."""
    with psycopg.connect(url) as connection:
        told = connection.execute(
            "SELECT after FROM rushes_event WHERE kind = 'webhook' AND action = 'create'"
        ).fetchall()
    ((after,),) = told
    assert after["url"] == "https://a.example"
    assert "secret" not in after
