"""What a shell may complete that only the settings know: names of settings, and of profiles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def setting_names(
    ctx: click.Context,  # noqa: ARG001 (click asks so)
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> list[CompletionItem]:
    """Sections and settings that begin so."""
    from click.shell_completion import CompletionItem

    from rushes.core.settings import keys, sections

    told = sections() | {name: key.doc for name, key in keys().items()}
    return [
        CompletionItem(name, help=doc) for name, doc in told.items() if name.startswith(incomplete)
    ]


def profile_names(
    ctx: click.Context,
    param: click.Parameter,  # noqa: ARG001 (click asks so)
    incomplete: str,
) -> list[CompletionItem]:
    """Profiles that begin so in the settings files that count; none where one is broken."""
    from click.shell_completion import CompletionItem

    from rushes.core.errors import RushesError
    from rushes.core.settings.load import profiles

    given = ctx.params.get("config")
    try:
        found = profiles(config=Path(os.fspath(given)) if given else None)
    except RushesError:
        return []
    return [CompletionItem(name) for name in found if name.startswith(incomplete)]
