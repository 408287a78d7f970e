"""Secrets do not show."""

from __future__ import annotations

import pytest

from rushes.core.masking import MASK, masked, masked_secret


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ann:s3cret@host/db", "postgresql://ann:***@host/db"),
        ("see http://u:p:w@d@h/x and http://h/y", "see http://u:***@h/x and http://h/y"),
        ("postgresql://host/db?password=s3cret&sslmode=require",
         "postgresql://host/db?password=***&sslmode=require"),
        ("host=h password='s3 cret' user=ann", "host=h password=*** user=ann"),
        ("--api-key is no pair, api_key: abc is", "--api-key is no pair, api_key: *** is"),
        ("nothing to see", "nothing to see"),
    ],
)  # fmt: skip
def test_passwords_are_covered_and_the_rest_stays(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_secret_that_is_no_url_is_covered_whole() -> None:
    assert masked_secret("hunter2") == "***"
    assert masked_secret("postgresql://ann@host/db") == "postgresql://ann@host/db"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:s3cret@db.studio:5432/rushes?sslmode=require",
        "postgresql://ann:s3cret@/rushes?host=/run/pg",
        "postgresql://ann:s3cret@a,b/rushes",
        "postgresql://ann@host/rushes?password=s3cret&sslmode=require",
        "postgresql:///rushes?PASSWORD=s3cret",
        "host=db user=ann password=s3cret dbname=rushes",
        "host=db password = 's3cret with \\' quote' dbname=rushes",
        "postgresql://ann:s3cret/with@odd:s3cret@host/rushes",
        "postgresql://ann:@host/rushes",
        "postgresql://ann:s3cret/x@host/rushes",
        "postgresql://ann:p@s3cret/x@host/rushes",
        "postgres://ann:what?#s3cret@host/rushes",
    ],
)
def test_a_databases_url_is_shown_without_its_password(url: str) -> None:
    shown = masked(url)
    assert "s3cret" not in shown
    assert MASK in shown
    assert "rushes" in shown


def test_a_url_without_a_password_is_shown_as_it_is() -> None:
    url = "postgresql://ann@host:5432/rushes?sslmode=require"
    assert masked(url) == url
