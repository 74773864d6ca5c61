"""Asking again: after the wait that the host wants, and never against a wall."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import RetryMiddleware as ScrapyRetryMiddleware
from scrapy.http import Response

from spiders.page import body_of
from spiders.verdict import is_block_page

if TYPE_CHECKING:
    from spiders.journey import Traveller

LONGEST_WAIT = timedelta(days=7).total_seconds()  # beyond, it is a mistake: somebody looks


class RetryMiddleware(ScrapyRetryMiddleware):
    """Tries again what may pass, cut answers too, when Retry-After can be waited for.

    A longer wait is for the next visit: the witness tells it.
    """

    crawler: Traveller

    async def process_response(  # type: ignore[override]  # Scrapy awaits it
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Give the answer, or the request to make again now."""
        wait = wanted_wait(response, self.crawler.journey.clock())
        longest = self.crawler.settings.getfloat("RETRY_AFTER_MAX")
        if is_block_page(body_of(response)) or wait > longest:
            return response
        if "dataloss" in response.flags:
            return self._retry(request, "dataloss") or response
        again = super().process_response(request, response)
        if again is not response:
            await asyncio.sleep(wait)  # the visit has no other request meanwhile
        return again


def wanted_wait(response: Response, now: datetime) -> float:
    """Give the seconds that a host wants us to wait (429 or 503), a week at most; 0: not told."""
    value = _header(response, "Retry-After")
    if response.status not in (429, 503) or not value:
        return 0
    wait = float(value) if value.isdecimal() else _until(value, _header(response, "Date"), now)
    return min(max(wait, 0), LONGEST_WAIT)


def _until(moment: str, sent: str, now: datetime) -> float:
    try:
        # Their clock against their clock: ours only matters where they do not give theirs.
        start = parsedate_to_datetime(sent) if sent else now
        return (parsedate_to_datetime(moment) - start).total_seconds()
    except (ValueError, TypeError):
        return 0


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1").strip()
