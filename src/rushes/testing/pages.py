"""Pages as a browser would take them in, for tests of what they say."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser


class Reader(HTMLParser):
    """What a browser would make of a page: tags in order, and the text outside of code.

    `between` stands between two pieces of text: nothing, as in a line, or a blank, as between
    the cells of a table.
    """

    def __init__(self, html: str, *, between: str = "") -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.words: list[str] = []
        self._between = between
        self._within = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag."""
        self.tags.append((tag, dict(attrs)))
        self._within = tag

    def handle_endtag(self, tag: str) -> None:
        """Leave it."""
        self._within = ""

    def handle_data(self, data: str) -> None:
        """Take in text, unless it is code."""
        if self._within not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        """All that can be read, with single blanks."""
        return " ".join(self._between.join(self.words).split())

    def of(self, tag: str) -> list[Mapping[str, str | None]]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]
