"""The hash over many entries is that of RFC 6962."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from rushes.qc.merkle import tree_hash

# The entries and roots that tests of Certificate Transparency's logs use.
ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def as_written(entries: list[bytes]) -> bytes:
    """The definition, word for word."""
    if len(entries) < 2:
        return sha256(b"\0" + entries[0] if entries else b"").digest()
    size = 1
    while size * 2 < len(entries):
        size *= 2
    return sha256(b"\1" + as_written(entries[:size]) + as_written(entries[size:])).digest()


def test_known_trees_have_their_known_roots() -> None:
    for count, root in enumerate(ROOTS):
        assert tree_hash(ENTRIES[:count]).hex() == root


@given(st.lists(st.binary(max_size=3), max_size=70))
def test_a_root_is_what_the_definition_says(entries: list[bytes]) -> None:
    assert tree_hash(iter(entries)) == as_written(entries)


@given(st.lists(st.binary(max_size=3), max_size=9), st.lists(st.binary(max_size=3), max_size=9))
def test_other_entries_have_another_root(first: list[bytes], second: list[bytes]) -> None:
    assert (tree_hash(first) == tree_hash(second)) == (first == second)


def test_an_inner_node_is_no_entry() -> None:
    left, right = (sha256(b"\0" + one).digest() for one in ENTRIES[:2])
    assert tree_hash([left + right]) != tree_hash(ENTRIES[:2])
