"""How well a reading agrees with people's labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from classifiers.examples import LabelledText
from classifiers.model import Classifier, Text


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader said of a text: its themes and its proximity."""

    themes: frozenset[str]
    proximity: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Agreement, each figure in 0..1 (0 where there is nothing to divide by).

    `micro_f1` and `macro_f1` are over themes; a "flag" is any theme at all; `direct_recall` is the
    share of direct texts found direct; `themes` holds each theme's F1.
    """

    texts: int
    micro_f1: float
    macro_f1: float
    flag_precision: float
    flag_recall: float
    direct_recall: float
    proximity_accuracy: float
    themes: dict[str, float]


def evaluate(classifier: Classifier, examples: Sequence[LabelledText]) -> Figures:
    """Read labelled texts and compare."""
    texts = (Text(e.title, e.text, e.lang, e.kind) for e in examples)
    said = [
        Said(frozenset(tag.theme for tag in reading.tags), reading.proximity)
        for reading in classifier.read(texts)
    ]
    return compare(examples, said, classifier.themes)


def compare(
    examples: Sequence[LabelledText], said: Sequence[Said], themes: Iterable[str]
) -> Figures:
    """Compare people's labels with a reader's, text by text."""
    pairs = list(zip(examples, said, strict=True))
    right, wrong, missed = (
        Counter(theme for want, have in pairs for theme in sort(want.themes, have.themes))
        for sort in (frozenset.intersection, lambda w, h: h - w, frozenset.difference)
    )
    per_theme = {t: _f1(right[t], wrong[t], missed[t]) for t in themes}
    present = [t for t in per_theme if right[t] + missed[t]]
    flagged = [want for want, have in pairs if have.themes]
    wanted = [have for want, have in pairs if want.themes]
    direct = [have for want, have in pairs if want.proximity == "direct"]
    return Figures(
        texts=len(pairs),
        micro_f1=_f1(right.total(), wrong.total(), missed.total()),
        macro_f1=_share(sum(per_theme[t] for t in present), len(present)),
        flag_precision=_share(sum(bool(want.themes) for want in flagged), len(flagged)),
        flag_recall=_share(sum(bool(have.themes) for have in wanted), len(wanted)),
        direct_recall=_share(sum(have.proximity == "direct" for have in direct), len(direct)),
        proximity_accuracy=_share(sum(w.proximity == h.proximity for w, h in pairs), len(pairs)),
        themes=per_theme,
    )


def _f1(right: int, wrong: int, missed: int) -> float:
    return _share(2 * right, 2 * right + wrong + missed)


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
