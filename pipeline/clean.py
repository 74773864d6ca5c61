"""Text that every database takes: without the characters that PostgreSQL or UTF-8 refuse."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import is_
from typing import Any, TypeVar

T = TypeVar("T")
REFUSED = re.compile("[\x00\ud800-\udfff]")  # NUL; halves of a pair that lost the other


def clean(value: T) -> T:
    """Give the same value, its texts, however deep, without the characters that are refused."""
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = REFUSED.sub("", value) if REFUSED.search(value) else value  # an Enum stays one
    elif isinstance(value, tuple):
        held = tuple(clean(one) for one in value)
        cleaned = value if all(map(is_, held, value)) else held
    elif is_dataclass(value) and not isinstance(value, type):
        said = {name: getattr(value, name) for name in _names(type(value))}
        moved = {name: held for name, one in said.items() if (held := clean(one)) is not one}
        cleaned = replace(value, **moved) if moved else value
    result: T = cleaned
    return result


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))
