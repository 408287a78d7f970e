"""Where a lot goes, by the project's naming template for what comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.core.errors import RushesError
from rushes.exchange.lot import Act, Lot
from rushes.tracking.naming import Template, template
from rushes.tracking.naming_templates import Templates, read_templates
from rushes.tracking.project_naming import tables_of

PURPOSE = "ingest"  # what the template is called
DEFAULT = "{show}[/{sequence}]/{shot}/{task}/{vendor}/v{version:03d}"
DEFAULT_OF_ASSETS = "{show}/assets/{asset}/{task}/{vendor}/v{version:03d}"
_NO_TASK = "main"


def own_templates(recorded: Mapping[str, Any], grammar: str) -> Templates | None:
    """The project's templates on record, with the grammar of its shots; None where it has none.

    On record are templates by name, or tables as the settings have them. Raises
    `notation.invalid`.
    """
    tables = dict(tables_of(recorded))
    if grammar and "{" in grammar and not tables.get("shots"):
        tables["shots"] = {"project": grammar}
    if not tables.get("templates"):
        return None
    return read_templates(tables, shown="the project's templates")


def place_lots(lots: Sequence[Lot], templates: Templates, *, show: str, vendor: str) -> None:
    """Give each lot its folder; those that would share one are refused, for neither is safe."""
    by_place: dict[str, Lot] = {}
    of_shots, of_assets = (_template(templates, of_asset=one) for one in (False, True))
    for lot in lots:
        if lot.act is Act.REFUSE:
            continue
        try:
            made = of_assets if _is_of_asset(lot) else of_shots
            lot.place = _place(lot, made, show=show, vendor=vendor)
        except RushesError as error:
            lot.refuse("place", error.message.rstrip("."), fix=error.hint)
            continue
        other = by_place.setdefault(lot.place, lot)
        if other is not lot:
            said = f"it would go to the same folder as {other.name}: {lot.place}"
            fix = "Have the naming template `ingest` tell them apart."
            lot.refuse("place", said, fix=fix)
            other.refuse("place", f"{lot.name} would go to the same folder: {lot.place}", fix=fix)


def _is_of_asset(lot: Lot) -> bool:
    if lot.task is not None:
        return bool(lot.task.asset)
    return lot.claim is not None and bool(lot.claim.asset)


def _place(lot: Lot, made: Template, *, show: str, vendor: str) -> str:
    claim, task = lot.claim, lot.task
    assert claim is not None
    sequence = task.sequence if task is not None else claim.scene
    shot = task.shot if task is not None else claim.shot
    values = {
        "show": show,
        "project": show,
        "episode": task.episode if task is not None else claim.episode,
        "scene": sequence,
        "sequence": sequence,
        "seq": sequence,
        "shot": shot,
        "asset": task.asset if task is not None else claim.asset,
        "task": (task.name if task is not None else claim.task) or _NO_TASK,
        "vendor": vendor,
    }
    given: dict[str, str | int] = {name: text for name, text in values.items() if text}
    given["version"] = lot.number
    return made.format(made.pick(given))


def _template(templates: Templates, *, of_asset: bool) -> Template:
    purpose = f"{PURPOSE}_asset" if of_asset else PURPOSE
    own = templates.templates.get(purpose)
    return own or template(DEFAULT_OF_ASSETS if of_asset else DEFAULT)
