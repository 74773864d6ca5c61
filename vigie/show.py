"""What the commands print of things: one line each, tabs between, or one JSON value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pipeline.queries import MomentumView, SourceView, WindowView
from pipeline.queries.terms import TermView
from pipeline.reasons import reasons
from pipeline.why import days_left, listed
from pipeline.words import bill_name, label, moment, number, pace, resumption, sentence
from vigie.collect import Result
from vigie.lines import bars


def visit_line(result: Result, lang: str) -> str:
    """Say how a visit went, what it brought and, if it is ill, why and what to do."""
    visit, counts = result.visit, result.counts
    figures = f"{visit.items} éléments, {counts.new} nouveaux, {counts.changed} changés"
    told = [sentence(lang, issue.code, issue.url, issue.about) for issue in visit.issues]
    told = [*_resumes(visit.wait_until, visit.started_at, lang), *told]
    return _line(visit.source, label(lang, "outcome", visit.outcome), figures, " ".join(told))


def term_line(view: TermView) -> str:
    """Say of a word that rises where no theme is seen: its counts, then where it was read."""
    counts = f"{view.recent} en 2 semaines, {view.before} en 8 avant"
    near = f"{number(view.nearness)} fois plus proche"
    state = f"à surveiller ({view.said_by})" if view.verdict else ""
    return _line(view.term, counts, near, state, " | ".join(one[1] for one in view.examples))


def source_line(view: SourceView, lang: str) -> str:
    """Say how a source is doing: since when, its last good visit and news; if ill, why, what next.

    A source that is well shows its last visit; one that is awaited, what became of it.
    """
    well, good = view.well and not view.awaited, view.health.last_good
    since = view.visited_at if well else view.health.since
    when = ("" if well else "depuis ") + moment(since, lang) if since else ""
    state = label(lang, *view.condition)
    if view.awaited:
        state += f" ({label(lang, 'outcome', view.outcome) if view.outcome else 'pas visitée'})"
    last = "" if well or not good else f"dernière bonne visite : {moment(good, lang)}"
    news = f"dernière nouveauté : {moment(view.new_at, lang)}" if view.new_at else ""
    why = [] if well else list(reasons(lang, view.issues, own=""))
    why = [*_resumes(view.wait_until, view.visited_at, lang), *why]
    columns = (state, when, f"{view.items} éléments", news, last, " · ".join(_pace(view, lang)))
    return _line(view.id, *columns, " ".join(why))


def source_json(view: SourceView, lang: str) -> Mapping[str, Any]:
    """Give how a source is doing, for machines."""
    names = ("outcome", "well", "silent", "visited_at", "ill_since", "items", "new", "new_at")
    health = {"state": view.health.state, "since": view.health.since, "why": view.health.why}
    health |= {"last_good": view.health.last_good, "wait_until": view.wait_until}
    issues = [sentence(lang, issue.code, issue.url, issue.about) for issue in view.issues]
    told = {name: getattr(view, name) for name in names}
    every = view.every.total_seconds() if view.every else None
    visits = {"every": every, "next_at": view.next_at, "moved_to": view.moved_to}
    return {"source": view.id} | told | health | visits | {"issues": issues}


def momentum_line(view: MomentumView, labels: Mapping[str, str], lang: str) -> str:
    """Say what was observed of a unit against what was expected, with the last weeks drawn."""
    name = unit_name(view, labels, lang)
    figures = f"{view.observed} / {view.expected:.1f} en {view.window} j".replace(".", ",")
    return _line(bars(view.series), label(lang, "state", view.state), figures, name)


def unit_name(view: MomentumView, labels: Mapping[str, str], lang: str) -> str:
    """Name a theme or a dossier by its label, a bill by its number and title."""
    if bill := view.bill:
        return bill_name(lang, bill.parliament, bill.number, bill.title)
    return labels.get(view.unit, view.unit)


def window_line(view: WindowView, today: date, themes: Mapping[str, str], lang: str) -> str:
    """Say what window is open or how it closed: its causes, and what is expected by when."""
    bill = view.bill.name if view.bill else None
    name = (
        bill_name(lang, bill.parliament, bill.number, bill.title)
        if bill
        else themes.get(view.title, view.title)
    )
    if view.closed_at:
        fate = label(lang, "fate", view.fate)
        cause = f" ({label(lang, 'fate-cause', view.fate_cause)})" if view.fate_cause else ""
        told = f"{label(lang, 'ending', view.ending)}\t{fate}{cause}"
    else:
        todo = (
            f"{label(lang, 'action', one.action)} {days_left(one.by, today, lang)}"
            for one in view.expected
        )
        told = f"{listed(view.holding, today, lang, themes)}\t{', '.join(todo)}"
    level = label(lang, "level", view.level)
    return f"{view.id}\t{level}\t{name.replace(chr(9), ' ')}\t{told}"


def momentum_json(view: MomentumView) -> Mapping[str, Any]:
    """Give the measure of a unit, for machines."""
    names = "unit day state window observed expected ratio surprise outlets series"
    names += " p q held version detail"
    return {name: getattr(view, name) for name in names.split()}


def _pace(view: SourceView, lang: str) -> Iterator[str]:
    """Say how often a source is visited at its own pace, when next if not so, where it has gone."""
    if view.every:
        yield pace(view.every, lang)
    if view.next_at and (view.awaited or not view.well):
        yield f"prochaine visite : {moment(view.next_at, lang)}"
    if view.moved_to:
        yield f"déménagé vers {view.moved_to}"


def _resumes(until: datetime | None, since: datetime | None, lang: str) -> list[str]:
    return [f"{resumption(until, since, lang)}."] if until else []


def _line(*columns: str) -> str:
    return "\t".join(column.replace("\t", " ") for column in columns).rstrip("\t")
