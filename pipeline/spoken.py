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
_NTH = "(?:re|e|er|ère|ème|th|st|nd|rd)"
_LEGISLATURE = rf"(?P<legislature>\d\d{_NTH}|forty-\w+)\s(?:l[ée]gislature|l[ée]g\.|parliament)"
_ONE_TO_THREE = "premi[èe]re|deuxi[èe]me|troisi[èe]me|first|second|third"
_SESSION = rf"(?P<session>\d{_NTH}|{_ONE_TO_THREE})\s(?:session|sess\.)"
# «43e législature, 1re session», «1re session de la 43e législature», «(43-1)».
_SPOKEN = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        rf"\b{_LEGISLATURE},?\s{_SESSION}",
        rf"\b{_SESSION}(?:,|\sde\sla|\sof\sthe)\s{_LEGISLATURE}",
        r"\((?P<legislature>\d\d)-(?P<session>\d)\)",
    )
)
_ORDINALS = {"premi": 1, "first": 1, "deuxi": 2, "secon": 2, "troisi": 3, "third": 3} | {
    f"forty-{word}": 40 + n
    for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), 1)
}
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
    found = next(filter(None, (words.search(text) for words in _SPOKEN)), None)
    return (_ordinal(found["legislature"]), _ordinal(found["session"])) if found else None


def _ordinal(words: str) -> int:
    digits = re.match(r"\d+", words)
    if digits:
        return int(digits[0])
    return next((n for start, n in _ORDINALS.items() if words.lower().startswith(start)), 0)


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
