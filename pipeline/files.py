"""The files that people write for Vigie: read, or refused by name."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from pipeline.errors import StoreError


def read_toml(path: Path, refuse: type[StoreError]) -> dict[str, Any]:
    """Read a file. Raises `refuse`, naming the file, where there is none or it is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse(f"{path} : {error}") from error


def check_themes(
    where: str, own: Iterable[str], themes: Collection[str], refuse: type[StoreError]
) -> None:
    """Raise `refuse` for what is none of the `themes`, where there are any to choose among."""
    if themes and (unknown := [one for one in own if one not in themes]):
        raise refuse(f"{where} : aucun thème ne s'appelle {', '.join(unknown)}.")
