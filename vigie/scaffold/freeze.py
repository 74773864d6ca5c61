"""Freezes the pages of a source as they are today, with what its spider makes of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.clock import day_of
from spiders.base import load_spider
from spiders.errands import Errand
from spiders.errors import SpiderError
from spiders.items import Issue
from spiders.look import Seen, look
from spiders.sources import Source
from spiders.trip import Trip
from spiders.tryout import golden
from vigie.errors import MisuseError
from vigie.lines import read_bytes
from vigie.scaffold.compare import compare
from vigie.scaffold.frozen import (
    Frozen,
    frozen_in,
    golden_body,
    golden_path,
    moment_of,
    stem,
    suffix_of,
)
from vigie.scaffold.new import judged, trouble, waiting
from vigie.scaffold.place import Place, write


@dataclass(frozen=True, slots=True)
class Order:
    """What to freeze: the addresses (those frozen already, when none), or one in a file.

    `replace` drops the older pages of the same addresses: they are other layouts, or were.
    """

    addresses: tuple[str, ...] = ()
    file: Path | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Take:
    """A page to freeze, its golden before and after (None when it is not read: `why` says it)."""

    url: str
    page: Path
    body: bytes = b""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] | None = None
    why: str = ""


def freeze(
    source: Source, order: Order, place: Place, trip: Trip, dry_run: bool = False
) -> tuple[list[str], bool]:
    """Freeze pages; give the lines that say so, the ill first, and whether all went well.

    Raises MisuseError for an address that the source's spider does not read.
    """
    folder = place.pages(source.id)
    old = frozen_in(folder)
    order = replace(order, addresses=_addresses(source, order, old))
    takes = [_read(source, take) for take in _takes(source, order, old, folder, trip)]
    gone = [one.page for one in old if order.replace and _is_outdated(one, takes)]
    if not dry_run:
        write({path: body for take in takes for path, body in _files(source, take, place)})
        for page in gone:
            page.unlink()
            golden_path(page).unlink()
    takes.sort(key=lambda take: take.after is not None)
    lines = [line for take in takes for line in _told(take, place, dry_run)]
    lines += [f"{'serait ' * dry_run}retirée\t{place.name(page)}" for page in gone]
    return lines, all(take.after is not None for take in takes)


def _addresses(source: Source, order: Order, old: Sequence[Frozen]) -> tuple[str, ...]:
    held = [one.golden["url"] for one in old if not order.file or _is(order.file, one.page)]
    wanted = tuple(dict.fromkeys(order.addresses or held or [source.url]))
    spider = load_spider(source.spider)
    for url in wanted:
        if not spider.callback_name(url, source):
            raise MisuseError(f"{url} : le lecteur de {source.id} ne lit pas cette adresse.")
    if order.file and len(wanted) > 1:
        raise MisuseError("--file est la page d'une seule adresse.")
    return wanted


def _takes(
    source: Source, order: Order, old: Sequence[Frozen], folder: Path, trip: Trip
) -> list[Take]:
    """Give what to read: the pages asked for, then those that wait for their spider."""
    takes: list[Take] = []
    held = {one.page: one.golden["url"] for one in old}  # the address that each page is of
    for url, found in _served(source, order, trip).items():
        if isinstance(found, Issue):
            takes.append(Take(url, folder, why=trouble(found)))
            continue
        itself = [one for one in old if order.file and _is(order.file, one.page)]
        before = itself or [one for one in reversed(old) if one.golden["url"] == url]
        last = before[0] if before else None
        others = {stem(page) for page, of in held.items() if of != url}
        name = _free(f"{day_of(trip.now)}{last.label if last else _label(source, url)}", others)
        page = itself[0].page if itself else folder / f"{name}{suffix_of(found)}"
        held[page] = url
        takes.append(Take(url, page, found.body, last.golden if last and not last.waits else {}))
    done = {take.page for take in takes}
    left = (one for one in old if one.waits and one.page not in done)
    return takes + [Take(one.golden["url"], one.page, one.page.read_bytes()) for one in left]


def _served(source: Source, order: Order, trip: Trip) -> Mapping[str, Seen | Issue]:
    if order.file:
        (url,) = order.addresses
        return {url: judged(url, read_bytes(order.file))}
    return look(source, order.addresses, trip)


def _is(file: Path, page: Path) -> bool:
    return file.resolve() == page.resolve()


def _label(source: Source, url: str) -> str:
    """Tell an address from the others of its source by the callback that reads it."""
    name = load_spider(source.spider).callback_name(url, source) or ""
    return name.removeprefix("parse").replace("_", "-")


def _free(name: str, taken: Collection[str]) -> str:
    names = (f"{name}-{number}" if number > 1 else name for number in count(1))
    return next(one for one in names if one not in taken)


def _read(source: Source, take: Take) -> Take:
    if take.why:
        return take
    spider = load_spider(source.spider)(Errand(source), now=moment_of(take.page))
    try:
        return replace(take, after=golden(spider, take.url, take.body))
    except SpiderError as error:
        return replace(take, why=trouble(Issue(error.code, take.url, str(error))))


def _files(source: Source, take: Take, place: Place) -> Iterator[tuple[Path, bytes]]:
    """Give the page with its golden; one that cannot be read waits, where it replaces no other."""
    if take.body and (take.after is not None or not take.page.exists()):
        after = take.after or waiting(source, take.url, place.name(take.page))
        yield take.page, take.body
        yield golden_path(take.page), golden_body(after)


def _is_outdated(one: Frozen, takes: Sequence[Take]) -> bool:
    """Tell a page of an address that has just been frozen under another day."""
    again = {take.url for take in takes if take.after is not None}
    return one.golden["url"] in again and one.page not in {take.page for take in takes}


def _told(take: Take, place: Place, dry_run: bool) -> Iterator[str]:
    if take.after is None:
        yield f"non lue\t{take.why}"
        return
    lines = compare(take.before, take.after)
    counts = Counter(line[0] for line in lines)
    signs = ", ".join(f"{sign}{counts[sign]}" for sign in "+-~") if lines else "rien de changé"
    verb = "serait figée" if dry_run else "figée"
    yield f"{verb}\t{place.name(take.page)}\t{len(take.after['items'])} éléments\t{signs}"
    yield from lines
