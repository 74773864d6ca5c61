"""robots.txt as RFC 9309 has it: who does not answer for it is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from spiders.retry import wanted_wait

if TYPE_CHECKING:
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


class RobotsMiddleware(RobotsTxtMiddleware):
    """Obeys robots.txt, its delays too. 4xx: there are no rules. 5xx, 429 or nothing: no entry.

    The rules of a host are asked for once a journey, whoever has to know them.
    """

    crawler: Traveller

    def __init__(self, crawler: Traveller) -> None:
        super().__init__(crawler)
        self._parsers.update(crawler.journey.rules)
        self.unreachable: dict[str, Exception] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Let a request pass, or raise why it may not."""
        netloc = urlsplit(request.url).netloc
        if rp is None:
            why = self.unreachable[netloc]
            wait = getattr(why, "wait", 0)
            raise RobotsUnreachableError(f"{netloc}/robots.txt", wait=wait) from why
        if not rp.allowed(request.url, str(self._robotstxt_useragent)):
            raise RobotsForbidError(f"{netloc}/robots.txt")
        self._slow_down(request, rp)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            wait = wanted_wait(response, self.crawler.journey.clock())
            self._robots_error(RobotsUnreachableError(str(response.status), wait=wait), netloc)
            return
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        self.crawler.journey.rules[netloc] = self._parsers[netloc]

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.unreachable[netloc] = exc
        super()._robots_error(exc, netloc)

    def _slow_down(self, request: Request, rules: Any) -> None:
        settings, downloader = self.crawler.settings, self.crawler.engine.downloader
        wanted = rules.crawl_delay(str(self._robotstxt_useragent)) or 0
        delay = max(
            settings.getfloat("DOWNLOAD_DELAY"), min(wanted, settings.getfloat("CRAWL_DELAY_MAX"))
        )
        slot = downloader.get_slot_key(request)
        downloader.per_slot_settings[slot] = {"delay": delay}  # for when an idle slot comes back
        if slot in downloader.slots:
            downloader.slots[slot].delay = delay
