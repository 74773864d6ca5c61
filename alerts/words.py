"""The phrases of alerts and letters in one language, beside the words of the field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path

from pipeline import words
from pipeline.calls import Partners, bundled
from pipeline.queries import BillName, ClosingView
from pipeline.recount import session_name

LOCALE = Path(__file__).with_name("locale")
Phrase = str | list[str]


@dataclass(frozen=True, slots=True)
class Words:
    """How to say things in `lang`: `themes` names the themes, `outlets` who publishes a source.

    `partners` are those whom we call, each with the themes that it knows.
    """

    lang: str = "fr"
    themes: Mapping[str, str] = field(default_factory=dict)
    outlets: Mapping[str, str] = field(default_factory=dict)
    partners: Partners = field(default_factory=bundled)

    def say(self, phrase: str, **values: object) -> str:
        """Give a phrase, filled."""
        return str(_phrases(self.lang)[phrase]).format(**values)

    def count(self, phrase: str, n: int, **values: object) -> str:
        """Give a phrase in the singular or plural that `n` asks for, filled."""
        is_one = n < 2 if self.lang == "fr" else n == 1  # «0 média», "0 outlets"
        return _phrases(self.lang)[phrase][0 if is_one else 1].format(n=n, **values)

    def name(self, table: str, value: str) -> str:
        """Give what a value of the store is called: `stage`, `state`, `level`."""
        return words.label(self.lang, table, value)

    def theme(self, id_: str) -> str:
        """Give the label of a theme."""
        return self.themes.get(id_, id_)

    def outlet(self, source: str) -> str:
        """Give who publishes a source: two sources of one owner are one outlet."""
        return self.outlets.get(source, source)

    def bill(self, bill: BillName) -> str:
        """Name a bill: its number and its title."""
        return words.bill_name(self.lang, bill.parliament, bill.number, bill.title.rstrip("."))

    def session(self, of: BillName | ClosingView) -> str:
        """Name the session of something: «3e session de la 43e législature»."""
        return session_name(of.parliament, (of.legislature, of.session), self.lang)

    def day(self, day: date) -> str:
        """Give a day as people write it."""
        return words.long_date(day, self.lang)

    def moment(self, at: datetime) -> str:
        """Give a moment by the clock of Montréal."""
        return words.moment(at, self.lang)

    def number(self, n: float) -> str:
        """Give a number with one decimal at most: «2,6», "2.6"; whole ones without."""
        return words.number(n, self.lang)


@cache
def _phrases(lang: str) -> Mapping[str, Phrase]:
    phrases = tomllib.loads((LOCALE / f"{lang}.toml").read_text(encoding="utf-8"))
    return {name: _set(one) for name, one in phrases.items()} if lang == "fr" else phrases


def _set(phrase: Phrase) -> Phrase:
    """Set French type: the spaces that must not break do not."""
    if isinstance(phrase, list):
        return [re.sub(r" (?=[:;?!%»])|(?<=«) ", "\u00a0", one) for one in phrase]
    return re.sub(r" (?=[:;?!%»])|(?<=«) ", "\u00a0", phrase)
