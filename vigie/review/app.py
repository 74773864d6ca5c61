"""The page: windows, what rises, bills, alerts, sources; one moment of the store, only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, render_template
from sqlalchemy.orm import Session

from pipeline.calls import Partners, bundled, calls
from pipeline.caption import captions
from pipeline.clock import day_of
from pipeline.curve import Curve
from pipeline.database import Store
from pipeline.entries import RAISED
from pipeline.occasions import Occasion, Rule, read_occasions, upcoming
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
    closed_windows,
    counts_between,
    curves,
    drawn_states,
    ended_between,
    open_windows,
    rising,
    sources_health,
    stories_between,
)
from pipeline.recount import sentence as recount
from pipeline.why import because, days_left
from pipeline.windows import Cause, CauseKind, named_partners
from pipeline.words import label, long_date, moment, sentence
from vigie.review.charts import chart, steps
from vigie.review.reading import reading

WEEK = timedelta(days=7)
REGISTER = timedelta(days=56)  # how far back closed windows are shown
INSTANT = timedelta(microseconds=1)  # what was learnt at this very moment counts
SEASON_DAYS = 70  # how far back the curves go
RISING_SHOWN, STORIES_SHOWN, BILLS_SHOWN, ALERTS_SHOWN = 8, 3, 30, 25
OCCASIONS_SHOWN = 6
# Whatever name leads here, no other is ours: a foreign page could give its own name this address.
HOSTS = ["127.0.0.1", "localhost"]
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Rise:
    """A unit's measure, and the last days on which it was raised, if any: (first, last).

    `curve` is what is drawn of it.
    """

    measure: MomentumView
    raised: tuple[date, date] | None
    curve: Curve


@dataclass(frozen=True, slots=True)
class Ours:
    """What the team's files say: titles of dossiers by unit, whom to call, what comes back."""

    titles: Mapping[str, str] = field(default_factory=dict)
    partners: Partners = field(default_factory=bundled)
    occasions: Sequence[Rule] = field(default_factory=read_occasions)


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows, as read at `now`."""

    now: datetime
    windows: tuple[WindowView, ...]
    closed: tuple[WindowView, ...]
    occasions: tuple[Occasion, ...]
    counts: CountsView
    rising: tuple[Rise, ...]
    stories: Mapping[str, tuple[StoryView, ...]]
    bills: tuple[BillView, ...]
    living: int
    ended: tuple[BillView, ...]
    alerts: tuple[AlertView, ...]
    sources: tuple[SourceView, ...]


def read_board(store: Store, register: Register, now: datetime, occasions: Sequence[Rule]) -> Board:
    """Read what the page shows of the last seven days, what is open and what comes."""
    since = now - WEEK
    with store.reading() as session:
        living = board(session, day_of(now))
        stories = stories_between(session, since, now, register, named=True)
        return Board(
            now=now,
            windows=open_windows(session, day_of(now)),
            closed=tuple(
                one
                for one in closed_windows(session, day_of(now))
                if one.closed_at and one.closed_at > now - REGISTER
            ),
            occasions=upcoming(occasions, day_of(now))[:OCCASIONS_SHOWN],
            counts=counts_between(session, since, now),
            rising=_rises(session, day_of(now))[:RISING_SHOWN],
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
    ours: Ours | None = None,
) -> Flask:
    """Give the page as a WSGI application; `themes` gives the label of each theme's id.

    `ours`: what the team's files say, the bundled ones unless told.
    """
    ours = ours or Ours()
    labels = {**ours.titles, **themes}
    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = HOSTS
    app.register_blueprint(reading(store, register, themes, clock))
    app.jinja_env.globals.update(chart=chart, steps=steps)
    app.jinja_env.filters.update(
        theme=lambda id_: labels.get(id_, id_),
        word=lambda id_, table: label(lang, table, id_),
        day=lambda day: long_date(day, lang),
        moment=lambda at: moment(at, lang),
        sentence=lambda issue: sentence(lang, issue.code, url=issue.url, about=issue.about),
        captions=lambda curve: captions(curve, lang),
        recount=lambda event: recount(event, lang),
        calls=lambda one: calls(one.themes, named_partners(one.holding), ours.partners),
        days_left=lambda day: (day - day_of(clock())).days,
        left=lambda day: days_left(day, day_of(clock()), lang),
        because=lambda cause: because(cause, day_of(clock()), lang, themes),
        because_then=lambda cause, at: _because_then(cause, day_of(at), lang, themes),
        on=lambda day: long_date(date.fromisoformat(day), lang),
        link=safe_link,
        number=lambda value: f"{value:.1f}".replace(".", "," if lang == "fr" else "."),
    )

    @app.get("/")
    def home() -> str:
        read = read_board(store, register, clock(), ours.occasions)
        return render_template("home.html", board=read, lang=lang, today=day_of(read.now))

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        # A form says where it comes from, to us alone: reading.py believes no other.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return app


def _because_then(cause: Cause, day: date, lang: str, themes: Mapping[str, str]) -> str:
    """Tell a cause as on that day; of a stage that went on since, only what it is."""
    if cause.kind is CauseKind.STAGE and cause.day > day:
        return label(lang, "stage", cause.detail["stage"])
    return because(cause, day, lang, themes)


def safe_link(url: str) -> str:
    """Give an address that a click may follow; anything but http and https leads nowhere."""
    return url if urlsplit(url).scheme in ("http", "https") else "#"


def _rises(session: Session, today: date) -> tuple[Rise, ...]:
    """Give what is raised, then what was raised last, then the rest by surprise."""
    measures = rising(session, today, SEASON_DAYS)
    states = drawn_states(session, measures)
    drawn = curves(session, measures, states)
    rises = [Rise(one, _last_raise(states.get(one.unit, ())), drawn[one.unit]) for one in measures]
    return tuple(sorted(rises, key=_rank))


def _rank(rise: Rise) -> tuple[bool, bool, int, bool, float]:
    """Order: themes raised, bills and dossiers raised, then what was raised last."""
    up, is_theme = rise.measure.state in RAISED, ":" not in rise.measure.unit
    last = rise.raised[1].toordinal() if rise.raised else 0
    return not up, up and not is_theme, -last, not is_theme, -rise.measure.surprise


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
