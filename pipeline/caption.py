"""A curve in words: what its picture shows, and what each day marked in it was."""

from __future__ import annotations

from pipeline.curve import DAY, Curve, within
from pipeline.words import label, long_date

WEEK = 7


def captions(drawn: Curve, lang: str = "fr") -> list[str]:
    """Tell each mark by its letter: «a – 18 mars 2031 : en hausse»."""
    return [
        label(lang, "picture", "mark").format(
            letter=letter,
            day=long_date(mark.day, lang),
            said="; ".join(label(lang, *what) for what in mark.what),
        )
        for letter, mark in drawn.lettered
    ]


def described(drawn: Curve, lang: str = "fr") -> str:
    """Say in words what a picture shows, to whom does not see it."""
    values = {"first": long_date(drawn.first, lang), "last": long_date(drawn.last, lang)}
    peak = max(drawn.counts, default=0)
    on = drawn.first + drawn.counts.index(peak) * DAY if peak else drawn.last
    said = [label(lang, "picture", "days").format(**values)]
    said.append(
        label(lang, "picture", "peak" if peak else "none").format(n=peak, day=long_date(on, lang))
    )
    if last := next((one for one in reversed(drawn.band) if one), None):
        low, high = within(last)
        said.append(label(lang, "picture", "band").format(low=low, high=high))
    week = ", ".join(map(str, drawn.counts[-WEEK:]))
    return " ".join((*said, label(lang, "picture", "week").format(counts=week)))
