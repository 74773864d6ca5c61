"""What a replay says: each alert, each week by level, the windows, how well the rule did."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median

from alerts.compose import subject_of
from alerts.rules import Level, Move
from alerts.words import Words
from pipeline.queries import EventView, MomentumView
from pipeline.queries.reviews import wilson
from pipeline.windows import StepKind
from pipeline.words import label, long_date, number
from vigie.backtest import Replay, Sent

DAY = timedelta(days=1)
SENT = (Level.ACT, Level.WATCH)  # a note waits for the letter


def report(done: Replay, words: Words) -> Iterator[str]:
    """Say what would have been sent, then how much a week, how well and how late."""
    lang = words.lang
    for one in done.sent:
        level = label(lang, "level", one.decision.level)
        yield f"{one.day}\t{level}\t{one.decision.kind}\t{_subject(one, words)}"
    yield ""
    yield from _weeks(done.sent, lang)
    yield f"fenêtres\t{_moves(done.sent)}"
    sent = [one for one in done.sent if one.decision.level in SENT]
    yield f"précision d'après les révisions\t{_precision(sent, lang)}"
    yield f"délai médian (jours)\t{_delay(sent, lang)}"
    weeks = ((done.last - done.first).days + 1) / 7
    yield f"cette règle aurait envoyé {number(len(sent) / weeks, lang)} alertes par semaine"


def _weeks(sent: Sequence[Sent], lang: str) -> Iterator[str]:
    by_week: dict[date, list[Sent]] = defaultdict(list)
    for one in sent:
        by_week[one.day - DAY * one.day.weekday()].append(one)
    for monday, those in sorted(by_week.items()):
        found = Counter(one.decision.level for one in those)
        counts = "\t".join(f"{label(lang, 'level', level)} {found[level]}" for level in Level)
        yield f"semaine du {long_date(monday, lang)}\t{counts}\tfenêtres : {_moves(those)}"


def _moves(sent: Sequence[Sent]) -> str:
    """Count the windows that would have opened, grown, pressed more and closed."""
    found = Counter(
        one.decision.about.step.kind for one in sent if isinstance(one.decision.about, Move)
    )
    said = {
        StepKind.OPENED: "ouvertes",
        StepKind.GREW: "élargies",
        StepKind.ESCALATED: "plus pressantes",
        StepKind.CLOSED: "fermées",
    }
    return ", ".join(f"{word} {found[kind]}" for kind, word in said.items())


def _precision(sent: Sequence[Sent], lang: str) -> str:
    """Say how many were useful among those that people judged, and what that tells of the rest."""
    judged = [one.useful for one in sent if one.useful is not None]
    if not judged:
        return "sans objet (aucune révision)"
    share = number(100 * sum(judged) / len(judged), lang)
    low, high = (round(100 * bound) for bound in wilson(sum(judged), len(judged)))
    return f"{share} %, entre {low} et {high} ({sum(judged)} sur {len(judged)} jugées)"


def _delay(sent: Sequence[Sent], lang: str) -> str:
    """Say how long after what they tell, at the median, alerts would have left."""
    days = [(one.day - _happened(one)).days for one in sent]
    return number(median(days), lang) if days else "sans objet"


def _happened(one: Sent) -> date:
    """Give the day of what an alert tells: of a window's step, its last cause that is not ahead."""
    about = one.decision.about
    if not isinstance(about, Move):
        return one.decision.on
    causes = (cause.day for cause in about.step.causes)
    return max((day for day in causes if day <= one.day), default=one.day)


def _subject(one: Sent, words: Words) -> str:
    about = one.decision.about
    if isinstance(about, Move):
        return subject_of(about.window, words)
    if isinstance(about, MomentumView):
        return words.bill(about.bill) if about.bill else words.theme(about.unit)
    if isinstance(about, EventView):
        return words.bill(about.bill.name)
    return str(getattr(about, "title", ""))
