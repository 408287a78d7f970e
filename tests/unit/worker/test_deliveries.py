"""Webhooks get all events in order, signed, whatever happens to them or to the worker."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import closing
from typing import Any

import pytest

from rushes import bootstrap
from rushes.core.errors import Code
from rushes.core.settings import Settings
from rushes.model.webhook import NewWebhook, Webhook
from rushes.ports.studio import Access, Studio
from rushes.ports.webhooks import Webhooks
from rushes.testing.beside import working
from rushes.testing.receiver import Received, Receiver, receiving
from rushes.testing.studios import ADA, ADMIN, World, change, refusal


@pytest.fixture
def webhooks(loaded: Settings) -> Any:
    with closing(bootstrap.webhooks(loaded)) as opened:
        yield opened


@pytest.fixture
def admin(loaded: Settings, studio: Studio) -> int:
    from rushes.ports.people import Person

    with closing(bootstrap.people(loaded)) as people:
        return people.add(Person(0, "root", is_admin=True), password="", actor=ADA).id


def hooked(webhooks: Webhooks, url: str, owner: int, **more: Any) -> tuple[Webhook, str]:
    return webhooks.add(NewWebhook(url, owner, **more), access=ADMIN, actor=ADA)


def standing(webhooks: Webhooks, number: int) -> Webhook:
    (found,) = [one for one in webhooks.webhooks(access=ADMIN) if one.id == number]
    return found


def positions(got: list[Received]) -> list[int]:
    return [json.loads(one.body)["data"]["position"] for one in got]


def test_a_signature_verifies_as_the_specification_says(
    studio: Studio, here: World, webhooks: Webhooks, admin: int, receiver: Receiver
) -> None:
    _, secret = hooked(webhooks, receiver.url, admin, types=("task.update",))
    with working():
        change(studio, "task", here.task, {"priority": 7})
        (got,) = receiver.wait(1)
    # As a receiver would do it, from the specification alone.
    key = base64.b64decode(secret.split("_")[1])
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == wanted
    told = json.loads(got.body)
    assert told["type"] == "task.update"
    assert told["data"]["target"] == here.task
    assert told["data"]["after"] == {"priority": 7}


def test_what_is_refused_is_sent_again_and_order_is_kept(
    studio: Studio, here: World, webhooks: Webhooks, admin: int, receiver: Receiver
) -> None:
    hook, _ = hooked(webhooks, receiver.url, admin)
    receiver.statuses = [500, 302]
    for priority in range(3):
        change(studio, "task", here.task, {"priority": priority})
    with working():
        got = receiver.wait(5)
        while (stand := standing(webhooks, hook.id)).failures:
            pass  # it is noted after the answer
    order = [place for place in positions(got) if place > hook.position]
    assert order[0] == order[1] == order[2]
    assert order[2:] == sorted(set(order))
    assert len({one.headers["webhook-id"] for one in got[:3]}) == 1
    assert all(one.path == "/hook" for one in got)  # no redirect was followed
    assert (stand.failures, stand.told) == (0, "")


def test_a_killed_worker_loses_nothing(
    studio: Studio, here: World, webhooks: Webhooks, admin: int, receiver: Receiver
) -> None:
    hooked(webhooks, receiver.url, admin, types=("task.update",))
    with working() as killed:
        for priority in range(20):
            change(studio, "task", here.task, {"priority": priority})
        receiver.wait(5)
        killed.kill()
        killed.wait()
    for priority in range(20, 25):
        change(studio, "task", here.task, {"priority": priority})
    with working():
        while True:
            got = receiver.wait(len(receiver.got))
            told = [json.loads(one.body)["data"]["after"]["priority"] for one in got]
            if told and told[-1] == 24:
                break
            receiver.wait(len(got) + 1)
    assert list(dict.fromkeys(told)) == list(range(25))
    assert told == sorted(told)  # what was told twice was told twice in a row


def test_one_that_hangs_delays_no_other(
    studio: Studio, here: World, webhooks: Webhooks, admin: int, receiver: Receiver
) -> None:
    with receiving(hangs=True) as stuck:
        hooked(webhooks, stuck.url, admin)
        hooked(webhooks, receiver.url, admin, types=("task.update",))
        with working():
            change(studio, "task", here.task, {"priority": 1})
            assert receiver.wait(1)
            assert not stuck.got


def test_one_that_is_gone_for_good_is_paused_and_resumed(
    studio: Studio, here: World, webhooks: Webhooks, admin: int, receiver: Receiver
) -> None:
    hook, _ = hooked(webhooks, receiver.url, admin, types=("task.update",))
    receiver.statuses = [410]
    change(studio, "task", here.task, {"priority": 1})
    with working():
        receiver.wait(1)
        while not standing(webhooks, hook.id).paused:
            pass
        assert standing(webhooks, hook.id).told == "answered 410"
        webhooks.change(hook.id, {"is_active": True}, access=ADMIN, actor=ADA)
        first, second = receiver.wait(2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_an_owner_is_told_only_what_they_may_see(
    studio: Studio, here: World, webhooks: Webhooks, receiver: Receiver, loaded: Settings
) -> None:
    with closing(bootstrap.people(loaded)) as people:
        people.set_role("vera_NV", project="NV", role="vendor", actor=ADA)
    change(studio, "task", here.asset_task, {"assignees": [here.vera]})
    hooked(webhooks, receiver.url, here.vera, types=("task.update",))
    change(studio, "task", here.task, {"priority": 1})
    change(studio, "task", here.asset_task, {"priority": 2})
    with working():
        (got,) = receiver.wait(1)
    assert json.loads(got.body)["data"]["target"] == here.asset_task


def test_only_admins_manage_them(
    here: World, webhooks: Webhooks, admin: int, receiver: Receiver
) -> None:
    lead = Access(roles={here.project: "admin"}, artist=here.ada)
    new = NewWebhook(receiver.url, here.ada, project=here.project)
    mine, _ = webhooks.add(new, access=lead, actor=ADA)
    other, _ = hooked(webhooks, receiver.url, admin)
    assert [one.id for one in webhooks.webhooks(access=lead)] == [mine.id]
    with refusal(Code.RECORD_NOT_FOUND):
        webhooks.remove(other.id, access=lead, actor=ADA)
    with refusal(Code.ACCESS_DENIED):
        webhooks.add(NewWebhook(receiver.url, here.ada), access=lead, actor=ADA)
    with refusal(Code.ACCESS_DENIED):
        webhooks.webhooks(access=Access(roles={here.project: "artist"}))
    for url in ("ftp://a/", "https://me:word@a/", "nothing", "http://a/#b", "http://a b/"):
        with refusal(Code.FIELD_INVALID):
            webhooks.add(NewWebhook(url, admin), access=ADMIN, actor=ADA)
    with refusal(Code.FIELD_INVALID):
        hooked(webhooks, receiver.url, admin, types=("tusk",))
    webhooks.remove(mine.id, access=lead, actor=ADA)
    assert webhooks.webhooks(access=lead) == []
