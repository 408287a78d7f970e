"""A process that writes plans of USD layers for others; see `usd_apart`."""

from __future__ import annotations

import os
import pickle

from rushes.inspection.bounded_worker import serve
from rushes.publish.usd import write
from rushes.publish.usd_apart import Order

_SPACE = 64 << 30  # address space; layers are mapped


def _answer(asked: bytes) -> bytes:
    order: Order = pickle.loads(asked)
    done = write(
        order.plan,
        root=order.root,
        replace=order.replace,
        thorough=order.thorough,
        dry_run=order.dry_run,
    )
    return pickle.dumps(done)


def _prepare() -> None:
    os.environ.setdefault("PXR_WORK_THREAD_LIMIT", "1")
    from pxr import Sdf  # noqa: F401


if __name__ == "__main__":
    serve(_answer, prepare=_prepare, memory=_SPACE)
