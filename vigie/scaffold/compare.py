"""What changed between two goldens, in lines that a person can judge."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.words import SPACE

LONGEST = 120
Golden = Mapping[str, Any]


def compare(before: Golden, after: Golden) -> list[str]:
    """Give a line per item added (+), removed (-) or changed (~, with each field that did).

    The addresses asked for and what is told, that come or go, follow.
    """
    old, new = _named(before.get("items", ())), _named(after["items"])
    lines = [f"+\t{_shown(new[name])}" for name in new if name not in old]
    lines += [f"-\t{_shown(old[name])}" for name in old if name not in new]
    for name in new:
        if name in old and (changes := list(_changes(old[name], new[name]))):
            lines.append(f"~\t{new[name]['title']}")
            lines += [f"\t{change}" for change in changes]
    for what, word in (("asks", "demande"), ("tells", "dit")):
        was, is_ = ([_said(one) for one in side.get(what, ())] for side in (before, after))
        lines += [f"+\t{word}{SPACE}: {one}" for one in is_ if one not in was]
        lines += [f"-\t{word}{SPACE}: {one}" for one in was if one not in is_]
    return lines


def _named(items: Sequence[Golden]) -> dict[str, Golden]:
    """Give items by what tells them apart: their key or address, with their words if need be."""
    names = Counter(item["key"] or item["url"] for item in items)
    found: dict[str, Golden] = {}
    for item in items:
        name = item["key"] or item["url"]
        if names[name] > 1:
            name = f"{name} {item['title']} {item['published_text']}"
        found[name if name not in found else f"{name} {len(found)}"] = item
    return found


def _changes(old: Golden, new: Golden) -> Iterator[str]:
    was, is_ = dict(_flat(old)), dict(_flat(new))
    for name in dict.fromkeys((*was, *is_)):
        if was.get(name) != is_.get(name):
            yield f"{name}{SPACE}: {_said(was.get(name))} → {_said(is_.get(name))}"


def _flat(value: Golden, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, one in value.items():
        if isinstance(one, Mapping):
            yield from _flat(one, f"{above}{name}.")
        else:
            yield f"{above}{name}", one


def _shown(item: Golden) -> str:
    return "\t".join((item["title"], item["published_at"] or "sans date", item["url"]))


def _said(value: Any) -> str:
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
