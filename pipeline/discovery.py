"""Among many units, some are high by chance every day: which of them are told. Pure.

Benjamini and Hochberg's rule, a family at a time: of what is told, a fifth at most is to be chance.
The chance of a surprise is counted, on the quiet days that the family has had, since a surprise is
no exact −log10 of it: days resemble the day before, and the best of several windows is taken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FALSE_SHARE = 0.2
# What simulated quiet days gave (seeds 5 and 6): the share of them above a surprise is
# 10 ** -(start + slope * surprise). It counts for as many days, while little was seen.
KNOWN_FROM = 600.0
THEMES, BILLS = (0.14, 0.80), (1.15, 0.62)


@dataclass(frozen=True, slots=True)
class Discovery:
    """How likely a surprise is on a quiet day, among the units of its family.

    `p`: the share of quiet days above it, of `quiet` days of which `larger` were. `q`: the least
    share of chance among what would be told, were it told too. `rank` is its place among the
    `units` of the day.
    """

    p: float
    q: float
    rank: int
    units: int
    larger: int
    quiet: int


def discoveries(
    surprises: Mapping[str, float],
    above: Sequence[float],
    quiet: int,
    reference: tuple[float, float],
) -> dict[str, Discovery]:
    """Weigh the surprises that the units of a family have on a day.

    `above` are the surprises over 0 of its quiet days, in order, `quiet` how many days those were.
    """
    counted = {unit: len(above) - bisect_right(above, one) for unit, one in surprises.items()}
    chances = {
        unit: _chance(one, counted[unit], quiet, reference) for unit, one in surprises.items()
    }
    ordered = sorted(chances, key=lambda unit: (chances[unit], unit))
    found: dict[str, Discovery] = {}
    least = 1.0
    for rank in range(len(ordered), 0, -1):
        unit = ordered[rank - 1]
        least = min(least, chances[unit] * len(ordered) / rank)
        found[unit] = Discovery(chances[unit], least, rank, len(ordered), counted[unit], quiet)
    return found


def _chance(surprise: float, larger: int, quiet: int, reference: tuple[float, float]) -> float:
    if surprise <= 0:
        return 1.0
    start, slope = reference
    usual: float = 10.0 ** -(start + slope * surprise)
    return (larger + KNOWN_FROM * usual) / (quiet + KNOWN_FROM)
