"""Checksums are told apart by their names and their lengths, and never guessed."""

from __future__ import annotations

import pytest

from rushes.exchange.checksum import Checksum, read_checksum
from rushes.transfer.hashing_algorithms import digest_of

DATA = b"a frame"


@pytest.mark.parametrize(
    "algorithm", ["md5", "sha1", "sha256", "xxh64", "xxh3", "xxh128", "blake3", "c4"]
)
def test_what_our_own_hashing_makes_is_read_back(algorithm: str) -> None:
    digest = digest_of(DATA, algorithm)
    assert read_checksum(f"{algorithm}:{digest}") == Checksum(algorithm, digest)
    assert read_checksum(str(Checksum(algorithm, digest))) == Checksum(algorithm, digest)


@pytest.mark.parametrize("text", ["SHA-1: {}", "sha1={}", "{}"])
def test_names_are_written_in_many_ways(text: str) -> None:
    digest = digest_of(DATA, "sha1")
    assert read_checksum(text.format(digest.upper())) == Checksum("sha1", digest)


def test_a_bare_c4_is_told_by_its_letters() -> None:
    digest = digest_of(DATA, "c4")
    assert read_checksum(digest) == Checksum("c4", digest)


@pytest.mark.parametrize(("algorithm", "other"), [("md5", "xxh128"), ("xxh64", "xxh3"),
                                                  ("sha256", "blake3")])  # fmt: skip
def test_a_length_that_two_algorithms_share_is_refused(algorithm: str, other: str) -> None:
    with pytest.raises(ValueError, match=f"{algorithm} or {other}; write it as in {algorithm}:"):
        read_checksum(digest_of(DATA, algorithm))


@pytest.mark.parametrize("text", ["md5:deadbeef", "crc32:deadbeef", "zz" * 20, "c4zz", "", "sha1:"])
def test_what_is_no_checksum_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_checksum(text)
