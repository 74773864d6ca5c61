"""What ids, codes and moments are called."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from pipeline.health import State as Health
from pipeline.momentum import State
from pipeline.queries.agenda import ORDER
from pipeline.retroplan import Task
from pipeline.windows import Action, Ending, Fate, FateCause, StepKind
from pipeline.words import (
    LANGUAGES,
    LOCALE,
    bill_name,
    label,
    long_date,
    moment,
    pace,
    resumption,
    sentence,
)
from spiders.causes import CAUSES, WORDS
from spiders.items import BillKind, BillStatus, Kind, Outcome, Stage
from spiders.tls import CODES as CERTIFICATES
from spiders.tls import INCOMPLETE, INVALID
from spiders.verdict import STATUSES
from spiders.witness import STOPS

SPIDERS = Path(__file__).parents[1] / "spiders"
TABLES: dict[str, Iterable[str]] = {
    "stage": Stage,
    "kind": Kind,
    "bill-kind": BillKind,
    "status": BillStatus,
    "outcome": Outcome,
    "state": State,
    "health": Health,
    "proximity": ("direct", "indirect", "none"),
    "level": ("act", "watch", "note"),
    "parliament": ("qc", "ca"),
    "chamber": ("commons", "senate"),
    "place": ("qc", "commons", "senate"),
    "next": ORDER,
    "action": Action,
    "task": Task,
    "window": StepKind,
    "ending": Ending,
    "fate": Fate,
    "fate-cause": FateCause,
}


def locale(lang: str) -> dict[str, Any]:
    return tomllib.loads((LOCALE / f"{lang}.toml").read_text(encoding="utf-8"))


def codes() -> set[str]:
    """Find every code of an issue that the spiders may give."""
    found = {"server-error", "client-error", "redirects", "broken", "ignored", "waiting"}
    found |= {INVALID, INCOMPLETE, *CERTIFICATES.values()}
    found |= {code for _, code in CAUSES} | {*WORDS.values(), *STATUSES.values(), *STOPS}
    for path in SPIDERS.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:Issue\(|Verdict\(\w+, |\bcode = )"([a-z-]+)"', text))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("table", TABLES)
def test_everything_that_is_kept_has_a_name(table: str, lang: str) -> None:
    assert set(locale(lang)[table]) == {str(value) for value in TABLES[table]}
    assert all(locale(lang)[table].values())


def test_both_languages_name_the_same_things() -> None:
    french, english = map(locale, LANGUAGES)
    assert set(french) == set(english)
    assert set(french["issue"]) == set(english["issue"])
    assert [len(french[table]) for table in ("months", "weekdays")] == [12, 7]
    assert [len(english[table]) for table in ("months", "weekdays")] == [12, 7]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(codes()))
def test_every_trouble_of_a_visit_has_its_sentence(code: str, lang: str) -> None:
    assert code in locale(lang)["issue"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("about", ["", "404"])
@pytest.mark.parametrize("code", sorted(locale("fr")["issue"]))
def test_a_sentence_is_whole_with_or_without_details(code: str, about: str, lang: str) -> None:
    said = sentence(lang, code, about=about)
    assert said[0].isupper()
    assert said.endswith(".")
    assert said.count(".") + said.count(":") >= 2  # what happened, then what to do
    assert not re.search(r"[{}]|\(\)|\( |«\s*»|  ", said)


def test_a_sentence_names_the_address_and_the_detail() -> None:
    said = sentence("fr", "not-found", "https://gazette.example/a", "404")
    assert said.startswith("https://gazette.example/a\u00a0: page introuvable (code 404). Cherchez")


def test_a_trouble_that_has_no_sentence_is_named_all_the_same() -> None:
    assert "(new-trouble)" in sentence("fr", "new-trouble")
    assert "(new-trouble : x)" in sentence("fr", "new-trouble", about="x")


def test_details_that_look_like_a_place_to_fill_are_left_alone() -> None:
    assert "{label}" in sentence("fr", "unknown-label", about="{label}")


def test_a_value_without_a_name_is_shown_as_it_is() -> None:
    assert label("fr", "stage", "Reprise du débat") == "Reprise du débat"
    assert label("fr", "stage", None) == ""


def test_french_type_keeps_signs_with_their_word() -> None:
    assert "(«\u00a0X\u00a0»)" in sentence("fr", "unknown-label", about="X")
    assert "panne. Rien à faire\u00a0: la" in sentence("fr", "server-error")


def test_a_bill_is_never_its_number_alone() -> None:
    title = "Loi sur les services de garde"
    assert bill_name("fr", "qc", "94", title) == f"Projet de loi n°\u00a094, {title}"
    assert bill_name("fr", "ca", "C-35", title) == f"Projet de loi fédéral C-35, {title}"
    assert bill_name("en", "qc", "94", title) == f"Bill 94, {title}"


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2031, 3, 3), "3 mars 2031", "March 3, 2031"),
        (date(2031, 8, 1), "1er août 2031", "August 1, 2031"),
        (date(2031, 12, 31), "31 décembre 2031", "December 31, 2031"),
    ],
)
def test_a_day_is_written_as_people_write_it(day: date, french: str, english: str) -> None:
    assert long_date(day).replace("\u00a0", " ") == french
    assert long_date(day, "en") == english


@pytest.mark.parametrize(
    ("at", "french", "english"),
    [
        (datetime(2031, 3, 3, 14, 30, tzinfo=UTC), "lundi 3 mars 2031, 9 h 30", "9:30 a.m."),
        (datetime(2031, 3, 3, 17, 0, tzinfo=UTC), "lundi 3 mars 2031, 12 h", "12:00 p.m."),
        # Already the next day in UTC; four hours from it in summer.
        (datetime(2031, 8, 2, 3, 5, tzinfo=UTC), "vendredi 1er août 2031, 23 h 05", "11:05 p.m."),
        (datetime(2031, 3, 3, 5, 0, tzinfo=UTC), "lundi 3 mars 2031, 0 h", "12:00 a.m."),
    ],
)
def test_a_moment_is_told_by_the_clock_of_montreal(at: datetime, french: str, english: str) -> None:
    assert moment(at).replace("\u00a0", " ") == french
    assert moment(at, "en").endswith(english)


def test_english_sets_the_weekday_apart() -> None:
    at = datetime(2031, 3, 3, 14, 30, tzinfo=UTC)
    assert moment(at, "en") == "Monday, March 3, 2031, 9:30 a.m."


def test_a_wait_is_told_by_its_hour_and_by_its_day_when_that_is_another() -> None:
    until = datetime(2031, 3, 3, 19, 30, tzinfo=UTC)
    assert resumption(until, until - timedelta(hours=2)) == "reprise à 14\u00a0h\u00a030"
    told = resumption(until, until - timedelta(days=2)).replace("\u00a0", " ")
    assert told == "reprise lundi 3 mars 2031, 14 h 30"
    assert resumption(until, until, "en") == "back at 2:30 p.m."


def test_every_table_of_labels_is_one_that_the_store_knows() -> None:
    others = {"months", "weekdays", "bill", "issue", "resumption", "cause", "explain"}
    others |= {"field", "reasons", "pace", "picture", "said"}
    others |= {"history", "step-qc", "to-qc", "step-ca", "to-ca"}  # test_recount tells them all
    assert set(locale("fr")) - others == set(TABLES)
    assert all(isinstance(value, str | StrEnum) for values in TABLES.values() for value in values)


@pytest.mark.parametrize(
    ("minutes", "french", "english"),
    [
        (10, "aux 10 minutes", "every 10 minutes"),
        (38, "aux 40 minutes", "every 40 minutes"),
        (62, "chaque heure", "every hour"),
        (170, "aux 3 heures", "every 3 hours"),
        (1440, "chaque jour", "every day"),
    ],
)
def test_an_interval_is_said_in_round_figures(minutes: int, french: str, english: str) -> None:
    every = timedelta(minutes=minutes)
    assert (pace(every, "fr"), pace(every, "en")) == (french, english)
