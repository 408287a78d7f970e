"""Counts for Prometheus, summed over workers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from rushes.ports.people import People
from rushes.web.metrics import Counts, summed, told


def test_counts_of_all_workers_are_summed(tmp_path: Path) -> None:
    one, other = Counts(), Counts()
    for counts, name in ((one, "1.json"), (other, "2.json")):
        counts.add("api/v1/shots", "GET", 200, 0.004)
        counts.add("api/v1/shots", "GET", 404, 0.2)
        counts.write(tmp_path)
        (tmp_path / f"{os.getpid()}.json").rename(tmp_path / name)
    (tmp_path / "3.json").write_text("not whole")
    lines = told(summed(tmp_path), database_up=True).splitlines()
    labels = 'route="api/v1/shots",method="GET"'
    assert f'rushes_requests_total{{{labels},status="200"}} 2' in lines
    assert f'rushes_requests_total{{{labels},status="404"}} 2' in lines
    assert f'rushes_request_seconds_bucket{{{labels},le="0.005"}} 2' in lines
    assert f'rushes_request_seconds_bucket{{{labels},le="+Inf"}} 4' in lines
    assert f"rushes_request_seconds_sum{{{labels}}} 0.408000" in lines
    assert "rushes_database_up 1" in lines


def test_requests_are_counted_by_route_and_not_by_address(api: Any) -> None:
    for number in (1, 2):
        api("GET", f"/api/v1/shots/{number}")
    text = api("GET", "/metrics").text
    assert 'route="api/v1/shots/<int:id>",method="GET",status="404"' in text
    assert "shots/1" not in text


@pytest.mark.parametrize(
    "asking",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=10.0.0.7"},
    ],
)
def test_counts_are_for_this_machine_and_for_who_has_a_token(
    api_as: Any, token: Any, admin: Any, asking: dict[str, str]
) -> None:
    nobody, scraper = api_as().client, {"Authorization": f"Bearer {token('ada', 'read')}"}
    assert nobody.get("/metrics").status_code == 200
    assert nobody.get("/metrics", **asking).status_code == 401
    assert nobody.get("/metrics", headers=scraper, **asking).status_code == 200


def test_a_trusted_proxy_says_who_asks_for_counts(
    server: People, api_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "RUSHES_TRUSTED_PROXIES", ("127.0.0.1/32",), raising=False)
    far = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.7"}
    assert api_as().client.get("/metrics", **far).status_code == 401
    assert api_as().client.get("/metrics").status_code == 200
