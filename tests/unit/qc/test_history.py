from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rushes.model.signoff import Legacy, Result, Sidecar
from rushes.qc.history import is_intact, links
from rushes.qc.sidecar import decode, encode
from rushes.testing.signoffs import after, chain, record

LEGACY = Legacy("clip.mov.qc.json", '{"qc_result":"pass"}', "pass", "ada", "")


def test_a_first_record_names_none_before_it() -> None:
    assert [link.intact for link in links(chain(1))] == [True]
    assert [link.intact for link in links(Sidecar(record(previous="sha256:00")))] == [False]


def test_records_are_told_the_oldest_first() -> None:
    made = chain(4)
    told = links(made)
    assert [link.past for link in told] == [*made.history, made.record]
    assert all(link.intact for link in told)


@given(st.integers(2, 6), st.data())
def test_a_record_changed_afterwards_breaks_the_link_behind_it(n: int, data: st.DataObject) -> None:
    made = chain(n)
    at = data.draw(st.integers(0, n - 2))
    past = list(made.history)
    past[at] = replace(past[at], operator="mallory")
    forged = decode(encode(Sidecar(made.record, tuple(past))))
    assert [link.intact for link in links(forged)] == [place != at + 1 for place in range(n)]


@given(st.integers(2, 6), st.data())
def test_a_record_taken_out_breaks_the_chain(n: int, data: st.DataObject) -> None:
    made = chain(n)
    at = data.draw(st.integers(0, n - 2))
    assert not is_intact(Sidecar(made.record, (*made.history[:at], *made.history[at + 1 :])))


def test_a_sidecar_of_the_earlier_tool_begins_a_chain() -> None:
    assert is_intact(after((LEGACY,), record()))


def test_a_sidecar_of_the_earlier_tool_cannot_be_put_in_later() -> None:
    made = chain(1)
    between = after((made.record, LEGACY), record(qc_result=Result.FAIL))
    assert [link.intact for link in links(between)] == [True, False, True]
