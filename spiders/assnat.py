"""The words of the Assemblée nationale, in both of its languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import urljoin

from spiders.dates import MONTHS
from spiders.errors import UnreadableDateError
from spiders.items import BillKind, Stage
from spiders.page import collapse, french_dates

SITE = "https://www.assnat.qc.ca"
BILLS = f"{SITE}/fr/travaux-parlementaires/projets-loi"

# English pages have English labels, those of the mobile site French ones.
STAGES = {
    "présentation": Stage.INTRODUCTION,
    "consultations particulières": Stage.CONSULTATION,
    "consultation générale": Stage.CONSULTATION,
    # The report that closes a consultation; `report` is the one after the detailed study.
    "dépôt du rapport de commission - consultation": Stage.CONSULTATION,
    "adoption du principe": Stage.PASSAGE_IN_PRINCIPLE,
    "étude détaillée en commission": Stage.COMMITTEE,
    "étude détaillée en commission plénière": Stage.COMMITTEE,
    "commission plénière": Stage.COMMITTEE,
    "dépôt du rapport de commission - étude détaillée": Stage.REPORT,
    "prise en considération du rapport de commission": Stage.REPORT,
    "prise en considération du rapport": Stage.REPORT,
    "adoption": Stage.PASSAGE,
    "sanction": Stage.ASSENT,
    "introduction": Stage.INTRODUCTION,
    "special consultations": Stage.CONSULTATION,
    "general consultation": Stage.CONSULTATION,
    "tabling of committee report - consultation": Stage.CONSULTATION,
    "tabling of committee report - consultations": Stage.CONSULTATION,
    "passage in principle": Stage.PASSAGE_IN_PRINCIPLE,
    "clause-by-clause consideration": Stage.COMMITTEE,
    "clause-by-clause consideration in committee": Stage.COMMITTEE,
    "committee of the whole": Stage.COMMITTEE,
    "tabling of committee report - clause-by-clause consideration": Stage.REPORT,
    "consideration of committee report": Stage.REPORT,
    "consideration of the committee report": Stage.REPORT,
    "passage": Stage.PASSAGE,
    "assent": Stage.ASSENT,
}
# The word that tells, in the type of a bill; "private member" is looked for before "private".
KINDS = {
    "gouvernement": BillKind.GOVERNMENT,
    "government": BillKind.GOVERNMENT,
    "député": BillKind.PRIVATE_MEMBER,
    "member": BillKind.PRIVATE_MEMBER,
    "privé": BillKind.PRIVATE,
    "private": BillKind.PRIVATE,
}
# «Session en cours - 43e législature, 3e session (début : 5 mai 2026)»: what stands before and
# after the two numbers changes while a session goes on.
SESSION = re.compile(r"(\d+) ?[a-zè]{1,3} l[ée]gislature,? (\d+) ?[a-zè]{1,3} session", re.I)
ENGLISH_MONTHS = [names[0] for names in MONTHS]
ENGLISH_DATE = re.compile(
    r"\b([a-z]{3,9}) (\d{1,2}),? (\d{4})\b|\b(\d{1,2}) ([a-z]{3,9}) (\d{4})\b"
)


def bill_address(legislature: int, session: int, number: str) -> str:
    """Give the address of a bill's page; `session` is that of its origin, even once reinscribed."""
    return f"{BILLS}/projet-loi-{number}-{legislature}-{session}.html"


def list_address(legislature: int, session: int) -> str:
    """Give the address of the list of a session's bills."""
    return f"{BILLS}/projets-loi-{legislature}-{session}.html"


def here(url: str) -> str:
    """Give an address of the Assemblée on the host and in the language that Vigie reads."""
    place = re.sub(r"^https?://(?:www\.|m\.)?assnat\.qc\.ca(?=/|$)", "", url)
    return urljoin(SITE, re.sub(r"^/en(?=/|$)", "/fr", place)) if place != url else url


def sessions_named(labels: Iterable[str]) -> set[tuple[int, int]]:
    """Give the sessions that these labels name: legislature, session."""
    found = filter(None, map(SESSION.search, labels))
    return {(int(one[1]), int(one[2])) for one in found}


def fold(label: str) -> str:
    """Give a label as our tables write it: small letters, plain hyphens and apostrophes."""
    return collapse(label).lower().replace("–", "-").replace("’", "'").rstrip(" :")


def word_of_kind(label: str) -> str:
    """Give the word of KINDS that a type holds, or the type itself when it holds none."""
    return next((word for word in KINDS if word in fold(label)), label)


def days(words: str) -> tuple[date, ...]:
    """Give every date in these words, French or English. Raises UnreadableDateError as `page`."""
    return french_dates(words) or _english_dates(words)


def _english_dates(words: str) -> tuple[date, ...]:
    found = ENGLISH_DATE.findall(collapse(words).lower())
    told = [(year or y, month or m, day or d) for month, day, year, d, m, y in found]
    try:
        return tuple(
            date(int(year), ENGLISH_MONTHS.index(month) + 1, int(day))
            for year, month, day in told
            if month in ENGLISH_MONTHS
        )
    except ValueError as error:
        raise UnreadableDateError(words) from error
