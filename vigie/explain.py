"""All that a measure rests on, line by line: whoever reads them can add them up again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.rules import CAP, MOST_AT_ONCE
from pipeline.discovery import BILLS, FALSE_SHARE, KNOWN_FROM, THEMES
from pipeline.entries import COOL_DOWN
from pipeline.measures import RAISED
from pipeline.queries import MomentumView
from pipeline.why import explained
from pipeline.words import label, long_date, number
from pipeline.words import moment as when
from vigie.errors import DoorError
from vigie.show import unit_name

FAMILIES = {"": "thèmes", "bill": "projets de loi", "dossier": "dossiers"}
TERMS = {"window": "fenêtre longue", "offset": "décalage", "tide": "marée", "step": "étape"}


def find_unit(views: Sequence[MomentumView], unit: str) -> MomentumView:
    """Find what was measured of a theme (its id), a bill («bill:17», its number) or a dossier.

    Raises DoorError when there is none, and names what there is.
    """
    for view in views:
        if unit in (view.unit, view.bill.number if view.bill else ""):
            return view
    known = ", ".join(view.unit for view in views) or "rien"
    raise DoorError(f"{unit} : rien n'en a été mesuré. Choisissez parmi : {known}.")


def explanation(view: MomentumView, labels: Mapping[str, str], lang: str) -> Iterator[str]:
    """Give the sentence, then every number that it rests on, a line each, tabs between."""
    name, detail = unit_name(view, labels, lang), view.detail
    if detail is None:
        yield f"{name}\tmesuré par une version ({view.version}) qui n'en gardait pas le détail"
        return
    figures = {n: getattr(view, n) for n in ("observed", "expected", "ratio", "outlets", "window")}
    yield explained(name, view.state, figures, detail, lang)
    for line in (
        *_count(view, detail, lang),
        *_sum(view, detail),
        *_notice(view, detail),
        *_around(view, detail, lang),
        *_told(detail),
        ("version", view.version),
    ):
        yield "\t".join(str(part).replace("\t", " ") for part in line)


def _count(
    view: MomentumView, detail: Mapping[str, Any], lang: str
) -> Iterator[tuple[object, ...]]:
    yield "jour", long_date(view.day, lang)
    yield "unité", view.unit
    yield "fenêtre (jours)", view.window
    yield "éléments", detail["items"]
    yield "nouvelles distinctes", detail["stories"]
    yield "médias", view.outlets
    yield "volume observé", view.observed
    yield "volume attendu", f"{view.expected:.3f}"
    yield "rapport", f"({view.observed} + 1) / ({view.expected:.3f} + 1) = {view.ratio:.3f}"
    yield "marée (les autres thèmes)", f"×{detail['tide']:.3f}"
    yield "nouvelles par jour", " ".join(map(str, view.series))


def _sum(view: MomentumView, detail: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Give the terms of the surprise: under 0 it is 0."""
    terms = {"hasard": detail["chance"], "allure": detail["mixture"], **detail["adjustments"]}
    for name, value in terms.items():
        yield f"surprise : {TERMS.get(name, name)}", f"{value:+.4f}"
    yield "surprise : somme", f"{view.surprise:.4f}"
    yield "allure du jour", detail["look"]
    yield "seuil : en hausse", detail["threshold"]
    yield "seuil : forte hausse", detail["surging_from"], "3 médias et 3 nouvelles au moins"
    yield "seuil : retour au calme", detail["calm_under"], "deux jours de suite"


def _notice(view: MomentumView, detail: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Say how likely so much surprise is on a quiet day, and whether that lets a rise be told."""
    found = detail.get("discovery")
    if found is None or view.q is None:
        yield "avis", "sans contrôle des fausses découvertes"
        return
    kind = view.unit.partition(":")[0] if ":" in view.unit else ""
    start, slope = BILLS if kind else THEMES
    usual = f"{KNOWN_FROM:.0f} × 10^-({start} + {slope} × {view.surprise:.4f})"
    days = f"({found['larger']} + {usual}) / ({found['quiet']} + {KNOWN_FROM:.0f})"
    yield "p (jours calmes au-dessus)", f"{found['p']:.5f}", days if view.surprise else ""
    rank = f"rang {found['rank']} sur {found['units']} {FAMILIES[kind]}"
    yield "q (fausses découvertes)", f"{found['q']:.5f}", rank
    yield "avis", _verdict(view), f"seuil q ≤ {number(FALSE_SHARE, 'fr')}"


def _verdict(view: MomentumView) -> str:
    if view.state not in RAISED:
        return "sans objet : rien ne monte"
    if view.q is not None and view.q > FALSE_SHARE:
        return "retenu ce jour-là : ce peut être le hasard parmi tant d'unités"
    if view.held == CAP:
        return f"retenu par le plafond de {MOST_AT_ONCE} avis par jour : à la lettre"
    return "peut être annoncé"


def _around(
    view: MomentumView, detail: Mapping[str, Any], lang: str
) -> Iterator[tuple[object, ...]]:
    sitting = {True: "oui", False: "non", None: "inconnu"}[detail["sitting"]]
    yield "état", label(lang, "state", view.state), f"depuis {detail['days_in_state']} j"
    yield "état la veille", label(lang, "state", detail["previous"])
    yield "jour de la semaine", detail["weekday"] + 1
    yield "congé", detail["holiday"] or "non"
    yield "séance", sitting
    yield "jours sans données (28 j)", ", ".join(detail["missing_days"]) or "aucun"
    yield "sources muettes ce jour-là", ", ".join(detail.get("silent", ())) or "aucune"
    yield "jours en retard", detail["late"]
    yield "jours appris", detail["days"]
    yield "étapes (2 j)", "; ".join(detail["steps"]) or "aucune"
    yield "pas redit avant (jours)", COOL_DOWN.days
    if through := detail["through"]:
        yield "données jusqu'à", when(datetime.fromisoformat(through), lang)


def _told(detail: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    if "told" not in detail:
        return
    outlets = detail["outlets"]
    total = sum(outlets.values()) or 1
    yield "reprises", detail["copies"]
    for outlet, many in outlets.items():
        yield "média", outlet, many, f"{number(100 * many / total)} %"
    yield "médias nouveaux (28 j)", ", ".join(detail["new_outlets"]) or "aucun"
    for story in detail["told"]:
        yield "nouvelle", story["items"], story["at"], story["title"], story["url"]
