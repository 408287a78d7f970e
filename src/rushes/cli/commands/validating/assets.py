"""`rushes validate asset-consistency`: assets used in one spelling, one version, and whole."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.cli.shows.opening import ACCESS, studio


@command
@click.option("--project", required=True, metavar="CODE", help="The show, by its code.")
@click.option(
    "--manifest",
    type=GivenPath(dir_okay=False),
    metavar="FILE",
    help="Uses as a CSV or JSON file tells them (asset, part, version, task, shot), besides.",
)
@click.option(
    "--part",
    "wanted",
    multiple=True,
    metavar="NAME",
    help="A part that every used asset must have; may be given several times.",
)
def asset_consistency(
    session: Session, *, project: str, manifest: Path | None, wanted: tuple[str, ...]
) -> int:
    """Find assets under two spellings, uses behind the latest version, and missing parts.

    Uses are those of shots on record, and what the latest publishes say that they were made of;
    with --manifest, those of the file, too. Exits 1 when something is not consistent, 2 when nobody
    uses any asset: then no use was looked at.
    """
    from rushes.exchange.validate_assets import judged_assets
    from rushes.exchange.validate_assets_used import Usage, uses_of_rows
    from rushes.exchange.validate_rows import read_rows
    from rushes.tracking.shows.state import read_show

    rows = read_rows(manifest, column="asset") if manifest is not None else ()
    with studio(session) as opened:
        usage = Usage(read_show(opened, project, access=ACCESS), opened, access=ACCESS)
        assets = usage.assets(wanted)
        uses = [*usage.uses(), *uses_of_rows(rows)]
    found = judged_assets(assets, uses)
    if session.as_json:
        told = {"project": project, "assets": len(assets.codes), "uses": len(uses)}
        told |= {"findings": [one.row() for one in found]}
        show.json("rushes.validate-assets/1", told)
    else:
        show.findings(found)
        show.text(f"{show.counted(len(assets.codes), 'asset')}, {show.counted(len(uses), 'use')}")
    if not uses:
        show.note(f"Nobody uses an asset in {project}, so no use was looked at.")
        return exits.FOUND if found else exits.NOT_THERE
    return exits.FOUND if found else exits.OK
