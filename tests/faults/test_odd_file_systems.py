"""File systems and sandboxes that answer oddly: every file is found all the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rushes.adapters import quick_listing
from rushes.adapters.local_listing import listed
from rushes.testing.listings import list_by

pytestmark = pytest.mark.skipif(
    shutil.which("cc") is None or quick_listing.library() is None,
    reason="quick_listing.c was not built here, and only its calls are bent",
)

# Stands between the library and the kernel.
BETWEEN = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time)
{
    static long hours;
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int code = real(clock, time);

    if (getenv("HOURS_PASS"))
        time->tv_sec += 3600 * ++hours;
    return code;
}

long syscall(long number, ...)
{
    static int interrupted;
    const char *type = getenv("ALL_ARE"), *refused = getenv("STATX_FAILS");
    long (*real)(long, ...) = dlsym(RTLD_NEXT, "syscall"), a[5], got;
    va_list given;

    va_start(given, number);
    for (int at = 0; at < 5; at++)
        a[at] = va_arg(given, long);
    va_end(given);
    if (number == SYS_statx && refused) {
        errno = atoi(refused);
        return -1;
    }
    if (number == SYS_statx && getenv("FOLDERS_HANG") && !strncmp((char *)a[1], "folder", 6))
        abort();
    if (number == SYS_getdents64 && getenv("INTERRUPTED") && !interrupted++) {
        errno = EINTR;
        return -1;
    }
    got = real(number, a[0], a[1], a[2], a[3], a[4]);
    for (long at = 0; number == SYS_getdents64 && type && at < got;) {
        ((char *)a[1])[at + 18] = (char)atoi(type);
        at += *(unsigned short *)((char *)a[1] + at + 16);
    }
    return got;
}
"""

LISTS = """
import json, sys
from rushes.adapters import quick_listing
from rushes.adapters.local_listing import listed
assert quick_listing.library() is not None
beats = []
found = listed(sys.argv[1], lambda: beats.append(1))
files = sorted(zip(found.names, found.sizes, found.mtimes, found.blocks))
rest = (found.folders, found.special, found.unreadable)
print(json.dumps([len(beats), files, *map(sorted, rest)]))
"""


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that bends what the kernel says."""
    made = tmp_path_factory.mktemp("between")
    (made / "between.c").write_text(BETWEEN)
    how = ("cc", "-shared", "-fPIC", "-o", "between.so", "between.c", "-ldl")
    subprocess.run(how, cwd=made, check=True)
    return made / "between.so"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One of everything that may lie in a folder, and more files than fit into one block."""
    made = tmp_path / "home"
    (made / "folder").mkdir(parents=True)
    os.mkfifo(made / "pipe")
    for frame in range(3_000):
        (made / f"plate.{frame:04d}.exr").write_bytes(b"x" * (frame % 5))
    for name, target in {
        "link": "plate.0004.exr",
        "to-folder": "folder",
        "to-nothing": "gone",
        "to-itself": "to-itself",
    }.items():
        (made / name).symlink_to(target)
    return made


@pytest.mark.parametrize(
    "oddity",
    [
        pytest.param({"ALL_ARE": "0"}, id="of unknown type"),
        pytest.param({"ALL_ARE": "8"}, id="all called files"),
        pytest.param({"ALL_ARE": "10"}, id="all called links"),
        pytest.param({"ALL_ARE": "12"}, id="all called sockets"),
        pytest.param({"STATX_FAILS": "1"}, id="statx is not permitted"),
        pytest.param({"STATX_FAILS": "38"}, id="there is no statx"),
        pytest.param({"STATX_FAILS": "4"}, id="statx is interrupted"),
        pytest.param({"INTERRUPTED": "1"}, id="a signal comes between"),
        pytest.param({"FOLDERS_HANG": "1"}, id="folders that are asked hang"),
        pytest.param({"HOURS_PASS": "1"}, id="every entry takes hours"),
    ],
)
def test_every_file_is_found(
    folder: Path, between: Path, oddity: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    list_by("python", monkeypatch)
    plain = listed(str(folder), None)
    files = sorted(zip(plain.names, plain.sizes, plain.mtimes, plain.blocks, strict=True))
    rest = (plain.folders, plain.special, plain.unreadable)
    done = subprocess.run(
        [sys.executable, "-c", LISTS, folder],
        env={**os.environ, "LD_PRELOAD": str(between), **oddity},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    beats, *told = json.loads(done.stdout)
    assert told == [list(map(list, files)), *(sorted(one) for one in rest)]
    assert beats >= (len(files) // 16 if "HOURS_PASS" in oddity else 2)
    assert (len(files), plain.folders) == (3_001, ["folder"])
