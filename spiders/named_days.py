"""Finds the days that a text names, in French or in English, year printed or not."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from spiders.dates import MONTHS, month_number

WEEKDAYS = (
    *("lundi|lun|monday|mon", "mardi|mar|tuesday|tues|tue", "mercredi|mer|wednesday|wed"),
    *("jeudi|jeu|thursday|thurs|thur|thu", "vendredi|ven|friday|fri"),
    *("samedi|sam|saturday|sat", "dimanche|dim|sunday|sun"),
)


def _or_cut(names: list[str]) -> str:
    """Give months in full and cut («févr.», "Sept."), at three letters or more, longest first."""
    cut = {name[:letters] for name in names for letters in range(3, len(name) + 1)}
    return "|".join(sorted(filter(month_number, cut), key=lambda name: (-len(name), name)))


ENGLISH, ANY_MONTH = (_or_cut([name for names in MONTHS for name in names[:n]]) for n in (1, 2))
WEEKDAY = rf"(?:\b(?P<{{}}>{'|'.join(WEEKDAYS)})s?\b\.?,? {{{{0,2}}}}(?:le |the )?)?"
NUMBER = r"\d{1,2}(?: ?(?:er|ᵉʳ|st|nd|rd|th)\b)?"
FIRST = r"(?<![\w:.,$/-])(?<!\bn° )(?<!\bno )(?<!\bpl )(?<!\bloi )(?<!\bbill )"
AND = r"(?: ?, (?:et |and )?| ?,? (?:et|and|&|ou|or) | (?:au|a|to|through|until) | ?[-–—] ?)"
ANY_WEEKDAY = "|".join(WEEKDAYS)
ANY_DAY = rf"(?:le |the )?(?:(?:{ANY_WEEKDAY}) )?"
YEAR = r"(?:,? (?:de )?(?P<{}>(?:19|20)\d\d)(?!\d))?"
CLOCK = r"(?!\d|:\d| ?(?:h|a\.?m|p\.?m|%|\$)\b)"
SHAPES = re.compile(
    r"(?<![\w./-])(?P<iso>(?:19|20)\d\d[-/]\d\d[-/]\d\d)(?![\w/-])"
    r"|(?<![\w./-])(?P<numeric>\d\d?/\d\d?/(?:19|20)\d\d)(?![\w/])"
    rf"|{WEEKDAY.format('wd1')}{FIRST}(?P<before>(?:{NUMBER}{AND}{ANY_DAY})*)"
    rf"(?P<day1>{NUMBER}|premier) (?:of )?(?P<month1>{ANY_MONTH})\b\.?{YEAR.format('year1')}"
    rf"|{WEEKDAY.format('wd2')}\b(?P<month2>{ENGLISH})\b\.? (?:the )?(?P<day2>{NUMBER}){CLOCK}"
    rf"(?P<after>(?:{AND}{ANY_DAY}{NUMBER}{CLOCK})*){YEAR.format('year2')}"
    rf"|(?P<last>(?:\bfin |\bend of )(?:(?:du|de) mois (?:de |d')|de |d')?)"
    rf"(?P<month3>{ANY_MONTH})\b\.?{YEAR.format('year3')}"
    r"|\b(?P<today>aujourd'hui|today|ce (?:soir|matin|midi)|cet apres-midi|tonight"
    r"|this (?:morning|afternoon|evening))\b|\b(?P<tomorrow>demain|tomorrow)\b"
    r"|\b(?P<same>(?:cette|la) meme date|cette date|(?:this|that|the) same da(?:te|y)"
    r"|th(?:is|at) date|same date|meme date|that day|ce jour-la)\b"
)
RANGE = re.compile(r"au|\ba\b|to|through|until|[-–—]")
OPENS = re.compile(r"(?:\b(?:du|de|entre|from|between)|\bs'ouvre)(?: le| on)? *$")
SPAN = re.compile(
    r"\W{0,2}(?:(?:au|jusqu'au|a|to|until|through|jusqu'a)\b(?: le| the)?|[-–—→]|\.{3}) *"
)
SPAN_OPENED = re.compile(
    r"(?:[^.;\n]{0,30})?(?:\bau|\bet|\band|\bto|\bjusqu'au|\ba)(?: le| the)? ?"
    rf"(?:(?:{ANY_WEEKDAY}) )?"
)
SERIES = re.compile(r",? (?:et|and|&|,) ?(?:les? |du |on |the |from )?|, ")
APPOSED = re.compile(r",? ?(?:le |ce )?")
CELL = re.compile(r" *\| *| +(?=(?:19|20)\d\d-)")
LAST = 0  # the last day of its month


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day as a text names it, from `start` to `end`.

    `year` is None where none is printed; a `month` of 0 counts `day` days from the publication.
    `joint` tells how it belongs to the day before it: "" not at all, "series", "range" (its end).
    `clear` is False where the words could mean another day; `again` is for «la même date».
    """

    start: int
    end: int
    day: int
    month: int
    year: int | None = None
    weekday: int | None = None
    joint: str = ""
    clear: bool = True
    again: bool = False

    def in_year(self, year: int) -> date | None:
        """Give the day as one of a year's; None for a 31st of February."""
        try:
            return date(year, self.month, self.day or calendar.monthrange(year, self.month)[1])
        except ValueError:
            return None


def flat(text: str) -> str:
    """Give a text of the same length, in small letters, without accents or odd spaces."""
    return "".join(map(_flat, text))


def days_in(words: str) -> Iterator[date]:
    """Give every day that words name in full, French, English or ISO, in their order."""
    for day in named_days(flat(words)):
        if day.year and day.month and day.clear and (found := day.in_year(day.year)):
            yield found


def named_days(words: str, lang: str | None = None) -> list[NamedDay]:
    """Give the days that flat words name, in their order.

    «Cette même date» is the day named before it.
    """
    found: list[NamedDay] = []
    for match in SHAPES.finditer(words):
        before = found[-1] if found else None
        if before and not before.month and APPOSED.fullmatch(words[before.end : match.start()]):
            found.pop()  # «aujourd'hui, jeudi 14 mars»
        if not match["same"]:
            found += _days(match, lang)
        elif before:
            found.append(
                replace(
                    before,
                    start=match.start(),
                    end=match.end(),
                    joint="",
                    again="same" in match["same"] or "meme" in match["same"],
                )
            )
    joined = [_joined(words, *pair) for pair in zip([None, *found], found, strict=False)]
    for place in reversed(range(len(joined) - 1)):
        joined[place] = _with_year(joined[place], joined[place + 1])
    return joined


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
        month, printed = month_number(said["month3"]), _year(said["year3"])
        yield NamedDay(start, end, LAST, month, printed, clear=False)
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
    month, year = month_number(match["month" + which]), _year(match["year" + which])
    weekday = _weekday(match["wd" + which])
    list_start, listed = _listed(match, which)
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


def _listed(match: re.Match[str], which: str) -> tuple[int, str]:
    """Give where the numbers of the days stand, and them; «n° 12, 3 mars» is no list."""
    if which == "1":
        start, words = match.start("before"), match["before"] + match["day1"]
    else:
        start, words = match.start("day2"), match["day2"] + match["after"]
    goes_on = which == "2" and re.match(r",? (?:and|&) ", match.string[match.end() :][:6])
    if goes_on or not re.fullmatch(r"\d+\D{0,2}, \d+\D*", words):
        return start, words
    if which == "1":
        return match.start("day1"), match["day1"]
    return start, words.split(",")[0]


def _joined(words: str, before: NamedDay | None, day: NamedDay) -> NamedDay:
    return day if before is None or day.joint else replace(day, joint=_joint(words, before, day))


def _joint(words: str, before: NamedDay, day: NamedDay) -> str:
    """Tell whether this day ends the period that the day before it begins."""
    between = words[before.end : day.start]
    if SPAN.fullmatch(between):
        return "range"
    lead = words[max(0, before.start - 20) : before.start]
    if OPENS.search(lead) and len(between) <= 30 and SPAN_OPENED.fullmatch(between):
        return "range"
    if (cell := CELL.match(words, before.end)) and cell.end() == day.start:
        return "range"  # two columns of a table, a day each
    return "series" if SERIES.fullmatch(between) else ""


def _with_year(day: NamedDay, after: NamedDay) -> NamedDay:
    """Give a day the year that is printed after it: for the last of a list or of a period."""
    if day.year or not day.month or not after.joint or not after.year:
        return day
    later = (day.month, day.day) > (after.month, after.day or 31)
    return replace(day, year=after.year - later)


def _weekday(name: str | None) -> int | None:
    places = (number for number, names in enumerate(WEEKDAYS) if name in names.split("|"))
    return next(places, None)


def _year(digits: str | None) -> int | None:
    return int(digits) if digits else None
