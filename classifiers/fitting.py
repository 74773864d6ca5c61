"""The best weights of the model: a logistic loss and a pull towards nought, one minimum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from classifiers.charbow import Floats, Heap

Numbers = NDArray[np.float64]


def matrix(bags: Heap, length: int) -> csr_matrix:
    """Put bags into rows of `length` buckets."""
    starts = np.concatenate([[0], np.cumsum(bags.lengths)])
    shape = (len(bags.lengths), length)
    return csr_matrix((bags.values, bags.keys % length, starts), shape=shape)


def fit(rows: csr_matrix, truth: Numbers, freedom: float, steps: int) -> tuple[Floats, Floats]:
    """Give the weights (buckets × labels) and the constants that fit best.

    `freedom`: how far the weights may go for one text more; `steps`: the most that are taken.
    There is one minimum and no chance in the way to it: same texts, same weights.
    """
    width, labels = rows.shape[1], truth.shape[1]
    columns = rows.T.tocsr()

    def loss(at: Numbers) -> tuple[float, Numbers]:
        weights, constants = at[:-labels].reshape(width, labels), at[-labels:]
        scores = rows @ weights + constants
        gap = 1 / (1 + np.exp(-np.clip(scores, -30, 30))) - truth
        pull = weights / freedom
        lost = (np.logaddexp(0, scores) - truth * scores).sum() + (weights * pull).sum() / 2
        return float(lost), np.concatenate([(columns @ gap + pull).ravel(), gap.sum(axis=0)])

    start = np.zeros((width + 1) * labels)
    limits = {"maxiter": steps, "maxcor": 6}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=limits).x
    weights = found[:-labels].reshape(width, labels).astype(np.float32)
    return weights, found[-labels:].astype(np.float32)
