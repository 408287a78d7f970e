"""Click groups that know their commands' names and summaries without importing them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """Where a command lives (`module:attribute`) and the line that `--help` shows for it."""

    target: str
    summary: str
    hidden: bool = False


class ReaderGoneError(Exception):
    """Nobody reads the output any more. No `OSError`: for such, click ends the process with 1."""


class LazyGroup(click.Group):
    """A group whose commands are imported when one is run, not when help is shown."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = dict(entries)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises `ReaderGoneError` when the output's reader went away."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click asks so)
        """Names in the order of the table: what is needed first comes first."""
        return [name for name, entry in self.entries.items() if not entry.hidden]

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 (click asks so)
        cmd_name: str,
    ) -> click.Command | None:
        """Import the command called `cmd_name`, if there is one."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which ones have a name like it."""
        if args and args[0] not in self.entries and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table alone."""
        rows = [(name, self.entries[name].summary) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
