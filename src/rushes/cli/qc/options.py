"""What the commands that record something ask for alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from rushes import bootstrap
from rushes.cli.face import GivenPath, with_options
from rushes.cli.qc.passphrase import known_passphrase
from rushes.cli.session import Session
from rushes.model.signoff import WITH_PIXELS, PolicyStamp, Result
from rushes.policy.policy import Policy
from rushes.qc.order import Order
from rushes.qc.places import Mode

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--operator",
        metavar="NAME",
        help="Who checked it (default: the name you are logged in as).",
    ),
    click.option("--note", metavar="TEXT", help="A note to go with the result."),
    click.option(
        "--sidecar-mode",
        type=click.Choice([one.value for one in Mode]),
        help="Where new sidecars lie: in .qc, hidden beside the asset, or in plain sight.",
    ),
    click.option(
        "--sidecar-root",
        type=GivenPath(),
        metavar="DIR",
        help="Keep records below this folder instead of beside the media.",
    ),
    click.option(
        "--policy-version",
        metavar="TEXT",
        help="Ask for passes anew where they were made under another (or set QC_POLICY_VERSION).",
    ),
    click.option("--key", metavar="NAME", help="The key to sign with."),
    click.option(
        "--xattr",
        is_flag=True,
        help="Also point to the record in an extended attribute of each file. This touches the"
        " media's inode, never its bytes.",
    ),
    click.option("--dry-run", is_flag=True, help="Say what would be looked into; write nothing."),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What was given to those options, apart from what became settings."""

    operator: str | None
    note: str | None
    xattr: bool
    dry_run: bool

    def order(
        self,
        session: Session,
        *,
        result: Result | None,
        policy: Policy | None = None,
        pixels: bool = False,
        deep: bool = False,
    ) -> Order:
        """What is to be recorded. A locked key's passphrase is asked for at a terminal."""
        settings = session.settings
        qc = settings.qc
        stamp = None
        if policy is not None:
            judged = policy.digest + (WITH_PIXELS if pixels else "")
            stamp = PolicyStamp(policy.name, policy.version, judged)
        version = qc.policy_version or (policy.version if policy else None)
        return Order(
            operator=clean(self.operator or session.actor.name),
            result=result,
            note=clean(self.note) if self.note is not None else None,
            mode=Mode(qc.sidecar_mode),
            policy_version=clean(version) if version is not None else None,
            policy=stamp,
            algorithm=qc.algorithm,
            deep=deep,
            signer=None if self.dry_run else bootstrap.signer(settings, known_passphrase),
            sidecar_root=absolute_sidecar_root(session),
            xattr=self.xattr,
        )


def recording(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options of all commands that write records; `given` is what they came to."""

    @wraps(function)
    def run(
        session: Session,
        *,
        operator: str | None,
        note: str | None,
        sidecar_mode: str | None,
        sidecar_root: Path | None,
        policy_version: str | None,
        key: str | None,
        xattr: bool,
        dry_run: bool,
        **others: Any,
    ) -> int:
        session.flags |= {
            "qc.sidecar_mode": sidecar_mode,
            "qc.sidecar_root": sidecar_root,
            "qc.policy_version": policy_version,
            "qc.key": key,
        }
        given = Given(operator, note, xattr, dry_run)
        return function(session, given=given, **others)

    recorded: Callable[..., int] = with_options(run, _OPTIONS)
    return recorded


def sidecar_root(function: Callable[..., int]) -> Callable[..., int]:
    """Add `--sidecar-root` alone, for commands that read records."""

    @wraps(function)
    def run(session: Session, *, sidecar_root: Path | None, **others: Any) -> int:
        session.flags |= {"qc.sidecar_root": sidecar_root}
        return function(session, **others)

    option = click.option(
        "--sidecar-root",
        type=GivenPath(),
        metavar="DIR",
        help="Records lie below this folder instead of beside the media.",
    )
    read: Callable[..., int] = option(run)
    return read


def absolute_sidecar_root(session: Session) -> Path | None:
    """Where records are kept apart from the media, if they are."""
    chosen = session.settings.qc.sidecar_root
    return chosen.expanduser().absolute() if chosen is not None else None


def clean(text: str) -> str:
    """The text with bytes that are no UTF-8 written out: records hold none."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
