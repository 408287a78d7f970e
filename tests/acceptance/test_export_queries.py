"""The SQL that is written about exported image facts does what it says."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rushes.ports import registry
from rushes.testing.contracts.catalog import EMBEDDING, plate

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "export-image-facts.md"


def queries() -> list[str]:
    return re.findall(r"^```sql\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A folder with facts of three frames, the last of another size and with a layer less."""
    odd = plate(1003)
    part = odd.image.parts[0]
    window = part.data_window._replace(x_max=10) if part.data_window else None
    part = replace(part, data_window=window, channels=part.channels[:1])
    images = [
        replace(plate(1001), metadata_embedding=EMBEDDING),
        replace(plate(1002), metadata_embedding=EMBEDDING),
        replace(odd, image=replace(odd.image, header_hash="odd", parts=(part,))),
    ]
    monkeypatch.chdir(tmp_path)
    with closing(registry.connect("catalog", "parquet", "facts")) as catalog:
        assert not any(one.why for one in catalog.record(images))
    with duckdb.connect() as connection:
        yield connection


def test_every_query_of_the_page_runs_and_finds_something(database: Any) -> None:
    views, *others = queries()
    database.execute(views)
    assert len(others) == 5
    for query in others:
        assert database.execute(query).fetchall(), query


def test_frames_of_another_size_and_lacking_layers_are_found(database: Any) -> None:
    views, _, sizes, layers, *_ = queries()
    database.execute(views)
    assert [row[1] for row in database.execute(sizes).fetchall()] == [1003]
    found = {row[1]: row[2:] for row in database.execute(layers).fetchall()}
    assert found == {"": (3, 0), "diffuse": (2, 1)}
