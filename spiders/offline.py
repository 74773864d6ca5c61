"""A replay: Scrapy's requests are answered from a web archive alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from spiders.archive import Answer, Archive

if TYPE_CHECKING:
    from spiders.journey import Traveller

LACKING = Answer(404, [], b"")


class ArchiveHandler:
    """Answers what the archive recorded at or before a moment; what it lacks is not found."""

    lazy = True

    def __init__(self, archive: Archive, until: datetime | None) -> None:
        self.archive, self.until = archive, until

    @classmethod
    def from_crawler(cls, crawler: Traveller) -> Self:
        """Answer from the archive of this crawler's journey."""
        assert crawler.journey.archive
        return cls(crawler.journey.archive, crawler.journey.trip.until)

    async def download_request(self, request: Request) -> Response:
        """Give the recorded answer."""
        answer = self.archive.answer(request.url, self.until) or LACKING
        headers = Headers()
        for name, value in answer.headers:
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.body)
        flags = ["dataloss"] if answer.cut else []
        return kind(
            url=request.url, status=answer.status, headers=headers, body=answer.body, flags=flags
        )

    async def close(self) -> None:
        """Nothing is held open."""
