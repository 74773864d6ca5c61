"""Every answer from the network is archived as it came, before anything reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from spiders.archive import Answer, Recorder
from spiders.verdict import is_cut

if TYPE_CHECKING:
    from spiders.journey import Traveller


class RecordMiddleware:
    """Writes each answer; one that stops before its end is flagged, as Scrapy flags a lost one."""

    def __init__(self, recorder: Recorder, clock: Callable[[], datetime]) -> None:
        self.recorder, self.clock = recorder, clock

    @classmethod
    def from_crawler(cls, crawler: Traveller) -> Self:
        """Record into the file of this crawler's journey; a replay records nothing."""
        if not crawler.journey.recorder:
            raise NotConfigured
        return cls(crawler.journey.recorder, crawler.journey.clock)

    def process_response(self, request: Request, response: Response) -> Response:
        """Write the answer, undecoded. Raises ArchiveError: what is not kept is not read."""
        encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
        cut = "dataloss" in response.flags or is_cut(response.body, encoding)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name in response.headers
            for value in response.headers.getlist(name)
        ]
        answer = Answer(response.status, headers, response.body, cut)
        self.recorder.write(response.url, answer, self.clock())
        return response.replace(flags=["dataloss"]) if cut else response
