"""How well a reading agrees with people's labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from classifiers.calibration import error
from classifiers.examples import LabelledText
from classifiers.model import Classifier, Text


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader said of a text: its themes, its proximity, the score of each theme."""

    themes: frozenset[str]
    proximity: str
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a theme was told: F1, precision and recall in 0..1, and the texts that carry it."""

    f1: float
    precision: float
    recall: float
    support: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Agreement, each figure in 0..1 (0 where there is nothing to divide by).

    `micro_f1` and `macro_f1` are over themes; a "flag" is any theme at all; `false_flags` is the
    share of texts without theme that got one; `direct_recall`, of direct texts found direct;
    `calibration_error` says how far the scores are from the shares that they promise.
    """

    texts: int
    micro_f1: float
    macro_f1: float
    flag_precision: float
    flag_recall: float
    false_flags: float
    direct_recall: float
    proximity_accuracy: float
    calibration_error: float
    themes: dict[str, Agreement]


def evaluate(classifier: Classifier, examples: Sequence[LabelledText]) -> Figures:
    """Read labelled texts and compare."""
    return compare(examples, answers(classifier, examples), classifier.themes)


def answers(classifier: Classifier, examples: Iterable[LabelledText]) -> list[Said]:
    """Give what a classifier says of each text."""
    texts = (Text(e.title, e.text, e.lang, e.kind) for e in examples)
    return [
        Said(frozenset(tag.theme for tag in reading.tags), reading.proximity, reading.scores)
        for reading in classifier.read(texts)
    ]


def compare(
    examples: Sequence[LabelledText], said: Sequence[Said], themes: Iterable[str]
) -> Figures:
    """Compare people's labels with a reader's, text by text."""
    pairs = list(zip(examples, said, strict=True))
    right, wrong, missed = (
        Counter(theme for want, have in pairs for theme in sort(want.themes, have.themes))
        for sort in (frozenset.intersection, lambda w, h: h - w, frozenset.difference)
    )
    per_theme = {t: _agreement(right[t], wrong[t], missed[t]) for t in themes}
    present = [one for one in per_theme.values() if one.support]
    flagged = [want for want, have in pairs if have.themes]
    wanted = [have for want, have in pairs if want.themes]
    nothing = [have for want, have in pairs if not want.themes]
    direct = [have for want, have in pairs if want.proximity == "direct"]
    return Figures(
        texts=len(pairs),
        micro_f1=_agreement(right.total(), wrong.total(), missed.total()).f1,
        macro_f1=_share(sum(one.f1 for one in present), len(present)),
        flag_precision=_share(sum(bool(want.themes) for want in flagged), len(flagged)),
        flag_recall=_share(sum(bool(have.themes) for have in wanted), len(wanted)),
        false_flags=_share(sum(bool(have.themes) for have in nothing), len(nothing)),
        direct_recall=_share(sum(have.proximity == "direct" for have in direct), len(direct)),
        proximity_accuracy=_share(sum(w.proximity == h.proximity for w, h in pairs), len(pairs)),
        calibration_error=_calibration_error(pairs, list(per_theme)),
        themes=per_theme,
    )


def confusions(
    examples: Sequence[LabelledText], said: Sequence[Said]
) -> list[tuple[str, str, int]]:
    """Give the neighbours taken one for the other: theme missed, theme told instead, times."""
    pairs: Counter[tuple[str, str]] = Counter()
    for want, have in zip(examples, said, strict=True):
        missed, wrong = want.themes - have.themes, have.themes - want.themes
        pairs.update((m, w) for m in missed or {"–"} for w in wrong or {"–"} if m != w)
    return [(m, w, n) for (m, w), n in sorted(pairs.items(), key=lambda one: (-one[1], one[0]))]


def worst(
    examples: Sequence[LabelledText], said: Sequence[Said], most: int = 20
) -> Iterator[tuple[LabelledText, Said]]:
    """Give the texts on which the reader was the surest of what is wrong, worst first."""

    def wrongness(pair: tuple[LabelledText, Said]) -> float:
        want, have = pair
        gaps = [have.scores[t] for t in have.themes - want.themes]
        return max(gaps + [1 - have.scores[t] for t in want.themes - have.themes], default=0.0)

    pairs = sorted(zip(examples, said, strict=True), key=lambda pair: -wrongness(pair))
    return (pair for pair in pairs[:most] if wrongness(pair))


def _calibration_error(pairs: Sequence[tuple[LabelledText, Said]], themes: Sequence[str]) -> float:
    scored = [(want, have) for want, have in pairs if have.scores]
    if not scored:
        return 0.0
    chances = np.asarray([have.scores[theme] for _, have in scored for theme in themes])
    truth = np.asarray([theme in want.themes for want, _ in scored for theme in themes])
    return round(error(chances, truth), 4)


def _agreement(right: int, wrong: int, missed: int) -> Agreement:
    return Agreement(
        f1=_share(2 * right, 2 * right + wrong + missed),
        precision=_share(right, right + wrong),
        recall=_share(right, right + missed),
        support=right + missed,
    )


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
