"""What the Assemblée nationale and Données Québec answer on a day: pages and a file."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from spiders.sources import read_register
from vigie.season.ink import in_french
from vigie.season.plot import (
    HERE,
    KINDS,
    SITE,
    WORK,
    Bill,
    Person,
    Step,
    bill_address,
    bills,
    consultation_address,
    mandate_address,
    mandate_title,
    mandates_of,
    read,
)
from vigie.season.warc import Page

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
LABELS = {
    "presentation": "Présentation",
    "consultations": "Consultations particulières",
    "general": "Consultation générale",
    "consultation-report": "Dépôt du rapport de commission - Consultation",
    "principle": "Adoption du principe",
    "committee": "Étude détaillée en commission",
    "report": "Dépôt du rapport de commission - Étude détaillée",
    "report-stage": "Prise en considération du rapport de commission",
    "passage": "Adoption",
    "assent": "Sanction",
}
CODES = {
    "presentation": "presentation",
    "consultation-report": "depot_commission_consultation",
    "principle": "adoption_principe",
    "report": "depot_commission_etude_detaillee",
    "assent": "sanction",
}
COLUMNS = (
    *("Id", "Numero_projet_loi", "Titre_projet_loi", "Type_projet_loi", "Derniere_etape_franchie"),
    *("Date_derniere_etape", "No_legislature", "Date_debut_legislature", "Date_fin_legislature"),
    "No_session",
)
SESSION_ENDS = date(2030, 10, 11)
# Where robots may not go: several groups for all of them, which a reader must put together.
ROBOTS = """\
# Fichier des robots\r
\r
User-agent: *\r
Disallow: /fr/fils-rss.html\r
Disallow: /fr/rss/\r
\r
# Fichiers de donnees\r
\r
User-agent: *\r
Disallow: /json/\r
\r
User-agent: *\r
Disallow: /fr/recherche/\r
"""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting as a bill's page prints it."""

    day: date
    url: str
    note: str


def chamber_pages(today: date) -> Iterator[Page]:
    """Give everything that the Assemblée answers on a morning: it tells of the day before."""
    told = today - timedelta(days=1)
    known = [bill for bill in bills() if bill.presented <= told]
    yield Page(f"{SITE}/robots.txt", b"\xef\xbb\xbf" + ROBOTS.encode(), "text/plain")
    yield from _lists(known, told)
    for bill in known:
        yield _bill_page(bill, told)
        for step in bill.steps:
            if step.mandate and step.given and step.given <= told:
                yield _mandate_page(bill, step, told)
    yield from _committee_pages(known, told)
    if consultation := _consultation_page(known, told):
        yield consultation
    yield _open_data(today - timedelta(days=2))


def without_viewstate(page: Page) -> bytes:
    """Give the body of a page but for what changes at every answer."""
    return re.sub(rb' value="[^"]*" />', b"", page.body)


def _page(path: str, name: str, today: date, **values: Any) -> Page:
    legislature = read("plot.toml")["parliament"]["legislature"]
    state = b"".join(hashlib.sha256(f"{path} {today} {n}".encode()).digest() for n in range(6))
    words = (
        _pages()
        .get_template(name)
        .render(
            viewstate=base64.b64encode(state).decode(),
            legislature=legislature,
            today=today,
            **values,
        )
    )
    return Page(SITE + path, words.encode())


def _bill_page(bill: Bill, today: date) -> Page:
    told = bill.new_author
    return _page(
        bill_address(bill),
        "bill.html.j2",
        today,
        title=f"Projet de loi n° {bill.number}, {bill.title}",
        bill=bill,
        kind=KINDS[bill.kind],
        new_author=told if told and told[1] <= today else None,
        steps=[_step(bill, step, days) for step, days in bill.told_by(today)],
    )


def _step(bill: Bill, step: Step, days: Sequence[date]) -> Mapping[str, Any]:
    return {
        "step": step.step,
        "label": LABELS[step.step],
        "day": days[-1] if days else None,
        "code": step.committee,
        "committee": read("plot.toml")["committees"].get(step.committee, ""),
        "mandate_url": mandate_address(step),
        "mandate_title": mandate_title(bill, step),
        "documents": list(_documents(bill, step, days)),
        "sittings": [_sitting(bill, step, day) for day in days],
    }


def _documents(bill: Bill, step: Step, days: Sequence[date]) -> Iterator[tuple[str, int, str]]:
    size = f"{300 + bill.id % 700}"
    if step.step == "presentation":
        yield bill.title, bill.id * 7, size
    if step.step == "committee" and days == step.days:
        yield f"Amendements adoptés - PL {bill.number}", bill.id * 7 + 3, size
    if step.step in ("consultation-report", "report"):
        study = "Consultations" if step.step == "consultation-report" else "Étude détaillée"
        title = f"Rapport de la Commission - {study} - projet de loi n° {bill.number}"
        yield title, bill.id * 7 + len(step.step), "1 011"


def _sitting(bill: Bill, step: Step, day: date) -> Sitting:
    session = 1 if day <= SESSION_ENDS else 2
    place = f"{read('plot.toml')['parliament']['legislature']}-{session}"
    if step.committee:
        name = f"{step.committee.upper()}-{day:%y%m%d}"
        url = f"{WORK}/commissions/{step.committee}-{place}/journal-debats/{name}.html"
    else:
        url = f"{WORK}/assemblee-nationale/{place}/journal-debats/{day:%Y%m%d}/{bill.id * 13}.html"
    turn = step.days.index(day)
    notes = [step.notes[turn]] if turn < len(step.notes) and step.notes[turn] else []
    if step.vote and day == step.days[-1]:
        sign = "Vote:" if bill.number % 2 else "Vote :"
        notes.append("{} Pour {}, Contre {}, Abstention {}".format(sign, *step.vote))
    return Sitting(day, url, "".join(f"\n ({note}) " for note in notes))


def _lists(known: Sequence[Bill], today: date) -> Iterator[Page]:
    told = read("plot.toml")["parliament"]
    sessions = sorted(told["sessions"].items(), reverse=True)
    second = [bill for bill in known if bill.session == 2 or bill.reinscribed]
    first = [bill for bill in known if bill.session == 1]
    place = f"{WORK}/projets-loi"
    for path, listed, end in (
        (f"{place}/index.html", second, today),
        (f"{place}/projets-loi-{told['legislature']}-2.html", second, today),
        (f"{place}/projets-loi-{told['legislature']}-1.html", first, SESSION_ENDS),
    ):
        yield _page(
            path,
            "bills.html.j2",
            today,
            title="Projets de loi",
            sessions=sessions,
            bills=sorted(listed, key=lambda bill: bill.number),
            kinds=KINDS,
            last={bill: LABELS[_last(bill, end).step] for bill in listed},
        )


def _last(bill: Bill, day: date) -> Step:
    return [step for step, days in bill.told_by(day) if days][-1]


def _mandate_page(bill: Bill, step: Step, today: date) -> Page:
    special = step.step == "consultations"
    return _page(
        mandate_address(step),
        "mandate.html.j2",
        today,
        title=mandate_title(bill, step),
        committee=read("plot.toml")["committees"][step.committee],
        code=step.committee,
        given=step.given,
        bill=bill,
        special=special,
        consultation=consultation_address() if step.step == "general" else "",
        verb="Auditions publiques" if special or step.step == "general" else "Étude détaillée",
        # Hearings are announced ahead; a detailed study goes on from one sitting to the next.
        days=[day for day in step.days if special or step.step == "general" or day <= today],
    )


def _committee_pages(known: Sequence[Bill], today: date) -> Iterator[Page]:
    """Give the page on which open consultations are told, and that of the mandates in progress."""
    asked = read("plot.toml")["consultation"]
    bill = next((bill for bill in known if bill.number == asked["bill"]), None)
    general = next(step for step in bill.steps if step.step == "general") if bill else None
    is_open = general is not None and asked["mandate_day"] <= today <= general.days[-1]
    title = mandate_title(bill, general) if bill and general else ""
    consultation = (consultation_address(), title) if is_open else None
    yield _page(
        f"{WORK}/index.html",
        "committees.html.j2",
        today,
        title="Travaux parlementaires",
        consultation=consultation,
    )
    yield _page(
        f"{WORK}/commissions/mandats-encours-commissions.html",
        "mandates.html.j2",
        today,
        title="Mandats en cours des commissions",
        mandates=[_mandate(bill, step) for bill in known for step in mandates_of(bill, today)],
    )


def _mandate(bill: Bill, step: Step) -> Mapping[str, Any]:
    return {
        "given": step.given,
        "committee": read("plot.toml")["committees"][step.committee],
        "url": mandate_address(step),
        "title": mandate_title(bill, step),
    }


def _consultation_page(known: Sequence[Bill], today: date) -> Page | None:
    told = read("plot.toml")["consultation"]
    bill = next((bill for bill in known if bill.number == told["bill"]), None)
    if not bill or today < told["mandate_day"]:
        return None
    step = next(step for step in bill.steps if step.step == "general")
    moved = today >= told["moved"]["on"]
    return _page(
        consultation_address(),
        "consultation.html.j2",
        today,
        title=mandate_title(bill, step),
        committee=read("plot.toml")["committees"][step.committee],
        bill=bill,
        id=told["id"],
        hearings_from=told["hearings_from"],
        brief_deadline=told["moved"]["to"] if moved else told["brief_deadline"],
        moved=moved,
        mandate_url=mandate_address(step),
    )


def _open_data(today: date) -> Page:
    url = read_register(HERE / "sources.toml")["donneesquebec_bills"].url
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for bill in sorted(bills(), key=lambda bill: bill.id):
        if bill.presented <= today:
            lines.writerows(_lines(bill, today))
    return Page(url, b"\xef\xbb\xbf" + out.getvalue().encode(), "text/csv")


def _lines(bill: Bill, today: date) -> Iterator[tuple[object, ...]]:
    told = read("plot.toml")["parliament"]
    sessions = [(1, SESSION_ENDS)] if bill.session == 1 else []
    if bill.session == 2 or bill.reinscribed:
        sessions.append((2, today))
    for session, end in sessions:
        steps = [s for s, days in bill.told_by(end) if s.step in CODES and days == s.days]
        yield (
            bill.id + (5000 if session != bill.session else 0),
            bill.number,
            f"{told['legislature']}-{bill.session} PL {bill.number}  {bill.title}",
            KINDS[bill.kind],
            CODES[steps[-1].step],
            steps[-1].days[-1].isoformat(),
            told["legislature"],
            told["legislature_opened"].isoformat(),
            "",
            session,
        )


@cache
def _pages() -> Environment:
    here = Environment(
        loader=PackageLoader("vigie.season"), undefined=StrictUndefined, autoescape=True
    )
    here.filters |= {
        "numeric": _numeric,
        "day": lambda day: in_french(day, first="1"),
        "weekday": lambda day: WEEKDAYS[day.weekday()],
        "member": _member,
        "address": bill_address,
        "session": lambda number: _Html(f"{number}<sup>{'re' if number == 1 else 'e'}</sup>"),
    }
    return here


class _Html(str):
    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def _numeric(text: str) -> _Html:
    """Write accents as numbers, the way that the site's framework does in titles."""
    return _Html(re.sub(r"[\xa0-\xff]", lambda m: f"&#{ord(m[0])};", text))


def _member(person: Person) -> str:
    plain = unicodedata.normalize("NFKD", person.surname_first).encode("ascii", "ignore").decode()
    name = "-".join(re.findall(r"[a-z]+", plain.lower()))
    return f"/fr/deputes/{name}-{person.id}/index.html"
