"""The child's side of a visit: one crawler makes every visit side by side, each host in turn."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from spiders import settings as defaults
from spiders.archive import Recorder, prune
from spiders.base import load_spider
from spiders.errands import Errand
from spiders.errors import RegisterError
from spiders.items import Item, Visit
from spiders.journey import Journey, Traveller
from spiders.trip import Trip, lost
from spiders.visitor import Visitor

# The fork server imports this file; what Scrapy loads by name comes with it, for every child.
for part in (
    "scrapy.logformatter.LogFormatter",
    "scrapy.pipelines.ItemPipelineManager",
    "scrapy.pqueues.DownloaderAwarePriorityQueue",
    "scrapy.squeues.LifoMemoryQueue",
    "spiders.offline.ArchiveHandler",
    "spiders.tls.TrustingHandler",
    "spiders.witness.Witness",
    defaults.DUPEFILTER_CLASS,
    defaults.STATS_CLASS,
    *defaults.SPIDER_MIDDLEWARES_BASE,
    *defaults.DOWNLOADER_MIDDLEWARES_BASE,
):
    load_object(part)

log = logging.getLogger(__name__)
SIDE_BY_SIDE = 50  # visits: the answers of more would only wait, in memory, to be read
# What these say at length, the visit tells in an issue.
LOUD = ("core.downloader.handlers.http11", "downloadermiddlewares.httpcompression")


class Rounds(Spider):
    """Makes all the visits of a journey; a host receives so many of them at a time."""

    name = "rounds"
    crawler: Traveller

    def __init__(self, errands: Sequence[Errand], **settings: Any) -> None:
        super().__init__(**settings)
        self.errands = errands

    async def start(self) -> AsyncIterator[Request]:
        """Make the visits; Scrapy has nothing to ask for by itself."""
        trip = self.crawler.journey.trip
        turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(trip.at_once))
        self.seats = asyncio.Semaphore(SIDE_BY_SIDE)
        await asyncio.gather(
            *(
                self._visit(errand, turns[urlsplit(errand.source.url).netloc])
                for errand in self.errands
            )
        )
        return
        yield

    async def _visit(self, errand: Errand, turn: asyncio.Semaphore) -> None:
        journey = self.crawler.journey
        try:
            spider = load_spider(errand.source.spider)
            async with turn, self.seats:
                visitor = Visitor(spider(errand=errand, now=journey.clock()), self.crawler)
                journey.send(await visitor.visit())
        except RegisterError as error:
            journey.send(lost(errand, journey.clock(), str(error)))
        except Exception as error:  # a fault of ours: the other visits go on
            log.exception("%s", errand.source.id)
            journey.send(lost(errand, journey.clock(), repr(error)))


def crawl(errands: Sequence[Errand], trip: Trip, send: Callable[[Item | Visit], None]) -> None:
    """Make every errand; send its items, then its visit. Takes this process over: once in each."""
    process = AsyncCrawlerProcess(settings_of(trip))
    for name in LOUD:
        logging.getLogger(f"scrapy.{name}").setLevel(logging.CRITICAL)
    crawler = Traveller(Rounds, process.settings)
    crawler.journey = _journey(trip, send)
    crawler.signals.connect(_count, signals.request_reached_downloader)
    process.crawl(crawler, errands=errands)
    process.start()


def settings_of(trip: Trip) -> Settings:
    """Give Scrapy's settings for this trip."""
    settings = Settings()
    settings.setmodule(defaults)
    about = "; ".join(filter(None, (defaults.HOMEPAGE and f"+{defaults.HOMEPAGE}", trip.contact)))
    settings.setdict(
        {
            "USER_AGENT": f"{defaults.USER_AGENT} ({about})" if about else defaults.USER_AGENT,
            "DOWNLOAD_TIMEOUT": trip.timeout,
            "CONCURRENT_REQUESTS_PER_DOMAIN": trip.at_once,
        }
    )
    settings.setdict(defaults.REPLAY if trip.replay else {})
    return settings


def _count(request: Request) -> None:
    request.meta["witness"].requests += 1


def _journey(trip: Trip, send: Callable[[Item | Visit], None]) -> Journey:
    if archive := trip.archive():
        return Journey(trip, send, archive=archive)
    folder = trip.home / "archive"
    prune(folder, trip.now)
    return Journey(trip, send, recorder=Recorder(folder, trip.now.date()))
