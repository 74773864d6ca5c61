"""Why a window is open, and why a unit is said to rise: short sentences, from what was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.windows import Cause, CauseKind
from pipeline.words import label, long_date, number

NAMES = 4  # actors named in a sentence
TIDE = 1.25  # from which everything is said to rise
Themes = Mapping[str, str]


def because(cause: Cause, today: date, lang: str = "fr", themes: Themes | None = None) -> str:
    """Tell a cause: «étape : Adoption du principe, le 13 mars 2031»."""
    told = label(lang, "cause", cause.kind)
    if cause.kind is CauseKind.MEDIA:
        return told.format(**_press(cause, lang, themes or {}))
    if cause.kind is CauseKind.STAGE:
        return told.format(label=cause.detail["label"], day=long_date(cause.day, lang))
    if cause.kind is CauseKind.DEADLINE:
        what = label(lang, "next", cause.detail["deadline"])
        left = days_left(cause.day, today, lang)
        return told.format(what=what, day=long_date(cause.day, lang), left=left)
    if cause.kind is CauseKind.DOSSIER:
        return told.format(title=cause.detail["title"])
    names = [one["name"] for one in cause.detail["named"]]
    if len(names) > NAMES + 1:
        names = [*names[:NAMES], label(lang, "cause", "others").format(n=len(names) - NAMES)]
    return told.format(names=", ".join(names))


def days_left(day: date, today: date, lang: str = "fr") -> str:
    """Say how far a day is: «aujourd'hui», «demain», «dans 12 jours», «passé»."""
    left = (day - today).days
    name = "past" if left < 0 else {0: "today", 1: "tomorrow"}.get(left, "left")
    return label(lang, "cause", name).format(n=left)


def explained(
    name: str, state: str, figures: Mapping[str, Any], detail: Mapping[str, Any], lang: str = "fr"
) -> str:
    """Tell a measure in a sentence, with what goes with it; `figures` are those of its row."""
    tide = detail["tide"]
    rest = label(lang, "explain", "calm-rest" if tide < TIDE else "tide")
    steps = "".join(f"; {step}" for step in detail["steps"])
    return label(lang, "explain", "head").format(
        unit=name,
        state=label(lang, "state", state),
        observed=figures["observed"],
        outlets=figures["outlets"],
        days=_days(figures["window"], lang),
        expected=number(figures["expected"], lang),
        ratio=number(figures["ratio"], lang),
        steps=steps,
        rest=rest.format(percent=round(100 * tide)),
    )


def _press(cause: Cause, lang: str, themes: Themes) -> dict[str, object]:
    detail, own = cause.detail, cause.key.count("/") == 2
    unit = label(lang, "cause", "unit" if own else "theme")
    return {
        "unit": unit.format(theme=themes.get(detail["unit"], detail["unit"])),
        "state": label(lang, "state", detail["state"]),
        "ratio": number(detail["ratio"], lang),
        "observed": detail["observed"],
        "outlets": detail["outlets"],
        "days": _days(detail["window"], lang),
        "expected": number(detail["expected"], lang),
    }


def _days(many: int, lang: str) -> str:
    return label(lang, "cause", "day" if many == 1 else "days").format(n=many)


def listed(causes: Sequence[Cause], today: date, lang: str, themes: Themes) -> str:
    """Tell several causes in one line."""
    return "; ".join(because(cause, today, lang, themes) for cause in causes)
