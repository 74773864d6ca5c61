"""What LEGISinfo answers on a day: its list of bills, a record per bill, its feed of events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

from vigie.season.feeds import template
from vigie.season.plot import read
from vigie.season.warc import Page
from vigie.settings import TORONTO

SITE = "https://www.parl.ca/legisinfo"
# For each stage: its names, and those of the event that ends it.
STAGES = {
    "first": ("First reading", "Première lecture", "Introduction and first reading"),
    "second": ("Second reading", "Deuxième lecture", "Second reading and referral to committee"),
    "committee": ("Consideration in committee", "Étude en comité", "Committee report presented"),
    "report": ("Report stage", "Étape du rapport", "Concurrence at report stage"),
    "third": ("Third reading", "Troisième lecture", "Third reading"),
}
CHAMBERS = {
    "house": ("HouseBillStages", "House of Commons"),
    "senate": ("SenateBillStages", "Senate"),
}
COMMITTEES = {"HUMA": "Standing Committee on Human Resources and Social Development"}
COMPLETED, IN_PROGRESS, NOT_REACHED = 4, 3, 1

Told = Mapping[str, Any]


def ottawa_pages(today: date) -> Iterator[Page]:
    """Give the list, the records and the feed of a morning: they tell of the day before."""
    told = today - timedelta(days=1)
    known = [bill for bill in read("plot.toml")["federal"] if bill["steps"][0]["days"][0] <= told]
    listed = json.dumps([_row(bill, told) for bill in known], ensure_ascii=False)
    yield Page(f"{SITE}/fr/bills/json", listed.encode(), "application/json; charset=utf-8")
    for bill in known:
        url = f"{SITE}/fr/bill/{_session()}/{bill['number'].lower()}/xml"
        words = template("legisinfo.xml.j2").render(bill=_record(bill, told))
        yield Page(url, words.encode(), "text/xml; charset=utf-8")
    yield _events(known, told)


def _session() -> str:
    told = read("plot.toml")["ottawa"]
    return f"{told['parliament']}-{told['session']}"


def _reached(bill: Told, today: date) -> list[tuple[Told, list[date]]]:
    found = ((step, [day for day in step["days"] if day <= today]) for step in bill["steps"])
    return [(step, days) for step, days in found if days]


def _row(bill: Told, today: date) -> Mapping[str, Any]:
    ottawa = read("plot.toml")["ottawa"]
    step, days = _reached(bill, today)[-1]
    house = CHAMBERS[step["chamber"]][1]
    return {
        "Id": bill["id"],
        "NumberCode": bill["number"],
        "LongTitleEn": bill["en"],
        "LongTitleFr": bill["fr"],
        "ParliamentNumber": ottawa["parliament"],
        "SessionNumber": ottawa["session"],
        "BillDocumentTypeNameEn": bill["kind"],
        "SponsorPersonName": f"{bill['sponsor']['first']} {bill['sponsor']['last']}",
        "StatusNameEn": f"At {STAGES[step['stage']][0].lower()} in the {house}",
        "LatestBillEventDateTime": f"{days[-1]}T15:00:00",
    }


def _record(bill: Told, today: date) -> Mapping[str, Any]:
    reached = _reached(bill, today)
    stages = [_stage(step, days) for step, days in reached]
    known = {(step["chamber"], step["stage"]) for step, _ in reached}
    stages += [
        {**_names("house", name), "state": NOT_REACHED, "days": [], "vote": None, "committee": ""}
        for name in STAGES
        if ("house", name) not in known
    ]
    return {**_row(bill, today), "sponsor": bill["sponsor"], "stages": sorted(stages, key=_place)}


def _stage(step: Told, days: Sequence[date]) -> Mapping[str, Any]:
    over = days == step["days"]
    return {
        **_names(step["chamber"], step["stage"]),
        "state": COMPLETED if over else IN_PROGRESS,
        "days": days,
        "vote": step.get("vote") if over else None,
        "committee": step.get("committee", ""),
        "committee_name": COMMITTEES.get(step.get("committee", ""), ""),
    }


def _names(chamber: str, stage: str) -> Mapping[str, Any]:
    en, fr, event = STAGES[stage]
    return {"tag": CHAMBERS[chamber][0], "en": en, "fr": fr, "event": event}


def _place(stage: Mapping[str, Any]) -> tuple[str, int]:
    return stage["tag"], [names[0] for names in STAGES.values()].index(stage["en"])


def _events(known: Sequence[Told], today: date) -> Page:
    told = [
        (days[-1], bill, step)
        for bill in known
        for step, days in _reached(bill, today)
        if days == step["days"]
    ]
    told.sort(key=lambda event: (event[0], event[1]["id"]), reverse=True)
    items = "".join(_event(*event) for event in told[:20])
    head = "<title>Bills</title><language>en</language><link>https://www.parl.ca/legisinfo/</link>"
    words = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}'
    return Page(f"{SITE}/en/bills/rss", f"{words}</channel></rss>".encode(), "application/rss+xml")


def _event(day: date, bill: Told, step: Told) -> str:
    event, chamber = STAGES[step["stage"]][2], CHAMBERS[step["chamber"]][1]
    midnight = datetime.combine(day, time(), TORONTO)
    # The feed says EST all year round.
    printed = format_datetime(midnight)[: -len(" -0500")] + " EST"
    return (
        f"<item><title>{bill['number']}, {event} in the {chamber}</title>"
        f"<link>{SITE}/en/bill/{_session()}/{bill['number'].lower()}</link>"
        f"<description>{escape(bill['number'] + ', ' + bill['en'])}</description>"
        f"<pubDate>{printed}</pubDate></item>"
    )
