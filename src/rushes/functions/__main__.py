"""Runs the function here on one event, to try it out: `python -m rushes.functions < event.json`."""

from __future__ import annotations

import json
import sys

from rushes.functions.exr import handler


def main() -> int:
    """Read the event, write the document. Exits 1 when it tells of errors."""
    found = handler(None, sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return int(any(one["errors"] for one in found.get("documents", [found])))


if __name__ == "__main__":
    sys.exit(main())
