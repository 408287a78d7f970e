"""Fields that are told only where they are named, as each costs a look elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from rushes.tracking.inherit import EFFECTIVE

TASKS = "tasks"  # what is worked on, below what it is done for
# What is told of each task there.
TASK_FIELDS = (
    *("id", "revision", "type", "name", "status", "priority", "starts", "due", "assignees"),
)
NAMED: Mapping[str, tuple[str, ...]] = {
    "asset": (TASKS,),
    "sequence": (TASKS,),
    "shot": (EFFECTIVE, TASKS),
}
