"""Secrets do not show."""

from __future__ import annotations

import pytest

from rushes.core.masking import masked, masked_secret


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
