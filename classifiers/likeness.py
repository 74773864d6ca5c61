"""Texts that say nearly the same thing: one of them teaches nothing, and flatters the figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

from classifiers.examples import LabelledText
from classifiers.text import words

ALIKE = 0.85  # share of their words that two texts have in common


def near_duplicates(texts: Sequence[LabelledText]) -> Iterator[tuple[LabelledText, LabelledText]]:
    """Give the pairs of texts of which at least ALIKE of the words are common to both."""
    held = [frozenset(words(f"{t.title} {t.text}").forms) for t in texts]
    usual = Counter(form for forms in held for form in forms)
    opened: dict[str, list[int]] = defaultdict(list)
    for this, forms in enumerate(held):
        rare = sorted(forms, key=lambda form: (usual[form], form))
        # Two sets that alike share one of the rarest: the others could not fill the gap.
        first = rare[: len(rare) - ceil(ALIKE * len(rare)) + 1]
        others = {that for form in first for that in opened[form]}
        for that in sorted(others):
            if len(forms & held[that]) >= ALIKE * len(forms | held[that]):
                yield texts[that], texts[this]
        for form in first:
            opened[form].append(this)
