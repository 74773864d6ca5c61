"""robots.txt as RFC 9309 has it: who does not answer for it is left alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from spiders.retry import wanted_wait

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.journey import Traveller


class RobotsForbidError(IgnoreRequest):
    """robots.txt forbids this address."""


class RobotsUnreachableError(IgnoreRequest):
    """robots.txt could not be had (its cause says why): all is forbidden until it can.

    `wait` is how many seconds its host asked to be left alone, 0 when it did not.
    """

    def __init__(self, *words: str, wait: float = 0) -> None:
        super().__init__(*words)
        self.wait = wait


class RobotsMiddleware:
    """Obeys robots.txt, its delays too. 4xx: there are no rules. 5xx, 429 or nothing: no entry.

    The rules of a host are asked for once a journey, whoever has to know them.
    """

    def __init__(self, crawler: Traveller) -> None:
        self.crawler = crawler
        self.asked: dict[str, asyncio.Task[RobotParser]] = {}

    @classmethod
    def from_crawler(cls, crawler: Traveller) -> Self:
        """Ask through this crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise why it may not."""
        if request.meta.get("is_robots"):
            return
        netloc = urlsplit(request.url).netloc
        if netloc not in self.asked:
            self.asked[netloc] = asyncio.create_task(self._ask(request))
        asked = self.asked[netloc]
        await asyncio.wait([asked])  # which outlives a visit that is ended meanwhile
        if why := asked.exception():
            wait = getattr(why, "wait", 0)
            raise RobotsUnreachableError(f"{netloc}/robots.txt", wait=wait) from why
        rules, settings = asked.result(), self.crawler.settings
        if not rules.allowed(request.url, settings["ROBOTSTXT_USER_AGENT"]):
            raise RobotsForbidError(f"{netloc}/robots.txt")
        wanted = rules.crawl_delay(settings["ROBOTSTXT_USER_AGENT"]) or 0
        delay = min(wanted, settings.getfloat("CRAWL_DELAY_MAX"))
        keep_distance(self.crawler, self.crawler.engine.downloader.get_slot_key(request), delay)

    async def _ask(self, request: Request) -> RobotParser:
        """Ask for the rules, in the name of a request and in its turn at the host."""
        meta = {name: request.meta[name] for name in ("download_slot", "witness")}
        url = urljoin(request.url, "/robots.txt")
        robots = Request(url, callback=NO_CALLBACK, meta=meta | {"is_robots": True})
        response = await self.crawler.engine.download_async(robots)
        if response.status >= 500 or response.status == 429:
            wait = wanted_wait(response, self.crawler.journey.clock())
            raise RobotsUnreachableError(str(response.status), wait=wait)
        words = b"" if response.status >= 400 else response.body
        return ProtegoRobotParser.from_crawler(self.crawler, words)


def keep_distance(crawler: Crawler, slot: str, delay: float) -> None:
    """Leave at least so many seconds between the requests to a host, from now on."""
    downloader = crawler.engine.downloader
    kept = downloader.per_slot_settings.setdefault(slot, {})  # for when an idle slot comes back
    kept["delay"] = max(delay, kept.get("delay", 0))
    if slot in downloader.slots:
        downloader.slots[slot].delay = kept["delay"]
