"""Whom a text names: committees, ministries, partners, members. Pure.

Names are data (`names.toml`, the members as their parliament lists them); what is found is given
with its place in the text, as it stands.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

KINDS = ("committee", "ministry", "partner")
COMMISSION = r"Commissions?\s+(?:parlementaires?\s+)?"
LONG = 5  # letters of an acronym that is no word of any language
NAMES = Path(__file__).with_name("names.toml")

# Same length in, same length out: what is found stands at the same place in the text.
_TYPED = {
    **{ord(char): "'" for char in "’‘ʼ"},
    **{ord(char): "-" for char in "‐‑–−"},
    **{ord(char): " " for char in "\u00a0\u202f\u2009\n\t"},
}
_BARE = {
    code: unicodedata.normalize("NFKD", chr(code)).encode("ascii", "ignore").decode()
    for code in range(0xA0, 0x250)
}
_COMPARABLE = {code: bare for code, bare in _BARE.items() if len(bare) == 1} | _TYPED
# A committee's code is a word of its own too: «la CAN» is a football cup, a «CSSS» a health centre.
# It is a committee after that word, or after an article where a text speaks of Parliament's work.
_CODE = re.compile(
    r"(?:\b[Cc]ommission (?:parlementaire )?\(?|\b[Cc]ommittee \(?"
    r"|(?P<unsure>\(|\b(?:[Ll]a|LA|en|[Dd]evant) ))"
    r"(?P<code>CAP|CAT|CAN|CC[EÉ]|CET|CFP|CI|CRC|CSSS|CTE)\b"
)
_AT_WORK = re.compile(
    r"\b(?:commission|auditions?|audiences|étude|consultations?|mandat|mémoires?|assnat|committee"
    r"|assemblée nationale|hearings?|projets? de loi|PL[ -]?\d)",
    re.IGNORECASE,
)
_CENTRE = re.compile(r"\bcentres?\b[^.]{0,60}$", re.IGNORECASE)
# Ottawa's codes are read in a text of Parliament; FINA is the swimmers' federation as well.
_OTTAWA_CODE = re.compile(r"(?<![\w-])(?P<code>HUMA|FINA|HESA|INAN|FEWO|CIMM|SOCI|NFFN)(?![\w-])")
_OTTAWA = re.compile(
    r"\b(?:[Cc]omit|[Cc]ommittee|Commons|[Cc]ommunes|Ottawa|House|Senate|Sénat|Bill C-\d"
    r"|projet de loi C-\d|[Pp]re-?budget|[Pp]rébudgét)"
)
_SWIMMING = re.compile(
    r"\b(?:aquatic|natation|nage|swim|plonge|diving|water[ -]?polo)", re.IGNORECASE
)
# «Alima Diallo», «Alima, 4 ans»: a name that is also somebody's.
_SOMEBODY = re.compile(r"[ -][A-ZÉÈÀ][a-zéèêàïô'-]+|,? \(?\d+ (?:ans|years)")
# «celle des institutions», «les Commissions des institutions et des finances publiques».
_ANOTHER = (
    r"\b(?:celles?|et|ou|and)\s+(?P<about>{})(?=\s*(?:[,.;:)]|$|et\b|ou\b|si[eé]g|se\b|tien|s'))"
)
_BORDER = r"(?<![\w-])(?:{})(?![\w-]|'\w)"


class Named(NamedTuple):
    """Something named in a text: what, and where. `others`: what the same words may mean too."""

    kind: str
    target: str
    start: int
    end: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """The members of a parliament, by their whole name; namesakes are kept together."""

    ids: Mapping[str, Sequence[str]]
    names: re.Pattern[str] | None

    @classmethod
    def of(cls, members: Iterable[tuple[str, str]]) -> People:
        """Take members as their parliament lists them: the id of a page, «Nom, Prénom»."""
        ids: dict[str, list[str]] = {}
        for id_, name in members:
            last, _, first = name.translate(_COMPARABLE).partition(",")
            ids.setdefault(f"{first.strip()} {last.strip()}".strip(), []).append(id_)
        words = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
        return cls(ids, re.compile(_BORDER.format(words)) if ids else None)

    def in_text(self, plain: str) -> Iterator[Named]:
        """Find them in a comparable text."""
        for found in self.names.finditer(plain) if self.names else ():
            first, *others = self.ids[found[0]]
            yield Named("person", first, found.start(), found.end(), tuple(others))


NOBODY = People({}, None)


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    target: str
    words: re.Pattern[str] | None
    codes: re.Pattern[str] | None
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    again: re.Pattern[str] | None
    given: bool


def find_names(text: str, people: People = NOBODY) -> list[Named]:
    """Find whom a text names, in its order; of names within one another, the longest only."""
    typed, plain = text.translate(_TYPED), text.translate(_COMPARABLE)
    found = [*_entries_in(typed, plain), *_codes_in(typed), *people.in_text(plain)]
    if any(one.kind == "committee" for one in found):
        found += _again_in(plain)
    found.sort(key=lambda one: (one.start, -one.end))
    outer: list[Named] = []
    for one in found:
        if not outer or one.start >= outer[-1].end:
            outer.append(one)
    return outer


def once(found: Iterable[Named]) -> list[Named]:
    """Keep the first place where each is named."""
    first: dict[tuple[str, str], Named] = {}
    for one in found:
        first.setdefault((one.kind, one.target), one)
    return list(first.values())


def shown(kind: str, target: str) -> str:
    """Give what is shown of a committee, ministry or partner; itself where no list has it."""
    return _shown().get((kind, target), target)


def _entries_in(typed: str, plain: str) -> Iterator[Named]:
    for entry in _entries():
        places = list(entry.words.finditer(plain)) if entry.words else []
        coded = list(entry.codes.finditer(typed)) if entry.codes else []
        places += [one for one in coded if not (entry.given and _SOMEBODY.match(typed, one.end()))]
        for place in places:
            before, after = plain[: place.start()], plain[place.end() :]
            beside = (entry.before and entry.before.search(before)) or (
                entry.after and entry.after.match(after)
            )
            if not beside:
                yield Named(entry.kind, entry.target, place.start(), place.end())


def _again_in(plain: str) -> Iterator[Named]:
    """Find the committees that are only told by what they are about, after another one."""
    for entry in _entries():
        for place in entry.again.finditer(plain) if entry.again else ():
            yield Named(entry.kind, entry.target, *place.span("about"))


def _codes_in(typed: str) -> Iterator[Named]:
    for found in _CODE.finditer(typed):
        if not found["unsure"] or _is_committee(typed, found):
            code = found["code"].translate(_COMPARABLE)
            yield Named("committee", code, found.start("code"), found.end("code"))
    if _OTTAWA.search(typed):
        swims = _SWIMMING.search(typed)
        for found in _OTTAWA_CODE.finditer(typed):
            if found["code"] == "FINA" and swims:
                continue
            yield Named("committee", found["code"], found.start("code"), found.end("code"))


def _is_committee(typed: str, found: re.Match[str]) -> bool:
    if found["code"] == "CAN" or _CENTRE.search(typed[: found.start()]):
        return False
    return bool(_AT_WORK.search(typed))


@cache
def _table() -> Mapping[str, list[dict[str, Any]]]:
    return tomllib.loads(NAMES.read_text(encoding="utf-8"))


@cache
def _entries() -> tuple[_Entry, ...]:
    return tuple(_entry(kind, block) for kind in KINDS for block in _table()[kind])


@cache
def _shown() -> Mapping[tuple[str, str], str]:
    return {
        (kind, block["target"]): next(iter(block.get("names", [])), block["target"])
        for kind in KINDS
        for block in _table()[kind]
    }


def _entry(kind: str, block: Mapping[str, list[str]]) -> _Entry:
    def comparable(words: Iterable[str]) -> str:
        longest = sorted((word.translate(_COMPARABLE) for word in words), key=len, reverse=True)
        escaped = (re.escape(word).replace(r"\ ", r"\s+") for word in longest)
        return "|".join(word.replace(r"Commission\s+", COMMISSION) for word in escaped)

    def beside(pattern: str, words: list[str]) -> re.Pattern[str] | None:
        return re.compile(pattern.format(comparable(words)), re.I) if words else None

    names, codes = block.get("names", []), block.get("codes", [])
    about = [name.removeprefix("Commission ") for name in names if name.startswith("Commission ")]
    return _Entry(
        kind,
        str(block["target"]),
        re.compile(_BORDER.format(comparable(names)), re.I) if names else None,
        re.compile(rf"(?<![\w-])(?:{'|'.join(map(_exact, codes))})(?![\w-])") if codes else None,
        beside(r"\b(?:{})\s+$", block.get("never_before", [])),
        beside(r"\s+(?:{})\b", block.get("never_after", [])),
        beside(_ANOTHER, about) if kind == "committee" else None,
        bool(block.get("given", False)),
    )


def _exact(code: str) -> str:
    """Give a code as it is printed; a long acronym is no other word, whatever its capitals."""
    long = code.isupper() and code.isalpha() and len(code) >= LONG
    return f"(?i:{re.escape(code)})" if long else re.escape(code)
