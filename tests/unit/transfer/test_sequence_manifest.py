"""The manifest of a sequence: what its hash is the hash of, byte by byte."""

from __future__ import annotations

import hashlib
import random
from decimal import Decimal

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from rushes.transfer.hashing import manifest, manifest_hash

FRAMES = [("1001", 3, "blake3:aa"), ("1002", 10, "blake3:bb")]


def test_each_frame_is_one_line_with_a_feed_at_its_end() -> None:
    assert manifest(FRAMES) == b"1001 3 blake3:aa\n1002 10 blake3:bb\n"
    assert manifest([]) == b""


def test_frames_stand_in_the_order_of_their_values() -> None:
    frames = ["10", "2", "-1", "1.25", "0"]
    lines = manifest((frame, 1, "md5:a") for frame in frames).decode().splitlines()
    assert [line.split()[0] for line in lines] == ["-1", "0", "1.25", "2", "10"]


@given(st.lists(st.integers(-20, 20_000), unique=True), st.randoms())
def test_the_order_they_are_given_in_does_not_matter(
    numbers: list[int], shuffler: random.Random
) -> None:
    rows = [(str(number), number * 7 % 11, f"md5:{number:x}") for number in numbers]
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert manifest(rows) == manifest(shuffled)
    order = [Decimal(line.split()[0]) for line in manifest(rows).decode().splitlines()]
    assert order == sorted(numbers)


def test_its_hash_is_that_of_its_bytes_with_the_same_algorithm() -> None:
    assert manifest_hash(FRAMES, "blake3") == f"blake3:{blake3(manifest(FRAMES)).hexdigest()}"
    assert manifest_hash([], "sha256") == f"sha256:{hashlib.sha256(b'').hexdigest()}"


@pytest.mark.parametrize("frame", ["", "x", "1 001", "NaN", "1e3", "1001.", "１"])
def test_what_is_no_frame_number_is_refused(frame: str) -> None:
    with pytest.raises(ValueError, match="frame number"):
        manifest([(frame, 1, "md5:a")])


def test_a_frame_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        manifest([*FRAMES, ("1001", 4, "blake3:cc")])
