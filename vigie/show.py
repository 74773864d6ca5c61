"""What the commands print of things: one line each, tabs between, or one JSON value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.queries import MomentumView, SourceView
from pipeline.words import bill_name, label, moment, sentence
from vigie.collect import Result
from vigie.lines import bars


def visit_line(result: Result, lang: str) -> str:
    """Say how a visit went, what it brought and, if it is ill, why and what to do."""
    visit, counts = result.visit, result.counts
    figures = f"{visit.items} éléments, {counts.new} nouveaux, {counts.changed} changés"
    told = [sentence(lang, issue.code, issue.url, issue.about) for issue in visit.issues]
    return _line(visit.source, label(lang, "outcome", visit.outcome), figures, " ".join(told))


def source_line(view: SourceView, lang: str) -> str:
    """Say how a source is doing: since when, its last good visit and news; if ill, why, what next.

    A source that is well shows its last visit.
    """
    since = view.visited_at if view.well else view.health.since
    when = ("" if view.well else "depuis ") + moment(since, lang) if since else ""
    good = view.health.last_good
    last = "" if view.well or not good else f"dernière bonne visite : {moment(good, lang)}"
    news = f"dernière nouveauté : {moment(view.new_at, lang)}" if view.new_at else ""
    why = [] if view.well else [sentence(lang, i.code, i.url, i.about) for i in view.issues]
    columns = (label(lang, *view.condition), when, f"{view.items} éléments", news, last)
    return _line(view.id, *columns, " ".join(why))


def source_json(view: SourceView, lang: str) -> Mapping[str, Any]:
    """Give how a source is doing, for machines."""
    names = ("outcome", "well", "silent", "visited_at", "ill_since", "items", "new", "new_at")
    health = {"state": view.health.state, "since": view.health.since, "why": view.health.why}
    health["last_good"] = view.health.last_good
    issues = [sentence(lang, issue.code, issue.url, issue.about) for issue in view.issues]
    told = {name: getattr(view, name) for name in names}
    return {"source": view.id} | told | health | {"issues": issues}


def momentum_line(view: MomentumView, themes: Mapping[str, str], lang: str) -> str:
    """Say what was observed of a unit against what was expected, with the last weeks drawn."""
    bill = view.bill
    name = (
        bill_name(lang, bill.parliament, bill.number, bill.title)
        if bill
        else themes.get(view.unit, view.unit)
    )
    figures = f"{view.observed} / {view.expected:.1f} en {view.window} j".replace(".", ",")
    return _line(bars(view.series), label(lang, "state", view.state), figures, name)


def momentum_json(view: MomentumView) -> Mapping[str, Any]:
    """Give the measure of a unit, for machines."""
    names = "unit day state window observed expected ratio surprise outlets series"
    return {name: getattr(view, name) for name in names.split()}


def _line(*columns: str) -> str:
    return "\t".join(column.replace("\t", " ") for column in columns).rstrip("\t")
