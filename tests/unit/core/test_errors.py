"""Errors travel whole between processes."""

from __future__ import annotations

import pickle

from rushes.core.errors import Code, RushesError


def test_an_error_arrives_in_another_process_with_code_message_and_hint() -> None:
    sent = RushesError(Code.USAGE, "No such thing.", hint="Name another.")
    got = pickle.loads(pickle.dumps(sent))
    assert (got.code, got.message, got.hint) == (Code.USAGE, "No such thing.", "Name another.")
    assert str(got) == "No such thing."


def test_codes_are_plain_words_and_all_different() -> None:
    values = [code.value for code in Code]
    assert len(set(values)) == len(values)
    assert all(value.replace(".", "").replace("_", "").isalpha() for value in values)
