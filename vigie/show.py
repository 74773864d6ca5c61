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
    """Say how a source is doing and, if it is ill, since when, why and what to do."""
    outcome = label(lang, "outcome", view.outcome) if view.outcome else "jamais visitée"
    since = view.ill_since or view.visited_at
    silent = "silencieuse" if view.silent else ""
    why = [] if view.well else [sentence(lang, i.code, i.url, i.about) for i in view.issues]
    when = moment(since, lang) if since else ""
    return _line(view.id, outcome, when, f"{view.items} éléments", silent, " ".join(why))


def source_json(view: SourceView, lang: str) -> Mapping[str, Any]:
    """Give how a source is doing, for machines."""
    names = ("outcome", "well", "silent", "visited_at", "ill_since", "items", "new", "new_at")
    issues = [sentence(lang, issue.code, issue.url, issue.about) for issue in view.issues]
    return {"source": view.id} | {n: getattr(view, n) for n in names} | {"issues": issues}


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
