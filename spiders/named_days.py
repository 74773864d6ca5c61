"""Finds the days that a text names, in French or in English, year printed or not."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

FRENCH = (
    *("janvier|janv", "fevrier|fevr|fev", "mars", "avril|avr", "mai", "juin"),
    *("juillet|juil", "aout", "septembre|sept", "octobre|oct", "novembre|nov", "decembre|dec"),
)
ENGLISH = (
    *("january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun"),
    *("july|jul", "august|aug", "september|sept|sep", "october|oct", "november|nov"),
    "december|dec",
)
WEEKDAYS = (
    *("lundi|lun|monday|mon", "mardi|mar|tuesday|tues|tue", "mercredi|mer|wednesday|wed"),
    *("jeudi|jeu|thursday|thurs|thur|thu", "vendredi|ven|friday|fri"),
    *("samedi|sam|saturday|sat", "dimanche|dim|sunday|sun"),
)
FR, EN = "|".join(FRENCH), "|".join(ENGLISH)
WEEKDAY = rf"(?:\b(?P<{{}}>{'|'.join(WEEKDAYS)})s?\b\.?,? {{{{0,2}}}}(?:le |the )?)?"
NUMBER = r"\d{1,2}(?: ?(?:er|ᵉʳ|st|nd|rd|th)\b)?"
AND = r"(?: ?, (?:et |and )?| ?,? (?:et|and|&|ou|or) | (?:au|a|to|through|until) | ?[-–—] ?)"
ANY_WEEKDAY = "|".join(WEEKDAYS)
ANY_DAY = rf"(?:le |the )?(?:(?:{ANY_WEEKDAY}) )?"
YEAR = r"(?:,? (?:de )?(?P<{}>(?:19|20)\d\d)(?!\d))?"
CLOCK = r"(?!\d|:\d| ?(?:h|a\.?m|p\.?m|%|\$)\b)"
SHAPES = re.compile(
    r"(?<![\w./-])(?P<iso>(?:19|20)\d\d[-/]\d\d[-/]\d\d)(?![\w/-])"
    r"|(?<![\w./-])(?P<numeric>\d\d?/\d\d?/(?:19|20)\d\d)(?![\w/])"
    rf"|{WEEKDAY.format('wd1')}(?<![\w:.,$/-])(?P<before>(?:{NUMBER}{AND}{ANY_DAY})*)"
    rf"(?P<day1>{NUMBER}|premier) (?:of )?(?P<month1>(?:{FR}|{EN}))\b\.?{YEAR.format('year1')}"
    rf"|{WEEKDAY.format('wd2')}\b(?P<month2>{EN})\b\.? (?:the )?(?P<day2>{NUMBER}){CLOCK}"
    rf"(?P<after>(?:{AND}{ANY_DAY}{NUMBER}{CLOCK})*){YEAR.format('year2')}"
    rf"|(?P<last>(?:\bfin |\bend of )(?:(?:du|de) mois (?:de |d')|de |d')?)"
    rf"(?P<month3>{FR}|{EN})\b\.?{YEAR.format('year3')}"
    r"|\b(?P<today>aujourd'hui|today)\b|\b(?P<tomorrow>demain|tomorrow)\b"
)
RANGE = re.compile(r"au|\ba\b|to|through|until|[-–—]")
JUST_PAST = timedelta(days=330)  # «le 2 juin» published on the 10th is not said of next year
LAST = 0  # the last day of its month


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day as a text names it, from `start` to `end`.

    `year` is None where none is printed; a `month` of 0 counts `day` days from the publication.
    `joint` tells how it belongs to the day before it: "" not at all, "series", "range" (its end).
    """

    start: int
    end: int
    day: int
    month: int
    year: int | None = None
    weekday: int | None = None
    joint: str = ""
    clear: bool = True


def flat(text: str) -> str:
    """Give a text of the same length, in small letters, without accents or odd spaces."""
    return "".join(map(_flat, text))


def named_days(words: str, lang: str | None = None) -> list[NamedDay]:
    """Give the days that flat words name, in their order."""
    found = [day for match in SHAPES.finditer(words) for day in _days(match, lang)]
    found = [
        _joined(words, day, before) for day, before in zip(found, [None, *found], strict=False)
    ]
    after = [*found[1:], None]
    return [_with_year(day, end) for day, end in zip(found, after, strict=False)]


def dated(
    day: NamedDay, near: Sequence[NamedDay], published: date | None, today: date | None = None
) -> tuple[date | None, bool]:
    """Give the date of a named day, and whether it is sure; None where nothing tells it.

    Without a year, it is the first such day from the publication on; else the one that is the
    nearest to the dates in full of the text (`near`), the closest in the text first; else, not
    surely, the first such day from `today` on.
    """
    if not day.month:
        return (published + timedelta(days=day.day), True) if published else (None, False)
    if day.year:
        found = _date(day.year, day)
        fits = found is None or day.weekday in (None, found.weekday())
        return found, day.clear and fits
    if published:
        found = _from(day, published)
        return (None if found and found - published > JUST_PAST else found), day.clear
    if full := [other for other in near if other.year and other.month]:
        beside = min(full, key=lambda other: abs(other.start - day.start))
        return _nearest(day, _date(beside.year or 0, beside))
    return (_from(day, today), False) if today else (None, False)


def _flat(letter: str) -> str:
    if letter.isspace():
        return letter if letter == "\n" else " "
    if letter in "’ʼ‘`´":
        return "'"
    return unicodedata.normalize("NFD", letter)[0].lower()[0]


def _days(match: re.Match[str], lang: str | None) -> Iterator[NamedDay]:
    said, start, end = match.groupdict(), match.start(), match.end()
    if said["today"] or said["tomorrow"]:
        yield NamedDay(start, end, int(bool(said["tomorrow"])), 0)
    elif said["iso"]:
        year, month, number = map(int, re.split("[-/]", said["iso"]))
        yield NamedDay(start, end, number, month, year)
    elif said["numeric"]:
        yield from _numeric(match, lang)
    elif said["last"]:
        yield NamedDay(start, end, LAST, _place(said["month3"]), _year(said["year3"]), clear=False)
    else:
        yield from _spelled(match)


def _numeric(match: re.Match[str], lang: str | None) -> Iterator[NamedDay]:
    """Read 24/11/2025: the day first, but in English where both could be."""
    first, second, year = map(int, match["numeric"].split("/"))
    clear = first > 12 or second > 12
    if second > 12 or (not clear and lang == "en"):
        first, second = second, first
    if second <= 12:
        yield NamedDay(match.start(), match.end(), first, second, year, clear=clear)


def _spelled(match: re.Match[str]) -> Iterator[NamedDay]:
    """Read «12, 13 et 14 mars 2026», "March 12 to 14, 2026": several days of one month."""
    which = "1" if match["month1"] else "2"
    month, year = _place(match["month" + which]), _year(match["year" + which])
    weekday = _weekday(match["wd" + which])
    list_start, listed = (
        (match.start("before"), match["before"] + match["day1"])
        if which == "1"
        else (match.start("day2"), match["day2"] + match["after"])
    )
    if re.fullmatch(r"\d+\D{0,2}, \d+\D*", listed):  # «n° 12, 3 mars»: no list without its "et"
        listed = listed.split(",")[-1] if which == "1" else listed.split(",")[0]
        list_start = match.start("day1") if which == "1" else list_start
    spans = bool(re.search(r"\b(?:entre|between)(?: le)? $", match.string[: match.start()][-12:]))
    numbers = list(re.finditer(r"\d+|premier", listed))
    for place, number in enumerate(numbers):
        between = listed[numbers[place - 1].end() : number.start()] if place else ""
        yield NamedDay(
            start=match.start() if not place else list_start + number.start(),
            end=match.end() if number is numbers[-1] else list_start + number.end(),
            day=1 if number[0] == "premier" else int(number[0]),
            month=month,
            year=year,
            weekday=weekday if len(numbers) == 1 else None,
            joint="" if not place else "range" if spans or RANGE.search(between) else "series",
        )


def _joined(words: str, day: NamedDay, before: NamedDay | None) -> NamedDay:
    return day if before is None or day.joint else replace(day, joint=_joint(words, before, day))


OPENS = re.compile(r"(?:\b(?:du|de|entre|from|between)|\bs'ouvre)(?: le| on)? *$")
SPAN = re.compile(r"\W{0,2}(?:(?:au|jusqu'au|a|to|until|through|jusqu'a)\b(?: le| the)?|[-–—]) *")
SPAN_OPENED = re.compile(
    r"(?:[^.;\n]{0,30})?(?:\bau|\bet|\band|\bto|\bjusqu'au|\ba)(?: le| the)? ?"
)
CELL = re.compile(r"[ \t]+")


def _joint(words: str, before: NamedDay, day: NamedDay) -> str:
    """Tell whether this day ends the period that the day before it begins."""
    between = words[before.end : day.start]
    if SPAN.fullmatch(between):
        return "range"
    lead = words[max(0, before.start - 20) : before.start]
    if OPENS.search(lead) and len(between) <= 30 and SPAN_OPENED.fullmatch(between):
        return "range"
    if CELL.fullmatch(between) and words[day.start : day.start + 4].isdigit():
        return "range"  # two columns of a table, a day each
    return "series" if re.fullmatch(r",? (?:et|and|&|,) ?(?:le |on |the )?|, ", between) else ""


def _with_year(day: NamedDay, end: NamedDay | None) -> NamedDay:
    """Give the beginning of a period the year that is printed at its end alone."""
    if day.year or not day.month or end is None or end.joint != "range" or not end.year:
        return day
    return replace(day, year=end.year - ((day.month, day.day) > (end.month, end.day or 31)))


def _place(name: str) -> int:
    return next(
        number
        for number, names in enumerate(zip(FRENCH, ENGLISH, strict=True), 1)
        if name in "|".join(names).split("|")
    )


def _weekday(name: str | None) -> int | None:
    places = (number for number, names in enumerate(WEEKDAYS) if name in names.split("|"))
    return next(places, None)


def _year(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _date(year: int, day: NamedDay) -> date | None:
    try:
        return date(year, day.month, day.day or calendar.monthrange(year, day.month)[1])
    except ValueError:  # the 31st of February
        return None


def _from(day: NamedDay, first: date) -> date | None:
    """Give the first such day from that one on; if its weekday tells so, one just past."""
    near = [d for year in (-1, 0, 1) if (d := _date(first.year + year, day))]
    past = [d for d in near if d < first and first - d < timedelta(days=120)]
    if day.weekday is not None and any(d.weekday() == day.weekday for d in past):
        return next(d for d in past if d.weekday() == day.weekday)
    return next((d for d in near if d >= first), None)


def _nearest(day: NamedDay, to: date | None) -> tuple[date | None, bool]:
    if to is None:
        return None, False
    near = [d for year in (-1, 0, 1) if (d := _date(to.year + year, day))]
    fits = [d for d in near if d.weekday() == day.weekday]
    found = min(fits or near, key=lambda d: abs(d - to), default=None)
    return found, bool(fits)
