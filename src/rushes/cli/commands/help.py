"""`rushes help`: the help of a command by its name."""

from __future__ import annotations

import click


@click.command("help")
@click.argument("names", nargs=-1, metavar="[COMMAND]…")
@click.pass_context
def help_command(context: click.Context, *, names: tuple[str, ...]) -> int:
    """Show the help of COMMAND, as its own --help does: `rushes help exr check`.

    Without one, the commands are listed.
    """
    one = context.find_root()
    for name in names:
        group = one.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{one.command_path} has no commands of its own.", context)
        found, command, _ = group.resolve_command(one, [name])
        assert command is not None
        one = click.Context(command, info_name=found, parent=one)
    click.echo(one.get_help(), color=one.color)
    return 0
