"""JSON from outside has every key once, and no number that JSON has not."""

from __future__ import annotations

import pytest

from rushes.core.outside import TwiceError, parsed


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": 1, "b": 2, "a": 1}', "a"),
        ('[{"x": {"": 1, "": 2}}]', ""),
        ('{"a": {"b": [{"show": "A", "\\u0073how": "B"}]}}', "show"),
    ],
)
def test_a_key_that_stands_twice_in_one_object_is_named(text: str, key: str) -> None:
    with pytest.raises(TwiceError) as caught:
        parsed(text)
    assert caught.value.key == key
    assert repr(key) in str(caught.value)


def test_a_key_may_be_in_many_objects() -> None:
    assert parsed(b'{"a": {"a": [{"a": 1}, {"a": 2}]}}') == {"a": {"a": [{"a": 1}, {"a": 2}]}}


def test_a_key_as_long_as_a_file_is_told_in_short() -> None:
    key = "a" * 1_000_000
    with pytest.raises(TwiceError) as caught:
        parsed(f'{{"{key}": 1, "{key}": 2}}')
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whoever reads says more)
        parsed(text)
