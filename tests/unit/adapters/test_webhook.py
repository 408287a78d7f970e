"""Letters are carried to where they may go, in the time they have, and nowhere else."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

import pytest

from rushes.adapters.notifier import webhook
from rushes.adapters.notifier.webhook import WebhookNotifier, inside, own
from rushes.model.webhook import Letter, Receipt
from rushes.testing.receiver import receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def sent(url: str, *, local: bool = True, within_s: float = 10.0) -> Receipt:
    async def send() -> Receipt:
        notifier = WebhookNotifier(local=local, within_s=within_s)
        try:
            return await notifier.send(Letter(url, SECRET, "msg_1", b'{"test": 2432232314}'))
        finally:
            await notifier.close()

    return asyncio.run(send())


def test_the_specifications_own_example_is_signed_alike() -> None:
    from rushes.adapters.notifier.webhook import signed

    letter = Letter("", SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
    found = signed(letter, now=1614265330)
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1"),
        *("::1", "::", "fe80::1", "::ffff:127.0.0.1", "2002:7f00:1::", "fd00:ec2::254"),
        *("::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::127.0.0.1"),
    ],
)
def test_addresses_inside_are_known(address: str) -> None:
    assert inside(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "192.168.0.7", "93.184.215.14", "2606:2800::1", "64:ff9b::93.184.215.14"],
)
def test_a_studios_own_network_and_the_world_are_not_inside(address: str) -> None:
    assert not inside(ip_address(address))


def test_this_machines_addresses_are_known() -> None:
    assert own(ip_address("127.0.0.1"))
    assert not own(ip_address("192.0.2.99"))
    assert not own(ip_address("2001:db8::99"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0", "2130706433"]
)
def test_this_machine_is_not_told_unless_it_may_be(host: str) -> None:
    with receiving() as receiver:
        port = receiver.url.rsplit(":", 1)[1]
        receipt = sent(f"http://{host}:{port}", local=False)
    assert receipt.status == 0
    assert not receiver.got


def test_an_answer_that_takes_too_long_is_waited_for_no_longer() -> None:
    with receiving(hangs=True) as receiver:
        receipt = sent(receiver.url, within_s=0.2)
    assert not receipt.arrived
    assert "no answer within 0.2 s" in receipt.told


def test_a_redirect_is_not_followed() -> None:
    with receiving() as receiver:
        receiver.statuses = [302]
        receipt = sent(receiver.url)
        assert (receipt.arrived, receipt.told) == (False, "answered 302")
        assert len(receiver.got) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://no.such.invalid/", "http://[::/"])
def test_what_cannot_be_reached_is_told_in_words(url: str) -> None:
    receipt = sent(url)
    assert (receipt.status, receipt.arrived) == (0, False)
    assert receipt.told
    assert SECRET not in receipt.told


def test_names_at_one_address_share_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "_MOST_NAMES", 2)

    async def send(notifier: WebhookNotifier, url: str) -> Receipt:
        return await notifier.send(Letter(url, SECRET, "msg_1", b"{}"))

    async def all_sent(port: str) -> tuple[list[str], list[object]]:
        notifier = WebhookNotifier(local=True)
        clients: list[object] = []
        for name in ("127.0.0.1", "localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
            assert (await send(notifier, f"http://{name}:{port}/")).arrived
            clients.append(notifier._lines[f"{name}:{port}"].client)
        names = list(notifier._lines)
        await notifier.close()
        return names, clients

    with receiving() as receiver:
        port = receiver.url.rsplit(":", 1)[1].partition("/")[0]
        names, (first, second, again, _) = asyncio.run(all_sent(port))
    assert first is again
    assert first is not second
    assert names == [f"127.0.0.1:{port}", f"[::ffff:127.0.0.1]:{port}"]
