"""What the database itself refuses of the studio's records, told as errors of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors

from rushes.core.errors import Code, RushesError
from rushes.tracking.refusing import refused, taken

# Constraints are called after their table and the field that has to be unique.
_FIELD = re.compile(r"rushes_[a-z]+?_([a-z]+)(?:_[0-9a-z]+_uniq|_key)?$")
_CHECKED = {
    "rushes_task_one_target": ("task", "is on exactly one asset, sequence or shot"),
    "rushes_shot_frames": ("frame_out", "is before frame_in"),
    "rushes_shot_cut": ("cut_out", "is before cut_in"),
    "rushes_publish_status": ("status", "there is no such status"),
}
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)


@contextmanager
def refusals(kind: str) -> Iterator[None]:
    """Errors of a statement or a commit that come of what was given."""
    try:
        yield
    except errors.UniqueViolation as error:
        found = _FIELD.match(error.diag.constraint_name or "")
        raise taken(kind, found[1] if found else kind) from error
    except errors.CheckViolation as error:
        field, why = _CHECKED.get(error.diag.constraint_name or "", (kind, "is no such record"))
        raise refused(field, why) from error
    except errors.ForeignKeyViolation as error:
        raise refused(kind, "refers to a record that is not there any more") from error
    except errors.DataError as error:
        name = error.diag.column_name or kind
        raise refused(name, "holds a value that the database cannot") from error
    except _AGAIN as error:
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"{kind}: somebody else was writing the same records.",
            hint="Nothing was written; do it again.",
        ) from error
