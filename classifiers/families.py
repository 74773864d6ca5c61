"""Words that speak of nearly the same thing: reads `families.toml`, finds them in a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers.errors import RulesError
from classifiers.files import read_toml
from classifiers.text import words

BUNDLED = Path(__file__).with_name("families.toml")


class FamilyMatcher:
    """Finds the families of a Doc made of the forms of `text.words`."""

    def __init__(self, families: Mapping[str, Sequence[str]], vocab: Vocab) -> None:
        self._strings = vocab.strings
        self._matcher = PhraseMatcher(vocab)
        for name, listed in families.items():
            forms = [words(phrase).forms for phrase in listed]
            self._matcher.add(name, [Doc(vocab, words=form) for form in forms])

    def read(self, doc: Doc) -> list[tuple[str, int]]:
        """Give the families in a Doc, each as often as it is there, with the word it starts at."""
        return sorted({(self._strings[key], start) for key, start, _ in self._matcher(doc)})


def read_families(path: Path = BUNDLED) -> Mapping[str, Sequence[str]]:
    """Read the families. Raises RulesError naming the file, the family and what is wrong."""
    found: Mapping[str, Sequence[str]] = read_toml(path, RulesError).get("families", {})
    for name, listed in found.items():
        if not isinstance(listed, list) or not listed:
            raise RulesError(f"{path}: {name!r}: words are needed")
        for phrase in listed:
            if not words(phrase):
                raise RulesError(f"{path}: {name!r}: {phrase!r}: nothing to look for")
    return found
