"""Where the sentences of a text stand, whatever its line breaks, and the days that they print."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spiders.items import DatedSentence
from spiders.named_days import days_in
from spiders.page import collapse

SHORTENED = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Mr|Mrs|Ms|Dr|Dre|Me|St|Ste|Hon|No|no|nos|Nos|art|al|vol|Vol|tél"
    r"|Tél|ext|inc|Inc|etc|p|pp|c|ch|[A-ZÀ-Ý])|\bn[o°º]"
    r"|\b(?:[Jj]anv?|[Ff]év?r?|[Ff]eb|[Mm]ar|[Aa]vr|[Aa]pr|[Jj]uil|[Jj]ul|[Aa]ug|[Ss]ept?"
    r"|[Oo]ct|[Nn]ov|[Dd][ée]c))\.$"
)
HALF_DAY = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
ZONE = re.compile(r"\(?(?:E[SD]?T|Eastern|local|heure|on|[A-Z][a-z]+day|HNE|HAE)\b")
STOP = re.compile(
    r"[.!?…]+[\"»”’)\]]*\s+(?=[«“\"(\[•–—-]?\s*[A-ZÀ-Ý0-9])|;\s+|(?<!\s)\s+[•●▪◦]\s*|\n+"
)
UNFINISHED = re.compile(
    r"(?:[,(–]|\b(?:le|la|les|l['’]|du|de|des|d['’]|au|aux|à|et|ou|par|pour|sur|en|un|une|que|qui"
    r"|the|of|to|by|and|or|in|on|a|an|for|from|until|before|than|at|with))$",
    re.IGNORECASE,
)
DATE_AHEAD = re.compile(
    r"(?:le |on |au plus |avant |jusqu|before |by )?\W?(?:\d{1,2}(?:er)?\b|\d{4}-\d\d"
    r"|[A-Za-zé]+day\b"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di\b|dimanche\b"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d)",
    re.IGNORECASE,
)

LONGEST = 1500  # letters of a sentence
Span = tuple[int, int]


def sentences(text: str) -> list[Span]:
    """Give where each sentence begins and ends: a line, a clause after a semicolon are one too.

    A line that the next one continues (small letter, unfinished words, a date after a colon) is
    not ended by its break.
    """
    found, start = [], 0
    for stop in STOP.finditer(text):
        if _ends(text, start, stop):
            found.append((start, stop.end()))
            start = stop.end()
    pieces = (piece for span in [*found, (start, len(text))] for piece in _cut(text, span))
    return [_trimmed(text, span) for span in pieces if text[slice(*span)].strip()]


def dated_sentences(text: str) -> Iterator[DatedSentence]:
    """Give each day that a text prints in full, in its order, with its sentence."""
    for start, end in sentences(text):
        sentence = collapse(text[start:end])
        for day in dict.fromkeys(days_in(sentence)):
            yield DatedSentence(day, sentence)


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    before, after = (
        text[max(start, stop.start() - 60) : stop.end()].rstrip(),
        text[stop.end() :][:40],
    )
    if "\n" in stop[0] and not re.match(r"[.!?…;]", stop[0]):
        return not _continues(before, after, stop[0])
    if "\n" in stop[0] or stop[0].startswith(";") or stop[0].strip() in "•●▪◦":
        return True
    if HALF_DAY.search(before):
        return not ZONE.match(after)
    return not SHORTENED.search(before)


def _continues(before: str, after: str, stop: str) -> bool:
    if not before or re.match(r"\s*(?:[•●▪◦*–-]|\d+[.)] )", after):
        return False
    if before.endswith(":"):
        return bool(DATE_AHEAD.match(after))
    if stop.count("\n") > 1:
        return False
    return after[:1].islower() or bool(UNFINISHED.search(before))


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Give a sentence in pieces where it is too long to be one: a table, a text without stops."""
    start, end = span
    while end - start > LONGEST:
        stop = max(text.rfind(sign, start, start + LONGEST) for sign in (", ", " "))
        stop = stop if stop > start else start + LONGEST
        yield start, stop
        start = stop
    yield start, end


def _trimmed(text: str, span: Span) -> Span:
    words = text[span[0] : span[1]]
    return span[0] + len(words) - len(words.lstrip()), span[0] + len(words.rstrip())
