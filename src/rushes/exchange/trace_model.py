"""What is known of a file: whose it is, who signed it, what it was made of, every checksum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes.model.signoff import Result


class Checksum(NamedTuple):
    """One checksum on the way: who says it, of what, and whether the file has it now.

    `agrees` is None where nobody looked: it is of other bytes, or in an algorithm that was not
    asked for.
    """

    by: str
    algorithm: str
    digest: str
    agrees: bool | None = None
    when: str = ""
    note: str = ""


class Belongs(NamedTuple):
    """A record that the file belongs to: a publish, a version, a workfile.

    `found_by` is "bytes", "path", "noted" for bytes that nobody read, or several; of a version of
    such a publish "publish"; "delivery" where a delivery says that it took it from there.
    """

    kind: str
    id: int
    found_by: str
    show: str = ""
    of: str = ""
    number: str = ""
    status: str = ""
    artist: str = ""
    recorded: str = ""
    path: str = ""
    comment: str = ""
    drop: Mapping[str, object] | None = None


class Signed(NamedTuple):
    """One record of a quality check. `standing` is what its signature is worth here."""

    when: str
    who: str
    result: str
    content: str
    standing: str
    key: str = ""
    policy: str = ""
    notes: str = ""
    tool: str = ""
    source: str = ""
    intact: bool = True
    agrees: bool | None = None

    @property
    def is_decided(self) -> bool:
        """Whether anybody has checked it: a record that waits for that is no sign-off."""
        return self.result != Result.PENDING.value


class Left(NamedTuple):
    """A delivery that took the file, or that it is a package of; then `path` is empty.

    `to` is whom it went to, `package` what was made. `found_by` is "bytes", "path", or "noted" for
    bytes that nobody read, by the digest that lies with them. `agrees` as in `Checksum`.
    """

    delivery: int
    name: str
    to: str
    when: str
    path: str
    package: str
    found_by: str
    agrees: bool | None = None
    publish: int | None = None
    version: int | None = None
    source: str = ""


class Derived(NamedTuple):
    """A publish that another was made of, so many steps away. `verified` is None unless asked."""

    id: int
    by: int
    steps: int
    show: str = ""
    of: str = ""
    number: str = ""
    status: str = ""
    path: str = ""
    verified: bool | None = None
    told: str = ""


@dataclass(slots=True)
class Trace:
    """All of it. `unknown` are sentences about what nobody knows, `wrong` about what is not so."""

    path: str
    there: bool = False
    size: int = -1
    digest: str = ""
    belongs: list[Belongs] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    derived: list[Derived] = field(default_factory=list)
    checksums: list[Checksum] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether anybody knows the file."""
        return bool(self.belongs or self.signed or self.left or self.checksums)
