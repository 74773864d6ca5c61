"""Every day that a text prints, with its sentence: «les 20, 21 et 22 mai 2025» are three days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from spiders.dates import MONTHS
from spiders.items import DatedSentence
from spiders.page import collapse

ENGLISH = {names[0]: number for number, names in enumerate(MONTHS, 1)}
FRENCH = {names[1]: number for number, names in enumerate(MONTHS, 1)}
END = re.compile(r"(?<=[.!?;])\s+(?=[A-ZÀ-Ý«(•])")
WEEKDAY = r"(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche |[a-z]{3,6}day,? )?"
AND = r"(?:, ?(?:et |and )?| et (?:le |les )?| and | ou | or | au | a | to )"
F_DAY, F_MONTH = r"\d{1,2}(?:er)?", rf"(?:{'|'.join(FRENCH)})"
E_DAY, E_MONTH = r"\d{1,2}(?:st|nd|rd|th)?", rf"(?:{'|'.join(ENGLISH)})"
# Days that share the month or the year printed after the last of them (in English, the month
# before the first). The number of a bill is no day: «n° 12, 3 mars 2031».
SHAPES = re.compile(
    rf"(?<!\d)(?<!n° )(?<!no )(?<!pl )"
    rf"(?P<french>(?:{F_DAY}(?: {F_MONTH})?(?: \d{{4}})?{AND}{WEEKDAY})*"
    rf"{F_DAY} {F_MONTH} \d{{4}})(?!\d)"
    rf"|\b(?P<english>{E_MONTH} {E_DAY}(?:{AND}{WEEKDAY}(?:{E_MONTH} )?{E_DAY})*,? \d{{4}})(?!\d)"
    r"|(?<![\d-])(?P<iso>\d{4}-\d\d-\d\d)(?![\d-])"
)
WORD = re.compile(r"\d+|[a-z]{3,}")


def dated_sentences(text: str) -> Iterator[DatedSentence]:
    """Give each day of a text, in its order, with its sentence. The 31st of February is left."""
    for line in text.splitlines():
        for sentence in map(collapse, END.split(line)):
            for day in dict.fromkeys(days_in(sentence)):
                yield DatedSentence(day, sentence)


def days_in(words: str) -> Iterator[date]:
    """Give every day that words print in full, French, English or ISO, in their order."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFD", collapse(words).lower())
        if not unicodedata.combining(letter)
    )
    for found in SHAPES.finditer(plain):
        parts = WORD.findall(found[0])
        if found["iso"]:
            told = [tuple(map(int, parts))]
        elif found["english"]:
            told = list(_english(parts))
        else:
            told = list(_french(parts))
        yield from (day for one in told if (day := _day(*one)))


def _french(parts: list[str]) -> Iterator[tuple[int, int, int]]:
    """Read from the end: what stands after a day is its month and year."""
    found: list[tuple[int, int, int]] = []
    year = month = 0
    for part in reversed(parts):
        if part in FRENCH:
            month = FRENCH[part]
        elif part.isdigit() and len(part) == 4:
            year = int(part)
        elif part.isdigit():
            found.append((year, month, int(part)))
    return reversed(found)


def _english(parts: list[str]) -> Iterator[tuple[int, int, int]]:
    month = 0
    for part in parts:
        if part in ENGLISH:
            month = ENGLISH[part]
        elif part.isdigit() and len(part) < 4:
            yield int(parts[-1]), month, int(part)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
