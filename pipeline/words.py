"""What the store's ids, codes and moments are called, in French and in English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.clock import TORONTO, day_of

LOCALE = Path(__file__).with_name("locale")
LANGUAGES = ("fr", "en")
SPACE = "\u00a0"
ABOUT = re.compile(r" \([^()]*\{about\}[^()]*\)")  # a parenthesis that has nothing to say


def label(lang: str, table: str, value: str | None) -> str:
    """Give what a value is called; the value itself when its table (as `stage`) lacks it."""
    return str(_words(lang)[table].get(value, value or ""))


def sentence(lang: str, code: str, url: str = "", about: str = "") -> str:
    """Say what went wrong at an address, and what to do next; an unknown code is named as it is."""
    issues = _words(lang)["issue"]
    if code not in issues:
        about = f"{code} : {about}" if about else code
    if code == "unfilled":
        name, _, count = about.partition(" ")
        about = " : ".join(filter(None, (label(lang, "field", name), count)))
    text = str(issues.get(code, issues["error"]))
    text = (text if about else ABOUT.sub("", text)).format(about=about)
    return f"{url}{SPACE}: {text}" if url else text[:1].upper() + text[1:]


def bill_name(lang: str, parliament: str, number: str, title: str) -> str:
    """Give a bill's name: its number is never left alone."""
    return str(_words(lang)["bill"][parliament]).format(number=number, title=title)


def long_date(day: date, lang: str = "fr") -> str:
    """Give a day as people write it: «1er mars 2031», "March 1, 2031"."""
    month = _words(lang)["months"][day.month - 1]
    if lang == "en":
        return f"{month} {day.day}, {day.year}"
    return f"{'1er' if day.day == 1 else day.day}{SPACE}{month} {day.year}"


def moment(at: datetime, lang: str = "fr") -> str:
    """Give a moment by the clock of Montréal: «lundi 3 mars 2031, 9 h 30»."""
    local = at.astimezone(TORONTO)
    day = f"{_words(lang)['weekdays'][local.weekday()]} {long_date(local.date(), lang)}"
    return f"{day.replace(' ', ', ', 1) if lang == 'en' else day}, {hour(at, lang)}"


def hour(at: datetime, lang: str = "fr") -> str:
    """Give an hour by the clock of Montréal: «9 h 30», "9:30 a.m."."""
    local = at.astimezone(TORONTO)
    if lang == "en":
        return f"{local.hour % 12 or 12}:{local:%M} {'a.m.' if local.hour < 12 else 'p.m.'}"
    return f"{local.hour}{SPACE}h" + (f"{SPACE}{local:%M}" if local.minute else "")


def resumption(until: datetime, since: datetime | None, lang: str = "fr") -> str:
    """Say when visits resume: «reprise à 14 h 30», with its day if it is not that of `since`."""
    form = _words(lang)["resumption"]
    if since and day_of(since) == day_of(until):
        return str(form["today"]).format(moment=hour(until, lang))
    return str(form["later"]).format(moment=moment(until, lang))


def pace(every: timedelta, lang: str = "fr") -> str:
    """Say how often: «aux 40 minutes», «aux 3 heures», «chaque jour»."""
    form, minutes = _words(lang)["pace"], round(every.total_seconds() / 60)
    if minutes < 55:
        return str(form["minutes"]).format(n=max(round(minutes / 5) * 5, 5))
    hours = round(minutes / 60)
    return str(form["hour" if hours == 1 else "day" if hours > 22 else "hours"]).format(n=hours)


def number(value: float, lang: str = "fr") -> str:
    """Give a number with one decimal at most: «2,6», "2.6"; whole ones without."""
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if lang == "fr" else text


def ordinal(n: int, lang: str = "fr") -> str:
    """Give a rank as it is printed, in the feminine in French: «1re», «43e»; "43rd"."""
    if lang == "fr":
        return f"{n}{'re' if n == 1 else 'e'}"
    suffixes = {} if 11 <= n % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}
    return f"{n}{suffixes.get(n % 10, 'th')}"


@cache
def _words(lang: str) -> Mapping[str, Any]:
    table = tomllib.loads((LOCALE / f"{lang}.toml").read_text(encoding="utf-8"))
    return {name: _set(value) for name, value in table.items()} if lang == "fr" else table


def _set(value: Any) -> Any:
    """Set French type: the spaces that must not break do not."""
    if isinstance(value, str):
        return re.sub(r" (?=[:;?!%»])|(?<=«) |(?<=n°) ", SPACE, value)
    if isinstance(value, list):
        return value
    return {name: _set(one) for name, one in value.items()}
