"""The chance of a count, when counts vary more than by pure luck. Pure."""

from __future__ import annotations

import math


def upper_tail(volume: float, mean: float, variance: float) -> float:
    """Give the chance of so much or more of a negative binomial count, half of `volume` itself.

    Between two whole volumes the chance is interpolated on a log scale. Never less than 1e-300.
    """
    whole = math.floor(volume)
    share = volume - whole
    here = math.log(_mid_p(whole, mean, variance))
    above = math.log(_mid_p(whole + 1, mean, variance)) if share else 0.0
    return math.exp((1 - share) * here + share * above)


def _mid_p(count: int, mean: float, variance: float) -> float:
    if count <= 0:
        return 1.0
    size = mean**2 / max(variance - mean, 1e-4 * mean)
    miss = mean / (size + mean)
    log_chance = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    log_chance += size * math.log1p(-miss) + count * math.log(miss)
    if log_chance < -690:  # too far from the mean for a float
        return 1.0 if count < mean else 1e-300
    chance = math.exp(log_chance)
    total = chance / 2
    while chance > total * 1e-9:
        chance *= miss * (count + size) / (count + 1)
        count += 1
        total += chance
    return min(1.0, max(total, 1e-300))
