"""The page: what rises, bills, alerts, sources; one moment of the store, only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, render_template
from sqlalchemy.orm import Session

from pipeline.clock import day_of
from pipeline.database import Store
from pipeline.queries import (
    AlertView,
    BillView,
    CountsView,
    MomentumView,
    Register,
    SourceView,
    StoryView,
    alerts_since,
    bills_on_watch,
    counts_between,
    rising,
    sources_health,
    states_between,
    stories_between,
)
from pipeline.words import label, long_date, moment, sentence
from vigie.review.charts import sparkline, steps

WEEK = timedelta(days=7)
SEASON_DAYS = 70  # how far back the curves go
RAISED = ("rising", "surging")
RISING_SHOWN, STORIES_SHOWN, BILLS_SHOWN, ALERTS_SHOWN = 8, 3, 30, 25
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'"


@dataclass(frozen=True, slots=True)
class Rise:
    """A unit's measure, and the last days on which it was raised, if any: (first, last)."""

    measure: MomentumView
    raised: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows, as read at `now`."""

    now: datetime
    counts: CountsView
    rising: tuple[Rise, ...]
    stories: Mapping[str, tuple[StoryView, ...]]
    bills: tuple[BillView, ...]
    alerts: tuple[AlertView, ...]
    sources: tuple[SourceView, ...]


def read_board(store: Store, register: Register, now: datetime) -> Board:
    """Read what the page shows of the last seven days."""
    since = now - WEEK
    with store.reading() as session:
        stories = stories_between(session, since, now, register)
        return Board(
            now=now,
            counts=counts_between(session, since, now),
            rising=_rises(session, day_of(now))[:RISING_SHOWN],
            stories=_by_unit(stories),
            bills=bills_on_watch(session, since)[:BILLS_SHOWN],
            alerts=alerts_since(session, since)[:ALERTS_SHOWN],
            sources=sources_health(session, register, now),
        )


def create_app(
    store: Store,
    register: Register,
    themes: Mapping[str, str],
    clock: Callable[[], datetime],
    lang: str = "fr",
) -> Flask:
    """Give the page as a WSGI application; `themes` gives the label of each theme's id."""
    app = Flask(__name__)
    app.jinja_env.globals.update(sparkline=sparkline, steps=steps)
    app.jinja_env.filters.update(
        theme=lambda id_: themes.get(id_, id_),
        word=lambda id_, table: label(lang, table, id_),
        day=lambda day: long_date(day, lang),
        moment=lambda at: moment(at, lang),
        sentence=lambda issue: sentence(lang, issue.code, url=issue.url, about=issue.about),
        link=safe_link,
        number=lambda value: f"{value:.1f}".replace(".", "," if lang == "fr" else "."),
    )

    @app.get("/")
    def home() -> str:
        return render_template("home.html", board=read_board(store, register, clock()), lang=lang)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return app


def safe_link(url: str) -> str:
    """Give an address that a click may follow; anything but http and https leads nowhere."""
    return url if urlsplit(url).scheme in ("http", "https") else "#"


def _rises(session: Session, today: date) -> tuple[Rise, ...]:
    """Give what is raised, then what was raised last, then the rest by surprise."""
    states = states_between(session, today - timedelta(days=SEASON_DAYS), today)
    rises = [
        Rise(one, _last_raise(states.get(one.unit, ())))
        for one in rising(session, today, SEASON_DAYS)
    ]
    return tuple(sorted(rises, key=_rank))


def _rank(rise: Rise) -> tuple[bool, bool, int, bool, float]:
    """Order: themes raised, bills raised, then what was raised last."""
    up, is_bill = rise.measure.state in RAISED, rise.measure.bill is not None
    last = rise.raised[1].toordinal() if rise.raised else 0
    return not up, up and is_bill, -last, is_bill, -rise.measure.surprise


def _last_raise(states: Sequence[tuple[date, str]]) -> tuple[date, date] | None:
    days: list[date] = []
    for day, state in states:
        if state not in RAISED:
            continue
        days = [*days, day] if days and day - days[-1] <= timedelta(days=2) else [day]
    return (days[0], days[-1]) if days else None


def _by_unit(stories: tuple[StoryView, ...]) -> dict[str, tuple[StoryView, ...]]:
    found: dict[str, tuple[StoryView, ...]] = {}
    for story in stories:
        units = [theme.id for theme in story.themes] + [f"bill:{bill.id}" for bill in story.bills]
        for unit in units:
            told = found.get(unit, ())
            if len(told) < STORIES_SHOWN:
                found[unit] = (*told, story)
    return found
