"""The catalog in a VAST DataBase: what the real SDK does with a small server of ours."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

pytest.importorskip("vastdb")

import pyarrow as pa

from rushes.adapters.catalog import vast
from rushes.core.errors import Code, RushesError
from rushes.model.image import Attribute
from rushes.ports.catalog import Deed, Inspected
from rushes.testing.contracts.catalog import plate
from rushes.testing.vast.server import Fault, VastServer, vast_server
from rushes.testing.vast.signature import SECRET_KEY

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
SCHEMA = "exr_metadata"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[VastServer]:
    """A server of the test's own, named by the environment."""
    with vast_server() as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        yield served


def refused() -> RushesError:
    with pytest.raises(RushesError) as caught:
        vast.connect()
    return caught.value


def deeds(*images: Inspected) -> list[Deed]:
    with closing(vast.connect()) as catalog:
        return [one.deed for one in catalog.record(images)]


def with_value(one: Inspected, name: str, value: str) -> Inspected:
    """The image with one more attribute in its first part."""
    part = one.image.parts[0]
    more = (*part.attributes, Attribute(name, "string", value, b""))
    return replace(one, image=replace(one.image, parts=(replace(part, attributes=more),)))


def test_schema_and_tables_are_made_once(server: VastServer) -> None:
    for _ in range(2):
        vast.connect().close()
    names = ("attributes", "channels", "files", "parts")
    assert server.database.tables() == [("images", SCHEMA, name) for name in names]
    assert server.asked.count(("POST", "table")) == 4
    assert server.asked.count(("POST", "schema")) == 1


def test_somebody_who_makes_the_tables_at_the_same_time_is_no_failure(server: VastServer) -> None:
    server.faults.append(Fault("POST", "table", 409, skip=1))
    assert deeds(plate(1001)) == [Deed.INSERTED]
    assert server.database.open_transactions == 0


def test_another_schema_is_used_where_one_is_named(
    server: VastServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAST_DB_SCHEMA", "show/exr")
    assert deeds(plate(1001)) == [Deed.INSERTED]
    assert len(server.database.rows("images", "show/exr", "files")) == 1


def test_vectors_lie_in_columns_of_a_fixed_size_without_holes(server: VastServer) -> None:
    vast.connect().close()
    database = server.database
    number = database.begin()
    columns = database.view(number).tables["images", SCHEMA, "files"].columns
    item = pa.field("item", pa.float32(), nullable=False)
    assert columns.field("metadata_embedding").type == pa.list_(item, 384)


def test_variables_that_are_not_set_are_named(
    server: VastServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VAST_DB_BUCKET")
    monkeypatch.setenv("VAST_DB_SECRET_KEY", "")
    error = refused()
    assert error.code is Code.SETTINGS_INVALID
    assert "VAST_DB_BUCKET, VAST_DB_SECRET_KEY are not set" in error.message


def test_a_missing_sdk_is_told_with_how_to_get_it(
    server: VastServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vastdb", None)
    error = refused()
    assert error.code is Code.DEPENDENCY_MISSING
    assert "pip install 'rushes[vast]'" in error.hint


def test_a_wrong_key_is_told_without_telling_it(
    server: VastServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAST_DB_SECRET_KEY", "swordfish-in-the-wrong-pond")
    error = refused()
    assert error.code is Code.DATABASE_UNAVAILABLE
    assert "VAST_DB_SECRET_KEY" in error.hint
    told = "".join(traceback.format_exception(error)) + error.hint
    assert "swordfish" not in told


def test_an_address_where_nobody_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vast, "_TRIES", 1)
    with vast_server() as gone:
        environment = gone.environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    error = refused()
    assert error.code is Code.DATABASE_UNAVAILABLE
    assert "does not answer" in error.message
    assert environment["VAST_DB_ENDPOINT"] in error.message


def test_a_bucket_that_is_not_there_is_told(
    server: VastServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAST_DB_BUCKET", "elsewhere")
    error = refused()
    assert (error.code, "no bucket elsewhere" in error.message) == (Code.SETTINGS_INVALID, True)


def test_somebody_elses_table_is_not_written_to(server: VastServer) -> None:
    database = server.database
    number = database.begin()
    view = database.view(number)
    database.create_schema(view, "images", SCHEMA)
    database.create_table(view, ("images", SCHEMA, "parts"), pa.schema([("serial", pa.int64())]))
    database.commit(number)
    error = refused()
    assert error.code is Code.SETTINGS_INVALID
    assert "parts" in error.message
    assert database.tables() == [("images", SCHEMA, "parts")]
    assert database.open_transactions == 0


def test_an_insert_that_fails_half_way_is_rolled_back(server: VastServer) -> None:
    with closing(vast.connect()) as catalog:
        server.asked.clear()
        server.faults.append(Fault("POST", "rows", skip=2))
        (outcome,) = catalog.record([plate(1001)])
        assert outcome.deed is Deed.FAILED
        assert "500" in outcome.why
        assert server.asked.count(("POST", "rows")) == 3
        assert server.asked[-1] == ("DELETE", "transaction")
        assert server.database.open_transactions == 0
        assert not server.database.rows("images", SCHEMA, "parts")
        assert catalog.record([plate(1001)])[0].deed is Deed.INSERTED


def test_a_failing_rollback_does_not_hide_what_failed_first(server: VastServer) -> None:
    with closing(vast.connect()) as catalog:
        server.faults += [Fault("POST", "rows", 507), Fault("DELETE", "transaction", 503)]
        (outcome,) = catalog.record([plate(1001)])
    assert outcome.why.startswith("507")


def test_an_unchanged_file_costs_one_update_by_row_id(server: VastServer) -> None:
    deeds(plate(1001), plate(1002))
    server.asked.clear()
    assert deeds(plate(1001), plate(1002)) == [Deed.UNCHANGED, Deed.UNCHANGED]
    assert [one for one in server.asked if one[1] == "rows"] == [("PUT", "rows")]


def test_a_commit_that_is_refused_is_a_failure(server: VastServer) -> None:
    with closing(vast.connect()) as catalog:
        server.faults.append(Fault("PUT", "transaction", 409))
        (outcome,) = catalog.record([plate(1001)])
    assert outcome.deed is Deed.FAILED
    assert not server.database.rows("images", SCHEMA, "files")
    assert deeds(plate(1001)) == [Deed.INSERTED]


def test_a_commit_without_an_answer_is_not_called_either(server: VastServer) -> None:
    with closing(vast.connect()) as catalog:
        server.faults.append(Fault("PUT", "transaction", 0))
        (outcome,) = catalog.record([plate(1001)])
    assert outcome.deed is Deed.FAILED
    assert "is not known" in outcome.why
    assert deeds(plate(1001)) == [Deed.UNCHANGED]  # it had been written


def test_two_transactions_that_change_one_table_cannot_both_commit(server: VastServer) -> None:
    deeds(plate(1001))
    with closing(vast.connect()) as catalog:
        database, name = server.database, ("images", SCHEMA, "files")
        number = database.begin()
        (row,) = database.rows(*name)
        change = pa.RecordBatch.from_pylist([{"$row_id": row["$row_id"], "inspection_count": 7}])
        database.update(database.view(number), name, change)
        assert catalog.record([plate(1001)])[0].deed is Deed.UNCHANGED
        with pytest.raises(Exception, match="changed it first"):
            database.commit(number)
    assert server.database.rows(*name)[0]["inspection_count"] == 2


def test_what_two_first_exports_at_once_wrote_twice_is_made_one(server: VastServer) -> None:
    deeds(plate(1001), plate(1002))
    database = server.database
    number = database.begin()
    view = database.view(number)
    for table in ("files", "parts", "channels", "attributes"):
        name = ("images", SCHEMA, table)
        for batch in view.tables[name].rows.drop_columns(["$row_id"]).to_batches():
            database.insert(view, name, batch)
    database.commit(number)
    assert deeds(plate(1001), plate(1002)) == [Deed.UPDATED, Deed.UPDATED]
    counts = [len(database.rows("images", SCHEMA, one)) for one in ("files", "parts", "channels")]
    assert counts == [2, 2, 4]


def test_a_value_too_long_for_a_cell_is_left_out_and_named(server: VastServer) -> None:
    manifest = with_value(plate(1001), "cryptomatte/7f/manifest", "x" * 300_000)
    with closing(vast.connect()) as catalog:
        (outcome,) = catalog.record([manifest])
    assert outcome.deed is Deed.INSERTED
    assert outcome.left_out == ("cryptomatte/7f/manifest",)
    rows = server.database.rows("images", SCHEMA, "attributes")
    values = {one["attr_name"]: one["value_text"] for one in rows}
    assert values["cryptomatte/7f/manifest"] is None
    assert values["software"] == "Arnold 7.4"


def test_an_image_that_is_refused_takes_no_other_with_it(server: VastServer) -> None:
    part = replace(plate(1003).image.parts[0], name="x" * 300_000)
    odd = replace(plate(1003), image=replace(plate(1003).image, parts=(part,)))
    images = [plate(1001), plate(1002), odd, plate(1004), plate(1005)]
    with closing(vast.connect()) as catalog:
        outcomes = catalog.record(images)
    failed = [one for one in outcomes if one.deed is Deed.FAILED]
    assert [one.path for one in failed] == [odd.path]
    assert "part_name" in failed[0].why
    assert len(server.database.rows("images", SCHEMA, "files")) == 4


def test_rows_that_fill_more_than_one_request_all_arrive(server: VastServer) -> None:
    many = [with_value(plate(frame), "notes", "y" * 100_000) for frame in range(1001, 1061)]
    assert set(deeds(*many)) == {Deed.INSERTED}  # 12 MB, where a request takes 5
    rows = server.database.rows("images", SCHEMA, "attributes")
    assert sum(len(one["value_text"] or "") >= 100_000 for one in rows) == 60


def test_no_outcome_tells_a_secret(server: VastServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(vast.connect()) as catalog:
        place = vast.Place.of(server.environment())
        assert SECRET_KEY not in repr(place)
        assert SECRET_KEY not in place.told(ValueError(f"signed with {SECRET_KEY}"))
        assert catalog.record([]) == []
