"""What the letter of a week holds: chapters of lines, before they are a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from alerts.compose import ended, happened, measured, step, subject_of
from alerts.message import Line, Section
from alerts.rules import RAISED, happened_on, is_ours, of_ours
from alerts.words import Words
from pipeline.caption import captions, described
from pipeline.clock import bounds, day_of
from pipeline.curve import Curve
from pipeline.followed import DOSSIER
from pipeline.picture import Drawing, draw
from pipeline.queries import (
    ClosingView,
    CountsView,
    DocumentView,
    EventView,
    MomentumView,
    Register,
    SourceView,
    StoryView,
    WindowView,
    closings_between,
    counts_between,
    curves,
    drawn_states,
    events_between,
    published_between,
    rising,
    sources_health,
    states_between,
    stories_between,
    tellable_between,
    windows_since,
)
from pipeline.why import listed
from pipeline.words import sentence

KINDS = ("consultation", "mandate")
OFFICIAL = ("bill", *KINDS)  # told in chapters of their own
ISSUES = 2  # shown of a source
SHOWN = (*RAISED, "subsiding")
HISTORY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Week:
    """What was read of a week, from Monday `since` to the Monday after, `until`."""

    since: date
    until: date
    rising: Sequence[MomentumView]
    curves: Mapping[str, Curve]
    windows: Sequence[WindowView]
    events: Sequence[EventView]
    closings: Sequence[ClosingView]
    stories: Sequence[StoryView]
    documents: Sequence[DocumentView]
    sources: Sequence[SourceView]
    counts: CountsView


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn(Line):
    """A line with a picture under it; `told` says the same to who does not see it.

    `legend` tells what is marked in it.
    """

    drawing: Drawing
    told: str
    legend: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the letter. Its sections' titles are themes, or ""."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A letter before any page: `headline` is what its subject says."""

    week: date
    headline: str
    title: str
    lead: str
    chapters: tuple[Chapter, ...]


def read_week(session: Session, register: Register, now: datetime) -> Week:
    """Read the last whole week before `now`: from a Monday to the Sunday, by Montréal's days."""
    until = day_of(now) - timedelta(days=day_of(now).weekday())
    since = until - timedelta(days=7)
    start, end = bounds(since)[0], bounds(until)[0]
    stories = stories_between(session, start, end, register)
    days = states_between(session, since, until - timedelta(days=1)).values()
    last = max((of_unit[-1][0] for of_unit in days), default=None)
    up = _to_tell(session, last) if last else []
    return Week(
        since=since,
        until=until,
        rising=up,
        curves=curves(session, up, drawn_states(session, up)),
        windows=windows_since(session, start, until - timedelta(days=1)),
        events=[
            event
            for event in events_between(session, start, end)
            if is_ours(event.bill.proximity, event.bill.themes) and happened_on(event)
        ],
        closings=[one for one in closings_between(session, start, end) if of_ours(one)],
        stories=[story for story in stories if _is_news(story)],
        documents=[
            document
            for document in published_between(session, start, end, KINDS)
            if is_ours(document.proximity, document.themes) and document.copy_of is None
        ],
        sources=sources_health(session, register, now),
        counts=counts_between(session, start, end),
    )


def _to_tell(session: Session, day: date) -> list[MomentumView]:
    """Give what rises and subsides, but for what may well be chance; a dossier by its bills."""
    found = [one for one in rising(session, day) if one.state in SHOWN]
    found = [one for one in found if not one.unit.startswith(DOSSIER)]
    told = tellable_between(session, [one.unit for one in found], day - HISTORY, day)
    return [one for one in found if told[one.unit][-1][1] in SHOWN]


def edit(week: Week, words: Words, most: int) -> Edition:
    """Put a week into chapters, with `most` news a theme; the rest is counted."""
    sunday = week.until - timedelta(days=1)
    rises = (_rise(one, week.curves[one.unit], words) for one in week.rising)
    return Edition(
        week=week.since,
        headline=", ".join(_headline(week, words)),
        title=words.say("title", day=words.day(week.since)),
        lead=words.say("span", since=words.day(week.since), until=words.day(sunday)),
        chapters=(
            _chapter("windows", _windows(week, words), words),
            _chapter("rising", rises, words),
            _chapter("bills", (*_bills(week.events, words), *_ends(week, words)), words),
            Chapter(words.say("news"), tuple(_news(week.stories, words, most))),
            _chapter("consultations", (_call(one, words) for one in week.documents), words),
            Chapter(words.say("sources"), (_sources(week.sources, words),)),
            Chapter(words.say("aside"), (Section("", tuple(_aside(week.counts, words))),)),
        ),
    )


def _headline(week: Week, words: Words) -> Iterator[str]:
    up = [one for one in week.rising if one.state in RAISED][:2]
    for one in up:
        subject, state = _subject(one, words), words.name("state", one.state)
        yield words.say("head-rising", subject=subject, state=state)
    moved = len({event.bill.name.id for event in week.events})
    if moved:
        yield words.count("head-bills", moved)
    for closing in week.closings:
        yield words.say("head-closing", session=words.session(closing))
    if week.stories:
        yield words.count("head-news", len(week.stories))
    if not (up or moved or week.closings or week.stories):
        yield words.say("head-quiet")


def _chapter(name: str, lines: Iterable[Line], words: Words) -> Chapter:
    """Make a chapter of one section; it says so when it has nothing to say."""
    told = tuple(lines) or (Line("", note=words.say(f"{name}-none")),)
    return Chapter(words.say(name), (Section("", told),))


def _windows(week: Week, words: Words) -> Iterator[Line]:
    """Tell each window to which something happened that week: what, and what holds it open."""
    for window in week.windows:
        days = [(day_of(step.noticed_at), step) for step in window.steps]
        steps = [step for day, step in days if week.since <= day < week.until]
        if steps:
            told = [words.name("window", step.kind) for step in steps]
            why = listed(window.holding, week.until, words.lang, words.themes)
            ending = words.name("ending", window.ending) if window.ending else ""
            note = " · ".join(filter(None, (", ".join(dict.fromkeys(told)), why or ending)))
            yield Line(subject_of(window, words), window.url, note)


def _rise(measure: MomentumView, curve: Curve, words: Words) -> Line:
    """Tell a rise with its picture; of one that goes on by itself, the figures tell nothing."""
    subject, state = _subject(measure, words), words.name("state", measure.state)
    tells = measure.state in RAISED and measure.ratio > 1
    return Drawn(
        words.say("momentum-title", subject=subject, state=state),
        measure.bill.url if measure.bill else "",
        measured(measure, words) if tells else "",
        drawing=draw(curve, words.lang),
        told=described(curve, words.lang),
        legend=" · ".join(captions(curve, words.lang)),
    )


def _subject(measure: MomentumView, words: Words) -> str:
    return words.bill(measure.bill) if measure.bill else words.theme(measure.unit)


def _bills(events: Sequence[EventView], words: Words) -> Iterator[Line]:
    """Tell each bill once: all that happened to it, how far it is, why it touches us."""
    for id_ in dict.fromkeys(event.bill.name.id for event in events):
        own = [event for event in events if event.bill.name.id == id_]
        bill = own[-1].bill
        told = [happened(event, on, words) for event in own if (on := happened_on(event))]
        labels = [words.theme(theme.id) for theme in bill.themes]
        touches = [words.say("touches", themes=", ".join(labels))] if labels else []
        note = " ".join(filter(None, (*dict.fromkeys(told), step(bill, words), *touches)))
        yield Line(words.bill(bill.name), bill.name.url, note)


def _ends(week: Week, words: Words) -> Iterator[Line]:
    """Tell each session that ended in a line, with the bills of ours that died with it."""
    for closing in week.closings:
        names = " · ".join(words.bill(bill.name) for bill in of_ours(closing))
        yield Line(ended(closing, words), note=names)


def _news(stories: Sequence[StoryView], words: Words, most: int) -> Iterator[Section]:
    """Tell each story once, under its first theme, in the order of the platform."""
    if not stories:
        yield Section("", (Line("", note=words.say("news-none")),))
    first = [story.themes[0].id if story.themes else "" for story in stories]
    for theme in sorted(set(first), key=lambda id_: _place(id_, words)):
        own = [story for story, id_ in zip(stories, first, strict=True) if id_ == theme]
        lines = [_story(story, words) for story in own[:most]]
        if own[most:]:
            lines.append(Line("", note=words.count("news-more", len(own[most:]))))
        yield Section(words.theme(theme) if theme else words.say("news-other"), tuple(lines))


def _story(story: StoryView, words: Words) -> Line:
    shown = ", ".join(story.outlets[:3])
    others = words.count("others", len(story.outlets) - 3) if story.outlets[3:] else ""
    also = [words.theme(theme.id) for theme in story.themes[1:]]
    parts = (
        f"{shown}, {others}" if others else shown,
        words.day(day_of(story.first_at)),
        story.themes[0].reason if story.themes else "",
        words.say("also", themes=", ".join(also)) if also else "",
    )
    return Line(story.title, story.url, " · ".join(filter(None, parts)))


def _call(document: DocumentView, words: Words) -> Line:
    published = words.say(
        "published", day=words.day(day_of(document.at)), outlet=words.outlet(document.source)
    )
    labels = ", ".join(words.theme(theme.id) for theme in document.themes)
    touches = words.say("touches", themes=labels) if labels else words.say("direct")
    return Line(document.title, document.url, f"{published} {touches}")


def _sources(sources: Sequence[SourceView], words: Words) -> Section:
    """Say whether a quiet week is quiet or a source is broken, and name those that are."""
    ill = [source for source in sources if not source.well or source.outcome is None]
    if not ill:
        return Section("", (Line("", note=words.count("sources-well", len(sources))),))
    lead = Line("", note=words.count("sources-ill", len(ill), all=len(sources)))
    return Section("", (lead, *(_ill(source, words) for source in ill)))


def _ill(source: SourceView, words: Words) -> Line:
    issues = [
        sentence(words.lang, issue.code, issue.url, issue.about) for issue in source.issues[:ISSUES]
    ]
    return Line(source.title, note=" – ".join((words.name(*source.condition), *issues)))


def _aside(counts: CountsView, words: Words) -> Iterator[Line]:
    rest = counts.documents - counts.relevant
    yield Line("", note=words.count("aside-read", counts.documents))
    yield Line("", note=words.count("aside-ours", counts.relevant))
    yield Line("", note=words.count("aside-rest", rest))
    yield Line("", note=words.count("aside-alerts", counts.alerts))


def _place(theme: str, words: Words) -> int:
    order = list(words.themes)
    return order.index(theme) if theme in order else len(order)


def _is_news(story: StoryView) -> bool:
    return any(document.kind not in OFFICIAL for document in story.documents)
