"""Phrases that decide: reads `rules.toml`, finds its phrases in a text, says which and where."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers.errors import RulesError
from classifiers.families import read_families
from classifiers.files import read_toml
from classifiers.text import words

BUNDLED = Path(__file__).with_name("rules.toml")
ROLES = ("decide", "suggest", "hint", "veto", "doubt")
LISTS = (*ROLES, "fr", "en", "also", "unless")


@dataclass(frozen=True, slots=True)
class Rule:
    """Phrases, and what they say of a text that holds one.

    `decide` are themes given, `suggest` themes named, `hint` themes made a little more likely;
    `veto` are themes forbidden and `doubt` themes made less likely (all when it says "all").
    `proximity` is "direct", "indirect" or "" when the phrase says none. One of `also`, if there
    are any, must stand in the text too, and none of `unless`.
    """

    name: str
    decide: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    hint: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    proximity: str = ""
    fr: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """Every phrase, in both languages."""
        return self.fr + self.en

    @property
    def named(self) -> tuple[str, ...]:
        """The themes that its phrases name, surely or not."""
        return self.decide + self.suggest


class Hit(NamedTuple):
    """A rule that applies to a text, and where its first phrase starts and ends, in words."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of a file, in their order, and the lists of phrases that they share."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, tuple[str, ...]]


class RuleMatcher:
    """Finds the phrases of a rule book in Docs made of the forms of `text.words`."""

    def __init__(self, book: RuleBook, vocab: Vocab) -> None:
        self.book = book
        self._strings = vocab.strings
        self._matcher = PhraseMatcher(vocab)
        self._needed = [_keys(number, "also", rule.also) for number, rule in enumerate(book.rules)]
        self._barred = [_keys(n, "unless", rule.unless) for n, rule in enumerate(book.rules)]
        roles = {
            f"{number} {role}": phrases
            for number, rule in enumerate(book.rules)
            for role, phrases in (("", rule.phrases), ("also", rule.also), ("unless", rule.unless))
        }
        for key, phrases in (roles | {f"@{name}": p for name, p in book.lists.items()}).items():
            forms = [words(p).forms for p in phrases if not p.startswith("@")]
            if forms:
                self._matcher.add(key, [Doc(vocab, words=form) for form in forms])

    def read(self, doc: Doc, lead: int) -> list[Hit]:
        """Give the rules that apply to a Doc whose `lead` first words are its title and lead.

        What a rule says `unless` of counts in the title and the lead only: further down, a long
        article holds a bit of everything.
        """
        found: dict[str, tuple[int, int]] = {}
        for key, start, end in self._matcher(doc):
            name = self._strings[key]
            if name not in found or (start, -end) < (found[name][0], -found[name][1]):
                found[name] = (start, end)
        early = {key for key, span in found.items() if span[1] <= lead}
        hits = []
        for name, (start, end) in found.items():
            number, _, role = name.partition(" ")
            if not role and number.isdecimal() and self._holds(int(number), found, early):
                hits.append(Hit(self.book.rules[int(number)], start, end))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))

    def _holds(self, number: int, found: Iterable[str], early: Iterable[str]) -> bool:
        needed = self._needed[number]
        return (not needed or not needed.isdisjoint(found)) and self._barred[number].isdisjoint(
            early
        )


def _keys(number: int, role: str, phrases: Sequence[str]) -> frozenset[str]:
    """Give under which keys the phrases of a rule are found, its own and those of its lists."""
    lists = (phrase for phrase in phrases if phrase.startswith("@"))
    return frozenset((f"{number} {role}", *lists)) if phrases else frozenset()


def read_rules(
    themes: Container[str],
    path: Path = BUNDLED,
    families: Mapping[str, Sequence[str]] | None = None,
) -> RuleBook:
    """Read the rules; each theme that they speak of must be one of `themes`.

    `families` are those whose words a rule or a list may borrow, the bundled ones unless given.
    Raises RulesError naming the file, the rule and the setting that is wrong.
    """
    blocks = read_toml(path, RulesError)
    kin = read_families() if families is None else families
    lists = {
        name: tuple(_spelled(f"{path}: [lists] {name}", phrases, kin))
        for name, phrases in blocks.get("lists", {}).items()
    }
    rules = tuple(_rule(path, block, themes, lists, kin) for block in blocks.get("rule", []))
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise RulesError(f"{path}: {name!r}: two rules have this name")
    return RuleBook(rules, lists)


def _spelled(where: str, phrases: Iterable[str], kin: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Give phrases, and for each "~name" the words of the family of that name."""
    for phrase in phrases:
        if not phrase.startswith("~"):
            yield phrase
        elif phrase[1:] in kin:
            yield from kin[phrase[1:]]
        else:
            raise RulesError(f"{where}: {phrase!r}: no such family")


def _rule(
    path: Path,
    block: Mapping[str, Any],
    themes: Container[str],
    lists: Container[str],
    kin: Mapping[str, Sequence[str]],
) -> Rule:
    where = f"{path}: {block.get('name', 'a rule without a name')!r}"
    allowed = [f.name for f in fields(Rule)]
    for name in block:
        if name not in allowed:
            raise RulesError(f"{where}: unknown setting {name!r}; allowed: {', '.join(allowed)}")
    values: dict[str, Any] = {
        name: tuple(_spelled(where, value, kin)) if name in LISTS else value
        for name, value in block.items()
    }
    rule = Rule(**values)
    for theme in (theme for role in ROLES for theme in getattr(rule, role)):
        if theme not in themes and theme != "all":
            raise RulesError(f"{where}: {theme!r}: no such theme")
    for phrase in (*rule.phrases, *rule.also, *rule.unless):
        if not words(phrase) or (phrase.startswith("@") and phrase[1:] not in lists):
            raise RulesError(f"{where}: {phrase!r}: no such list, or nothing to look for")
    if any(phrase.startswith("@") for phrase in rule.phrases):
        raise RulesError(f"{where}: a list stands in also and unless only")
    if not rule.phrases or rule.proximity not in ("", "direct", "indirect"):
        raise RulesError(f"{where}: phrases are needed; a proximity is direct or indirect")
    return rule
