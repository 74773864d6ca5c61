"""A decision put into words: what happened, against what was expected, why us, what comes next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.message import Line, Message, Section
from alerts.rules import STAGES, Decision, Move, Surf, of_ours, stage_of
from alerts.words import Words
from pipeline.calls import calls
from pipeline.clock import day_of
from pipeline.queries import (
    BillView,
    ClosingView,
    DocumentView,
    EventView,
    MomentumView,
    StoryView,
    ThemeView,
    WindowView,
)
from pipeline.why import because, days_left
from pipeline.windows import StepKind, named_partners

MAIN = 3  # documents and themes shown
MANY = 15  # bills named in one message


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands beside a decision: who tells it, the most told first, and how unusual it is.

    `today` counts the days left to do something.
    """

    stories: Sequence[StoryView] = ()
    measure: MomentumView | None = None
    today: date | None = None


def compose(decision: Decision, evidence: Evidence, words: Words) -> Message:
    """Put a decision into words."""
    about = decision.about
    if isinstance(about, Move):
        return _of_window(decision, about, evidence, words)
    if isinstance(about, Surf):
        return _of_wave(decision, about, words)
    if isinstance(about, EventView):
        return _of_bill(decision, about, evidence, words)
    if isinstance(about, ClosingView):
        return _of_closing(decision, about, words)
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
            ("standing", _standing(bill, event.step.committee if event.step else "", words)),
            ("press", _press(evidence, words)),
            words=words,
        ),
        url=bill.name.url,
        footer=_footer(decision, event.seen_at, words),
        lang=words.lang,
    )


def _standing(bill: BillView, committee: str, words: Words) -> Iterator[Line]:
    if said := step(bill, words):
        yield Line(said)
    if committee:
        yield Line(words.say("committee", name=committee))
    if former := bill.ancestor:
        told = words.say("takes-up", bill=words.bill(former), session=words.session(former))
        yield Line(told, former.url)
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


def ended(closing: ClosingView, words: Words) -> str:
    """Say how many bills died with a session, and how many of them are ours."""
    ours = words.count("died-ours", len(of_ours(closing)))
    return f"{died(closing, words)} {ours}"


def died(closing: ClosingView, words: Words) -> str:
    """Say with which session bills died, and when if it is known."""
    day = f", {words.say('on', day=words.day(closing.day))}" if closing.day else ""
    return words.count(
        "died",
        len(closing.bills),
        session=words.session(closing),
        place=words.name("parliament", closing.parliament),
        day=day,
    )


def _of_closing(decision: Decision, closing: ClosingView, words: Words) -> Message:
    ours = of_ours(closing)
    lines = [Line(words.bill(bill.name), bill.name.url, step(bill, words)) for bill in ours[:MANY]]
    if ours[MANY:]:
        lines.append(Line(words.count("others", len(ours[MANY:]))))
    return Message(
        title=words.say(
            decision.kind,
            place=words.name("parliament", closing.parliament),
            session=words.session(closing),
        ),
        summary=ended(closing, words),
        sections=_sections(("died-list", lines), words=words),
        footer=_footer(decision, closing.noticed_at, words),
        lang=words.lang,
    )


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


def _of_window(decision: Decision, move: Move, evidence: Evidence, words: Words) -> Message:
    window, today = move.window, evidence.today or decision.on
    causes = [because(one, today, words.lang, words.themes) for one in move.step.causes]
    if move.step.kind == StepKind.CLOSED and window.ending:
        causes.append(words.name("ending", window.ending))
    bill = window.bill
    return Message(
        title=words.say(decision.kind, subject=subject_of(window, words)),
        summary=" ".join((_sentence("; ".join(causes)), *_touches(decision, "", words))),
        sections=_sections(
            ("causes", _causes(window, today, words)),
            ("expected-of-us", _expectations(window, today, words)),
            ("plan", _plan(window, words)),
            ("said", _said(window, words)),
            ("calls", _calls(window, words)),
            ("why", reasons(bill.themes, bill.proximity, words) if bill else ()),
            ("standing", _standing(bill, "", words) if bill else ()),
            ("press", _press(evidence, words) if evidence.stories else ()),
            words=words,
        ),
        url=window.url,
        footer=_footer(decision, move.step.noticed_at, words),
        lang=words.lang,
    )


def subject_of(window: WindowView, words: Words) -> str:
    """Name what a window is about."""
    if window.bill:
        return words.bill(window.bill.name)
    return window.title if ":" in window.unit else words.theme(window.unit)


def _causes(window: WindowView, today: date, words: Words) -> Iterator[Line]:
    for cause in window.holding:
        yield Line(_sentence(because(cause, today, words.lang, words.themes)))


def _expectations(window: WindowView, today: date, words: Words) -> Iterator[Line]:
    for one in window.expected:
        left = days_left(one.by, today, words.lang)
        action = words.name("action", one.action)
        yield Line(words.say("by", action=_large(action), day=words.day(one.by), left=left))


def _plan(window: WindowView, words: Words) -> Iterator[Line]:
    if window.closed_at or not window.plan:
        return
    for one in window.plan.steps:
        days = {"task": _large(words.name("task", one.task)), "day": words.day(one.begins)}
        yield Line(words.say("plan-late" if one.late else "plan-step", **days))
    if not window.plan.fits:
        yield Line(words.count("plan-missing", window.plan.missing))


def _said(window: WindowView, words: Words) -> Iterator[Line]:
    """Tell what we said of it before, the last first."""
    for one in () if window.closed_at else window.said[:MAIN]:
        day, kind = words.day(date.fromisoformat(one["on"])), words.name("said", one["kind"])
        yield Line(one["title"], one["url"], words.say("said-on", kind=kind, day=day))


def _calls(window: WindowView, words: Words) -> Iterator[Line]:
    named = named_partners(window.holding)
    for call in () if window.closed_at else calls(window.themes, named, words.partners):
        why = [words.say("call-named")] if call.named else []
        if call.themes:
            why.append(words.say("call-knows", themes=", ".join(map(words.theme, call.themes))))
        yield Line(call.partner, note=words.say("reason", reason="; ".join(why)))


def _of_wave(decision: Decision, surf: Surf, words: Words) -> Message:
    last = surf.wave.last
    above = [Line(words.theme(one.unit), note=f"– {measured(one, words)}") for one in surf.above]
    return Message(
        title=words.say("wave", percent=round(100 * (last.tide - 1))),
        summary=words.say("wave-summary", since=words.day(surf.wave.since)),
        sections=_sections(("wave-above", above), words=words),
        footer=_footer(decision, None, words),
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


def _sentence(text: str) -> str:
    return f"{_large(text).removesuffix('.')}." if text else ""


def _large(label: str) -> str:
    return label[:1].upper() + label[1:]


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
