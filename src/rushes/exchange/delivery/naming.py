"""What files are called in a package: by the recipient's template, and never two alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.names import danger
from rushes.exchange.delivery.item import Item, Part
from rushes.exchange.placing import own_templates
from rushes.tracking.naming import Template
from rushes.tracking.naming_templates import Templates
from rushes.tracking.shows.state import Show
from rushes.transfer.mhl.xml import writable
from rushes.transfer.names import Names

MEDIA = "media"
_PURPOSE = "deliver"  # a project's own templates are called so, or with _client_out behind it
_TELL = "Have the recipient's template tell them apart."
_OTHER = "Have it called otherwise: by the recipient's template, or by another name on record."
Text = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Naming:
    """How one recipient wants things called. Without a template, files keep their names.

    `sender` is what templates call this studio (`{vendor}`).
    """

    template: Template | None = None
    sender: str = ""

    def name(self, items: Sequence[Item], *, on: datetime) -> None:
        """Give all files their paths in the package; what cannot be called so refuses its Version.

        So do two that would be one where case or accents are not told apart.
        """
        owners: dict[str, Item] = {}
        for item in items:
            if item.refused:
                continue
            for part in item.parts:
                try:
                    part.paths = tuple(f"{MEDIA}/{one}" for one in self._paths(item, part, on))
                except RushesError as error:
                    item.refuse("name", error.message, fix=error.hint, subject=part.shown)
                    break
                for path in part.paths:
                    other = owners.setdefault(path, item)
                    if other is not item or part.paths.count(path) > 1:
                        _refuse_both(item, other, path)
                        break
        _refuse_odd(owners)

    def _paths(self, item: Item, part: Part, on: datetime) -> Iterator[str]:
        if self.template is None:
            above = "/".join(filter(None, (_one(item.subject.short), _one(_title(item)))))
            yield from (_joined(above, part.below, name) for name in part.names())
            return
        values = self._values(item, on)
        if "ext" not in self.template.fields:
            above = self.template.format(self.template.pick(values))
            yield from (_joined(above, part.below, name) for name in part.names())
            return
        for frame in part.frames():
            yield self.template.format(self.template.pick({**values, **_own(part, frame)}))

    def _values(self, item: Item, on: datetime) -> Text:
        one = item.subject
        given = {
            "show": one.show,
            "project": one.show,
            "episode": one.episode,
            "scene": one.sequence,
            "sequence": one.sequence,
            "seq": one.sequence,
            "shot": one.shot,
            "asset": one.asset,
            "task": one.task,
            "vendor": self.sender,
            "artist": item.artist,
            "date": f"{on:%Y%m%d}",
        }
        values: dict[str, str | int] = {name: text for name, text in given.items() if text}
        return values | {"version": item.number}


def template_for(
    show: Show, context: str, texts: Mapping[str, str], naming: Templates
) -> Template | None:
    """The recipient's template: the project's own for this context, its own for all, that of the
    settings, or none. Raises `notation.invalid`.
    """
    fields = show.project.fields
    own = own_templates(fields["templates"], str(fields["shot_grammar"]))
    text = texts.get(context, "")
    for name in (_PURPOSE, f"{_PURPOSE}_{context}"):
        if own is not None and name in own.templates:
            text = own.templates[name].text
    if not text:
        return None
    known = own or naming
    # An ending without a dot, so that `[.{frame:04d}].{ext}` is read in one way.
    words = Templates({}, known.shots, {"ext": "A-Za-z0-9", **known.tokens})
    return words.template(text)


def _own(part: Part, frame: int | None) -> Text:
    """What a file's own name gives to a template."""
    made = part.sequence
    if not part.is_sequence:
        head, dot, ext = made.head.rpartition(".")
        return {"name": head, "ext": ext} if dot and head else {"name": made.head}
    own: dict[str, str | int] = {"ext": made.tail.lstrip(".")}
    if stem := made.head.rstrip("._- "):
        own["name"] = stem
    return own | ({"frame": frame} if frame is not None else {})


def _title(item: Item) -> str:
    """The Version's name, or one of ours where it has none."""
    return str(item.fields["name"]) or f"{item.subject.task}_v{item.number:03d}"


def _one(text: str) -> str:
    """A name as one folder."""
    return text.replace("/", "_").replace("\\", "_")


def _joined(above: str, below: str, name: str) -> str:
    return "/".join(one for one in (above, below, name) if one)


def _refuse_odd(owners: Mapping[str, Item]) -> None:
    """Refuse what no recipient could unpack, or would lose."""
    names = Names(owners, (), windows=True)
    for path, item in owners.items():
        wrong = danger(path) or _unlisted(path)
        why = wrong or names.refusal(path)
        if why and not _is_named(item):
            fix = _OTHER if wrong else _TELL
            item.refuse("name", f"It cannot be called {escape(path)}: {why}.", fix=fix)


def _unlisted(path: str) -> str:
    return "" if writable(path) else "no hash list can hold a character of it"


def _refuse_both(item: Item, other: Item, path: str) -> None:
    for one, who in ((item, other), (other, item)):
        if not _is_named(one):
            told = "twice in it" if one is who else f"also in {who.name}"
            message = f"It would be called {escape(path)}, which is {told}."
            one.refuse("name", message, fix=_TELL)


def _is_named(item: Item) -> bool:
    """Whether it is refused for a name already: one is enough of a hundred frames."""
    return any(one.rule == "deliver.name" for one in item.findings)
