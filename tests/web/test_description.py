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

_EXAMPLES = {"positive": 5, "negative": 2}  # making what is wrong takes far longer


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_nothing_that_is_sent_makes_the_server_fail(api: Any, make_task: Any, mode: str) -> None:
    import schemathesis

    make_task()
    described = schemathesis.openapi.from_dict(api("GET", "/api/v1/openapi.json").json)
    failed: list[str] = []
    statuses: Counter[int] = Counter()

    def answered(case: Any) -> None:
        method, address, body = _request(case)
        raw = body if isinstance(body, bytes) else None
        answer = api(method, address, None if raw is not None else body, raw=raw)
        statuses[answer.status // 100] += 1
        if answer.status >= 500:
            failed.append(f"{case.method} {case.path} {case.body!r} {case.query!r}")

    for found in described.get_all_operations():
        _sent(found.ok(), mode, answered)
    assert failed == []
    assert statuses.total() > 300, statuses
    assert statuses[4] > 100, statuses


def _sent(operation: Any, mode: str, answered: Callable[[Any], None]) -> None:
    """Have examples of one operation answered: such as are described, or such as are not."""
    from schemathesis.generation.modes import GenerationMode

    @settings(
        max_examples=_EXAMPLES[mode],
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
        path = path.replace(f"{{{name}}}", quote(str(value), safe="", errors="surrogatepass"))
    query = urlencode(case.query or {}, doseq=True, errors="surrogatepass")
    body = None if case.body is NOT_SET else case.body
    return case.method, f"{path}?{query}" if query else path, body
