"""An order from afar names places that the settings allow, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.core.errors import Code
from rushes.exchange.allowed import check_allowed, check_real
from rushes.testing.studios import refusal

ALLOWED = ("/mnt/drops/", "s3://vendor-in/acme", "s3://all-of-it")


@pytest.mark.parametrize(
    ("place", "plain"),
    [
        ("/mnt/drops", "/mnt/drops"),
        ("/mnt//drops/./a/", "/mnt/drops/a"),
        ("s3://vendor-in/acme", "s3://vendor-in/acme"),
        ("s3://vendor-in/acme/today", "s3://vendor-in/acme/today"),
        ("s3://all-of-it", "s3://all-of-it"),
        ("s3://all-of-it/x", "s3://all-of-it/x"),
    ],
)
def test_what_is_allowed_and_what_lies_below_it_may_be_named(place: str, plain: str) -> None:
    assert check_allowed("drop", place, ALLOWED, setting="ingest.drops") == plain


@pytest.mark.parametrize(
    "place",
    [
        "", "/", ".", "drops", "/mnt", "/mnt/dropsy", "/mnt/drops/../x", "/mnt/drops/a/../../x",
        "/mnt/drops\0", "s3://", "s3://vendor-in", "s3://vendor-in/acme2", "s3://other",
        "s3://vendor-in/acme/../x", "S3://all-of-it", "file:///mnt/drops", "~/drops",
    ],
)  # fmt: skip
def test_what_lies_elsewhere_is_refused(place: str) -> None:
    with refusal(Code.FIELD_INVALID, "drop"):
        check_allowed("drop", place, ALLOWED, setting="ingest.drops")


def test_where_nothing_is_allowed_the_setting_is_named() -> None:
    with refusal(Code.ACCESS_DENIED, "ingest.drops"):
        check_allowed("drop", "/mnt/drops", (), setting="ingest.drops")


def test_a_link_is_followed_before_it_is_believed(tmp_path: Path) -> None:
    for name in ("drops", "elsewhere"):
        (tmp_path / name).mkdir()
    allowed = (str(tmp_path / "drops"),)
    (tmp_path / "drops" / "out").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "mount").symlink_to(tmp_path / "drops")
    check_real("drop", str(tmp_path / "drops" / "a"), allowed, setting="ingest.drops")
    with refusal(Code.FIELD_INVALID, "leads out"):
        check_real("drop", str(tmp_path / "drops" / "out"), allowed, setting="ingest.drops")
    # A folder of the settings may be a link itself.
    linked = (str(tmp_path / "mount"),)
    check_real("drop", str(tmp_path / "mount" / "a"), linked, setting="ingest.drops")
