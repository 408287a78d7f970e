"""What is remembered of moved files, also when a run was killed at any moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.ports.storage_writing import Facts
from rushes.transfer.journal import Journal, rows
from rushes.transfer.ledger import Ledger, opened
from rushes.transfer.pace import Pace
from rushes.transfer.plan import Moved

ROW = Moved("xxh128:1", Facts(1, 2, 3, 2**63), Facts(1, 2, 0, 0, "tag"))


def test_what_was_moved_is_known_to_the_next_run(tmp_path: Path) -> None:
    names = ["a", 'quo",te', "back\\slash", "new\nline", "é", "byte\udcff", "[", "{"]
    with opened(tmp_path, "here", "there") as ledger:
        for name in names:
            ledger.moved(name, ROW)
        ledger.moved("gone", ROW)
        ledger.removed("gone")
        ledger.begun("half").keep({"at": 3})
    with opened(tmp_path, "here", "there") as ledger:
        # A name that the quick reader of lines does not take is looked at anew, never mistaken.
        assert [ledger.get(name) for name in names if '"' not in name] == [ROW] * 7
        assert ledger.get("gone") is None
        assert ledger.under_way() == {"half": {"at": 3}}
    with opened(tmp_path, "there", "here") as ledger:
        assert len(ledger) == 0


def test_what_was_not_moved_since_is_told_of_many_at_once(tmp_path: Path) -> None:
    names = ["a", "sh010/plate.1001.exr", "back\\slash", "new\nline", "é", "byte\udcff"]
    with opened(tmp_path, "here", "there") as ledger:
        for name in names:
            ledger.moved(name, ROW)
        here, there = (dict.fromkeys((*names, "other"), one) for one in ROW[1:])
        assert ledger.unmoved(here, there) == set(names)
    with opened(tmp_path, "here", "there") as ledger:
        assert ledger.unmoved(here, there) == set(names)
        assert ledger.unmoved({"a": ROW.source}, there) == {"a"}
        assert ledger.unmoved(here, {"a": ROW.target}) == {"a"}
        for at in range(5):
            other = ROW.source[at] + 1 if at < 4 else "x"
            changed = Facts(*ROW.source[:at], other, *ROW.source[at + 1 :])
            assert ledger.unmoved({"a": changed}, there) == set()
            assert ledger.get("a") == ROW
        for at in range(5):
            other = ROW.target[at] + 1 if at < 4 else "x"
            changed = Facts(*ROW.target[:at], other, *ROW.target[at + 1 :])
            assert ledger.unmoved(here, {"a": changed}) == set()


@pytest.mark.parametrize(
    "row",
    [
        b'["a","xxh128:1",[1,2,3,4,""]]',
        b'["a","xxh128:1",[1,2,3,4,""],[1,2,0,0,"tag"],5]',
        b'["a","xxh128:1",[1,2,3,4],[1,2,0,0,"tag"]]',
        b'["a","xxh128:1",5,6]',
        b'["a",[1,2,3,4,""],[1,2,0,0,"tag"]]',
        b'["a","xxh"128:1",[1,2,3,4,""],[1,2,0,0,"tag"]]',
    ],
)
def test_a_row_that_is_no_row_tells_nothing_of_many(tmp_path: Path, row: bytes) -> None:
    (tmp_path / "ledger.jsonl").write_bytes(b"[1]\n" + row + b"\n")
    facts = Facts(1, 2, 3, 4), Facts(1, 2, 0, 0, "tag")
    assert Ledger(tmp_path).unmoved({"a": facts[0]}, {"a": facts[1]}) == set()


def test_a_run_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    killed = Ledger(tmp_path)
    killed.moved("a", ROW)
    killed.begun("b").keep({"at": 3})
    killed.begun("c")
    after = Ledger(tmp_path)
    assert after.get("a") == ROW
    assert after.under_way() == {"b": {"at": 3}, "c": {}}
    assert after.begun("b").recall() == {"at": 3}
    after.moved("b", ROW)
    after.ended("c")
    after.close()
    again = Ledger(tmp_path)
    assert (again.get("a"), again.get("b"), again.under_way()) == (ROW, ROW, {})


def test_two_runs_between_the_same_places_do_not_mix(tmp_path: Path) -> None:
    with opened(tmp_path, "here", "there"):
        with pytest.raises(RushesError) as caught, opened(tmp_path, "here", "there"):
            pass
        assert caught.value.code is Code.LOCK_UNAVAILABLE
        with opened(tmp_path, "here", "elsewhere"):
            pass


@given(st.integers(0, 200), st.binary(max_size=5))
def test_a_journal_cut_anywhere_tells_its_whole_lines_and_goes_on(cut: int, noise: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal"
        journal = Journal(path)
        for at in range(10):
            journal.write("moved", f"file{at}")
        journal.close()
        whole = path.read_bytes()
        noise = noise.replace(b"\n", b"")
        path.write_bytes(whole[:cut] + noise)
        journal = Journal(path)
        journal.write("after")
        journal.close()
        kept = [list(row) for row in rows(path)]
        lines = whole[:cut].count(b"\n")
        assert kept == [["moved", f"file{at}"] for at in range(lines)] + [["after"]]


def test_a_damaged_ledger_makes_files_unknown_and_never_others(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for name in ("a", "b", "c"):
        ledger.moved(name, ROW)
    ledger.close()
    lines = (tmp_path / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "ledger.jsonl").write_bytes(
        lines[0] + lines[1][:20] + b"\n" + b"\xff\n" + lines[2] + lines[3][:-3]
    )
    after = Ledger(tmp_path)
    assert (after.get("a"), after.get("b"), after.get("c")) == (None, ROW, None)
    (tmp_path / "ledger.jsonl").write_bytes(b"[99]\n" + lines[1])
    assert Ledger(tmp_path).get("a") is None


def test_bytes_go_no_faster_than_they_may() -> None:
    waited: list[float] = []
    now = 100.0

    def wait(seconds: float) -> bool:
        nonlocal now
        waited.append(seconds)
        now += seconds
        return False

    pace = Pace(1000, clock=lambda: now, wait=wait)
    for _ in range(10):
        pace.take(500)
    assert now == pytest.approx(105.0)
    assert pace.moved == 5000
    now += 1000
    pace.take(250)
    assert now == pytest.approx(1105.0)


def test_a_cancelled_pace_lets_nothing_pass() -> None:
    pace = Pace()
    pace.take(1)
    pace.cancel()
    with pytest.raises(RushesError) as caught:
        pace.take(1)
    assert caught.value.code is Code.CANCELLED
