"""Whom to call about something, and why: those who know its themes, those whom the press names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import PartnersError
from pipeline.files import check_themes, read_toml

PARTNERS = Path(__file__).with_name("partners.toml")
MOST = 6  # partners to call: a list of twenty is none
Partners = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Call:
    """A partner to call: the themes that it knows among those at stake; `named`: it is moving."""

    partner: str
    themes: tuple[str, ...]
    named: bool


def calls(
    themes: Sequence[str], named: Collection[str], partners: Partners, most: int = MOST
) -> tuple[Call, ...]:
    """Give the partners to call: those named first, then those who know the first themes best."""
    found = [
        (
            Call(partner, tuple(one for one in themes if one in own), partner in named),
            min((themes.index(one) + own.index(one) for one in own if one in themes), default=0),
        )
        for partner, own in partners.items()
        if partner in named or set(own) & set(themes)
    ]
    found.sort(key=lambda one: (not one[0].named, one[1], -len(one[0].themes)))
    return tuple(call for call, _ in found[:most])


def read_partners(path: Path = PARTNERS, themes: Collection[str] = ()) -> Partners:
    """Read whom to call; with `themes`, those that a partner knows must be among them.

    Raises PartnersError naming the file, what is wrong in it and what is due.
    """
    file = read_toml(path, PartnersError)
    if set(file) != {"partners"} or not isinstance(file["partners"], dict):
        raise PartnersError(f"{path} : une seule table, [partners], est due.")
    for partner, own in file["partners"].items():
        where = f"{path} : {partner}"
        if not isinstance(own, list) or not own or not all(isinstance(one, str) for one in own):
            raise PartnersError(f'{where} : donnez ses thèmes, ["logement"]; un au moins.')
        check_themes(where, own, themes, PartnersError)
    return {partner: tuple(own) for partner, own in file["partners"].items()}


@cache
def bundled() -> Partners:
    """Give the partners that come with Vigie, read once a process."""
    return read_partners()
