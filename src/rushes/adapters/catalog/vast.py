"""Image facts in a VAST DataBase, through its own SDK.

The environment says where: VAST_DB_ENDPOINT, VAST_DB_BUCKET, VAST_DB_ACCESS_KEY,
VAST_DB_SECRET_KEY and, unless it is `exr_metadata`, VAST_DB_SCHEMA.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.core.extras import not_installed
from rushes.core.masking import masked
from rushes.inspection import arrow
from rushes.inspection.recording import Plan, failed, plan
from rushes.inspection.rows import Row, detail_rows, file_id
from rushes.inspection.tables import TABLES
from rushes.ports.catalog import Deed, Inspected, Outcome

_NEEDED = ("VAST_DB_ENDPOINT", "VAST_DB_BUCKET", "VAST_DB_ACCESS_KEY", "VAST_DB_SECRET_KEY")
_SCHEMA = "exr_metadata"
_TIMEOUT_S = (10, 120)  # to connect, and to wait for an answer
_TRIES, _TRYING_S = 4, 30.0  # what is safe to ask again
_AT_ONCE = 500  # image files in one transaction, and in one question
_LONGEST = 126 * 1024  # bytes of one cell: the SDK's source speaks of 128 KB
_ROW_ID = "$row_id"
_NOTED = ("inspection_count", "last_inspected")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tables are, and who we are there."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    schema: str = _SCHEMA

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Place:
        """What the environment says. Raises `settings.invalid`."""
        missing = [name for name in _NEEDED if not environ.get(name)]
        if missing:
            raise RushesError(
                Code.SETTINGS_INVALID,
                f"No VAST DataBase is named: {', '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not set.",
                hint="Set VAST_DB_ENDPOINT (https://…), VAST_DB_BUCKET, VAST_DB_ACCESS_KEY and"
                " VAST_DB_SECRET_KEY in the environment.",
            )
        endpoint, bucket, access_key, secret_key = (environ[name] for name in _NEEDED)
        schema = environ.get("VAST_DB_SCHEMA") or _SCHEMA
        return cls(endpoint, bucket, access_key, secret_key, schema)

    def told(self, error: BaseException) -> str:
        """What the SDK says, in one line and without secrets."""
        status, code = getattr(error, "status", None), getattr(error, "code", None)
        if status is not None:
            said = f"{status} {code or ''} {getattr(error, 'message', '') or ''}"
        else:
            said = _said(error)
        for secret in (self.secret_key, self.access_key):
            said = said.replace(secret, "***")
        return masked(" ".join(said.split()))[:400]


def connect(_address: str = "") -> VastCatalog:
    """The tables that the environment names; schema and tables are made where there are none.

    Raises `settings.invalid`, `dependency.missing`, `database.unavailable`.
    """
    place = Place.of(os.environ)
    try:
        vastdb = import_module("vastdb")
    except ImportError as error:
        raise not_installed("The SDK of VAST DataBase", "vast") from error
    session = None
    try:
        session = vastdb.connect(
            endpoint=place.endpoint,
            access=place.access_key,
            secret=place.secret_key,
            timeout=_TIMEOUT_S,
            backoff_config=vastdb.BackoffConfig(max_tries=_TRIES, max_time=_TRYING_S),
            # The one address that was given: not whatever addresses the answers name.
            config=import_module("vastdb.config").SessionConfig(data_endpoints=[place.endpoint]),
        )
        return VastCatalog(session, place, _provided(session, place))
    except RushesError:
        _close(session)
        raise
    except Exception as error:  # noqa: BLE001 (the SDK's exceptions have nothing in common)
        _close(session)
        raise _unavailable(place, error) from None


class VastCatalog:
    """A session. Some hundred image files are written in one transaction: all of them or none."""

    def __init__(self, session: Any, place: Place, tables: Mapping[str, Any]) -> None:
        self._session, self._place, self._tables = session, place, tables

    def record(self, images: Sequence[Inspected]) -> list[Outcome]:
        """Write the images; see the port."""
        return [one for some in _sliced(images) for one in self._recorded(some)]

    def close(self) -> None:
        """Close the connections."""
        _close(self._session)

    def _recorded(self, images: Sequence[Inspected]) -> list[Outcome]:
        """In one transaction, or in two halves where something in the images was refused."""
        first: Exception | None = None
        outcomes: list[Outcome] | None = None
        try:
            with self._session.transaction() as transaction:
                try:
                    outcomes = _Writing(transaction, self._tables).record(images)
                except Exception as error:
                    first = error  # a failing rollback would hide it
                    raise
        except Exception as error:  # noqa: BLE001 (the SDK's exceptions have nothing in common)
            logs.error(f"VAST DataBase: {self._place.told(first or error)}")
            if first is not None and len(images) > 1 and _of_the_data(first):
                half = len(images) // 2
                return [*self._recorded(images[:half]), *self._recorded(images[half:])]
            why = self._place.told(first or error)
            if outcomes is not None and not 400 <= (getattr(error, "status", None) or 0) < 500:
                why = f"whether it was written is not known, for nobody confirmed it: {why}"
            return failed(images, why)
        assert outcomes is not None
        return outcomes


class _Writing:
    """The four tables within one transaction."""

    def __init__(self, transaction: Any, tables: Mapping[str, Any]) -> None:
        self._tables = {
            name: transaction.table_from_metadata(told) for name, told in tables.items()
        }
        self._left_out: dict[str, list[str]] = {}

    def record(self, images: Sequence[Inspected]) -> list[Outcome]:
        """Ask what is there, then take out, put in and change."""
        known: dict[str, Row] = {}
        twice: list[int] = []
        for row in self._select("files", {file_id(one.path) for one in images}):
            there = known.setdefault(row["file_id"], row)
            if there is not row:
                # Tables have no keys: two first exports at once wrote all of it twice.
                twice.append(row[_ROW_ID])
                there["header_hash"] = None
        made = plan(images, known)
        self._delete("files", twice)
        for table in TABLES:
            if table != "files":
                self._delete(table, [row[_ROW_ID] for row in self._row_ids(table, made.replaced)])
                rows = (row for one in made.written.values() for row in detail_rows(one, table))
                self._insert(table, self._short(rows))
        self._insert("files", [made.files[one] for one in made.inserted])
        self._change(made, known)
        return [
            one._replace(left_out=tuple(left))
            if one.deed is not Deed.FAILED and (left := self._left_out.get(file_id(one.path)))
            else one
            for one in made.deeds
        ]

    def _change(self, made: Plan, known: Mapping[str, Row]) -> None:
        noted = [one for one in made.files if one not in made.written]
        every = [name for name in TABLES["files"] if name not in ("file_id", *_NOTED)]
        for ids, columns in ((noted, _NOTED), (list(made.replaced), (*every, *_NOTED))):
            self._update(
                [made.files[one] for one in ids], [known[one][_ROW_ID] for one in ids], columns
            )

    def _select(self, table: str, ids: Iterable[str]) -> list[Row]:
        return self._asked(table, ids, list(TABLES[table]))

    def _row_ids(self, table: str, ids: Iterable[str]) -> list[Row]:
        return self._asked(table, ids, ["file_id"])

    def _asked(self, table: str, ids: Iterable[str], columns: list[str]) -> list[Row]:
        wanted = sorted(ids)
        if not wanted:
            return []
        there = self._tables[table]
        found = there.select(
            columns=columns, predicate=there["file_id"].isin(wanted), internal_row_id=True
        )
        rows: list[Row] = found.read_all().to_pylist()
        return rows

    def _insert(self, table: str, rows: Iterable[Row]) -> None:
        some = arrow.batch(table, rows, fixed=True)
        if some.num_rows:
            self._tables[table].insert(some)

    def _update(self, rows: Sequence[Row], row_ids: Sequence[int], columns: Sequence[str]) -> None:
        import pyarrow as pa

        if rows:
            some = arrow.batch("files", rows, fixed=True).select(list(columns))
            some = some.append_column(_ROW_ID, pa.array(row_ids, pa.uint64()))
            self._tables["files"].update(some, columns=list(columns))

    def _delete(self, table: str, row_ids: Sequence[int]) -> None:
        import pyarrow as pa

        if row_ids:
            ids = pa.array(sorted(row_ids), pa.uint64())
            self._tables[table].delete(pa.RecordBatch.from_arrays([ids], [_ROW_ID]))

    def _short(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, without values that no cell can hold."""
        for row in rows:
            for name in ("value_json", "value_text"):
                value = row.get(name)
                if value is not None and len(value.encode("utf-8")) > _LONGEST:
                    row[name] = None
                    left = self._left_out.setdefault(row["file_id"], [])
                    if row["attr_name"] not in left:
                        left.append(row["attr_name"])
            yield row


def _provided(session: Any, place: Place) -> dict[str, Any]:
    """The tables' metadata by name; what is not there is made, in a transaction of its own.

    Raises `settings.invalid` where a table of that name is another, and what the SDK raises.
    """
    conflict = import_module("vastdb.errors").Conflict
    try:
        return _made(session, place)
    except conflict:
        return _made(session, place)  # somebody else has just made them


def _made(session: Any, place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with session.transaction() as transaction:
        bucket = transaction.bucket(place.bucket)
        schema = bucket.create_schema(place.schema, fail_if_exists=False)
        for name in TABLES:
            table = schema.create_table(name, arrow.schema(name, fixed=True), fail_if_exists=False)
            lacking = set(TABLES[name]) - set(table.arrow_schema.names)
            if lacking:
                raise RushesError(
                    Code.SETTINGS_INVALID,
                    f"The table {name} of {place.bucket}/{place.schema} is not one of ours: it has"
                    f" no column {', '.join(sorted(lacking))}.",
                    hint="Name another schema with VAST_DB_SCHEMA.",
                )
            found[name] = import_module("vastdb.table_metadata").TableMetadata(table.ref)
            found[name].load(transaction)
    return found


def _of_the_data(error: Exception) -> bool:
    """Whether fewer images might be taken: nothing is wrong with the connection or with us."""
    errors = import_module("vastdb.errors")
    return isinstance(
        error,
        (errors.BadRequest, errors.InvalidArgument, ValueError),
    )


def _said(error: BaseException) -> str:
    """What happened, by the innermost of the exceptions that libraries wrap in one another."""
    cause = getattr(error, "cause", None) or error
    reason = getattr(cause.args[0], "reason", None) if cause.args else None
    if reason is not None:
        return f"it does not answer: {str(reason).rpartition(': ')[2]}"
    return f"{type(cause).__name__}: {cause}"


def _unavailable(place: Place, error: Exception) -> RushesError:
    where = masked(place.endpoint)
    hint = "Check VAST_DB_ENDPOINT, and that this machine reaches it."
    if getattr(error, "status", None) in (401, 403):
        hint = "Check VAST_DB_ACCESS_KEY and VAST_DB_SECRET_KEY, and what this user may do there."
    elif type(error).__name__ == "MissingBucket":
        return RushesError(
            Code.SETTINGS_INVALID,
            f"There is no bucket {place.bucket} at {where}.",
            hint="A bucket is made in VAST's own administration, with the database protocol on.",
        )
    return RushesError(
        Code.DATABASE_UNAVAILABLE,
        f"The VAST DataBase at {where} cannot be used: {place.told(error)}",
        hint=hint,
    )


def _close(session: Any) -> None:
    if session is not None:
        session.api.__exit__(None, None, None)


def _sliced(images: Sequence[Inspected]) -> Iterator[Sequence[Inspected]]:
    for start in range(0, len(images), _AT_ONCE):
        yield images[start : start + _AT_ONCE]
