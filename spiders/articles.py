"""Pages of articles, whoever publishes them: what one host refuses, the others do not.

The source has no address of its own: its pages are those that documents of other sources link to.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from spiders.article import read_article
from spiders.base import SourceSpider
from spiders.errands import Errand
from spiders.errors import NotAnArticleError
from spiders.items import LASTING, ArticleFacts, Item, Outcome, Visit
from spiders.outcome import Answered
from spiders.sources import Source
from spiders.witness import Witness

LONGEST = 100_000  # characters of a text


class ArticlesSpider(SourceSpider):
    """One item per page: what it says, or the code of why it cannot be read.

    Hosts go side by side. Each is asked for one page at a time, the next when the one before has
    answered; what is not of the page alone (a wall, a time-out) ends the turn of its host.
    """

    name = "articles"
    at_once = 8
    witness = "spiders.articles.ArticlesWitness"

    def __init__(self, errand: Errand, now: datetime, **settings: Any) -> None:
        super().__init__(errand, now, **settings)
        self.turns: Mapping[str, deque[str]] = defaultdict(deque)
        for url in dict.fromkeys(errand.pages):
            self.turns[urlsplit(url).netloc].append(url)

    @classmethod
    def callback_name(cls, address: str, source: Source) -> str | None:
        """Name none: the pages of an archive are not all articles, nor worth reading."""
        return None

    async def start(self) -> AsyncIterator[Request]:
        """Ask each host for its first page."""
        for host in self.turns:
            for request in self.following(f"//{host}"):
                yield request

    def following(self, url: str) -> Iterator[Request]:
        """Ask for the next page of the host of this one, if there is one."""
        if turn := self.turns[urlsplit(url).netloc]:
            yield Request(turn.popleft(), callback=self.parse)

    def parse(self, response: Response) -> Iterator[Item | Request]:
        """Read an article."""
        url = response.meta["asked"]
        yield from self.following(url)
        label = (response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            read = read_article(response.body, response.url, content_type=label, now=self.now)
        except NotAnArticleError as error:
            yield self.unread(url, error.code)
            return
        facts = ArticleFacts(
            text=read.text[:LONGEST],
            canonical_url=read.canonical_url,
            lang=read.lang,
            author=read.author,
            published_at=read.published,
            published_from=read.published_from,
        )
        yield self.item(url=url, title=read.title, facts=facts)

    def unread(self, url: str, trouble: str) -> Item:
        """State that a page could not be read."""
        return self.item(url=url, title="", facts=ArticleFacts(trouble=trouble))


class ArticlesWitness(Witness):
    """Takes what a page or its host refuses for a fact of the page: the visit goes on, and is well.

    Pages are asked for once: nothing of them is remembered.
    """

    spider: ArticlesSpider

    def failed(self, url: str, error: Exception) -> Iterable[Request]:
        """Tell what a page gave in place of an article; ask its host for another, or for none."""
        with suppress(CloseSpider):
            super().failed(url, error)
        issue = self.answers[url].issue
        if url in self.handed or not issue:
            return ()
        self.answers[url] = Answered(Outcome.UNCHANGED)
        self._send_unread(url, issue.code)
        return self.spider.following(url) if issue.code in LASTING else ()

    def visit(self, started: datetime, finished: datetime) -> Visit:
        """Tell how it went; where nothing was due, nothing has changed."""
        visit = super().visit(started, finished)
        outcome = visit.outcome if self.asked else Outcome.UNCHANGED
        return replace(visit, outcome=outcome, pages=())

    def _send_unread(self, url: str, trouble: str) -> None:
        self.items += 1
        self.journey.send(self.spider.unread(url, trouble))

    def _not_read(self, url: str, error: BaseException) -> None:
        super()._not_read(url, error)
        if issue := self.answers[url].issue:
            self._send_unread(url, issue.code)

    def _tell_move(self, response: Response) -> None:
        """Say nothing: where an article has moved is no matter of the register."""

    def _wait(self, seconds: float) -> None:
        """Forget it: a host that asks to be left alone does not speak for the others."""
