"""The older names of kinds and fields, and what they are here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_SIZE = {
    "resolution_width": "width",
    "resolution_height": "height",
    "color_space": "colour_space",
}


@dataclass(frozen=True, slots=True)
class OldKind:
    """A kind as older clients know it.

    `words` are their names of fields, `label` the one that a record is called by. What is `kept`
    has no field here, and stays in `custom` under its older name.
    """

    kind: str
    plural: str
    words: Mapping[str, str]
    label: str = "code"
    kept: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def every(self) -> Mapping[str, str]:
        """All names of fields: those that may change, and `fixed` ones."""
        return {**self.fixed, **self.words}


OLD_KINDS = (
    OldKind(
        "project",
        "projects",
        {"code": "code", "name": "name", "status": "status", "default_fps": "fps", **_SIZE},
        kept=("description", "start_date", "due_date", "delivery_notes"),
    ),
    OldKind(
        "asset",
        "assets",
        {"code": "code", "asset_type": "type", "status": "status", "description": "description"},
        kept=(
            *("name", "category", "subtype", "pipeline_step", "frame_start", "frame_end", "fps"),
        ),
        fixed={"project_id": "project"},
    ),
    OldKind(
        "sequence",
        "sequences",
        {"code": "code", "name": "name", "fps": "fps", **_SIZE},
        kept=("description", "status", "frame_start", "frame_end", "handles"),
        fixed={"project_id": "project"},
    ),
    OldKind(
        "shot",
        "shots",
        {
            **{one: one for one in ("code", "status", "description", "fps", "handles")},
            "frame_start": "frame_in",
            "frame_end": "frame_out",
            "cut_in": "cut_in",
            "cut_out": "cut_out",
            **_SIZE,
        },
        kept=("name", "shot_type", "notes"),
        fixed={"sequence_id": "sequence", "project_id": "project"},
    ),
    OldKind(
        "artist",
        "artists",
        {"username": "login", "name": "name", "email": "email", "department": "department"},
        label="username",
    ),
    OldKind(
        "task",
        "tasks",
        {
            "task_name": "name",
            "start_date": "starts",
            "due_date": "due",
            **{one: one for one in ("description", "status", "priority")},
            **{one: one for one in ("bid_hours", "actual_hours")},
        },
        label="task_name",
        kept=("department", "notes"),
        fixed={
            **{f"{one}_id": one for one in ("asset", "sequence", "shot", "project")},
        },
    ),
)
