"""Which fields of its items a source must fill, and in what share: what a lost label takes away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, get_args

from spiders.items import Facts, Item, StageFacts

FIELDS = {
    *(one.name for one in fields(Item)),
    *(f"facts.{one.name}" for sort in get_args(Facts) for one in fields(sort)),
    *(f"facts.stages.{one.name}" for one in fields(StageFacts)),
}
FEW = 2  # one item alone proves nothing, unless all of them must have the field
NOT_ITS = object()


def unfilled(items: Collection[Item], filled: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """Give, of each field that too few items have, how many lack it, of how many that could."""
    found = {}
    for name, share in filled.items():
        values = [value for item in items if (value := _value(item, name)) is not NOT_ITS]
        empty = sum(map(_is_empty, values))
        if empty > (1 - share) * len(values) and (empty >= FEW or share == 1):
            found[name] = empty, len(values)
    return found


def lacks(item: Item, names: Collection[str]) -> bool:
    """Tell an item that one of these fields of its own is empty in."""
    return any(_is_empty(_value(item, name)) for name in names)


def _value(item: Item, name: str) -> Any:
    """Give a field of an item, or of its facts: of several stages, what any of them has."""
    value: Any = item
    for part in name.split("."):
        if isinstance(value, tuple):
            value = tuple(one for stage in value if not _is_empty(one := getattr(stage, part)))
        else:
            value = getattr(value, part, NOT_ITS)
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", ())
