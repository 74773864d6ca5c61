"""A bag of words, letters, families and cues: the architecture "vigie.CharBow.v3" of the model.

A linear model over hashed features: each word and each pair of neighbours; the runs of 3 to 5
letters inside words, by which a form never seen in training resembles those that were; the families
of its words, one by one and two by two, by which a word never seen counts as its kin do; and the
cues, which are whatever was found in the text before (here, the rules that apply to it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

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
Numbers: TypeAlias = NDArray[np.int64]

NAME = "vigie.CharBow.v3"
CUES = "cues"  # the key under which a Doc keeps the names of its cues, in its user_data
FAMILIES = "families"  # the same for families: their names, and the word at which each starts
LETTERS = (3, 4, 5)
LONGEST = 40  # letters of a word that are looked at: nothing longer is a word
CUE = np.float32(0.5)  # what a cue weighs beside all the words together, which weigh 1
BITS = 19  # of a key that are kept: 524,288 of them, counted to know which are rare
RARITIES = 2**BITS
_KEPT = np.uint64(RARITIES - 1)
_MIXER = 0x9E3779B97F4A7C15  # keeps "abc" inside a word apart from the word, "ab" from "ba"
# Features are counted and weighed view by view; the cues of a text, all alike.
_WORD, _LETTER, _FAMILY, _PAIR, _CUE = VIEWS = range(5)
_SILENT = (
    "de la le les des du d l un une et a au aux en pour par sur dans avec sans que qui se s son sa "
    "ses ce cet cette ces est sont ou n ne pas plus y il elle on nous leur qu c j je "
    "the of to in and for on is are at as with an by from be it its that"
)
SILENT = frozenset(words(_SILENT).forms) | frozenset(',.:;?!«»“”"()—…/|')
_SILENT_KEYS: Keys = np.asarray([get_string_id(form) for form in SILENT], dtype=np.uint64)


class Found(NamedTuple):
    """Features where they stand, one an entry: `group` tells the Doc and the view, as
    Doc × len(VIEWS) + view; `key` is in 0..RARITIES; `row` counts the words, then the cues, of each
    Doc, all Docs put end to end.
    """

    group: Keys
    key: Keys
    row: Numbers


class Heap(NamedTuple):
    """Bags one behind the other: the keys of each Doc, once a view, and what each weighs.

    `lengths`: how many are of each Doc. `ids` (group and key in one) and `counts` tell which
    features of a Found each stands for.
    """

    keys: Numbers
    values: Floats
    lengths: NDArray[np.int32]
    ids: Keys
    counts: Numbers


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
    ids, _ = _once(_find(docs))
    told = ids[_view(ids) != _CUE] & _KEPT
    held = np.bincount(told.astype(np.int64), minlength=RARITIES)
    rarities: Any = np.where(held, 1 + np.log((1 + len(docs)) / (1 + held)), 0).astype(np.float32)
    model.layers[0].set_param("rarities", rarities)


def heap(model: Model[Any, Any], docs: Sequence[Doc]) -> Heap:
    """Give the bags of some Docs, as the linear layer takes them."""
    return _heap(_find(docs), len(docs), _rarities(model))


def weigh(model: Model[Any, Any], docs: Sequence[Doc]) -> list[Floats]:
    """Give what each word, then each cue, of each Doc adds to each label before the logistic.

    Rows are words, then cues in their order; columns are labels. With the bias they sum to the
    score: what weighed most is known, not guessed. A family counts for its words, a pair of
    families for the first word of each.
    """
    if not docs:
        return []
    found = _find(docs)
    bags = _heap(found, len(docs), _rarities(model))
    which = np.searchsorted(bags.ids, _ids(found))
    table: Any = model.layers[1].get_param("W")
    shares = (bags.values / bags.counts)[which].astype(np.float32)
    ends = np.cumsum([_rows(doc) for doc in docs])
    added: Floats = np.zeros((int(ends[-1]), table.shape[1]), dtype=np.float32)
    np.add.at(added, found.row, table[bags.keys[which] % len(table)] * shares[:, None])
    return np.split(added, ends[:-1])


def _rarities(model: Model[Any, Any]) -> Floats:
    rarities: Any = model.layers[0].get_param("rarities")
    return rarities  # type: ignore[no-any-return]


def _forward(
    model: Model[Any, Any], docs: Sequence[Doc], is_train: bool
) -> tuple[Heap, Callable[[Any], list[Doc]]]:
    rarities: Any = model.get_param("rarities")
    return _heap(_find(docs), len(docs), rarities), lambda _: []


def _settle(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803
    if Y is not None:
        model.set_dim("nO", Y.shape[1])
    width = model.get_dim("nO")
    weights: Any = np.zeros((model.get_dim("length"), width), dtype=np.float32)
    constants: Any = np.zeros(width, dtype=np.float32)
    model.set_param("W", weights)
    model.set_param("b", constants)


def _add_up(
    model: Model[Any, Any], bags: Heap, is_train: bool
) -> tuple[Floats, Callable[[Any], Any]]:
    lengths = bags.lengths
    table: Any = model.get_param("W")
    constants: Any = model.get_param("b")
    scores = np.tile(constants, (len(lengths), 1))
    if len(bags.keys):
        starts = (np.cumsum(lengths) - lengths)[lengths > 0]
        added = table[bags.keys % len(table)] * bags.values[:, None]
        scores[lengths > 0] += np.add.reduceat(added, starts)
    return scores, _not_by_steps


def _logistic(
    model: Model[Any, Any], scores: Floats, is_train: bool
) -> tuple[Floats, Callable[[Any], Any]]:
    return (1 / (1 + np.exp(-np.clip(scores, -30, 30)))).astype(np.float32), _not_by_steps


def _not_by_steps(_gradient: Any) -> Any:
    # The weights have one best value, which `train.py` finds at once.
    raise NotImplementedError("this model is trained by `vigie train`, not by `spacy train`")


def _find(docs: Sequence[Doc]) -> Found:
    """Find the features of some Docs, all together: those written, those meant, the cues."""
    starts = np.cumsum([0, *map(_rows, docs)])
    orths = np.concatenate([np.zeros(0, dtype=np.uint64), *(doc.to_array(ORTH) for doc in docs)])
    owners = np.repeat(np.arange(len(docs)), [len(doc) for doc in docs])
    rows = np.concatenate([np.arange(s, s + len(d)) for s, d in zip(starts, docs, strict=False)])
    told = np.flatnonzero(~np.isin(orths, _SILENT_KEYS))
    parts = [
        _written(docs, orths[told], owners[told], rows[told]),
        *_meant([_families(doc) for doc in docs], starts),
        _stuck([doc.user_data.get(CUES, ()) for doc in docs], starts),
    ]
    group, key, row = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Found(group, key & _KEPT, row)


def _rows(doc: Doc) -> int:
    return len(doc) + len(doc.user_data.get(CUES, ()))


def _written(docs: Sequence[Doc], orths: Keys, owners: Numbers, rows: Numbers) -> Found:
    """Give each telling word, the pair it opens with the next of its Doc, and its letters."""
    if not len(orths):
        return Found(orths, orths, rows)
    strings = docs[0].vocab.strings
    following = np.append(orths[1:], np.uint64(0))
    following[np.append(owners[1:] != owners[:-1], True)] = 0
    runs = [_runs(strings[orth]) for orth in orths.tolist()]
    sizes = [len(of) for of in runs]
    group = (owners * len(VIEWS)).astype(np.uint64)
    return Found(
        np.concatenate([group, group, np.repeat(group + np.uint64(_LETTER), sizes)]),
        np.concatenate([orths, orths * np.uint64(_MIXER) + following, *runs]),
        np.concatenate([rows, rows, np.repeat(rows, sizes)]),
    )


@lru_cache(maxsize=50_000)
def _runs(form: str) -> Keys:
    word = f"<{form[:LONGEST]}>"
    runs = {word[i : i + n] for n in LETTERS for i in range(len(word) - n + 1)}
    keys = np.asarray(sorted(get_string_id(run) for run in runs), dtype=np.uint64)
    return (keys ^ np.uint64(_MIXER)) & _KEPT


def _meant(kin: Sequence[Sequence[tuple[int, int]]], starts: Numbers) -> tuple[Found, Found]:
    """Give the families of some Docs, and their pairs, which stand at the first word of both.

    `kin`: the key of each family of a Doc, and its word.
    """
    owner, key, row = _columns(
        (number, key, int(starts[number]) + at) for number, of in enumerate(kin) for key, at in of
    )
    group = owner * len(VIEWS)
    order = np.lexsort((row, key, owner))
    first = order[_changes(key[order]) | _changes(owner[order])]
    one, other = (first[side] for side in _couples(owner[first]))
    pair = key[one] * np.uint64(_MIXER) + key[other]
    return Found(group + np.uint64(_FAMILY), key, row.astype(np.int64)), Found(
        np.tile(group[one] + np.uint64(_PAIR), 2),
        np.tile(pair, 2),
        np.concatenate([row[one], row[other]]).astype(np.int64),
    )


def _couples(owners: Keys) -> tuple[Numbers, Numbers]:
    """Give the places of every two things of the same owner; owners come in order."""
    places = np.arange(len(owners))
    others = np.searchsorted(owners, owners, side="right") - places - 1
    one = np.repeat(places, others)
    return one, np.arange(len(one)) - np.repeat(np.cumsum(others) - others, others) + one + 1


def _stuck(cues: Sequence[Sequence[str]], starts: Numbers) -> Found:
    """Give the cues of some Docs, each with a row of its own behind the words."""
    owner, key, row = _columns(
        (number, _named(f"cue: {name}"), int(starts[number + 1]) - len(of) + place)
        for number, of in enumerate(cues)
        for place, name in enumerate(of)
    )
    return Found(owner * len(VIEWS) + np.uint64(_CUE), key, row.astype(np.int64))


def _columns(rows: Iterable[tuple[int, int, int]]) -> tuple[Keys, Keys, Keys]:
    one, two, three = np.asarray(list(rows), dtype=np.uint64).reshape(-1, 3).T
    return one, two, three


def _families(doc: Doc) -> list[tuple[int, int]]:
    return [(_named(f"family: {name}"), at) for name, at in doc.user_data.get(FAMILIES, ())]


@lru_cache(maxsize=4096)
def _named(name: str) -> int:
    return get_string_id(name)


def _ids(found: Found) -> Keys:
    return (found.group << np.uint64(BITS)) | found.key


def _view(ids: Keys) -> Numbers:
    return (ids >> np.uint64(BITS)).astype(np.int64) % len(VIEWS)


def _once(found: Found) -> tuple[Keys, Numbers]:
    """Give the features, each once a Doc and a view, and how many times each is there."""
    ids = np.sort(_ids(found))
    starts = np.flatnonzero(_changes(ids))
    return ids[starts], np.diff(np.append(starts, len(ids)))


def _changes(keys: Keys) -> NDArray[np.bool_]:
    """Say of each key whether it is another than the one before; the first is."""
    changes = np.ones(len(keys), dtype=np.bool_)
    changes[1:] = keys[1:] != keys[:-1]
    return changes


def _heap(found: Found, docs: int, rarities: Floats) -> Heap:
    """Count each feature once, sub-linearly, the rare ones more; each view weighs 1 in all."""
    ids, counts = _once(found)
    keys, groups = (ids & _KEPT).astype(np.int64), (ids >> np.uint64(BITS)).astype(np.int64)
    values: NDArray[np.float64] = (1 + np.log(counts)) * rarities[keys]
    weights = np.sqrt(np.bincount(groups, values**2, minlength=docs * len(VIEWS)))
    values = values / np.maximum(weights, 1e-9)[groups]
    values[groups % len(VIEWS) == _CUE] = CUE
    lengths = np.bincount(groups // len(VIEWS), minlength=docs).astype(np.int32)
    return Heap(keys, values.astype(np.float32), lengths, ids, counts)
