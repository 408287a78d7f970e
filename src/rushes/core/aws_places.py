"""Where AWS's own tools look for the way to S3: variables' names, and files below the home."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# The first that is set counts.
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")


def endpoint(environment: Mapping[str, str]) -> str:
    """The endpoint that variables name; empty where none does."""
    return first(environment, ENDPOINTS)


def first(environment: Mapping[str, str], names: tuple[str, ...]) -> str:
    """What the first of these variables says that says anything."""
    return next((environment[name] for name in names if environment.get(name)), "")


def files(environment: Mapping[str, str]) -> tuple[Path, Path]:
    """The files of profiles and of keys, whether or not they are there."""
    home = Path(environment.get("HOME") or os.path.expanduser("~"), ".aws")
    return (
        Path(environment.get("AWS_CONFIG_FILE") or home / "config"),
        Path(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials"),
    )
