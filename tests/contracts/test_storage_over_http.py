"""Records, images, sign-offs and the outbox keep their contracts over HTTP, on a real socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.client.images import HttpImages
from rushes.client.outbox import HttpOutbox
from rushes.client.records import HttpRecords
from rushes.client.sign_offs import HttpSignOffs
from rushes.client.transport import Transport
from rushes.model.scan import Actor
from rushes.ports.images import Images
from rushes.ports.outbox import Outbox
from rushes.ports.records import Records
from rushes.ports.signoffs import SignOffs
from rushes.ports.studio import Access
from rushes.testing.contracts.images import ImageContract
from rushes.testing.contracts.images_asking import ImageAskingContract
from rushes.testing.contracts.outbox import KeepingContract, OrderContract, SendingContract
from rushes.testing.contracts.records import ScanContract
from rushes.testing.contracts.records_history import HistoryContract
from rushes.testing.contracts.signoffs import SignOffContract
from rushes.testing.postgres import temporary_database

_EVERYTHING = Access(everything=True, scopes=frozenset({"admin"}))
# Whose the token is, the server knows; what the program says of itself comes with it.
TOLD = Actor("ada", "editorial", "contract suite (contract suite)")
# Emptied between tests, which is quicker than a server for each.
_TABLES = (
    *("scan", "staging", "stagedsequence", "stagedfolder", "sequencerow", "sequencepast"),
    *("folderuserow", "folderusepast", "signoff", "signedasset", "outboxpost"),
    *("imagefile", "imagesequence", "imageheader", "imagevector", "imagebase", "storageroot"),
)


@pytest.fixture(scope="module")
def server(
    postgres_server: str,
    _migrated: str,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[[str, Path], AbstractContextManager[Any]],
) -> Iterator[tuple[Any, str]]:
    folder = tmp_path_factory.mktemp("server")
    with temporary_database(postgres_server, template=_migrated) as url, serve(url, folder) as one:
        yield one, url


@pytest.fixture
def transport(server: tuple[Any, str]) -> Iterator[Transport]:
    served, url = server
    with closing(served.transport(_EVERYTHING)) as opened:
        yield opened
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in _TABLES:
            # The one of vectors is made when the first image is recorded.
            (there,) = connection.execute(
                "SELECT to_regclass(%s)", [f"rushes_{table}"]
            ).fetchone() or (None,)
            if there is not None:
                connection.execute(f"DELETE FROM rushes_{table}".encode())


@pytest.fixture
def records(transport: Transport) -> Records:
    return HttpRecords(transport)


@pytest.fixture
def kill(server: tuple[Any, str]) -> Callable[[int], None]:
    """Scans over the network belong to no connection: of a killed one, nothing more is heard."""

    def killed(scan: int) -> None:
        with psycopg.connect(server[1]) as connection:
            connection.execute(
                "UPDATE rushes_staging SET until = until - interval '1 day' WHERE scan_id = %s",
                [scan],
            )

    return killed


@pytest.fixture
def signoffs(transport: Transport) -> SignOffs:
    return HttpSignOffs(transport)


@pytest.fixture
def outbox(transport: Transport) -> Outbox:
    return HttpOutbox(transport)


@pytest.fixture
def images(transport: Transport) -> Images:
    return HttpImages(transport)


class TestScans(ScanContract):
    told = TOLD


class TestHistory(HistoryContract):
    pass


class TestImages(ImageContract):
    pass


class TestAskingForImages(ImageAskingContract):
    pass


class TestSignOffs(SignOffContract):
    pass


class TestKeeping(KeepingContract):
    told = TOLD


class TestSending(SendingContract):
    pass


class TestOrder(OrderContract):
    pass
