"""The published description, and the server that keeps to it whatever is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from unittest import SkipTest

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

_EXAMPLES = 8


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_nothing_that_is_sent_makes_the_server_fail(api: Any, make_task: Any, mode: str) -> None:
    import schemathesis

    make_task()
    described = schemathesis.openapi.from_dict(api("GET", "/api/v1/openapi.json").json)
    failed: list[str] = []
    statuses: Counter[int] = Counter()

    def answered(case: Any) -> None:
        answer = api(*_request(case))
        statuses[answer.status // 100] += 1
        if answer.status >= 500:
            failed.append(f"{case.method} {case.path} {case.body!r} {case.query!r}")

    for found in described.get_all_operations():
        _sent(found.ok(), mode, answered)
    assert failed == []
    assert statuses.total() > 800, statuses
    assert statuses[4] > 300, statuses


def _sent(operation: Any, mode: str, answered: Callable[[Any], None]) -> None:
    """Have examples of one operation answered: such as are described, or such as are not."""
    from schemathesis.generation.modes import GenerationMode

    @settings(
        max_examples=_EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def sent(case: Any) -> None:
        answered(case)

    # Nothing can be wrong of what takes nothing.
    with suppress(Unsatisfiable, SkipTest):
        sent()


def _request(case: Any) -> tuple[str, str, Any]:
    """The case's method, address with parameters, and body."""
    from urllib.parse import quote, urlencode

    from schemathesis.core import NOT_SET

    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    query = urlencode(case.query or {}, doseq=True, errors="surrogatepass")
    body = None if case.body is NOT_SET else case.body
    return case.method, f"{path}?{query}" if query else path, body
