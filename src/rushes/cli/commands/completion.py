"""`rushes completion`: what a shell needs to complete our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print completion for SHELL, to be sourced by its start-up file.

    For bash: `rushes completion bash > ~/.local/share/bash-completion/completions/rushes`.
    """
    from rushes.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "rushes", "_RUSHES_COMPLETE").source())
    return 0
