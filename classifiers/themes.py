"""The 15 themes: reads `themes.toml`, refuses a wrong block by name. Light to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.errors import ThemesError
from classifiers.files import read_toml

BUNDLED = Path(__file__).with_name("themes.toml")


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the four axes of the platform. `labels` are by language, "fr" and "en"."""

    id: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the platform: its axis, its labels by language, and what it covers (French)."""

    id: str
    axis: Axis
    labels: Mapping[str, str]
    covers: str


def read_themes(path: Path = BUNDLED) -> Mapping[str, Theme]:
    """Read the themes, in the platform's order.

    Raises ThemesError naming the file, the block and the setting that is wrong.
    """
    blocks = read_toml(path, ThemesError)
    axes = {
        id_: Axis(id_, _labels(f"{path}: [axes.{id_}]", block, ()))
        for id_, block in _table(path, blocks, "axes").items()
    }
    return {
        id_: _theme(f"{path}: [themes.{id_}]", id_, block, axes)
        for id_, block in _table(path, blocks, "themes").items()
    }


def _table(path: Path, blocks: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = blocks.get(name)
    if not isinstance(table, dict) or not table:
        raise ThemesError(f"{path}: no [{name}.…] block")
    return table


def _theme(where: str, id_: str, block: Any, axes: Mapping[str, Axis]) -> Theme:
    labels = _labels(where, block, ("axis", "covers"))
    if block["axis"] not in axes:
        raise ThemesError(f"{where}: axis = {block['axis']!r}; allowed: {', '.join(axes)}")
    return Theme(id=id_, axis=axes[block["axis"]], labels=labels, covers=block["covers"])


def _labels(where: str, block: Any, others: tuple[str, ...]) -> Mapping[str, str]:
    if not isinstance(block, dict):
        raise ThemesError(f"{where}: a block is needed, not a value")
    for name in ("fr", "en", *others):
        if not isinstance(block.get(name), str) or not block[name]:
            raise ThemesError(f"{where}: {name} is missing")
    return {"fr": block["fr"], "en": block["en"]}
