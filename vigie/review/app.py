"""The page: windows, what rises, bills, alerts, sources; one moment of the store, only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, render_template
from sqlalchemy.orm import Session

from pipeline.clock import day_of
from pipeline.database import Store
from pipeline.entries import RAISED, told
from pipeline.occasions import Occasion, read_occasions, upcoming
from pipeline.queries import (
    AlertView,
    BillView,
    CountsView,
    MomentumView,
    Register,
    SourceView,
    StoryView,
    WindowView,
    alerts_since,
    board,
    counts_between,
    ended_between,
    open_windows,
    rising,
    sources_health,
    states_between,
    stories_between,
)
from pipeline.recount import sentence as recount
from pipeline.why import because, days_left
from pipeline.words import label, long_date, moment, sentence
from vigie.review.charts import chart, steps

WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)  # what was learnt at this very moment counts
SEASON_DAYS = 70  # how far back the curves go
RISING_SHOWN, STORIES_SHOWN, BILLS_SHOWN, ALERTS_SHOWN = 8, 3, 30, 25
OCCASIONS_SHOWN = 6
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'"


@dataclass(frozen=True, slots=True)
class Rise:
    """A unit's measure, and the last days on which it was raised, if any: (first, last).

    `marks` are what happened on days of its series, each with its place in it.
    """

    measure: MomentumView
    raised: tuple[date, date] | None
    marks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows, as read at `now`."""

    now: datetime
    windows: tuple[WindowView, ...]
    occasions: tuple[Occasion, ...]
    counts: CountsView
    rising: tuple[Rise, ...]
    stories: Mapping[str, tuple[StoryView, ...]]
    bills: tuple[BillView, ...]
    living: int
    ended: tuple[BillView, ...]
    alerts: tuple[AlertView, ...]
    sources: tuple[SourceView, ...]


def read_board(store: Store, register: Register, now: datetime, lang: str = "fr") -> Board:
    """Read what the page shows of the last seven days, what is open and what comes."""
    since = now - WEEK
    with store.reading() as session:
        living = board(session, day_of(now))
        stories = stories_between(session, since, now, register)
        return Board(
            now=now,
            windows=open_windows(session, day_of(now)),
            occasions=upcoming(read_occasions(), day_of(now))[:OCCASIONS_SHOWN],
            counts=counts_between(session, since, now),
            rising=_rises(session, day_of(now), living, lang)[:RISING_SHOWN],
            stories=_by_unit(stories),
            bills=living[:BILLS_SHOWN],
            living=len(living),
            ended=ended_between(session, since, now + INSTANT),
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
    app.jinja_env.globals.update(chart=chart, steps=steps)
    app.jinja_env.filters.update(
        theme=lambda id_: themes.get(id_, id_),
        word=lambda id_, table: label(lang, table, id_),
        day=lambda day: long_date(day, lang),
        moment=lambda at: moment(at, lang),
        sentence=lambda issue: sentence(lang, issue.code, url=issue.url, about=issue.about),
        recount=lambda event: recount(event, lang),
        days_left=lambda day: (day - day_of(clock())).days,
        left=lambda day: days_left(day, day_of(clock()), lang),
        because=lambda cause: because(cause, day_of(clock()), lang, themes),
        link=safe_link,
        number=lambda value: f"{value:.1f}".replace(".", "," if lang == "fr" else "."),
    )

    @app.get("/")
    def home() -> str:
        read = read_board(store, register, clock(), lang)
        return render_template("home.html", board=read, lang=lang, today=day_of(read.now))

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


def _rises(session: Session, today: date, bills: Sequence[BillView], lang: str) -> tuple[Rise, ...]:
    """Give what is raised, then what was raised last, then the rest by surprise."""
    states = states_between(session, today - timedelta(days=SEASON_DAYS), today)
    happened = {f"bill:{bill.name.id}": bill.history for bill in bills}
    rises = []
    for one in rising(session, today, SEASON_DAYS):
        known = states.get(one.unit, ())
        marks = [(day, label(lang, "state", state)) for day, state in told(known)]
        past = happened.get(one.unit, ())
        marks += [(event.day, recount(event, lang)) for event in past if event.day]
        first = one.day - timedelta(days=len(one.series) - 1)
        placed = tuple(((day - first).days, f"{long_date(day, lang)} : {m}") for day, m in marks)
        rises.append(Rise(one, _last_raise(known), placed))
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
