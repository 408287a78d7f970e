"""Trak, asked over a real socket: what is sent, and what its answers mean."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from rushes.adapters.tracker.trak import Trak
from rushes.core.errors import Code, RushesError
from rushes.core.settings import load
from rushes.model.outbox import Post
from rushes.ports import registry
from rushes.ports.tracker import Known, Looked, Tracker, Verdict
from rushes.testing.trak.server import API_KEY, SEARCH, Fault, TrakServer, Wrong, trak_server

Opener = Callable[..., Tracker]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrakServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with trak_server() as served:
        served.has("/shows/a.exr", "17")
        yield served


@pytest.fixture
def trak(server: TrakServer) -> Iterator[Tracker]:
    with closing(opened(server.environment())) as tracker:
        yield tracker


def opened(environ: dict[str, str]) -> Tracker:
    made: Tracker = registry.connect("tracker", "trak")(load(environ={"HOME": "/", **environ}))
    return made


def post(key: str = "q1", *, asset_id: str | None = "17") -> Post:
    document = f'{{"qc_id":"{key}","notes":"ü"}}'
    return Post("trak", key, "/shows/a.exr", datetime(2026, 11, 16, tzinfo=UTC), document, asset_id)


def test_an_asset_is_looked_up_as_the_earlier_tool_did(server: TrakServer, trak: Tracker) -> None:
    assert trak.assets(["/shows/a.exr", "/shows/none.exr"]) == [Looked("17"), Looked(None)]
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", SEARCH)
    assert asked.headers["x-api-key"] == API_KEY
    assert "authorization" not in asked.headers
    assert asked.body == {
        "searchPage": {"pageSize": 100},
        "assetSearchType": 2,
        "includeCustomer": False,
        "assetPath": "/shows/a.exr",
        "tagIds": [],
    }


def test_paths_are_sent_as_people_spell_them(server: TrakServer, trak: Tracker) -> None:
    trak.assets(["/a\\\\b", "/a\\xff", "/ü", "no\\escape"])
    assert [one.body["assetPath"] for one in server.asked] == [
        "/a\\b", "/a\\xff", "/ü", "no\\escape",
    ]  # fmt: skip


def test_a_result_is_told_with_its_key(server: TrakServer, trak: Tracker) -> None:
    (answer,) = trak.send([post()])
    assert answer.verdict is Verdict.DELIVERED
    assert server.results == {"17": [{"qc_id": "q1", "notes": "ü"}]}
    assert server.asked[0].path == "/api/assets/17/qc"
    assert server.asked[0].headers["idempotency-key"] == "q1"


def test_a_token_goes_along(server: TrakServer) -> None:
    server.token = "t0ken"
    with closing(opened(server.environment())) as without:
        assert without.send([post()])[0].verdict is Verdict.LATER
    with closing(opened({**server.environment(), "TRAK_TOKEN": "t0ken"})) as trak:
        assert trak.send([post()])[0].verdict is Verdict.DELIVERED


def test_odd_ids_stay_one_part_of_the_address(server: TrakServer, trak: Tracker) -> None:
    server.has("/odd", "../a b?c#d")
    assert trak.assets(["/odd"]) == [Looked("../a b?c#d")]
    assert trak.send([post(asset_id="../a b?c#d")])[0].verdict is Verdict.DELIVERED
    assert server.told("../a b?c#d") == ["q1"]
    asked = len(server.asked)
    for bad in (None, "", ".", ".."):
        assert trak.send([post(asset_id=bad)])[0].verdict is Verdict.REFUSED
    assert len(server.asked) == asked


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ('[{"asset_id": 5}]', "5"),
        ('[{"asset_id": "a"}, {"asset_id": "a"}]', "a"),
        ('[{"asset_id": 1, "asset_path": "/b"}, {"asset_id": 2, "asset_path": "/a"}]', "2"),
        ('[{"asset_id": 1, "assetPath": "/a"}, {"asset_id": 2}]', "1"),
        ("[]", None),
    ],
)
def test_the_asset_of_that_very_path_is_meant(
    server: TrakServer, trak: Tracker, items: str, found: str | None
) -> None:
    server.faults.append(Fault(Wrong.STATUS, status=200, body=f'{{"items": {items}}}'))
    assert trak.assets(["/a"]) == [Looked(found)]


@pytest.mark.parametrize(
    "items",
    [
        '[{"asset_id": 1}, {"asset_id": 2}]',
        '[{"asset_id": 1, "assetPath": "/a"}, {"asset_id": 2, "assetPath": "/a"}]',
        '[{"asset_id": true}]',
        '[{"id": 1}]',
        "[null]",
    ],
)
def test_an_asset_in_doubt_is_none(server: TrakServer, trak: Tracker, items: str) -> None:
    server.faults.append(Fault(Wrong.STATUS, status=200, body=f'{{"items": {items}}}'))
    (looked,) = trak.assets(["/a"])
    assert looked.asset_id is None
    assert looked.problem is not None
    assert looked.problem.verdict is Verdict.REFUSED


def test_whether_trak_has_a_result_is_asked_and_often_cannot_be_told(
    server: TrakServer, trak: Tracker
) -> None:
    trak.send([post("q1")])
    assert trak.known([post("q1")]) == [Known.CANNOT_TELL]  # there is no such route
    server.tells = True
    assert trak.known([post("q1"), post("q2")]) == [Known.YES, Known.NO]
    assert trak.known([post("q1", asset_id=None)]) == [Known.CANNOT_TELL]
    assert trak.stopped is None


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("[]", Known.NO),
        ('{"items": [{"qc_id": "q1"}]}', Known.YES),
        ('{"items": [{"qc_id": "q2"}]}', Known.NO),
        ('{"items": [{"qc_id": "q2"}], "next": 2}', Known.CANNOT_TELL),
        ('{"qc_id": "q1"}', Known.YES),
        ('{"qc_id": "q2"}', Known.CANNOT_TELL),
        ('[{"id": 1}]', Known.CANNOT_TELL),
        ("3", Known.CANNOT_TELL),
        ("<html>", Known.CANNOT_TELL),
    ],
)
def test_no_is_said_only_where_all_is_understood(
    server: TrakServer, trak: Tracker, body: str, known: Known
) -> None:
    server.faults.append(Fault(Wrong.STATUS, status=200, body=body))
    assert trak.known([post("q1")]) == [known]


def test_an_answer_without_end_is_not_read_to_its_end(server: TrakServer, trak: Tracker) -> None:
    server.faults.append(Fault(Wrong.HUGE))
    (answer,) = trak.send([post()])
    assert answer == (
        Verdict.UNKNOWN,
        "Trak answers with more than 4,194,304 bytes (HTTP 200)",
        None,
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "trak.base_url is not set"),
        ("trak.example.com", "no address"),
        ("ftp://trak.example.com", "no address"),
        ("https://", "no address"),
        ("https://[", "no address"),
        ("https://me:hidden-word@trak.example.com", "more than an address"),
        ("https://trak.example.com/?key=hidden-word", "more than an address"),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(url: str, words: str) -> None:
    with pytest.raises(RushesError) as caught:
        opened({"TRAK_BASE_URL": url})
    assert caught.value.code is Code.SETTINGS_INVALID
    assert words in caught.value.message
    assert "TRAK_BASE_URL" in caught.value.hint
    assert "hidden-word" not in caught.value.message


@pytest.mark.parametrize("secret", ["hidden\nword", "hidden-wörd", " hidden"])
def test_a_key_that_no_header_can_hold_is_refused_untold(secret: str) -> None:
    with pytest.raises(RushesError) as caught:
        opened({"TRAK_BASE_URL": "https://trak", "TRAK_TOKEN": secret})
    assert "trak.token" in caught.value.message
    assert "hidden" not in caught.value.message


def test_nothing_that_is_shown_holds_a_secret(server: TrakServer) -> None:
    tracker = opened(server.environment())
    assert isinstance(tracker, Trak)
    assert API_KEY not in repr(tracker) + repr(vars(tracker))
    server.faults.append(Fault(Wrong.STATUS, status=422, body=f'{{"you sent": "{API_KEY}"}}'))
    (answer,) = tracker.send([post()])
    assert answer.told == 'Trak refuses it (HTTP 422: {"you sent": "***"})'
    assert API_KEY.encode() not in pickle.dumps(answer)
    tracker.close()
    tracker.close()
