"""What the database itself refuses of the studio's records, told as errors of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import errors

from rushes.core.errors import Code, RushesError
from rushes.tracking.refusing import refused, row, taken

# Constraints are called after their table and the field that has to be unique.
_FIELD = re.compile(r"rushes_[a-z]+?_([a-z]+)(?:_[0-9a-z]+_uniq|_key)?$")
# However a server words it: Key (sequence_id, code)=(7, sh0010) already exists.
_KEY = re.compile(r"\((?P<columns>[a-z_, ]+)\)=\((?P<values>.*)\)", re.DOTALL)
_CHECKED = {
    "rushes_task_one_target": ("task", "is on exactly one asset, sequence or shot"),
    "rushes_shot_frames": ("frame_out", "is before frame_in"),
    "rushes_shot_cut": ("cut_out", "is before cut_in"),
    "rushes_publish_status": ("status", "there is no such status"),
}
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)


@contextmanager
def refusals(kind: str, drafts: Sequence[Mapping[str, Any]] = ()) -> Iterator[None]:
    """Errors of a statement or a commit that come of what was given: of new records, of `drafts`,
    the error says which of them and with what.
    """
    try:
        yield
    except errors.UniqueViolation as error:
        raise _taken(kind, error.diag, drafts) from error
    except errors.CheckViolation as error:
        field, why = _CHECKED.get(error.diag.constraint_name or "", (kind, "is no such record"))
        raise refused(field, why) from error
    except errors.ForeignKeyViolation as error:
        raise refused(kind, "refers to a record that is not there any more") from error
    except errors.DataError as error:
        name = error.diag.column_name or kind
        raise refused(name, "holds a value that the database cannot") from error
    except UnicodeEncodeError as error:
        raise refused(kind, "holds half a character") from error
    except _AGAIN as error:
        raise RushesError(
            Code.RECORD_CONFLICT,
            f"{kind}: somebody else was writing the same records.",
            hint="Nothing was written; do it again.",
        ) from error


def _taken(kind: str, diag: errors.Diagnostic, drafts: Sequence[Mapping[str, Any]]) -> RushesError:
    found = _FIELD.match(diag.constraint_name or "")
    field = found[1] if found else kind
    key = _KEY.search(diag.message_detail or "")
    if key is None:
        return taken(kind, field)
    columns = [one.removesuffix("_id") for one in key["columns"].split(", ")]
    # What was given stands last, after the numbers of what it has to be unique in.
    values = dict(zip(columns, key["values"].split(", ", len(columns) - 1), strict=False))
    error = taken(kind, field, values.get(field))
    same = [
        at
        for at, one in enumerate(drafts)
        if all(_kept(one[name]) == value for name, value in values.items() if name in one)
    ]
    if not same:
        return error
    try:
        with row(same[-1], of=len(drafts)):
            raise error
    except RushesError as told:
        return told


def _kept(value: object) -> str:
    return "null" if value is None else str(value)
