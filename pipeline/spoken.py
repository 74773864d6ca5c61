"""Recorded passages, and what they name: bills with their session, committees, people, partners.

No store is asked: the session of a bill is told by the passage, or by its day.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.mentions import Found, find_bills
from pipeline.names import find_names, once

SESSIONS = Path(__file__).with_name("past_sessions.toml")
# «43e législature, 1re session», "44th Parliament, 1st session", «(43-1)».
_SPOKEN = re.compile(
    r"\b(\d\d)(?:e|th|st|nd|rd)\s(?:l[ée]gislature|parliament|legislature),?\s(\d)(?:re|e|st|nd|rd)\s"
    r"session|\((\d\d)-(\d)\)",
    re.IGNORECASE,
)
Session = tuple[int, int]


def named_as_lines(cases: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Say of each passage (`id, text, date`) what it names, each thing once, with its place.

    Raises KeyError for a case without one of its fields, ValueError for a date that is none.
    """
    for case in cases:
        text, day = case["text"], case["date"] and date.fromisoformat(case["date"][:10])
        named = once(find_names(text))
        yield {
            "id": case["id"],
            "bills": list(_bills(text, day)),
            "committees": [_place("code", one) for one in named if one.kind == "committee"],
            "people": [_place("id", one) for one in named if one.kind == "person"],
            "partners": [_place("name", one) for one in named if one.kind == "partner"],
        }


def session_on(parliament: str, day: date) -> Session | None:
    """Give the session of a day; between two, the one just over. None before the first known."""
    begun = [key for key, (first, _last) in _sessions()[parliament].items() if first <= day]
    return max(begun, default=None)


def _bills(text: str, day: date | None) -> Iterator[dict[str, Any]]:
    told = set()
    for one in find_bills(text):
        if one.number not in told:
            told.add(one.number)
            yield _bill(one, _spoken(text) or (session_on(one.parliament, day) if day else None))


def _bill(one: Found, session: Session | None) -> dict[str, Any]:
    legislature, number = session or (None, None)
    return {
        "jurisdiction": one.parliament,
        "legislature": legislature,
        "session": number,
        "number": one.number,
        "start": one.start,
        "end": one.end,
    }


def _spoken(text: str) -> Session | None:
    found = _SPOKEN.search(text)
    if not found:
        return None
    legislature, session = (number for number in found.groups() if number)
    return int(legislature), int(session)


def _place(name: str, one: Any) -> dict[str, Any]:
    return {name: one.target, "start": one.start, "end": one.end}


@cache
def _sessions() -> Mapping[str, Mapping[Session, tuple[date, date]]]:
    table = tomllib.loads(SESSIONS.read_text(encoding="utf-8"))
    return {
        parliament: {_key(name): (days[0], days[1]) for name, days in sessions.items()}
        for parliament, sessions in table.items()
    }


def _key(name: str) -> Session:
    legislature, _, session = name.partition("-")
    return int(legislature), int(session)
