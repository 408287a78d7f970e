"""What a Version is of, by the names that records have: its shot or asset, and its task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rushes.ports.studio import Entity
from rushes.tracking.shows.state import Show


@dataclass(frozen=True, slots=True)
class Subject:
    """Names from the episode down to the task; of `shot` and `asset` one is empty, or both.

    `short` is its last name alone, `sh0010`; with those above it where the show has several.
    """

    show: str
    episode: str = ""
    sequence: str = ""
    shot: str = ""
    asset: str = ""
    task: str = ""
    short: str = ""
    first: int | None = None  # the shot's range on record
    last: int | None = None

    @property
    def on(self) -> str:
        """What people call it: `sq010/sh0010`, or the asset's code."""
        return self.asset or "/".join(one for one in (self.sequence, self.shot) if one)


def subjects(show: Show) -> dict[int, Subject]:
    """Every task of the show that is in use, by its number."""
    return dict(_subjects(show))


def _subjects(show: Show) -> Iterator[tuple[int, Subject]]:
    living = {one.id: one for one in show.shots if one.fields["archived"] is None}
    assets = {one.id: one for one in show.assets if one.fields["archived"] is None}
    called = _short_names(show)
    for task in show.tasks:
        if task.fields["archived"] is not None:
            continue
        name = str(task.fields["name"])
        shot, asset = living.get(task.fields["shot"] or 0), assets.get(task.fields["asset"] or 0)
        if shot is not None:
            yield task.id, _of_shot(show, shot, name, called[shot.id])
        elif asset is not None:
            code = str(asset.fields["code"])
            yield task.id, Subject(show.code, asset=code, task=name, short=code)
        elif task.fields.get("sequence") in show.sequence_keys:
            episode, sequence = show.sequence_keys[task.fields["sequence"]]
            code = str(sequence)
            yield task.id, Subject(show.code, episode or "", code, task=name, short=code)


def _short_names(show: Show) -> dict[int, str]:
    """What tells a shot from all others of the show, archived ones too, in as few words as do."""
    keys = show.shot_keys
    counts = [Counter(key[at:] for key in keys.values()) for at in range(3)]
    return {
        number: "_".join(
            one
            for one in next((key[at:] for at in (2, 1) if counts[at][key[at:]] == 1), key)
            if one is not None
        )
        for number, key in keys.items()
    }


def _of_shot(show: Show, shot: Entity, task: str, short: str) -> Subject:
    episode, sequence, code = show.shot_keys[shot.id]
    return Subject(
        show.code,
        str(episode or ""),
        str(sequence),
        str(code),
        task=task,
        short=short,
        first=shot.fields["frame_in"],
        last=shot.fields["frame_out"],
    )
