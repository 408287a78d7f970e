"""Options that were given before the command that takes them."""

from __future__ import annotations

from collections.abc import Sequence

import click


def misplaced(error: click.ClickException, args: Sequence[str]) -> str:
    """What to say of an option that a group does not have and a command of it does; else nothing.

    `args` are those of the whole command line.
    """
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return ""
    group, option = error.ctx.command, error.option_name
    if not isinstance(group, click.Group):
        return ""
    begins = [at for at, one in enumerate(args) if one.partition("=")[0] == option]
    after = args[begins[0] + 1 :] if begins else ()
    taker = _taker(group, after, option)
    if not taker:
        return ""
    return f"{option} goes after the command: {error.ctx.command_path} {' '.join(taker)}"


def _taker(group: click.Group, args: Sequence[str], option: str) -> list[str]:
    """The command among `args` that takes the option, and the option as it is given to it."""
    context = click.Context(group, resilient_parsing=True)
    for at, name in enumerate(args):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            below = _taker(command, args[at + 1 :], option)
            return [name, *below] if below else []
        for one in command.params if command is not None else ():
            if isinstance(one, click.Option) and option in one.opts:
                value = "" if one.is_flag else f" {one.make_metavar(context)}"
                return [name, f"{option}{value}"]
    return []
