"""What a publish was made of: links to other publishes, as records have them.

```text
{"kind": "dependency", "publish": 31}
{"kind": "input", "publish": 31, "metadata": {"node": "…"}}   whatever programs note of it
```

The earlier tracker wrote `target_publish_id` and `link_type`; such links are read alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rushes.core.errors import RushesError
from rushes.tracking.json_values import json_value
from rushes.tracking.refusing import refused, shown
from rushes.tracking.values import NUMBERS

LINK_KINDS = ("dependency", "input", "upstream", "rendered_from")
_EARLIER = {"link_type": "kind", "target_publish_id": "publish"}
_NAMES = ("kind", "publish", "metadata")
_MOST = 10_000


class Link(NamedTuple):
    """That a publish was made of another one; `kind` is empty where nothing says how."""

    kind: str
    publish: int


def links_of(rows: Sequence[Any]) -> Iterator[Link]:
    """The links of a record, whoever wrote them; what is none is left out."""
    for one in rows:
        if isinstance(one, Mapping):
            number = one.get("publish", one.get("target_publish_id"))
            if isinstance(number, int) and not isinstance(number, bool):
                yield Link(str(one.get("kind") or one.get("link_type") or ""), number)


def checked_links(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Links as they are kept, those of the earlier tracker spelt anew.

    Raises `field.invalid` with the field, as in `links.0.kind`. Whether the publishes are there,
    and of the same project, is for those to say who keep them: `check_targets`.
    """
    if len(rows) > _MOST:
        raise refused("links", f"are more than {_MOST:,}")
    made: list[dict[str, Any]] = []
    known: set[Link] = set()
    for at, one in enumerate(rows):
        link = _checked(one, f"links.{at}")
        key = Link(link["kind"], link["publish"])
        if key in known:
            raise refused(f"links.{at}", f"says the same of publish {key.publish} again")
        known.add(key)
        made.append(link)
    return made


def check_targets(
    links: Sequence[Mapping[str, Any]], project: int, projects: Mapping[int, int]
) -> None:
    """Raise `field.invalid` for links to publishes that are not there, or of another project.

    `projects` are those of the publishes that there are, by their numbers.
    """
    for at, one in enumerate(links):
        if projects.get(one["publish"]) != project:
            raise no_publish(at, one["publish"])


def no_publish(at: int, number: int) -> RushesError:
    """A link leads to no publish of its project, or to none that they see; to be raised."""
    return refused(f"links.{at}.publish", f"there is no publish {number} in this project")


def _checked(given: Any, at: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise refused(at, "must be an object")
    one = {_EARLIER.get(str(name), str(name)): value for name, value in given.items()}
    if len(one) < len(given):
        raise refused(at, "says the same twice, in an old and a new spelling")
    for name in one:
        if name not in _NAMES:
            raise refused(shown(f"{at}.{name}"), "there is no such field of links", hint=_HINT)
    kind, publish = one.get("kind"), one.get("publish")
    if kind not in LINK_KINDS:
        there = ", ".join(LINK_KINDS)
        why = "must be given" if kind is None else f"there is no {shown(str(kind))}"
        raise refused(f"{at}.kind", why, hint=f"There are: {there}.")
    if isinstance(publish, bool) or not isinstance(publish, int) or not 1 <= publish <= NUMBERS:
        why = "must be given" if publish is None else "must be the number of a publish"
        raise refused(f"{at}.publish", why, hint=_HINT)
    made = {"kind": kind, "publish": publish}
    metadata = one.get("metadata", {})
    if not isinstance(metadata, Mapping):
        raise refused(f"{at}.metadata", "must be an object")
    return made | ({"metadata": json_value(f"{at}.metadata", dict(metadata))} if metadata else {})


_HINT = 'Write links as in {"kind": "dependency", "publish": 31}.'
