"""How well two rankings agree: Spearman's correlation and recall, ties counted honestly."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

_TEN, _FIFTY = 10, 50
_ALIKE = 1e-9  # nearer than that is a tie


@dataclass(frozen=True, slots=True)
class Agreement:
    """Means over all questions asked, and the worst one's correlation.

    `again` is the recall where the fifty nearest by cosine are ranked once more, by likeness.
    """

    spearman: float
    worst: float
    recall: float
    again: float


def agreement(
    tokens: Sequence[Mapping[str, float]], vectors: Sequence[Sequence[float]], *, questions: int = 0
) -> Agreement:
    """Rankings of all others by weighted Jaccard index and by cosine, asked of each, or of some."""
    asked = range(0, len(tokens), len(tokens) // questions if questions else 1)
    matrix = np.array(vectors)
    correlations, recalls, again = [], [], []
    likenesses = jaccard(tokens, asked)
    for at, wanted, got in zip(asked, likenesses, matrix[asked] @ matrix.T, strict=True):
        wanted, got = np.delete(wanted, at), np.delete(got, at)
        correlations.append(_spearman(wanted, got))
        recalls.append(_recall(wanted, got, of=_TEN))
        again.append(_recall(wanted, got, of=_FIFTY))
    return Agreement(
        statistics.mean(correlations),
        min(correlations),
        statistics.mean(recalls),
        statistics.mean(again),
    )


def jaccard(tokens: Sequence[Mapping[str, float]], asked: Sequence[int]) -> Any:
    """The weighted Jaccard index of those asked with all, as a matrix."""
    names: dict[str, int] = {}
    for name in chain.from_iterable(tokens):
        names.setdefault(name, len(names))
    weights = np.zeros((len(names), len(tokens)))
    for column, one in enumerate(tokens):
        weights[[names[name] for name in one], column] = list(one.values())
    sums = weights.sum(0)
    rows = []
    for column in asked:
        own = [names[name] for name in tokens[column]]
        common = np.minimum(weights[own], weights[own, column][:, None]).sum(0)
        rows.append(common / (sums + sums[column] - common))
    return np.array(rows)


def _spearman(a: Any, b: Any) -> float:
    """Pearson's correlation of ranks; what is tied has the mean of its ranks."""
    return float(np.corrcoef(_ranks(a), _ranks(b))[0, 1])


def _ranks(values: Any) -> Any:
    steps = np.round(values / _ALIKE)
    _, place, times = np.unique(steps, return_inverse=True, return_counts=True)
    return (np.cumsum(times) - (times - 1) / 2)[place]


def _recall(wanted: Any, got: Any, *, of: int) -> float:
    """How many of ten are no less like it than the tenth by likeness: the best of the nearest.

    Where cosines are tied, the less alike come first, so that no tie is lucky.
    """
    tenth = np.sort(wanted)[-_TEN]
    nearest = np.lexsort((wanted, -np.round(got / _ALIKE)))[:of]
    best = np.sort(wanted[nearest])[-_TEN:]
    return float(np.mean(best >= tenth - _ALIKE))
