"""« À relire »: people judge what Vigie says of documents; what they say outranks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Request, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from pipeline.blindspot import say_of
from pipeline.clock import bounds, day_of
from pipeline.database import Store
from pipeline.errors import ReviewError, UnknownTermError
from pipeline.queries import NamedView, Register
from pipeline.queries.reviews import (
    DueView,
    MissedView,
    missed,
    review_queue,
    reviewers,
    verdicts_between,
)
from pipeline.queries.sheets import SheetView, sheet
from pipeline.queries.terms import TermView, rising_terms
from pipeline.reviews import DRAWN, NEAR, Verdict, judge, reviewer_name, withdraw
from pipeline.words import SPACE, number

SINCE = timedelta(days=7)  # older documents move nothing any more
PORTION, SAMPLE = 20, 5  # documents to judge in a day, of which drawn among those set aside
COOKIE, REMEMBERED = "relecteur", timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page shows to who judges: the document, what follows, how far the day has come."""

    due: tuple[DueView, ...]
    sheet: SheetView | None
    drawn: str
    done: int
    missed: MissedView
    terms: tuple[TermView, ...]
    reviewers: tuple[str, ...]


def read_desk(store: Store, now: datetime, wanted: int | None = None, more: bool = False) -> Desk:
    """Read what there is to judge today; `wanted` is a document asked for.

    A day has its portion, unless `more` is asked.
    """
    with store.reading() as session:
        said = Counter(verdicts_between(session, *bounds(day_of(now))))
        most = PORTION if more else max(PORTION - said.total(), 0)
        sample = min(SAMPLE if more else max(SAMPLE - said["sample"], 0), most)
        due = mixed(review_queue(session, day_of(now), now - SINCE, most, sample))
        first = wanted or (due[0].document_id if due else None)
        return Desk(
            due=due,
            sheet=sheet(session, first) if first else None,
            drawn=next((one.drawn for one in due if one.document_id == first), "asked"),
            done=said.total(),
            missed=missed(session),
            terms=rising_terms(session),
            reviewers=reviewers(session),
        )


def mixed(due: tuple[DueView, ...]) -> tuple[DueView, ...]:
    """Put those drawn by chance among the uncertain ones: a day cut short has had some too."""
    uncertain = [one for one in due if one.drawn != "sample"]
    drawn = [one for one in due if one.drawn == "sample"]
    for rank, one in enumerate(drawn):
        uncertain.insert(4 * rank + 3, one)
    return tuple(uncertain)


def is_from_here(asked: Request) -> bool:
    """Whether what asks to write is our own page: browsers say so, and no other page can.

    One that does not say where a form comes from is not believed.
    """
    if site := asked.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(asked.headers.get("Origin", "")).netloc == asked.host


def called(named: NamedView) -> str:
    """Say what a document names: « PL 71 (43-1 ou 43-2) » where one cannot tell."""
    if named.kind == "bill":
        if named.others:
            return f"{named.name} ({' ou '.join(named.others)})"
        return f"{named.name}, {named.title}"
    return " ou ".join((named.name, *named.others))


def percent(share: float) -> str:
    """Say a share in 0..1 as people do: « 4 % », « moins de 1 % »."""
    rounded = round(100 * share)
    return f"{rounded}{SPACE}%" if rounded or not share else f"moins de 1{SPACE}%"


def chance(score: float) -> str:
    """Say a chance in 0..1 with two decimals: « 0,94 »."""
    return f"{score:.2f}".replace(".", ",")


def gauge(told: MissedView) -> Markup:
    """Draw the share that is missed on a line from 0 to 100 %: its bounds, and the estimate."""
    low, high = (10 + 280 * share for share in (told.low, told.high))
    dot = "" if told.estimate is None else f'<circle cx="{10 + 280 * told.estimate:.1f}" r="6"/>'
    said = f"Part manquée{SPACE}: entre {percent(told.low)} et {percent(told.high)}"
    return Markup(  # noqa: S704 - only numbers go in
        f'<svg class="gauge" viewBox="0 -14 300 36" role="img"><title>{said}</title>'
        f'<line x1="10" x2="290"/><rect x="{low:.1f}" y="-5" width="{high - low:.1f}" height="10"/>'
        f'{dot}<text x="10" y="20">0</text><text x="150" y="20" text-anchor="middle">50{SPACE}%'
        f'</text><text x="290" y="20" text-anchor="end">100{SPACE}%</text></svg>'
    )


def reading(
    store: Store, register: Register, themes: Mapping[str, str], clock: Callable[[], datetime]
) -> Blueprint:
    """Give the pages on which people judge; `themes` gives the label of each theme's id."""
    pages = Blueprint("reading", __name__, url_prefix="/a-relire")

    @pages.before_request
    def guard() -> None:
        if request.method == "POST" and not is_from_here(request):
            abort(HTTPStatus.FORBIDDEN)

    @pages.errorhandler(ReviewError)
    @pages.errorhandler(UnknownTermError)
    def refuse(error: Exception) -> tuple[str, int]:
        return render_template("refused.html", why=str(error)), HTTPStatus.BAD_REQUEST

    @pages.get("")
    def show() -> str:
        wanted = request.args.get("document", type=int)
        desk = read_desk(store, clock(), wanted, "encore" in request.args)
        return render_template(
            "reading.html",
            desk=desk,
            who=request.cookies.get(COOKIE, ""),
            themes=themes,
            register=register,
            gauge=gauge,
            said=request.args.get("fait", ""),
            more="encore" in request.args,
            ticked=_ticked(desk.sheet),
            near=NEAR,
        )

    @pages.post("/nom")
    def name() -> Answer:
        who = reviewer_name(request.form.get("nom", ""))
        with store.reading() as session:
            known = {one.casefold(): one for one in reviewers(session)}
        answer = redirect(url_for(".show"), HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            COOKIE, known.get(who.casefold(), who), REMEMBERED, httponly=True, samesite="Lax"
        )
        return answer

    @pages.post("/<int:document>")
    def verdict(document: int) -> Answer:
        with store.session() as session:
            judge(session, document, _verdict(request, themes), clock())
        return _next("juge", encore=request.form.get("encore"))

    @pages.post("/annuler")
    def undo() -> Answer:
        with store.session() as session:
            document = withdraw(session, _who(request))
        return _next("annule" if document else "rien", document=document)

    @pages.post("/mots")
    def word() -> Answer:
        form = request.form
        with store.session() as session:
            say_of(session, form.get("mot", ""), form.get("dit", ""), _who(request), clock())
        return _next("mot")

    pages.add_app_template_filter(called)
    pages.add_app_template_filter(percent)
    pages.add_app_template_filter(chance)
    pages.add_app_template_filter(number, "decimal")
    return pages


def _ticked(shown: SheetView | None) -> frozenset[str]:
    """Give the themes that are ticked at first: those of who judged it last, else Vigie's."""
    if shown is None:
        return frozenset()
    return frozenset(shown.said[0].themes if shown.said else (one.theme for one in shown.seen))


def _who(asked: Request) -> str:
    return reviewer_name(asked.cookies.get(COOKIE, ""))


def _next(said: str, document: int | None = None, encore: str | None = None) -> Answer:
    target = url_for(".show", fait=said, document=document, encore=encore, _anchor="document")
    return redirect(target, HTTPStatus.SEE_OTHER)


def _verdict(asked: Request, themes: Mapping[str, str]) -> Verdict:
    """Read a verdict: what was shown is agreed with, or it is off the subject, or corrected."""
    form, sort = asked.form, asked.form.get("verdict")
    if sort == "accord":
        chosen, proximity = form.getlist("montre"), form.get("montre_proximite", "")
    elif sort == "hors":
        chosen, proximity = [], "none"
    else:
        chosen, proximity = form.getlist("theme"), form.get("proximite", "")
    if not set(chosen) <= set(themes):
        raise ReviewError("Ce jugement nomme un thème qui n'existe pas.")
    if chosen and proximity == "none":
        proximity = "indirect"  # a theme that is ticked is meant, whatever the button beside
    drawn = form.get("tire", "asked")
    return Verdict(_who(asked), chosen, proximity, drawn if drawn in DRAWN else "asked")
