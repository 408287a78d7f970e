"""One run of one command: its flags, its settings once they are needed, its way of showing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.model.scan import Actor


@dataclass(eq=False, repr=False)
class Session:
    """What every command starts from.

    `flags` are settings given on the command line, by their dotted name (`scan.workers`).
    """

    as_json: bool = False
    config: Path | None = None
    profile: str | None = None
    flags: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Settings:
        """The settings of this run; logging starts with them."""
        from rushes.core import logs, settings

        loaded = settings.load(
            flags={name: value for name, value in self.flags.items() if value is not None},
            config=self.config,
            profile=self.profile,
        )
        logs.start(loaded)
        return loaded

    @cached_property
    def actor(self) -> Actor:
        """The person at this terminal, with this program."""
        from getpass import getuser

        from rushes import __version__
        from rushes.model.scan import Actor

        try:
            name = getuser()
        except (KeyError, OSError):
            name = "unknown"
        return Actor(name=name, tool=f"rushes {__version__}")
