"""Which names of a tree can be moved: judged one by one, and against one another."""

from __future__ import annotations

from collections.abc import Iterable

from rushes.core.names import danger, folded, harmless

_AT_ONCE = 1_000  # paths looked at together: quick, and little memory


class Names:
    """The names of a source, seen beside those that lie at its target."""

    def __init__(self, source: Iterable[str], target: Iterable[str], *, windows: bool) -> None:
        self._windows = windows
        self._keys: dict[str, str] = {}  # by key, the first path of it
        self._twins: dict[str, str] = {}  # by path, another one that is the same elsewhere
        self._folders: set[str] = set()
        self._judged: dict[str, str] = {}  # what is wrong with a folder
        seen: set[str] = set()
        self._paths = list(source)
        for path in self._paths:
            self._add(path, seen)
        # Folders whose key is a file's, too; nearly always there is none.
        self._hidden = self._folders & self._keys.keys()
        for path in target:
            other = self._keys.get(folded(path), path)
            if other != path:
                self._twins.setdefault(other, path)

    def harmless(self) -> bool:
        """Whether `refusal` surely finds nothing, whichever path of the source it is asked of."""
        if self._twins or self._hidden:
            return False
        every = range(0, len(self._paths), _AT_ONCE)
        return all(harmless(self._paths[at : at + _AT_ONCE]) for at in every)

    def refusal(self, path: str) -> str:
        """Why this file is not moved, as the end of a sentence; empty where it can be."""
        above, _, name = path.rpartition("/")
        if above not in self._judged:
            self._judged[above] = danger(above, windows=self._windows) if above else ""
        long = len(path) > 200 and danger(path, windows=self._windows)
        if wrong := self._judged[above] or danger(name, windows=self._windows) or long:
            return wrong
        if path.startswith("/"):
            return "it is absolute"
        if twin := self._twins.get(path):
            return f"{twin!r} is the same name where case or accents are not told apart"
        if self._hidden and folded(path) in self._hidden:
            return "there is a folder of that name, too"
        return ""

    def _add(self, path: str, seen: set[str]) -> None:
        other = self._keys.setdefault(folded(path), path)
        if other != path:
            self._twins[path] = other
            self._twins[other] = path
        above = path.rpartition("/")[0]
        while above and above not in seen:
            seen.add(above)
            self._folders.add(folded(above))
            above = above.rpartition("/")[0]
