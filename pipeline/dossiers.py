"""What the team follows, and what it has said of it so far. Data that it writes; only read here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import DossiersError
from pipeline.files import check_themes, read_toml

BUNDLED = Path(__file__).with_name("dossiers.toml")
KEYS = {"title", "themes", "bills", "said"}


class SaidKind(StrEnum):
    """How something was said: filed as a brief, taken as a position, written, published."""

    BRIEF = "brief"
    POSITION = "position"
    LETTER = "letter"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Said:
    """Something that we have said: when, in what form, where it can be read ("" for nowhere)."""

    kind: SaidKind
    on: date
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Something that the team follows. `said` comes the newest first.

    `bills` are named as "qc/43-2/99": a number alone names another bill at each session.
    """

    id: str
    title: str
    themes: tuple[str, ...] = ()
    bills: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()


def read_dossiers(path: Path = BUNDLED, themes: Collection[str] = ()) -> tuple[Dossier, ...]:
    """Read the dossiers; with `themes`, those of a dossier must be among them.

    Raises DossiersError naming the file and the dossier that is wrong.
    """
    blocks = read_toml(path, DossiersError)
    return tuple(_dossier(f"{path} : [{id_}]", id_, block, themes) for id_, block in blocks.items())


def touched(
    dossiers: Iterable[Dossier], bills: Collection[str], themes: Sequence[str]
) -> Iterator[tuple[Dossier, bool]]:
    """Give the dossiers that something touches, each with whether it names one of its bills."""
    for dossier in dossiers:
        named = not set(dossier.bills).isdisjoint(bills)
        if named or not set(dossier.themes).isdisjoint(themes):
            yield dossier, named


def _dossier(where: str, id_: str, block: Any, themes: Collection[str]) -> Dossier:
    if not isinstance(block, dict) or not set(block) <= KEYS or not _words(block.get("title")):
        raise DossiersError(f"{where} : les clés sont {', '.join(sorted(KEYS))}; title est dû.")
    lists = [block.get("themes", []), block.get("bills", [])]
    if not all(isinstance(one, list) and all(map(_words, one)) for one in lists) or not any(lists):
        raise DossiersError(f"{where} : themes et bills sont des listes de mots; une au moins.")
    check_themes(where, lists[0], themes, DossiersError)
    if wrong := [one for one in lists[1] if one.count("/") != 2 or "-" not in one]:
        raise DossiersError(
            f"{where} : {', '.join(wrong)} : un projet de loi s'écrit qc/43-2/99 "
            "(parlement, législature-session, numéro)."
        )
    said = [_said(where, one) for one in block.get("said", [])]
    newest = tuple(sorted(said, key=lambda one: one.on, reverse=True))
    return Dossier(id_, block["title"], tuple(lists[0]), tuple(lists[1]), newest)


def _said(where: str, block: Mapping[str, Any]) -> Said:
    try:
        said = Said(SaidKind(block["kind"]), block["on"], block["title"], block.get("url", ""))
    except (KeyError, ValueError) as error:
        raise DossiersError(
            f"{where}.said : kind ({', '.join(SaidKind)}), on et title sont dus ({error})."
        ) from error
    if type(said.on) is not date or not _words(said.title):
        raise DossiersError(f"{where}.said : on est un jour (2026-09-14), title un texte.")
    if said.url and urlsplit(said.url).scheme not in ("http", "https"):
        raise DossiersError(f"{where}.said : url commence par http:// ou https://.")
    return said


def _words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
