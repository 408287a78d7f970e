"""Both ways in which folders of this machine are listed: by the lines of C, and by Python alone."""

from __future__ import annotations

import pytest

from rushes.adapters import quick_listing

WAYS = ("built", "python")


def list_by(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have folders listed in one of the `WAYS`; skips where nothing was built."""
    if way == "python":
        monkeypatch.setattr(quick_listing, "library", lambda: None)
    elif quick_listing.library() is None:
        pytest.skip("quick_listing.c was not built here: install a C compiler, then `make clean`")
