"""A decision put into words: what happened, against what was expected, why us, what comes next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.message import Line, Message, Section
from alerts.rules import STAGES, Decision, stage_of
from alerts.words import Words
from pipeline.clock import day_of
from pipeline.queries import (
    BillView,
    DocumentView,
    EventView,
    MomentumView,
    StoryView,
    ThemeView,
)

MAIN = 3  # documents and themes shown


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands beside a decision: who tells it, the most told first, and how unusual it is."""

    stories: Sequence[StoryView] = ()
    measure: MomentumView | None = None


def compose(decision: Decision, evidence: Evidence, words: Words) -> Message:
    """Put a decision into words."""
    about = decision.about
    if isinstance(about, EventView):
        return _of_bill(decision, about, evidence, words)
    if isinstance(about, DocumentView):
        return _of_document(decision, about, words)
    assert isinstance(about, MomentumView)  # upkeep.py has the words of a source
    return _of_momentum(decision, about, evidence, words)


def grouped(messages: Sequence[Message], title: str = "more") -> Message:
    """Put several messages of a language into one that names each; `title` counts them."""
    words = Words(messages[0].lang)
    lines = tuple(Line(one.title, one.url, one.summary) for one in messages)
    return Message(
        title=words.count(title, len(messages)),
        summary=words.say(f"{title}-summary"),
        sections=(Section("", lines),),
        lang=words.lang,
    )


def measured(measure: MomentumView, words: Words) -> str:
    """Say what was observed of something against what was expected."""
    return words.say(
        "momentum",
        ratio=words.number(measure.ratio),
        stories=words.count("stories", measure.observed),
        outlets=words.count("outlets", measure.outlets),
        days=words.count("days", measure.window),
        expected=_expected(measure.expected, words),
    )


def happened(event: EventView, on: date, words: Words) -> str:
    """Say what a bill reached, in the words of its source, when and where."""
    parliament = words.name("parliament", event.bill.name.parliament)
    chamber = event.step.chamber if event.step else ""
    return words.say(
        "bill-happened",
        label=event.step.label if event.step else words.say("tabled"),
        day=words.day(on),
        place=words.name("chamber", chamber) if chamber else parliament,
    )


def _expected(stories: float, words: Words) -> str:
    if stories < 1:
        return words.say("hardly-expected")
    return words.count("expected", round(stories))


def step(bill: BillView, words: Words) -> str:
    """Say how far a bill has come, and what comes next."""
    reached = sum(done for _, done in bill.path)
    if not reached:
        return ""
    names = [_small(words.name("stage", stage)) for stage in STAGES]
    said = words.say("step", at=reached, all=len(STAGES), stage=names[reached - 1])
    rest = words.say("next", stage=names[reached]) if names[reached:] else words.say("last")
    return f"{said} {rest}"


def told(story: StoryView, words: Words) -> Line:
    """Give a story as a line: its title, its address, who tells it and when."""
    shown = list(story.outlets[:2])
    others = len(story.outlets) - len(shown)
    shown += [words.count("others", others)] if others else []
    day = words.day(day_of(story.first_at))
    return Line(story.title, story.url, words.say("told-by", outlets=", ".join(shown), day=day))


def reasons(themes: Sequence[ThemeView], proximity: str, words: Words) -> Iterator[Line]:
    """Say why it touches the platform, theme by theme, in the words of what was read."""
    if proximity == "direct":
        yield Line(words.say("direct"))
    for theme in themes[:MAIN]:
        yield Line(words.theme(theme.id), note=words.say("reason", reason=theme.reason))


def _of_bill(decision: Decision, event: EventView, evidence: Evidence, words: Words) -> Message:
    bill = event.bill
    stage = words.name("stage", stage_of(event))
    title = words.say(decision.kind, bill=words.bill(bill.name), stage=stage)
    return Message(
        title=title,
        summary=" ".join(
            (happened(event, decision.on, words), *_touches(decision, bill.proximity, words))
        ),
        sections=_sections(
            ("why", reasons(bill.themes, bill.proximity, words)),
            ("standing", _standing(event, words)),
            ("press", _press(evidence, words)),
            words=words,
        ),
        url=bill.name.url,
        footer=_footer(decision, event.seen_at, words),
        lang=words.lang,
    )


def _standing(event: EventView, words: Words) -> Iterator[Line]:
    bill = event.bill
    if said := step(bill, words):
        yield Line(said)
    if event.step and event.step.committee:
        yield Line(words.say("committee", name=event.step.committee))
    if bill.sponsors:
        yield Line(words.say("sponsor", name=", ".join(bill.sponsors)))
    if bill.name.url:
        yield Line(words.say("page"), bill.name.url)


def _press(evidence: Evidence, words: Words) -> Iterator[Line]:
    if evidence.measure and evidence.measure.observed:
        yield Line(measured(evidence.measure, words))
    for story in evidence.stories[:MAIN]:
        yield told(story, words)
    if not evidence.stories:
        yield Line(words.say("no-press"))


def _of_document(decision: Decision, document: DocumentView, words: Words) -> Message:
    published = words.say(
        "published", day=words.day(decision.on), outlet=words.outlet(document.source)
    )
    return Message(
        title=words.say(f"new-{document.kind}", title=document.title),
        summary=" ".join((published, *_touches(decision, document.proximity, words))),
        sections=_sections(
            ("why", reasons(document.themes, document.proximity, words)),
            ("documents", [Line(words.say("page"), document.url)]),
            words=words,
        ),
        url=document.url,
        footer=_footer(decision, document.detected_at, words),
        lang=words.lang,
    )


def _of_momentum(
    decision: Decision, measure: MomentumView, evidence: Evidence, words: Words
) -> Message:
    subject = words.bill(measure.bill) if measure.bill else words.theme(measure.unit)
    themes = (theme for story in evidence.stories for theme in story.themes)
    why = [theme for theme in themes if theme.id == measure.unit][:1]
    return Message(
        title=words.say(
            "momentum-title", subject=subject, state=words.name("state", measure.state)
        ),
        summary=measured(measure, words),
        sections=_sections(
            ("documents", (told(story, words) for story in evidence.stories[:MAIN])),
            ("why", reasons(why, "", words)),
            words=words,
        ),
        url=measure.bill.url if measure.bill else "",
        footer=(*_footer(decision, None, words), words.say("sure", n=_score(measure.surprise))),
        lang=words.lang,
    )


def _touches(decision: Decision, proximity: str, words: Words) -> Iterator[str]:
    if decision.themes:
        labels = ", ".join(words.theme(theme) for theme in decision.themes[:MAIN])
        yield words.say("touches", themes=labels)
    elif proximity == "direct":
        yield words.say("direct")


def _footer(decision: Decision, seen_at: datetime | None, words: Words) -> tuple[str, ...]:
    level = words.say("footer-level", level=words.name("level", decision.level))
    seen = words.say("footer-seen", moment=words.moment(seen_at)) if seen_at else ""
    return (level, seen) if seen else (level,)


def _score(surprise: float) -> int:
    """Give a surprise (−log10 of its chance) on a scale that people read, 0 to 100."""
    return math.floor(100 * (1 - 10 ** (-surprise / 3)))


def _sections(*some: tuple[str, Iterable[Line]], words: Words) -> tuple[Section, ...]:
    """Give the sections that have something to say, under their titles."""
    filled = [Section(words.say(title), tuple(lines)) for title, lines in some]
    return tuple(section for section in filled if section.lines)


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
