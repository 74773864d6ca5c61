"""Reads `plot.toml`: the bills, the people, what befalls the sources."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SITE = "https://www.assnat.qc.ca"
WORK = "/fr/travaux-parlementaires"
KINDS = {
    "government": "Public du gouvernement",
    "private-member": "Public de député",
    "private": "D'intérêt privé",
}


@cache
def read(name: str) -> Mapping[str, Any]:
    """Read one of the season's hand-written files."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the Assemblée, invented."""

    name: str
    id: int
    role: str

    @property
    def surname_first(self) -> str:
        """The name as the Assemblée lists it: «Théberge-Lanoix, Maude»."""
        given, surname = self.name.split(" ", 1)
        return f"{surname}, {given}"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a bill and its days; `given` is the day on which a committee got its mandate."""

    step: str
    days: tuple[date, ...]
    committee: str = ""
    mandate: int = 0
    given: date | None = None
    notes: tuple[str, ...] = ()
    vote: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill of the Assemblée. `loud` is how much the press makes of each of its steps."""

    number: int
    id: int
    kind: str
    title: str
    author: Person
    steps: tuple[Step, ...]
    session: int = 2
    reinscribed: date | None = None
    new_author: tuple[Person, date] | None = None
    chapter: int | None = None
    force: str = ""
    about: str = ""
    gist: str = ""
    en: str = ""
    gist_en: str = ""
    themes: tuple[str, ...] = ()
    loud: int = 0

    @property
    def presented(self) -> date:
        """The day on which it was tabled."""
        return self.steps[0].days[0]

    def told_by(self, day: date) -> list[tuple[Step, tuple[date, ...]]]:
        """Give the steps that had begun on this day, each with its days up to it."""
        found = ((step, tuple(d for d in step.days if d <= day)) for step in self.steps)
        return [(s, days) for s, days in found if days or (s.given and s.given <= day)]


@cache
def people() -> Mapping[str, Person]:
    """Give the people of the plot by their key."""
    return {key: Person(**told) for key, told in read("plot.toml")["people"].items()}


@cache
def bills() -> Sequence[Bill]:
    """Give the bills of the season, then those of the session before it."""
    told = read("plot.toml")
    return [*map(_bill, told["bill"]), *map(_old_bill, told["old"])]


def bill_address(bill: Bill) -> str:
    """Give the path of a bill's page: that of its session of origin, even once reinscribed."""
    legislature = read("plot.toml")["parliament"]["legislature"]
    return f"{WORK}/projets-loi/projet-loi-{bill.number}-{legislature}-{bill.session}.html"


def mandate_address(step: Step) -> str:
    """Give the path of the page of a committee's mandate."""
    return f"{WORK}/mandats/Mandat-{step.mandate}/index.html"


def consultation_address() -> str:
    """Give the path of the page of the general consultation."""
    told = read("plot.toml")["consultation"]
    return f"{WORK}/consultations/consultation-{told['id']}-{told['mandate_day']:%Y%m%d}.html"


def mandate_title(bill: Bill, step: Step) -> str:
    """Give the title of a mandate, by the Assemblée's grammar."""
    named = f"projet de loi n° {bill.number}, {bill.title}"
    if step.step == "consultations":
        return f"Consultations particulières et auditions publiques sur le {named}"
    if step.step == "general":
        return f"Consultation générale et auditions publiques sur le {named}"
    if bill.kind == "private":
        return f"Entendre les intéressés et procéder à l’étude détaillée du {named}"
    return f"Étude détaillée du {named}"


def mandates_of(bill: Bill, day: date) -> list[Step]:
    """Give the mandates of a bill that a committee has on a day: given, and not over."""
    return [
        step
        for step in bill.steps
        if step.mandate and step.given and step.given <= day <= max(step.days)
    ]


def season_days(before: int = 0) -> Iterator[date]:
    """Give the days of the season, from as many days before it."""
    told = read("plot.toml")
    first = told["first"] - timedelta(days=before)
    yield from (first + timedelta(days=n) for n in range((told["last"] - first).days + 1))


def between(day: date, span: list[date]) -> bool:
    """Tell whether a day is within a span, both ends included."""
    return span[0] <= day <= span[1]


def _bill(told: Mapping[str, Any]) -> Bill:
    values = dict(told)
    known = people()
    values["author"] = known[values["author"]]
    if changed := values.get("new_author"):
        values["new_author"] = (known[changed["who"]], changed["on"])
    values["steps"] = tuple(_step(step) for step in values["steps"])
    values["themes"] = tuple(values.get("themes", ()))
    return Bill(**values)


def _step(told: Mapping[str, Any]) -> Step:
    values = {**told, "days": tuple(told["days"]), "notes": tuple(told.get("notes", ()))}
    values["vote"] = tuple(told["vote"]) if "vote" in told else None
    return Step(**values)


def _old_bill(told: Mapping[str, Any]) -> Bill:
    values = dict(told)
    presented, last = Step("presentation", (values.pop("presented"),)), _step(values.pop("last"))
    values["steps"] = (presented,) if last.step == "presentation" else (presented, last)
    values["author"] = people()[values["author"]]
    return Bill(session=1, **values)
