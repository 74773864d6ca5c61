"""Whom a text is about and who acts in it: reads `facets.toml`, finds them, quotes the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers.errors import RulesError
from classifiers.files import read_toml
from classifiers.rules import Hit, Rule, RuleBook, RuleMatcher
from classifiers.text import words

BUNDLED = Path(__file__).with_name("facets.toml")
SORTS = ("populations", "actors")
SETTINGS = {"fr", "en", "words", "unless"}


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of a file: each sort's ids in their order, with their labels by language."""

    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    book: RuleBook


class FacetMatcher:
    """Finds the facets of a Doc made of the forms of `text.words`."""

    def __init__(self, facets: Facets, vocab: Vocab) -> None:
        self.facets = facets
        self._matcher = RuleMatcher(facets.book, vocab)

    def read(self, doc: Doc) -> Iterator[tuple[str, str, Hit]]:
        """Give the sort and the id of each facet found, and where its first words stand."""
        for hit in self._matcher.read(doc, len(doc)):
            sort, _, id_ = hit.rule.name.partition(".")
            yield sort, id_, hit


def read_facets(path: Path = BUNDLED) -> Facets:
    """Read the facets. Raises RulesError naming the file, the facet and the wrong setting."""
    blocks = read_toml(path, RulesError)
    if set(blocks) != set(SORTS):
        raise RulesError(f"{path}: [{'.…], ['.join(SORTS)}.…] are needed, and no other")
    rules = [
        _rule(f"{path}: [{sort}.{id_}]", f"{sort}.{id_}", block)
        for sort in SORTS
        for id_, block in blocks[sort].items()
    ]
    labels = {
        sort: {id_: {lang: block[lang] for lang in ("fr", "en")} for id_, block in found.items()}
        for sort, found in blocks.items()
    }
    return Facets(labels, RuleBook(tuple(rules), {}))


def _rule(where: str, name: str, block: Mapping[str, Any]) -> Rule:
    if set(block) - SETTINGS or not {"fr", "en", "words"} <= set(block):
        raise RulesError(f"{where}: fr, en and words are needed, unless is allowed")
    for phrase in (*block["words"], *block.get("unless", ())):
        if not words(phrase):
            raise RulesError(f"{where}: {phrase!r}: nothing to look for")
    return Rule(name, fr=tuple(block["words"]), unless=tuple(block.get("unless", ())))
