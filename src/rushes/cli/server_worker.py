"""What each worker of the server does first: end with its parent, then load the application."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from rushes.core.parenthood import end_with


def load(given: Mapping[str, Any], parent: int, target: str) -> Any:
    """The application that `target` makes of what was `given`, in a child of `parent`."""
    end_with(parent)
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)(**given)
