"""Where a server ignores conditions of puts, one look at a folder tells of all that goes there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rushes.ports import registry
from rushes.ports.storage_writing import Facts, Passage, WritableStorage
from rushes.testing.s3 import Bucket
from rushes.transfer.apply import apply
from rushes.transfer.learning import Place, planned
from rushes.transfer.ledger import Ledger, opened
from rushes.transfer.outcome import Effort, End, Outcome

FILES = 12


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rushes.adapters.s3_looks._FRESH_S", 3600)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path / "ledgers", "here", "there") as found:
        yield found


def sent(bucket: Bucket, ledger: Ledger, tmp_path: Path, *, theirs: int = -1) -> dict[str, Outcome]:
    """What came of twelve files, of which one is put there by another meanwhile."""
    here = tmp_path / "here"
    here.mkdir(exist_ok=True)
    for at in range(FILES):
        (here / f"{at:02d}.exr").write_bytes(b"%d" % at)
    (bucket.folder / "demo").mkdir(exist_ok=True)
    source = Place(registry.connect("storage", "local"), str(here))
    target = Place(registry.connect("storage", "s3", bucket.url), "/demo")
    made = planned(source, target, ledger)
    if theirs >= 0:
        (bucket.folder / "demo" / f"{theirs:02d}.exr").write_bytes(b"theirs")
    bucket.server.asked.clear()
    return {one.path: one for one in apply(made, source, target, ledger, effort=Effort(1))}


def requests(bucket: Bucket) -> tuple[int, int, int]:
    """How many puts, looks at one object, and listings there were."""
    asked = bucket.asked()
    objects = [one for one in asked if "/demo/" in one.path]
    listings = [one for one in asked if one.method == "GET" and one not in objects]
    puts, heads = (sum(one.method == name for one in objects) for name in ("PUT", "HEAD"))
    return puts, heads, len(listings)


def test_one_look_does_for_a_folder(s3_bucket: Bucket, ledger: Ledger, tmp_path: Path) -> None:
    found = sent(s3_bucket, ledger, tmp_path)
    assert {one.end for one in found.values()} == {End.MOVED}
    # One is put twice: it shows whether the server keeps to conditions.
    assert requests(s3_bucket) == (FILES + 1, 0, 1)


@pytest.mark.parametrize("theirs", [0, FILES - 1])
def test_what_another_has_put_there_stays(
    s3_bucket: Bucket, ledger: Ledger, tmp_path: Path, theirs: int
) -> None:
    found = sent(s3_bucket, ledger, tmp_path, theirs=theirs)
    failed = {path: one.code for path, one in found.items() if one.end is not End.MOVED}
    assert failed == {f"{theirs:02d}.exr": "changed.meanwhile"}
    assert (s3_bucket.folder / "demo" / f"{theirs:02d}.exr").read_bytes() == b"theirs"


def test_what_changed_is_replaced_unless_another_did_so(
    s3_bucket: Bucket, ledger: Ledger, tmp_path: Path
) -> None:
    sent(s3_bucket, ledger, tmp_path)
    for at in (3, 4):
        (tmp_path / "here" / f"{at:02d}.exr").write_bytes(b"new")
    source = Place(registry.connect("storage", "local"), str(tmp_path / "here"))
    target = Place(registry.connect("storage", "s3", s3_bucket.url), "/demo")
    made = planned(source, target, ledger)
    (s3_bucket.folder / "demo" / "04.exr").write_bytes(b"theirs")
    found = {one.path: one.end for one in apply(made, source, target, ledger, effort=Effort(1))}
    assert (found["03.exr"], found["04.exr"]) == (End.MOVED, End.FAILED)
    assert (s3_bucket.folder / "demo" / "03.exr").read_bytes() == b"new"
    assert (s3_bucket.folder / "demo" / "04.exr").read_bytes() == b"theirs"


def test_an_old_look_is_none(
    s3_bucket: Bucket, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.adapters.s3_looks._FRESH_S", 0)
    sent(s3_bucket, ledger, tmp_path)
    assert requests(s3_bucket) == (FILES + 1, 0, FILES)


def test_in_a_folder_of_more_than_one_answer_each_is_asked_for(
    s3_bucket: Bucket, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.adapters.s3_looks._PAGE", 2)
    (s3_bucket.folder / "demo").mkdir()
    for at in range(3):
        (s3_bucket.folder / "demo" / f"z{at}.exr").write_bytes(b"z")
    found = sent(s3_bucket, ledger, tmp_path, theirs=1)
    assert {path for path, one in found.items() if one.end is not End.MOVED} == {"01.exr"}
    # The folder is listed once, not again for each file, which takes longer than to ask for it.
    assert requests(s3_bucket) == (FILES, FILES, 1)


@pytest.mark.parametrize("name", [".x", "sub/.x", "sub/a..b", "sub/..b", "sub/#1", "sub/é"])
def test_a_name_whose_beginning_is_none_goes_like_others(
    s3_bucket: Bucket, ledger: Ledger, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "here" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"odd")
    source = Place(registry.connect("storage", "local"), str(tmp_path / "here"))
    target = Place(registry.connect("storage", "s3", s3_bucket.url), "/demo")
    made = planned(source, target, ledger)
    assert [one.end for one in apply(made, source, target, ledger)] == [End.MOVED]
    assert (s3_bucket.folder / "demo" / name).read_bytes() == b"odd"


def test_what_we_put_there_ourselves_a_moment_ago_is_known(
    s3_bucket: Bucket, tmp_path: Path
) -> None:
    (tmp_path / "one").write_bytes(b"one")
    (tmp_path / "two").write_bytes(b"two")
    here = registry.connect("storage", "local")
    there: WritableStorage = registry.connect("storage", "s3", s3_bucket.url)

    def put(name: str, expected: Facts | None) -> Facts:
        source = here.source(str(tmp_path), name)
        try:
            passage = Passage(expected=expected)
            return there.receive("/demo", "a", source=source, passage=passage).facts
        finally:
            source.close()

    first = put("one", None)
    second = put("two", first)
    there.remove("/demo", "a", expected=second)
    put("one", None)
    assert (s3_bucket.folder / "demo" / "a").read_bytes() == b"one"
