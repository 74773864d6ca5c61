"""The child's side of a visit: Scrapy crawls every errand side by side, each host in turn."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from copy import copy
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from spiders import settings as defaults
from spiders.archive import Recorder, prune
from spiders.base import load_spider
from spiders.errors import RegisterError
from spiders.items import Errand, Item, Visit
from spiders.journey import Journey, Traveller
from spiders.trip import Trip, lost

# The fork server imports this file; what Scrapy loads by name comes with it, for every child.
for part in (
    "scrapy.logformatter.LogFormatter",
    "scrapy.pipelines.ItemPipelineManager",
    "scrapy.pqueues.DownloaderAwarePriorityQueue",
    "scrapy.squeues.LifoMemoryQueue",
    "scrapy.statscollectors.MemoryStatsCollector",
    "spiders.offline.ArchiveHandler",
    "spiders.tls.TrustingHandler",
    defaults.DUPEFILTER_CLASS,
    *defaults.EXTENSIONS_BASE,
    *defaults.SPIDER_MIDDLEWARES_BASE,
    *defaults.DOWNLOADER_MIDDLEWARES_BASE,
):
    load_object(part)

log = logging.getLogger(__name__)
# What these say at length, the visit tells in an issue.
LOUD = (
    "core.downloader.handlers.http11",
    "downloadermiddlewares.httpcompression",
    "downloadermiddlewares.robotstxt",
)


class SharedSettings(Settings):
    """Settings that fifty crawlers copy: Scrapy's deep copy would take a third of their time.

    They share everything, until one sets a value.
    """

    def copy(self) -> Self:
        """Give settings that can be set apart from these."""
        twin = copy(self)
        twin.attributes = dict(self.attributes)
        return twin

    def set(self, name: Any, value: Any, priority: int | str = "project") -> None:
        """Set a value here alone: its holder may be that of others too."""
        if held := self.attributes.get(name):
            self.attributes[name] = copy(held)
        super().set(name, value, priority)

    def update(  # type: ignore[override]  # as Scrapy's own
        self, values: Any, priority: int | str = "project"
    ) -> None:
        """Take over other settings, but of those that these are a copy of: nothing is newer."""
        if not isinstance(values, SharedSettings):
            super().update(values, priority)


class Turn(asyncio.Semaphore):
    """A host, for so many crawlers at a time. `used`: another crawler was there before."""

    used = False


class SourceCrawler(Traveller):
    """Crawls one source when it is its turn at the host, and sends how it went."""

    def __init__(self, errand: Errand, settings: Settings, journey: Journey, turn: Turn) -> None:
        super().__init__(load_spider(errand.source.spider), settings)
        self.errand, self.journey, self.turn = errand, journey, turn
        if not journey.archive:
            delay = journey.trip.delay
            self.settings.set("DOWNLOAD_DELAY", errand.source.delay if delay is None else delay)

    async def crawl_async(self, *args: Any, **kwargs: Any) -> None:
        """Crawl, then tell of it."""
        async with self.turn:
            if self.turn.used:
                await asyncio.sleep(self.settings.getfloat("DOWNLOAD_DELAY"))
            self.turn.used = True
            started = self.journey.clock()
            await super().crawl_async(errand=self.errand, now=started)
            requests = self.stats.get_value("downloader/request_count", 0)
            self.journey.send(self.witness.visit(started, self.journey.clock(), requests))


def crawl(errands: Sequence[Errand], trip: Trip, send: Callable[[Item | Visit], None]) -> None:
    """Crawl every errand; send its items, then its visit. Takes this process over: once in each."""
    process = AsyncCrawlerProcess(settings_of(trip))
    for name in LOUD:
        logging.getLogger(f"scrapy.{name}").setLevel(logging.CRITICAL)
    journey = _journey(trip, send)
    turns: dict[str, Turn] = defaultdict(lambda: Turn(trip.at_once))
    for errand in errands:
        host = urlsplit(errand.source.url).netloc
        try:
            crawler = SourceCrawler(errand, process.settings, journey, turns[host])
        except RegisterError as error:
            send(lost(errand, journey.clock(), str(error)))
            continue
        process.crawl(crawler).add_done_callback(partial(_tell_failure, errand, journey))
    process.start()


def settings_of(trip: Trip) -> Settings:
    """Give Scrapy's settings for this trip."""
    settings = SharedSettings()
    settings.setmodule(defaults)
    about = "; ".join(filter(None, (defaults.HOMEPAGE and f"+{defaults.HOMEPAGE}", trip.contact)))
    settings.setdict(
        {
            "USER_AGENT": f"{defaults.USER_AGENT} ({about})" if about else defaults.USER_AGENT,
            "DOWNLOAD_TIMEOUT": trip.timeout,
            "CLOSESPIDER_TIMEOUT": trip.limit,
        }
    )
    settings.setdict(defaults.REPLAY if trip.replay else {})
    return settings


def _journey(trip: Trip, send: Callable[[Item | Visit], None]) -> Journey:
    if archive := trip.archive():
        return Journey(trip, send, archive=archive)
    folder = trip.home / "archive"
    prune(folder, trip.now)
    return Journey(trip, send, recorder=Recorder(folder, trip.now.date()))


def _tell_failure(errand: Errand, journey: Journey, task: asyncio.Task[None]) -> None:
    """Tell of a crawl that could not even start."""
    if error := task.exception():
        log.error("%s", errand.source.id, exc_info=error)
        journey.send(lost(errand, journey.clock(), repr(error)))
