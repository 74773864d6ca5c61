"""Families of words: found where they stand, and a word never met counts as its kin do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from classifiers.charbow import FAMILIES, char_bow, count, weigh
from classifiers.errors import RulesError
from classifiers.families import FamilyMatcher, read_families
from classifiers.text import words

NLP = spacy.blank("xx")
KIN: Mapping[str, Sequence[str]] = {
    "loyer": ["loyer", "bail", "reprise de logement"],
    "bébé": ["bébé", "poupon", "toddler"],
}


def doc_of(text: str, families: Mapping[str, Sequence[str]] = KIN) -> Doc:
    doc = Doc(NLP.vocab, words=words(text).forms)
    doc.user_data[FAMILIES] = FamilyMatcher(families, NLP.vocab).read(doc)
    return doc


@pytest.fixture
def taught() -> Any:
    """Give a model of one label that has met « loyer » and « bébé », and weighs what it met."""
    model: Any = char_bow(length=2**12)
    docs = [doc_of("le loyer du bébé"), doc_of("la pluie"), doc_of("le vent")]
    model.initialize(X=docs[:1], Y=np.asarray([[1.0]]))
    count(model, docs)
    model.layers[1].set_param("W", np.ones((2**12, 1), dtype=np.float32))
    return model


def test_a_family_is_told_at_the_word_where_it_starts_as_often_as_it_stands() -> None:
    doc = doc_of("Bail, baux et reprises de logement : des poupons dehors")
    assert doc.user_data[FAMILIES] == [("bébé", 9), ("loyer", 0), ("loyer", 2), ("loyer", 4)]


def test_a_word_never_met_counts_for_what_its_family_counts(taught: Any) -> None:
    kin, stranger = (weigh(taught, [doc_of(text)])[0].sum() for text in ("toddler", "xyzzy"))
    assert kin > 0
    assert stranger == 0


def test_two_families_together_count_for_the_words_of_both(taught: Any) -> None:
    both = weigh(taught, [doc_of("un bail, un toddler")])[0][:, 0]
    alone = weigh(taught, [doc_of("un toddler")])[0][:, 0]
    assert both[1] > 0
    assert both[4] > 0
    assert both.sum() > alone.sum()


def test_no_word_stands_twice_in_a_family() -> None:
    for name, listed in read_families().items():
        forms = [tuple(words(phrase).forms) for phrase in listed]
        assert len(forms) == len(set(forms)), name


@pytest.mark.parametrize(
    "wrong", ['"a" = []', '"a" = ["\\u200b"]', '"a" = "b"', '"a" = ["-"]', '"a" = [']
)
def test_a_wrong_family_is_refused_by_name(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "families.toml"
    path.write_text(f"[families]\n{wrong}\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"families\.toml"):
        read_families(path)


def test_families_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="nowhere"):
        read_families(tmp_path / "nowhere.toml")
