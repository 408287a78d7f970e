"""From options to what names and paths are held against: settings, a file, or a show's records."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from rushes.cli.naming_sheet import asked_for, templates_of
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, studio
from rushes.core import outside
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.validate_names import OnRecord, Rules
from rushes.exchange.validate_paths import Structure, structure
from rushes.exchange.validate_records import on_record, rules_of, templates_on_record
from rushes.tracking.naming_templates import Templates, read_templates
from rushes.tracking.shows.state import Show, read_show
from rushes.tracking.shows.text import content, decoded


def rules_for(
    session: Session, *, project: str | None, file: Path | None, like: str | None,
    asked: Sequence[str],
) -> Rules:  # fmt: skip
    """What names are held against."""
    templates, show = _templates(session, project, file, like)
    return rules_of(templates, show, asked_for(templates, asked) if asked else None)


def structure_for(
    session: Session, *, project: str | None, file: Path | None, like: str | None
) -> tuple[Structure, Callable[[str], str]]:
    """What paths are held against, and what makes a path relative to the show's folder."""
    from rushes.tracking.shows.folder_wishes import root_of, structure_of

    templates, show = _templates(session, project, None, like)
    folders = structure_of(file, mode=None, group=None).folders
    known = on_record(show) if show is not None else OnRecord()
    held = structure(folders, templates, known)
    shows_root = session.settings.shows_root
    if show is None:
        return held, lambda path: _below(path, shows_root, levels=1)
    try:
        root = root_of(show, at=None, shows_root=shows_root)
    except RushesError:
        return held, lambda path: path
    return held, lambda path: _below(path, root, levels=0)


def _templates(
    session: Session, project: str | None, file: Path | None, like: str | None
) -> tuple[Templates, Show | None]:
    templates = read_file(file) if file is not None else templates_of(session.settings, like)
    if project is None:
        return templates, None
    with studio(session) as opened:
        show = read_show(opened, project, access=ACCESS)
    # What somebody names goes before what is on record.
    is_named = file is not None or like is not None
    return (templates if is_named else templates_on_record(show, templates)), show


def read_file(path: Path) -> Templates:
    """The templates of a TOML or JSON file, as they are in the settings or on record.

    Raises `notation.invalid`, `usage` for what is neither, and what keeps it from being read.
    """
    name = escape(path.name)
    text, _ = decoded(content(path), name)
    try:
        table = outside.parsed(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(name, str(error)) from error
    inner = table.get("naming", table) if isinstance(table, dict) else None
    if not isinstance(inner, dict):
        raise _refused(name, "it is no table")
    return read_templates(inner, shown=name)


def _below(path: str, root: Path | None, *, levels: int) -> str:
    """The path relative to the show's folder, which is so many levels below `root`."""
    if root is None or ".." in path.split("/"):
        return path
    whole, top = os.path.abspath(path), os.path.abspath(root)
    if not whole.startswith(f"{top.rstrip('/')}/"):
        return path
    rest = whole[len(top) :].strip("/").split("/")
    return "/".join(rest[levels:])


def _refused(name: str, why: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"{name} holds no templates: {escape(why)}.",
        hint="Write TOML or JSON with tables [templates], [shots] and [tokens].",
    )
