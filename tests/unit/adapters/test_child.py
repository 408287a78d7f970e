"""A worker process is ended alone, and started whatever else this process is at."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from rushes.adapters.child import Child, started
from rushes.ports import errand


def test_a_worker_that_another_thread_sees_off_meanwhile_takes_nobody_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = started()
    ended, signalled = Child._ended, list[int]()

    def seen_off_right_after(self: Child) -> bool:
        before = ended(self)
        self.to.close()  # so that it goes
        assert self.started is not None
        self.started.wait()
        self.pid = 0  # as a thread that buries it leaves it
        return before

    with monkeypatch.context() as patch:
        patch.setattr(Child, "_ended", seen_off_right_after)
        patch.setattr(os, "kill", lambda pid, _: signalled.append(pid))
        one.kill()
    one.bury()
    assert len(signalled) == 1
    assert signalled != [0]  # that would be this process and all that it has started


class Fleeting(dict[str, str]):
    """An environment with a name that is gone when it is looked up."""

    def __iter__(self) -> Iterator[str]:
        return iter([*super().keys(), "GONE"])

    def keys(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self)


def test_a_worker_is_started_while_another_thread_changes_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", Fleeting(os.environ))
    one = started()
    monkeypatch.undo()
    assert one.ask(errand.packed(bool, (), {})) is not None
    one.bury()
