"""Reading the dates that feeds print: a date that cannot be read with certainty is no date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

TORONTO = ZoneInfo("America/Toronto")
YEARS = range(1990, 2100)  # 0001, 1970 or 9999 are what a program writes when it has no date
SLACK = timedelta(days=2)  # clocks and zones of publishers are wrong by hours, not by days
LONGEST = 80

# English and French; Portuguese, Spanish and German: wires that the house reads print days so.
MONTHS = (
    ("january", "janvier", "janeiro", "enero", "januar"),
    ("february", "fevrier", "fevereiro", "febrero", "februar"),
    ("march", "mars", "marco", "marzo", "marz"),
    ("april", "avril", "abril"),
    ("may", "mai", "maio", "mayo"),
    ("june", "juin", "junho", "junio", "juni"),
    ("july", "juillet", "julho", "julio", "juli"),
    ("august", "aout", "agosto"),
    ("september", "septembre", "setembro", "septiembre"),
    ("october", "octobre", "outubro", "octubre", "oktober"),
    ("november", "novembre", "novembro", "noviembre"),
    ("december", "decembre", "dezembro", "diciembre", "dezember"),
)
FRENCH_MONTHS = tuple((french,) for _, french, *_ in MONTHS)
DASHES = dict.fromkeys(map(ord, "‐‑‒–−"), "-")
# Hours from UTC, as printed: "EST" in August is still five hours, whatever the season.
NAMED_ZONES = (
    {"z": 0.0, "ut": 0.0, "utc": 0.0, "gmt": 0.0, "wet": 0.0, "cet": 1.0, "cest": 2.0}
    | {"nst": -3.5, "ndt": -2.5, "ast": -4.0, "adt": -3.0, "est": -5.0, "edt": -4.0}
    | {"cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0}
    | {"hnt": -3.5, "hat": -2.5, "hna": -4.0, "haa": -3.0, "hne": -5.0, "hae": -4.0}
    | {"hnc": -6.0, "hac": -5.0, "hnr": -7.0, "har": -6.0, "hnp": -8.0, "hap": -7.0}
)
# Eastern time, as wires print it: the season tells which.
EASTERN = {"et", "he", "america/toronto", "america/montreal", "america/new_york"}
OFFSET = re.compile(
    r"(?:gmt|utc|ut|z)? ?([+-])(\d{1,2}):?(\d\d)?(?: (?P<named>[a-z]{1,4}))?", re.ASCII
)
WEEKDAY = r"(?:[a-z-]+(?:[.,]+ ?| )){0,2}"
DAY, MONTH, YEAR = r"(?P<day>\d{1,2})", r"(?P<month>[a-z]{3,9})\.?", r"(?P<year>\d{4})"
TIME = (
    r"(?:(?: ?t|,? a|,? at| -|,)? ?(?<!\d)(?P<hour>\d{1,2})"
    r"(?: ?h ?(?P<minutes>\d\d)?|:(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?)"
    r" ?(?P<half>[ap]\.?m\b\.?)? ?(?P<zone>.+)?)?"
)
SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        rf"{YEAR}(?P<sep>[-/])(?P<month>\d{{1,2}})(?P=sep){DAY}{TIME}",
        rf"{WEEKDAY}{DAY}(?:er|st|nd|rd|th|\.)?(?:[ -]| de )"
        rf"{MONTH},?(?:[ -]| de )(?P<year>\d{{4}}|\d\d){TIME}",
        rf"{WEEKDAY}{MONTH} {DAY}(?:st|nd|rd|th)?,? {YEAR}{TIME}",
        rf"{WEEKDAY}{MONTH} {DAY}{TIME} {YEAR}",  # as the clocks of Unix print it
    )
)


def feed_date(words: str, now: datetime | None = None) -> datetime | None:
    """Give the moment that these words name, in UTC, or None when they do not name one surely.

    A day without an hour is that day at midnight in America/Toronto. An hour without a zone, a zone
    that we do not know, a day more than two days after `now`: None.
    """
    for plain in _readings(words):
        match = next(filter(None, (shape.fullmatch(plain) for shape in SHAPES)), None)
        try:
            moment = _moment(match) if match else None
        except ValueError:  # the 31st of February, 25 o'clock
            return None
        if moment:
            return None if now and moment > now + SLACK else moment
    return None


def month_number(word: str, months: Sequence[Sequence[str]] = MONTHS) -> int:
    """Give the month of a number, or of a name or its beginning; 0 for no month, or for two.

    Names are in small letters, without accents.
    """
    if word.isdigit():
        return int(word)
    found = [n for n, names in enumerate(months, 1) if any(name.startswith(word) for name in names)]
    return found[0] if len(found) == 1 else 0


def start_of(day: date) -> datetime:
    """Give the moment when a day begins in America/Toronto, in UTC."""
    return datetime.combine(day, time(), TORONTO).astimezone(UTC)


def _readings(words: str) -> Iterator[str]:
    """Give what to read: «… -0500 (EST)» says its zone twice, «10 h 30 (HNE)» there alone."""
    if len(words) <= LONGEST:
        letters = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
        plain = " ".join("".join(letters).lower().translate(DASHES).split())
        yield re.sub(r" ?\([^)]*\)$", "", plain)
        if plain.endswith(")"):
            yield re.sub(r"\(([^)]*)\)$", r"\1", plain)


def _moment(match: re.Match[str]) -> datetime | None:
    said = match.groupdict()
    year, month, zone = _year(said["year"]), month_number(said["month"]), _zone(said["zone"])
    if said["hour"] is None:
        hour, zone = 0, TORONTO
    else:
        hour = _hour(int(said["hour"]), said["half"])
    if year not in YEARS or not month or not zone:
        return None
    minute, second = int(said["minute"] or said["minutes"] or 0), int(said["second"] or 0)
    return datetime(year, month, int(said["day"]), hour, minute, second, tzinfo=zone).astimezone(
        UTC
    )


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 50 else 1900)  # RFC 2822, 4.3


def _hour(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.startswith("p") else 0)


def _zone(word: str | None) -> tzinfo | None:
    """Give the zone of a name or an offset; None for no word, or one that may mean several."""
    if not word:
        return None
    if word in EASTERN:
        return TORONTO
    if word in NAMED_ZONES:
        return timezone(timedelta(hours=NAMED_ZONES[word]))
    match = OFFSET.fullmatch(word)
    if not match or int(match[2]) > 14 or int(match[3] or 0) > 59:
        return None
    span = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    zone = timezone(-span if match[1] == "-" else span)
    return zone if match["named"] is None or _zone(match["named"]) == zone else None
