"""Whom to call about something, and why: those who know its themes, those whom the press names."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PARTNERS = Path(__file__).with_name("partners.toml")
MOST = 6  # partners to call: a list of twenty is none


@dataclass(frozen=True, slots=True)
class Call:
    """A partner to call: the themes that it knows among those at stake; `named`: it is moving."""

    partner: str
    themes: tuple[str, ...]
    named: bool


def calls(
    themes: Sequence[str], named: Collection[str], most: int = MOST, path: Path = PARTNERS
) -> tuple[Call, ...]:
    """Give the partners to call: those named first, then those who know the first themes best."""
    known = _known(path)
    found = [
        (
            Call(partner, tuple(one for one in themes if one in own), partner in named),
            min((themes.index(one) + own.index(one) for one in own if one in themes), default=0),
        )
        for partner, own in known.items()
        if partner in named or set(own) & set(themes)
    ]
    found.sort(key=lambda one: (not one[0].named, one[1], -len(one[0].themes)))
    return tuple(call for call, _ in found[:most])


@cache
def _known(path: Path) -> Mapping[str, Sequence[str]]:
    table: Mapping[str, Sequence[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["partners"]
    return table
