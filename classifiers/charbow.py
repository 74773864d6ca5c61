"""A bag of words and of their letters: the architecture "vigie.CharBow.v1" of the model.

A linear model over hashed features: each word, each pair of neighbours, and the runs of 3 to 5
letters inside words, by which a form never seen in training resembles those that were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ORTH
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model, SparseLinear_v2, chain

from classifiers.text import words

Keys: TypeAlias = NDArray[np.uint64]
Floats: TypeAlias = NDArray[np.float32]
Bags: TypeAlias = tuple[Keys, Floats, NDArray[np.int32]]

NAME = "vigie.CharBow.v1"
LETTERS = (3, 4, 5)
_NONE: Keys = np.zeros(0, dtype=np.uint64)
LONGEST = 40  # letters of a word that are looked at: nothing longer is a word
WHOLE = np.float32(3)  # what a word or a pair weighs beside one of its runs of letters
_SILENT = (
    "de la le les des du d l un une et a au aux en pour par sur dans avec sans que qui se s son sa "
    "ses ce cet cette ces est sont ou n ne pas plus y il elle on nous leur qu c j je "
    "the of to in and for on is are at as with an by from be it its that"
)
SILENT = frozenset(word.form for word in words(_SILENT)) | frozenset(',.:;?!«»“”"()—…/|')


@registry.architectures(NAME)  # type: ignore[untyped-decorator]
def char_bow(length: int = 2**16, nO: int | None = None) -> Model[Any, Any]:  # noqa: N803
    """Build the model: `length` buckets of hashed features, one output per label in 0..1."""
    bags: Model[Any, Any] = Model("char_bow", _forward)
    logistic: Model[Any, Any] = Model("logistic", _logistic)
    model: Model[Any, Any] = chain(bags, SparseLinear_v2(nO=nO, length=length), logistic)
    model.attrs["multi_label"] = True
    return model


def weigh(model: Model[Any, Any], doc: Doc) -> Floats:
    """Give what each word adds to each label, words × labels, before the logistic.

    The rows and the bias sum to the score: the words that weighed most are known, not guessed.
    """
    parts = _parts(doc)
    keys, values = _bag(parts)
    spread = np.concatenate([_NONE, *parts])
    _, counts = np.unique(spread, return_counts=True)
    shares = (values / counts)[np.searchsorted(keys, spread)].astype(np.float32)
    lengths = np.asarray([len(part) for part in parts], dtype=np.int32)
    linear = model.layers[1]
    added: Floats = linear.predict((spread, shares, lengths)) - linear.get_param("b")
    return added


def _forward(
    model: Model[Any, Any], docs: Sequence[Doc], is_train: bool
) -> tuple[Bags, Callable[[Any], list[Doc]]]:
    bags = [_bag(_parts(doc)) for doc in docs]
    keys = np.concatenate([keys for keys, _ in bags])
    values = np.concatenate([values for _, values in bags])
    lengths = np.asarray([len(keys) for keys, _ in bags], dtype=np.int32)
    return (keys, values, lengths), lambda _: []


def _logistic(
    model: Model[Any, Any], scores: Floats, is_train: bool
) -> tuple[Floats, Callable[[Floats], Floats]]:
    # spaCy hands back (score - truth), which is the gradient of the cross-entropy with respect to
    # the input of a logistic: passed on as it is, it trains better than the squared error would.
    chances: Floats = (1 / (1 + np.exp(-np.clip(scores, -30, 30)))).astype(np.float32)
    return chances, lambda gradient: gradient


def _parts(doc: Doc) -> list[Keys]:
    """Give the keys of each word: itself, the pair it opens, its letters; none when silent."""
    strings = doc.vocab.strings
    orths = [int(orth) for orth in doc.to_array(ORTH)]
    telling = [orth for orth in orths if strings[orth] not in SILENT]
    following = iter([*telling[1:], 0])
    return [
        _keys(strings[orth], orth, next(following)) if strings[orth] not in SILENT else _NONE
        for orth in orths
    ]


def _keys(form: str, orth: int, following: int) -> Keys:
    pair = (orth * 0x9E3779B97F4A7C15 + following) % 2**64
    return np.concatenate([np.asarray([orth, pair], dtype=np.uint64), _runs(form)])


@lru_cache(maxsize=50_000)
def _runs(form: str) -> Keys:
    word = f"<{form[:LONGEST]}>"
    runs = {word[i : i + n] for n in LETTERS for i in range(len(word) - n + 1)}
    return np.asarray(sorted(get_string_id(run) for run in runs), dtype=np.uint64)


def _bag(parts: Sequence[Keys]) -> tuple[Keys, Floats]:
    """Count each key once, sub-linearly, words more than letters; bring it all to length 1."""
    heads = np.concatenate([_NONE, *(keys[:2] for keys in parts)])
    keys, counts = np.unique(np.concatenate([_NONE, *parts]), return_counts=True)
    values = 1 + np.log(counts.astype(np.float32))
    values[np.isin(keys, heads)] *= WHOLE
    return keys, (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)
