"""Frozen values whose fields are settings: what the schema is written in.

A dataclass would do, but generating the code of ten of them takes longer than all other work of
loading settings, and every command pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rushes.core.settings.kinds import Kind


class Key:
    """One setting: its dotted name, kind and meaning.

    `default` is None where there is none; where the machine decides it, `factory` does. `unset`
    says in words what such a default comes to; `example` is TOML. A `secret` is never shown.
    `also` are environment variables of other programs that set it where our own is not given.
    """

    __slots__ = ("also", "default", "doc", "example", "factory", "kind", "name", "secret", "unset")

    def __init__(
        self,
        kind: Kind,
        doc: str,
        *,
        default: Any,
        factory: Callable[[], Any] | None,
        unset: str,
        example: str,
        secret: bool,
        also: tuple[str, ...],
    ) -> None:
        self.name = ""
        self.kind = kind
        self.doc = doc
        self.default = default
        self.factory = factory
        self.unset = unset
        self.example = example or kind.example
        self.secret = secret
        self.also = also

    @property
    def section(self) -> str:
        """`scan` of `scan.workers`; empty for `shows_root`."""
        return self.name.rpartition(".")[0]

    @property
    def last(self) -> str:
        """`workers` of `scan.workers`."""
        return self.name.rpartition(".")[2]

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "RUSHES_" + self.name.replace(".", "_").upper()

    @property
    def flag(self) -> str:
        """What commands that take it call it."""
        return "--" + self.last.replace("_", "-")


def key(
    kind: Kind,
    doc: str,
    *,
    default: Any = None,
    factory: Callable[[], Any] | None = None,
    unset: str = "",
    example: str = "",
    secret: bool = False,
    also: tuple[str, ...] = (),
) -> Any:
    """A setting of a section; see `Key`."""
    return Key(
        kind,
        doc,
        default=default,
        factory=factory,
        unset=unset,
        example=example,
        secret=secret,
        also=also,
    )


def plain(*, default: Any = None, factory: Callable[[], Any] | None = None) -> Any:
    """A field that is no setting: a whole section, or what loading found out."""
    return _Plain(default, factory)


class _Plain:
    __slots__ = ("default", "factory")

    def __init__(self, default: Any, factory: Callable[[], Any] | None) -> None:
        self.default = default
        self.factory = factory


class Section:
    """A frozen value with the fields that its class spells with `key` and `plain`."""

    def __init__(self, **given: Any) -> None:
        own = self.__dict__
        for name, spelt in _spelt(type(self)):
            if name in given:
                own[name] = given.pop(name)
            else:
                own[name] = spelt.factory() if spelt.factory else spelt.default
        if given:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(given))}.")

    @classmethod
    def own_keys(cls) -> dict[str, Key]:
        """Its settings by their last name."""
        return {name: spelt for name, spelt in vars(cls).items() if isinstance(spelt, Key)}

    @classmethod
    def own_sections(cls) -> dict[str, type[Section]]:
        """The sections in it by name."""
        return {
            name: spelt.factory
            for name, spelt in vars(cls).items()
            if isinstance(spelt, _Plain)
            and isinstance(spelt.factory, type)
            and issubclass(spelt.factory, Section)
        }

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} is frozen.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} is frozen.")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self.__dict__ == other.__dict__)

    __hash__ = None  # type: ignore[assignment]  # `shots` is a table

    def __repr__(self) -> str:
        shown = (
            f"{name}={'***' if getattr(spelt, 'secret', False) else repr(self.__dict__[name])}"
            for name, spelt in _spelt(type(self))
        )
        return f"{type(self).__name__}({', '.join(shown)})"


def _spelt(made: type) -> list[tuple[str, Key | _Plain]]:
    return [(name, one) for name, one in vars(made).items() if isinstance(one, (Key, _Plain))]
