"""A small VAST DataBase over HTTP, as far as the real SDK asks for what an adapter of ours does.

It was written from what the SDK sends and understands, and from nothing else: it has the SDK's
view of transactions, schemas, tables, inserts, updates, deletions and questions. It is no proof
of what a real cluster does. Requests must be signed with the right key (AWS signature 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from rushes.testing.loopback import serving
from rushes.testing.vast import lists
from rushes.testing.vast.query import Split, answer
from rushes.testing.vast.signature import ACCESS_KEY, SECRET_KEY, signed
from rushes.testing.vast.tables import Database, RefusedError, TableName, View, below, table_of

_VERSION = "vast 5.4.0.0"
_MOST_BODY = 5 * 1024**2  # of a request


@dataclass(slots=True)
class Fault:
    """What goes wrong with requests of one kind, after `skip` that go well.

    With a `status`, nothing is done and this is the answer; without, all is done and the
    connection is cut before an answer.
    """

    method: str
    command: str
    status: int = 500
    skip: int = 0
    times: int = 1

    def meets(self, method: str, command: str) -> bool:
        """Whether this request meets it; counts."""
        if (method, command) != (self.method, self.command) or not self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class VastServer:
    """A server that runs: where it is, what it holds, and what it shall do wrong."""

    database: Database
    endpoint: str = ""
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)  # method and command of each request

    def environment(self, bucket: str = "images") -> dict[str, str]:
        """The variables that say where it is."""
        return {
            "VAST_DB_ENDPOINT": self.endpoint,
            "VAST_DB_BUCKET": bucket,
            "VAST_DB_ACCESS_KEY": ACCESS_KEY,
            "VAST_DB_SECRET_KEY": SECRET_KEY,
        }


@contextmanager
def vast_server(*buckets: str) -> Iterator[VastServer]:
    """A server on this machine for the block, with these buckets (`images`, unless said)."""
    served = VastServer(Database(*(buckets or ("images",))))
    with serving(_Handler, served) as address:
        served.endpoint = address
        yield served


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class _Handler(BaseHTTPRequestHandler):
    served: VastServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._handle()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 (their names there)

    def version_string(self) -> str:
        return _VERSION

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Nothing: tests look at what was asked."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        command = urlsplit(self.path).query.partition("&")[0]
        met = [one for one in self.served.faults if one.meets(self.command, command)]
        try:
            told = self._answered(body, met[0].status if met else 0)
            if met:
                self.close_connection = True
                return
            self._send(200, told.body, told.headers)
        except RefusedError as refused:
            text = f"<Error><Code>{refused.code}</Code><Message>{refused.message}</Message></Error>"
            self._send(refused.status, text.encode(), {"Content-Type": "application/xml"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _answered(self, body: bytes, fault: int) -> _Answer:
        parts = urlsplit(self.path)
        command = parts.query.partition("&")[0]
        served = self.served
        served.asked.append((self.command, command))
        if not signed(self, body):
            raise RefusedError(403, "SignatureDoesNotMatch", "The signature does not match.")
        if fault:
            raise RefusedError(fault, "InternalError", "It was told to fail.")
        if len(body) > _MOST_BODY:
            raise RefusedError(400, "EntityTooLarge", f"{len(body)} bytes")
        if command == "transaction":
            return self._transaction()
        bucket, _, path = unquote(parts.path).strip("/").partition("/")
        if bucket not in served.database.buckets:
            raise RefusedError(404, "NoSuchBucket", bucket)
        if not command:
            return _Answer()
        view = served.database.view(self._number())
        if command in ("schema", "table"):
            return self._objects(view, command, bucket, path, body)
        schema, _, table = path.rpartition("/")
        return self._table(view, command, (bucket, schema, table), body)

    def _number(self) -> int:
        return int(self.headers.get("tabular-txid") or 0)

    def _transaction(self) -> _Answer:
        database = self.served.database
        if self.command == "POST":
            number = str(database.begin())
            return _Answer(headers={"tabular-txid": number, "x-vast-rcf-id": "E1:1"})
        if self.command == "PUT":
            database.commit(self._number())
        elif self.command == "DELETE":
            database.roll_back(self._number())
        return _Answer()

    def _objects(self, view: View, command: str, bucket: str, path: str, body: bytes) -> _Answer:
        """Schemas in a bucket, tables in a schema: listed or made."""
        database = self.served.database
        if self.command == "POST" and command == "schema":
            database.create_schema(view, bucket, path)
            return _Answer()
        if self.command == "POST":
            schema, _, table = path.rpartition("/")
            columns = pa.ipc.read_schema(pa.py_buffer(body))
            database.create_table(view, (bucket, schema, table), columns)
            return _Answer()
        exact = self.headers.get("tabular-name-exact-match")
        prefix = self.headers.get("tabular-name-prefix") or ""
        if command == "schema":
            names = sorted(name for there, name in view.schemas if there == bucket)
        else:
            names = list(below(view, bucket, path))
        found = [one for one in names if (one == exact if exact else one.startswith(prefix))]
        if command == "schema":
            return _listed(lists.schemas(bucket, found))
        sizes = [(one, view.tables[bucket, path, one].rows.num_rows) for one in found]
        return _listed(lists.tables(bucket, path, sizes))

    def _table(self, view: View, command: str, name: TableName, body: bytes) -> _Answer:
        database, there = self.served.database, table_of(view, name)
        if command == "stats":
            return _Answer(lists.stats(there.rows.num_rows, there.rows.nbytes))
        if command in ("column", "sorted-columns"):
            columns = there.columns if command == "column" else pa.schema([])
            return _listed(_stream(columns))
        if command == "data" and self.command == "GET":
            return _Answer(answer(body, there.rows, self._split()))
        if command != "rows":
            raise RefusedError(501, "NotImplemented", command)
        (batch,) = pa.ipc.open_stream(body)
        if self.command == "POST":
            ids = database.insert(view, name, batch)
            return _Answer(_stream(pa.schema([("$row_id", pa.uint64())]), ids))
        (database.update if self.command == "PUT" else database.delete)(view, name, batch)
        return _Answer()

    def _split(self) -> Split:
        starts = {}
        for at in range(int(self.headers["tabular-num-of-subsplits"])):
            number, row = self.headers[f"tabular-start-row-id-{at}"].split(",")
            starts[int(number)] = int(row)
        limit = int(self.headers.get("tabular-limit-rows") or 0)
        return Split(int(self.headers["tabular-split"].split(",")[0]), starts, limit)


def _listed(body: bytes) -> _Answer:
    return _Answer(body, {"tabular-next-key": "0", "tabular-is-truncated": "false"})


def _stream(schema: Any, *columns: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        if columns:
            writer.write(pa.RecordBatch.from_arrays(list(columns), schema=schema))
    data: bytes = sink.getvalue().to_pybytes()
    return data
