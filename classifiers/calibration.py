"""Scores of the model → chances: the share of texts with such a score that carry the theme."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FILE = "calibration.json"
ANY, RELEVANT, DIRECT = "any theme", "proximity:some", "proximity:direct"
BESIDE = (ANY, RELEVANT, DIRECT)  # what the model answers beside the themes
_EDGE = 1e-6
_PRIOR = 1.0  # how strongly a weight is held to where it starts: forty texts say little

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How scores become chances, and from which chance on a theme is told.

    `terms` holds for each label what its own score counts, what the score of "any theme" counts
    (themes only: a text that is about nothing is not about housing) and a constant.
    """

    terms: Mapping[str, Sequence[float]]
    thresholds: Mapping[str, float]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read it from a model's folder. Raises OSError or ValueError."""
        return cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))

    def write(self, folder: Path) -> None:
        """Write it to a model's folder."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    def chances(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Give the chance of each label, from the model's scores in 0..1."""
        about = math.log(max(scores[ANY], _EDGE))
        chances = {}
        for label, (own, any_, constant) in self.terms.items():
            score = min(max(scores[label], _EDGE), 1 - _EDGE)
            added = own * math.log(score / (1 - score)) + any_ * about + constant
            chances[label] = 1 / (1 + math.exp(-min(max(added, -30), 30)))
        return chances


def calibrate(
    scores: Sequence[Mapping[str, float]], truth: Mapping[str, NDArray[np.bool_]]
) -> dict[str, tuple[float, float, float]]:
    """Give the terms that make these scores tell these truths, label by label.

    The themes share what scores count, since some have few texts; each has its own constant.
    """
    about = np.log(np.asarray([max(one[ANY], _EDGE) for one in scores]))
    own = {label: logit(np.asarray([one[label] for one in scores])) for label in truth}
    themes = [label for label in truth if label not in BESIDE]
    lines = np.zeros((len(themes), len(scores), 2 + len(themes)))
    for i, theme in enumerate(themes):
        lines[i, :, 0], lines[i, :, 1], lines[i, :, 2 + i] = own[theme], about, 1
    found = _fit(
        lines.reshape(-1, lines.shape[2]),
        np.concatenate([truth[theme] for theme in themes]),
        np.asarray([1.0, 1.0] + [0.0] * len(themes)),
    )
    terms = {t: _rounded(found[0], found[1], found[2 + i]) for i, t in enumerate(themes)}
    for label in (RELEVANT, DIRECT):
        alone = np.column_stack([own[label], np.ones(len(scores))])
        slope, constant = _fit(alone, truth[label], np.asarray([1.0, 0.0]))
        terms[label] = _rounded(slope, 0.0, constant)
    return terms


def error(chances: Numbers, truth: NDArray[np.bool_], bins: int = 10, least: float = 0.05) -> float:
    """Give the expected calibration error, in 0..1.

    Chances under `least` are left out: nine in ten are, and all of them right.
    """
    told = chances >= least
    chances, truth = chances[told], truth[told]
    bin_of = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = [
        abs(chances[bin_of == i].mean() - truth[bin_of == i].mean()) * (bin_of == i).mean()
        for i in range(bins)
        if (bin_of == i).any()
    ]
    return float(sum(gaps))


def logit(chances: Any) -> Any:
    """Give back what the logistic was given."""
    held = np.clip(chances, _EDGE, 1 - _EDGE)
    return np.log(held / (1 - held))


def _fit(lines: Numbers, truth: NDArray[np.bool_], start: Numbers) -> Numbers:
    """Newton's method on the logistic loss, with half steps where a whole one goes too far."""
    weights, sign = start.copy(), np.where(truth, -1.0, 1.0)

    def loss(at: Numbers) -> float:
        held = ((at - start) ** 2).sum() * _PRIOR / 2
        return float(np.logaddexp(0, sign * (lines @ at)).sum() + held)

    for _ in range(50):
        chances = _logistic(lines @ weights)
        slope = lines.T @ (chances - truth) + _PRIOR * (weights - start)
        bend = (lines * (chances * (1 - chances))[:, None]).T @ lines + _PRIOR * np.eye(len(start))
        step = np.linalg.solve(bend, slope)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > _EDGE:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < 1e-4:
            break
    return weights


def _logistic(scores: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(scores, -30, 30)))


def _rounded(*terms: float) -> tuple[float, float, float]:
    own, any_, constant = (round(float(term), 4) for term in terms)
    return own, any_, constant
