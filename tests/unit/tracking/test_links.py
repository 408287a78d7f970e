"""Links of publishes, whoever wrote them, are read alike and written in one way."""

from __future__ import annotations

from rushes.tracking.links import Link, checked_links, links_of


def test_both_spellings_are_read_and_what_is_no_link_is_left_out() -> None:
    rows = [
        {"kind": "input", "publish": 3, "metadata": {"node": "read1"}},
        {"target_publish_id": 4, "link_type": "dependency"},
        {"target_publish_id": 5},
        {"to": 1},
        {"publish": "6"},
        {"publish": True},
        None,
        7,
    ]
    assert list(links_of(rows)) == [Link("input", 3), Link("dependency", 4), Link("", 5)]


def test_links_are_written_in_one_way() -> None:
    rows = [
        {"link_type": "upstream", "target_publish_id": 4},
        {"kind": "input", "publish": 3, "metadata": {}},
    ]
    made = [{"kind": "upstream", "publish": 4}, {"kind": "input", "publish": 3}]
    assert checked_links(rows) == made
    assert checked_links(made) == made
