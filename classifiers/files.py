"""The files that say how texts are read: read, or refused by name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from classifiers.errors import ClassifierError


def read_toml(path: Path, refuse: type[ClassifierError]) -> dict[str, Any]:
    """Read a file. Raises `refuse`, naming the file, where there is none or it is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse(f"{path}: {error}") from error
