"""USD layers follow what is recorded over HTTP, and what is wrong with them is in the answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.model.work import Number
from rushes.ports.people import Person
from rushes.publish.parts import made_paths

pytest.importorskip("pxr")

ITEM = """#usda 1.0
(
    defaultPrim = "smoke"
    framesPerSecond = 24
    timeCodesPerSecond = 24
    upAxis = "Y"
    metersPerUnit = 0.01
)

def Sphere "smoke"
{
}
"""


@pytest.fixture
def publish(api: Any, make_task: Callable[..., int], tmp_path: Path) -> Callable[..., Any]:
    """Records a publish of one part over HTTP."""
    task = make_task()
    (project,) = api("GET", "/api/v1/projects").json["data"]
    root = tmp_path / "show"
    system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, "linux")
    api("PATCH", f"/api/v1/projects/{project['id']}", {"roots": {system: str(root)}})

    def published(*, written: bool = True, **head: str) -> Any:
        wanted = {"task": task, "software": "houdini", "part": "smoke", "asset_name": "Tornado"}
        held = api("POST", "/api/v1/publishes/next", wanted).json
        folder = PurePosixPath(root) / "sequences" / "sq010" / "sh0000" / "fx" / "usd"
        number = Number(held["version"], held["iteration"])
        paths = made_paths(folder, "Tornado", part="smoke", number=number)
        if written:
            Path(paths.item).parent.mkdir(parents=True, exist_ok=True)
            Path(paths.item).write_text(ITEM)
        body = {
            "token": held["token"],
            "item_usd_path": str(paths.item),
            "asset_usd_path": str(paths.stable),
        }
        answer = api("POST", "/api/v1/publishes/record", body, **head)
        assert answer.status == 201, answer.text
        return body, answer, paths

    return published


def test_a_part_that_is_recorded_is_composed(publish: Any, tmp_path: Path) -> None:
    from pxr import Usd

    _, answer, paths = publish()
    assert answer.json["warnings"] == []
    layer = tmp_path / "show/sequences/sq010/sh0000/usd/sh0000.usd"
    stage = Usd.Stage.Open(str(layer))
    assert stage.GetPrimAtPath("/World/Tornado/smoke").GetTypeName() == "Sphere"
    assert Path(paths.stable).is_file()


def test_the_server_itself_loads_no_usd(publish: Any) -> None:
    loaded = [name for name in sys.modules if name.partition(".")[0] == "pxr"]
    publish()
    now = [name for name in sys.modules if name.partition(".")[0] == "pxr"]
    assert now == loaded


def test_what_is_wrong_with_a_layer_is_told_and_the_record_stands(api: Any, publish: Any) -> None:
    _, answer, _ = publish(written=False)
    (warning,) = answer.json["warnings"]
    assert warning["rule"] == "usd.missing"
    (listed,) = api("GET", "/api/v1/publishes").json["data"]
    assert (listed["id"], listed["is_latest"]) == (answer.json["id"], True)


def test_a_request_that_is_sent_again_has_the_same_answer(api: Any, publish: Any) -> None:
    body, answer, _ = publish(Idempotency_Key="again")
    again = api("POST", "/api/v1/publishes/record", body, Idempotency_Key="again")
    assert again.json == answer.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api("GET", "/api/v1/publishes").json["data"]) == 1


def test_a_publish_that_is_no_usd_has_no_warnings(api: Any, make_task: Any) -> None:
    wanted = {"task": make_task(), "software": "nuke"}
    held = [api("POST", "/api/v1/publishes/next", wanted).json["token"] for _ in range(2)]
    one = api("POST", "/api/v1/publishes/record", {"token": held[0]}).json
    assert one["warnings"] == []
    many = api("POST", "/api/v1/publishes/record", [{"token": held[1]}]).json
    assert (len(many["data"]), many["warnings"]) == (1, [])


@pytest.mark.parametrize(
    "given",
    [
        {"item_usd_path": "/s/usd/a/p/data/p_v001_i001.usd"},
        {"components": [{"digests": {"md5": "0" * 32}}]},
        {
            "item_usd_path": "/s/usd/a/p/data/p_v001_i001.usd",
            "asset_usd_path": "/s/usd/a/p/p.usd",
        },
    ],
)
def test_half_a_part_one_of_no_name_and_digests_without_blake3_are_refused(
    api: Any, make_task: Any, error_of: Any, given: dict[str, Any]
) -> None:
    held = api("POST", "/api/v1/publishes/next", {"task": make_task(), "software": "nuke"}).json
    answer = api("POST", "/api/v1/publishes/record", {"token": held["token"], **given})
    assert error_of(answer, 422)["code"] == "field.invalid"


def test_layers_are_written_below_the_servers_own_folders_alone(
    api: Any, publish: Any, tmp_path: Path
) -> None:
    from dataclasses import replace

    from rushes.web.house import house, move_in

    (tmp_path / "away").symlink_to(tmp_path / "show")
    move_in(replace(house(), storage_roots=(str(tmp_path / "other"),)))
    _, answer, paths = publish()
    (warning,) = answer.json["warnings"]
    assert "server.storage_roots" in warning["fix"]
    assert not Path(paths.stable).exists()
    move_in(replace(house(), storage_roots=(str(tmp_path / "away"),)))
    assert publish()[1].json["warnings"] == []
    assert Path(paths.stable).is_file()


def test_where_a_project_lies_only_the_house_says(
    api: Any, make_project: Any, server: Any, token: Any, api_as: Any, error_of: Any
) -> None:
    at = f"/api/v1/projects/{make_project()}"
    server.add(Person(0, "lead", roles={"NV": "admin"}), password="", actor=Actor("tests"))
    lead = api_as(token("lead", "admin"))
    refused = error_of(lead("PATCH", at, {"name": "Nova", "roots": {"linux": "/etc/nv"}}), 403)
    assert "roots" in refused["message"]
    assert lead("PATCH", at, {"name": "Nova"}).status == 200
    assert api("PATCH", at, {"roots": {"linux": "/shows/nv"}}).status == 200
    assert error_of(api("PATCH", at, {"roots": {"linux": "shows"}}), 422)["code"] == "field.invalid"
