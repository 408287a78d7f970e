"""Every catalog keeps the catalog contract; new ones are found by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("vastdb")

import pyarrow.parquet as pq

from rushes.ports import registry
from rushes.ports.catalog import Catalog
from rushes.testing.contracts.catalog import CatalogContract, Place
from rushes.testing.vast.server import Fault, VastServer, vast_server
from rushes.testing.vast.tables import ROW_ID


@dataclass
class ParquetPlace:
    folder: Path

    def opened(self) -> Catalog:
        catalog: Catalog = registry.connect("catalog", "parquet", str(self.folder))
        return catalog

    def rows(self, table: str) -> list[dict[str, Any]]:
        if not any((self.folder / table).glob("*.parquet")):
            return []
        found: list[dict[str, Any]] = pq.read_table(self.folder / table).to_pylist()
        return found

    @contextmanager
    def failing(self) -> Iterator[None]:
        away = self.folder / "away"
        (self.folder / "attributes").rename(away)
        yield
        away.rename(self.folder / "attributes")


@dataclass
class VastPlace:
    server: VastServer

    def opened(self) -> Catalog:
        catalog: Catalog = registry.connect("catalog", "vast")
        return catalog

    def rows(self, table: str) -> list[dict[str, Any]]:
        found = self.server.database.rows("images", "exr_metadata", table)
        return [{name: row[name] for name in row if name != ROW_ID} for row in found]

    @contextmanager
    def failing(self) -> Iterator[None]:
        """The parts are in, the channels are refused."""
        self.server.faults.append(Fault("POST", "rows", skip=1))
        yield
        self.server.faults.clear()
        assert self.server.database.open_transactions == 0


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
class TestCatalogs(CatalogContract):
    @pytest.fixture(params=registry.names("catalog"))
    def place(
        self,
        request: pytest.FixtureRequest,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[Place]:
        if request.param == "parquet":
            yield ParquetPlace(tmp_path / "facts")
            return
        assert request.param == "vast", "a new catalog adapter says here how to look into it"
        with vast_server() as server:
            for name, value in server.environment().items():
                monkeypatch.setenv(name, value)
            yield VastPlace(server)
