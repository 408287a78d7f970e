"""The reference pages, written from the commands, the settings and the schemas themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from rushes.cli import exits
from rushes.cli.main import cli
from rushes.core.settings.document import settings_markdown

_PROJECT = Path(__file__).parents[2]
# Those of documents that are not only printed are in the package.
SCHEMAS = (
    _PROJECT / "docs/schemas",
    _PROJECT / "src/rushes/inspection/schemas",
    _PROJECT / "src/rushes/qc/schemas",
)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the pages that no one writes by hand."""
    pages = {"commands": commands(), "settings": settings(), "json": json_page()}
    for name, content in pages.items():
        files.append(File.generated(config, f"reference/{name}.md", content=content))
    return files


def commands() -> str:
    """Every command with its help and its options."""
    parts = ["# Commands\n\n", f"{(cli.help or '').strip()}\n"]
    for path, command in every_command():
        parts.append(f"\n## `{' '.join(path)}`\n\n{_prose(command.help or '')}\n")
        if isinstance(command, click.Group):
            continue
        context = click.Context(command, info_name=" ".join(path))
        parts.append(f"\n```text\n{command.get_usage(context)}\n```\n\n")
        parts.append("| Option | Meaning |\n|---|---|\n")
        options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
        parts.extend(_row(option) for option in options)
    return "".join(parts)


def every_command() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands, subcommands behind their group."""
    return _below(cli, ("rushes",))


def _below(
    group: click.Group, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _below(command, (*path, name))


def settings() -> str:
    """Every setting with its meaning, its default and its environment variable."""
    return (
        "# Settings\n\nFrom the weakest to the strongest: defaults, the user's `rushes.toml`, the"
        " project's `rushes.toml`, `.env`, the environment, flags. `rushes config show` tells which"
        " value counts and where it comes from; `rushes config init` writes a commented file.\n\n"
        + settings_markdown()
    )


def json_page() -> str:
    """Exit codes, and the fields of every JSON document."""
    parts = [
        "# JSON and exit codes\n\nWith `--json`, stdout holds one JSON document and nothing else;"
        " its first key, `schema`, names it and its version. Paths are escaped: a byte that is no"
        " UTF-8 and a control character are `\\xNN`, a backslash is `\\\\`. Sizes are bytes, times"
        " UTC.\n\n## Exit codes\n\n| Code | Meaning |\n|---|---|\n"
    ]
    parts += [f"| {code} | {meaning} |\n" for code, meaning in exits.MEANINGS.items()]
    parts.append("\n| Error | Exit code |\n|---|---|\n")
    parts += [f"| `{code.value}` | {number} |\n" for code, number in exits.EXIT_CODES.items()]
    for path in sorted(path for folder in SCHEMAS for path in folder.glob("*.json")):
        schema = json.loads(path.read_text("utf-8"))
        # A sidecar goes by its version alone.
        name = schema["properties"].get("schema", {}).get("const", "rushes.qc/1")
        parts.append(
            f"\n## `{name}`\n\n{schema['title']}\n\n| Field | Type | Meaning |\n|---|---|---|\n"
        )
        parts += list(_fields(schema, schema.get("$defs", {}), ""))
    return "".join(parts)


def _fields(schema: dict[str, Any], defs: dict[str, Any], above: str) -> Iterator[str]:
    for name, told in schema.get("properties", {}).items():
        one = _resolved(told, defs)
        path = f"{above}{name}"
        yield f"| `{path}` | {_type(one)} | {one.get('description', '')} |\n"
        items = _resolved(one.get("items", {}), defs)
        if items.get("properties"):
            yield from _fields(items, defs, f"{path}[].")
        elif one.get("properties"):
            yield from _fields(one, defs, f"{path}.")


def _resolved(schema: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return {**defs[name], **schema} if name else schema


def _type(schema: dict[str, Any]) -> str:
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    kind = schema.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    kind = option.type
    if isinstance(kind, click.Choice):
        names += f" {' or '.join(f'`{one}`' for one in kind.choices)}"
    elif not option.is_flag and option.metavar:
        names += f" `{option.metavar}`"
    return f"| {names} | {(option.help or '').replace('|', chr(92) + '|')} |\n"


def _prose(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())
