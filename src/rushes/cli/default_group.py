"""A group with a default command: whatever names none of its commands is meant for that one."""

from __future__ import annotations

from typing import Any

import click

from rushes.cli.lazy import LazyGroup

_HELP = ("-h", "--help")


class DefaultGroup(LazyGroup):
    """A lazy group whose command `default` runs where no other is named.

    A folder with the name of a command is given as `./name`.
    """

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take arguments that begin with no command's name for those of the default one."""
        first = args[0] if args else ""
        if first not in self.entries and first not in _HELP and self._may_be_meant(ctx, first):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def _may_be_meant(self, ctx: click.Context, first: str) -> bool:
        """Whether the default command can begin like this: not by a word where it takes none."""
        if not first or first.startswith("-") or ctx.resilient_parsing:
            return True
        command = self.get_command(ctx, self.default)
        assert command is not None
        return any(isinstance(one, click.Argument) for one in command.params)
