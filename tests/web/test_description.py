"""The published description, and the server that keeps to it whatever is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nothing_that_is_described_makes_the_server_fail(api: Any, make_task: Any) -> None:
    import schemathesis

    make_task()
    described = schemathesis.openapi.from_dict(api("GET", "/api/v1/openapi.json").json)
    failed: list[str] = []
    count = 0
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=4,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def sent(case: Any) -> None:
            nonlocal count
            count += 1
            answer = api(*_request(case))
            if answer.status >= 500:
                failed.append(f"{case.method} {case.path} {case.body!r} {case.query!r}")

        sent()
    assert count > 300
    assert failed == []


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
