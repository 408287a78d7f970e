"""One record as scripts see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rushes.ports.studio import Entity


class Record(Mapping[str, Any]):
    """One record: its fields by name, as in `shot["code"]`, with its number and revision."""

    __slots__ = ("_entity",)

    def __init__(self, entity: Entity) -> None:
        self._entity = entity

    @property
    def kind(self) -> str:
        """What it is: `shot`, `task` …"""
        return self._entity.kind

    @property
    def id(self) -> int:
        """Its number."""
        return self._entity.id

    @property
    def revision(self) -> int:
        """How often it was written: give it to `update` to overwrite nobody's change."""
        return self._entity.revision

    def __getitem__(self, name: str) -> Any:
        return self._entity.fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entity.fields)

    def __len__(self) -> int:
        return len(self._entity.fields)

    def __hash__(self) -> int:
        return hash((self.kind, self.id, self.revision))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}>"
