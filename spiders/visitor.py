"""One visit: what a spider wants is asked for, what is answered is handed to it."""

from __future__ import annotations

import asyncio
from heapq import heappop, heappush
from itertools import count
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.utils.misc import load_object

from spiders.base import SourceSpider
from spiders.items import Visit
from spiders.journey import Traveller
from spiders.robots import keep_distance
from spiders.witness import Witness


class Visitor:
    """Asks for the pages of a source, the most pressing first, few at a time."""

    def __init__(self, spider: SourceSpider, crawler: Traveller) -> None:
        self.spider, self.crawler = spider, crawler
        self.witness: Witness = load_object(spider.witness)(spider, crawler.journey)
        self.waiting: list[tuple[int, int, Request]] = []  # a heap
        self.turns = count()

    async def visit(self) -> Visit:
        """Visit the source; tell how it went, however it ended."""
        started = self.crawler.journey.clock()
        self.witness.close(await self._end())
        return self.witness.visit(started, self.crawler.journey.clock())

    async def _end(self) -> str:
        """Visit; say what ended it before its end, "" for nothing."""
        try:
            async with asyncio.timeout(self.crawler.journey.trip.limit):
                await self._ask_all()
        except CloseSpider as stop:
            return stop.reason
        except TimeoutError:
            return "too-long"
        except asyncio.CancelledError:  # the process is told to leave: what was read is kept
            return "interrupted"
        return ""

    async def _ask_all(self) -> None:
        async for request in self.spider.start():
            self._want(request)
        asked: set[asyncio.Task[None]] = set()
        try:
            while self.waiting or asked:
                while self.waiting and len(asked) < self.spider.at_once:
                    asked.add(asyncio.create_task(self._read(heappop(self.waiting)[-1])))
                done, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in asked:
                task.cancel()

    def _want(self, request: Request, led_by: str = "") -> None:
        if not self.witness.is_new(request, led_by):
            return
        slot = request.meta["download_slot"] = urlsplit(request.url).netloc
        journey = self.crawler.journey
        if not journey.archive:
            delay = journey.trip.delay
            keep_distance(self.crawler, slot, self.spider.source.delay if delay is None else delay)
        heappush(self.waiting, (-request.priority, next(self.turns), request))

    async def _read(self, request: Request) -> None:
        """Ask for a page and hand it to the spider. Raises CloseSpider to end the visit."""
        url, callback = request.meta["asked"], request.callback
        assert callback
        try:
            response = await self.crawler.engine.download_async(request)
            self.witness.look_at(response)
            for thing in callback(response):
                if isinstance(thing, Request):
                    self._want(thing, led_by=url)
                else:
                    self.witness.take(thing, url)
        except CloseSpider:
            raise
        except Exception as error:  # noqa: BLE001 - whatever befalls a page, the visit tells it
            for further in self.witness.failed(url, error):
                self._want(further)
        else:
            self.witness.has_read(url)
