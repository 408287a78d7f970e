"""A server ends when it is told to, whichever of its threads hears of it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

import pytest

from rushes.testing.served import serving


@pytest.mark.skipif(sys.platform != "linux", reason="threads are signalled as on Linux")
def test_a_signal_that_another_thread_gets_ends_the_server(database_url: str) -> None:
    with serving("--workers", "1", env={"RUSHES_DATABASE_URL": database_url}) as server:
        pid = server.process.pid
        others = [int(one) for one in os.listdir(f"/proc/{pid}/task") if int(one) != pid]
        assert others, Path(f"/proc/{pid}/status").read_text()
        library = ctypes.CDLL(None, use_errno=True)
        assert library.tgkill(pid, others[0], int(signal.SIGTERM)) == 0
        assert server.process.wait(60) == 0
