"""What a visit to a web archive is asked: everything in it that the spiders read, and only that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spiders.base import load_spider, sources_in
from spiders.errands import Errand


def replay_errands(errands: Sequence[Errand], addresses: Iterable[str]) -> list[Errand]:
    """Turn live errands into those of an archive that holds these addresses.

    A source of which it holds nothing is left out; each of its other addresses that the source's
    spider reads is asked, whatever the store knows of it.
    """
    held = sorted(set(addresses))
    readable = {source.id for source in sources_in(held, [errand.source for errand in errands])}
    return [_replayed(errand, held) for errand in errands if errand.source.id in readable]


def _replayed(errand: Errand, held: Sequence[str]) -> Errand:
    source, spider = errand.source, load_spider(errand.source.spider)
    pages = [url for url in held if url != source.url and spider.callback_name(url, source)]
    return replace(errand, pages=tuple(pages), start=source.url in held)
