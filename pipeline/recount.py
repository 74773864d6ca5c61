"""What happened to a bill, told in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.queries.views import PastView
from pipeline.words import label, long_date, ordinal
from spiders.items import Stage

HEARD_IN_COMMITTEE = (Stage.COMMITTEE, Stage.CONSULTATION, "")
BY_PARLIAMENT = ("assented", "reinscribed")
WITH_A_STEP = ("defeated", "vote")  # told otherwise when their step is not known
Detail = Mapping[str, Any]


def sentence(event: PastView, lang: str = "fr", *, titled: bool = False) -> str:
    """Tell what happened to a bill: «Le PL 12 passe à l'adoption, 3 jours après…».

    `titled`: with its title, where nothing beside the sentence gives it.
    """
    detail, parliament = event.detail, event.bill.parliament
    phrase = event.kind
    if phrase in BY_PARLIAMENT:
        phrase = f"{phrase}-{parliament}"
    if phrase in WITH_A_STEP and "step" not in detail:
        phrase = f"{phrase}-alone"
    values = {
        "bill": _bill(event, lang, titled=titled),
        "since": _since(detail, parliament, lang),
        "place": label(lang, "place", detail.get("chamber") or parliament),
        "chapter": f" ({chapter})" if (chapter := detail.get("chapter")) else "",
        "turn": ordinal(detail.get("turn", 1), lang),
        "title": detail.get("title", ""),
        "committee": detail.get("committee", ""),
        "before": _written(event.kind, detail.get("before", "")),
        "after": _written(event.kind, detail.get("after", "")),
    }
    if "step" in detail:
        values["to"] = _to(detail, parliament, lang)
    if "place" in detail:
        values["session"] = session_name(parliament, detail["place"], lang)
    if "abstain" in detail:
        values["counts"] = _counts(detail, lang)
    if "number" in detail:
        values["ancestor"] = _name(parliament, detail["number"], lang)
        values["end"] = _end(detail, lang)
    told = label(lang, "history", phrase).format(**values)
    return f"{told[:1].upper()}{told[1:]}."


def session_name(parliament: str, place: Sequence[int], lang: str = "fr") -> str:
    """Name a session, `place` its legislature and number: «3e session de la 43e législature»."""
    legislature, session = (ordinal(number, lang) for number in place)
    named = label(lang, "history", f"session-{parliament}")
    return named.format(session=session, legislature=legislature)


def _bill(event: PastView, lang: str, *, titled: bool) -> str:
    bill = event.bill
    if not titled:
        return _name(bill.parliament, bill.number, lang)
    named = label(lang, "history", f"titled-{bill.parliament}")
    return named.format(number=bill.number, title=bill.title.rstrip("."))


def _name(parliament: str, number: str, lang: str) -> str:
    return label(lang, "history", f"bill-{parliament}").format(number=number)


def _to(detail: Detail, parliament: str, lang: str) -> str:
    """Say what a bill goes to, in which house, before which committee."""
    said = _step(detail, parliament, lang, "to")
    if chamber := detail["chamber"]:
        said += f" {label(lang, 'place', chamber)}"
    if detail["committee"] and detail["step"].removesuffix("-report") in HEARD_IN_COMMITTEE:
        said += f" ({detail['committee']})"
    return said


def _step(detail: Detail, parliament: str, lang: str, form: str = "step") -> str:
    """Name a step with what comes before it; by the source's own word when we have none."""
    if not detail["step"]:
        return label(lang, "history", form).format(label=detail["label"])
    return label(lang, f"{form}-{parliament}", detail["step"])


def _since(detail: Detail, parliament: str, lang: str) -> str:
    since = detail.get("since")
    if not since:
        return ""
    step = label(lang, "history", "previous")
    if "step" in since:
        step = _step(since, parliament, lang)
        if since["chamber"] and since["chamber"] != detail.get("chamber"):
            step += f" {label(lang, 'place', since['chamber'])}"
    days = since["days"]
    said = label(lang, "history", f"since-{days}" if days < 2 else "since-n")
    return said.format(n=days, step=step)


def _counts(detail: Detail, lang: str) -> str:
    n = detail["abstain"]
    abstain = label(lang, "history", f"abstain-{n}" if n < 2 else "abstain-n").format(n=n)
    counts = {"for": detail["for"], "against": detail["against"], "abstain": abstain}
    return label(lang, "history", "counts").format(**counts)


def _end(detail: Detail, lang: str) -> str:
    end = label(lang, "history", f"end-{detail['status']}")
    if not detail["died_on"]:
        return end
    day = long_date(date.fromisoformat(detail["died_on"]), lang)
    return f"{end} {label(lang, 'history', 'on').format(day=day)}"


def _written(kind: str, name: str) -> str:
    """Give the name of a person in the order in which it is said: lists put the surname first."""
    surname, comma, given = name.partition(", ")
    return f"{given} {surname}" if comma and kind == "author" else name.rstrip(".")
