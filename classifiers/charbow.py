"""A bag of words, letters, families and cues: the architecture "vigie.CharBow.v3" of the model.

A linear model over hashed features: each word and each pair of neighbours; the runs of 3 to 5
letters inside words, by which a form never seen in training resembles those that were; the families
of its words, one by one and two by two, by which a word never seen counts as its kin do; and the
cues, which are whatever was found in the text before (here, the rules that apply to it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ORTH
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Model, chain

from classifiers.text import words

Keys: TypeAlias = NDArray[np.uint64]
Floats: TypeAlias = NDArray[np.float32]
Bag: TypeAlias = tuple[Keys, Floats]
Bags: TypeAlias = tuple[Keys, Floats, NDArray[np.int32]]

NAME = "vigie.CharBow.v3"
CUES = "cues"  # the key under which a Doc keeps the names of its cues, in its user_data
FAMILIES = "families"  # the same for families: their names, and the word at which each starts
LETTERS = (3, 4, 5)
LONGEST = 40  # letters of a word that are looked at: nothing longer is a word
CUE = np.float32(0.5)  # what a cue weighs beside all the words together, which weigh 1
RARITIES = 2**19  # buckets in which documents are counted, to know which keys are rare
_NONE: Keys = np.zeros(0, dtype=np.uint64)
_INSIDE = np.uint64(0x9E3779B97F4A7C15)  # keeps the run of letters "abc" apart from the word
_OPENING = 2  # keys of a word before those of its letters: itself, and the pair that it opens
_SILENT = (
    "de la le les des du d l un une et a au aux en pour par sur dans avec sans que qui se s son sa "
    "ses ce cet cette ces est sont ou n ne pas plus y il elle on nous leur qu c j je "
    "the of to in and for on is are at as with an by from be it its that"
)
SILENT = frozenset(word.form for word in words(_SILENT)) | frozenset(',.:;?!«»“”"()—…/|')


@registry.architectures(NAME)  # type: ignore[untyped-decorator]
def char_bow(length: int = 2**16, nO: int | None = None) -> Model[Any, Any]:  # noqa: N803
    """Build the model: `length` buckets of hashed features, one output per label in 0..1."""
    rarities: Any = np.ones(RARITIES, dtype=np.float32)
    bags: Model[Any, Any] = Model("char_bow", _forward, params={"rarities": rarities})
    weights: Model[Any, Any] = Model(
        "weights",
        _add_up,
        init=_settle,
        dims={"nO": nO, "length": length},
        params={"W": None, "b": None},
    )
    logistic: Model[Any, Any] = Model("logistic", _logistic)
    model: Model[Any, Any] = chain(bags, weights, logistic)
    model.attrs["multi_label"] = True
    return model


def count(model: Model[Any, Any], docs: Sequence[Doc]) -> None:
    """Let the model learn which words and letters are rare; those of no Doc will weigh nothing."""
    held = np.zeros(RARITIES, dtype=np.int64)
    for doc in docs:
        held[np.unique(buckets(np.concatenate(_views(_parts(doc), _kin(doc))), RARITIES))] += 1
    rarities: Any = np.where(held, 1 + np.log((1 + len(docs)) / (1 + held)), 0).astype(np.float32)
    model.layers[0].set_param("rarities", rarities)


def bag(model: Model[Any, Any], doc: Doc) -> Bag:
    """Give the keys of a Doc, each once, and what each weighs."""
    return _bag(_views(_parts(doc), _kin(doc)), _cues(doc), _rarities(model))


def heap(bags: Sequence[Bag]) -> Bags:
    """Put bags one behind the other, as the linear layer takes them."""
    keys = np.concatenate([keys for keys, _ in bags])
    values = np.concatenate([values for _, values in bags])
    return keys, values, np.asarray([len(keys) for keys, _ in bags], dtype=np.int32)


def buckets(keys: Keys, length: int) -> NDArray[np.int64]:
    """Give the row of the weights that each key has, possibly with others."""
    return (keys % np.uint64(length)).astype(np.int64)


def weigh(model: Model[Any, Any], doc: Doc) -> tuple[Floats, Floats]:
    """Give what each word, then each cue, adds to each label before the logistic.

    Rows are words (or cues, in their order), columns labels. With the bias they sum to the score:
    what weighed most is known, not guessed. A family and its pairs count for its words.
    """
    parts, kin, cues = _parts(doc), _kin(doc), _cues(doc)
    views = _views(parts, kin)
    keys, values = _bag(views, cues, _rarities(model))
    order = np.argsort(keys)
    pairs = _pairs(np.concatenate([_NONE, *kin]))
    shown = [
        np.concatenate([part, some, _holding(some, pairs)]) if len(some) else part
        for part, some in zip(parts, kin, strict=True)
    ]
    shown.extend(cues[i : i + 1] for i in range(len(cues)))
    spread = np.concatenate([_NONE, *shown])
    _, which, counts = np.unique(spread, return_inverse=True, return_counts=True)
    held = values[order][np.searchsorted(keys, spread, sorter=order)]
    shares = (held / counts[which]).astype(np.float32)
    lengths = np.asarray([len(part) for part in shown], dtype=np.int32)
    weights: Any = model.layers[1]
    added: Floats = weights.predict((spread, shares, lengths)) - weights.get_param("b")
    return added[: len(doc)], added[len(doc) :]


def _rarities(model: Model[Any, Any]) -> Floats:
    rarities: Any = model.layers[0].get_param("rarities")
    return rarities  # type: ignore[no-any-return]


def _forward(
    model: Model[Any, Any], docs: Sequence[Doc], is_train: bool
) -> tuple[Bags, Callable[[Any], list[Doc]]]:
    rarities: Any = model.get_param("rarities")
    found = [_bag(_views(_parts(doc), _kin(doc)), _cues(doc), rarities) for doc in docs]
    return heap(found), lambda _: []


def _settle(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803
    if Y is not None:
        model.set_dim("nO", Y.shape[1])
    width = model.get_dim("nO")
    weights: Any = np.zeros((model.get_dim("length"), width), dtype=np.float32)
    constants: Any = np.zeros(width, dtype=np.float32)
    model.set_param("W", weights)
    model.set_param("b", constants)


def _add_up(
    model: Model[Any, Any], bags: Bags, is_train: bool
) -> tuple[Floats, Callable[[Any], Any]]:
    keys, values, lengths = bags
    table: Any = model.get_param("W")
    constants: Any = model.get_param("b")
    scores = np.tile(constants, (len(lengths), 1))
    if len(keys):
        starts = (np.cumsum(lengths) - lengths)[lengths > 0]
        added = table[buckets(keys, len(table))] * values[:, None]
        scores[lengths > 0] += np.add.reduceat(added, starts)
    return scores, _not_by_steps


def _logistic(
    model: Model[Any, Any], scores: Floats, is_train: bool
) -> tuple[Floats, Callable[[Any], Any]]:
    return (1 / (1 + np.exp(-np.clip(scores, -30, 30)))).astype(np.float32), _not_by_steps


def _not_by_steps(_gradient: Any) -> Any:
    # The weights have one best value, which `train.py` finds at once.
    raise NotImplementedError("this model is trained by `vigie train`, not by `spacy train`")


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
    return np.asarray(sorted(get_string_id(run) for run in runs), dtype=np.uint64) ^ _INSIDE


def _cues(doc: Doc) -> Keys:
    names: Iterable[str] = doc.user_data.get(CUES, ())
    return np.asarray(sorted(get_string_id(f"cue: {name}") for name in names), dtype=np.uint64)


@lru_cache(maxsize=4096)
def _family(name: str) -> int:
    return get_string_id(f"family: {name}")


def _kin(doc: Doc) -> list[Keys]:
    """Give the keys of the families that start at each word."""
    kin: list[list[int]] = [[] for _ in doc]
    for name, start in doc.user_data.get(FAMILIES, ()):
        kin[start].append(_family(name))
    return [np.asarray(keys, dtype=np.uint64) for keys in kin]


def _views(parts: Sequence[Keys], kin: Sequence[Keys]) -> tuple[Keys, ...]:
    """Give the keys that count together: words, letters, families, pairs of families."""
    families = np.concatenate([_NONE, *kin])
    return (
        np.concatenate([_NONE, *(keys[:_OPENING] for keys in parts)]),
        np.concatenate([_NONE, *(keys[_OPENING:] for keys in parts)]),
        families,
        _pairs(families)[0],
    )


def _pairs(families: Keys) -> tuple[Keys, Keys, Keys]:
    """Give the keys of the pairs of families, and beside each its two families."""
    once = np.unique(families)
    rows, columns = np.triu_indices(len(once), 1)
    one, other = once[rows], once[columns]
    return one * _INSIDE + other, one, other


def _holding(some: Keys, pairs: tuple[Keys, Keys, Keys]) -> Keys:
    """Give the keys of the pairs that hold one of some families."""
    keys, one, other = pairs
    held: Keys = keys[((one[:, None] == some) | (other[:, None] == some)).any(axis=1)]
    return held


def _bag(views: Sequence[Keys], cues: Keys, rarities: Floats) -> Bag:
    """Count each key once, sub-linearly, the rare ones more; each view weighs 1 in all."""
    found = [_weighed(keys, rarities) for keys in views]
    keys = np.concatenate([*(keys for keys, _ in found), cues])
    values = [*(values for _, values in found), np.full(len(cues), CUE)]
    return keys, np.concatenate(values).astype(np.float32)


def _weighed(keys: Keys, rarities: Floats) -> Bag:
    keys, counts = np.unique(keys, return_counts=True)
    values = ((1 + np.log(counts)) * rarities[buckets(keys, RARITIES)]).astype(np.float32)
    return keys, values / max(float(np.linalg.norm(values)), 1e-9)
