"""Asking again: after the wait that the host wants, and never against a wall."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import RetryMiddleware as ScrapyRetryMiddleware
from scrapy.http import Response

from spiders.page import body_of
from spiders.verdict import is_block_page


class RetryMiddleware(ScrapyRetryMiddleware):
    """Tries again what may pass, cut answers too, when Retry-After can be waited for."""

    async def process_response(  # type: ignore[override]  # Scrapy awaits it
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Give the answer, or the request to make again now."""
        wait = wanted_wait(response)
        longest = self.crawler.settings.getfloat("RETRY_AFTER_MAX")
        if is_block_page(body_of(response)) or wait > longest:
            return response
        if "dataloss" in response.flags:
            return self._retry(request, "dataloss") or response
        again = super().process_response(request, response)
        if again is not response:
            await asyncio.sleep(wait)  # the visit has no other request meanwhile
        return again


def wanted_wait(response: Response) -> float:
    """Give the seconds that a host wants us to wait (429 or 503), 0 when it does not say."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if response.status not in (429, 503) or not value:
        return 0
    if value.isdecimal():
        return float(value)
    try:
        # Their clock against their clock: ours does not matter.
        sent = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        return max((parsedate_to_datetime(value) - sent).total_seconds(), 0)
    except (ValueError, TypeError):
        return 0
