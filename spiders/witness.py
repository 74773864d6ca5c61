"""Stands beside a visit: sees what is asked, what each answer is, what comes of it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from w3lib.url import safe_url_string

from spiders.base import LINE, SourceSpider
from spiders.causes import cause
from spiders.errors import SpiderError
from spiders.filled import lacks, unfilled
from spiders.items import Issue, Item, Outcome, PageMemory, Visit
from spiders.outcome import Answered, Tally, shorten
from spiders.page import body_of
from spiders.retry import wanted_wait
from spiders.verdict import judge

if TYPE_CHECKING:
    from spiders.journey import Journey

log = logging.getLogger(__name__)
WALLS = ("blocked", "retry-later")  # asking further would be pushing
STOPS = ("too-long", "interrupted")
LONGEST = 300
PERMANENT = {301, 308}
# What is told of a page that was read, but not rightly: the next visit reads it again.
MISREAD = ("unknown-label", "wrong-week", "wrong-count", "incomplete-list", "unfilled")


class NotReadError(Exception):
    """This answer is not for the spider: nothing new in it, or not what was asked."""

    def __init__(self, answered: Answered) -> None:
        super().__init__(answered.outcome)
        self.answered = answered


class Witness:
    """Sees every request, answer, item and error of one visit, and tells of them in a Visit."""

    def __init__(self, spider: SourceSpider, journey: Journey) -> None:
        self.spider, self.journey = spider, journey
        self.source, self.known = spider.source, spider.errand.known
        # Scrapy escapes addresses; the errand's own spelling is the one to remember.
        errand = (self.source.url, *spider.errand.pages)
        self.spelling = {safe_url_string(url): url for url in errand}
        self.asked: dict[str, str] = {}
        self.answers: dict[str, Answered] = {}
        self.handed: dict[str, PageMemory | None] = {}
        self.places: dict[str, str] = {}  # the address asked, by that which answered
        self.items, self.requests, self.ended = 0, 0, ""
        self.held: list[tuple[str, Item]] = []  # until it is known whether their fields are filled
        self.misread: set[str] = set()
        self.wait_until: datetime | None = None

    def is_new(self, request: Request, led_by: str = "") -> bool:
        """Tell whether an address is to be asked: each is, once, with what is known of it."""
        url = self.spelling.get(request.url, request.url)
        if url in self.asked:
            return False
        self.asked[url] = led_by
        request.meta.update(asked=url, witness=self)
        if known := self.known.get(url):
            if known.etag:
                request.headers["If-None-Match"] = known.etag
            if known.last_modified:
                request.headers["If-Modified-Since"] = known.last_modified
        return True

    def look_at(self, response: Response) -> None:
        """Judge an answer. Raises NotReadError when there is nothing in it for the spider."""
        url, known = response.meta["asked"], self.known.get(response.meta["asked"])
        self.places[response.url] = url
        self._tell_move(response)
        if response.status == 304 and known:
            raise NotReadError(Answered(Outcome.UNCHANGED, _memory(known, response)))
        verdict = judge(response.status, body_of(response), cut="dataloss" in response.flags)
        if verdict and verdict.code == "not-found" and self._may_lack(url):
            raise NotReadError(Answered(Outcome.UNCHANGED))
        if verdict:
            wait = wanted_wait(response, self.journey.clock())
            self._wait(wait)
            issue = _refusal(verdict.code, url, response.status, wait)
            raise NotReadError(Answered(verdict.outcome, issue=issue))
        self.handed[url] = None
        fingerprint = hashlib.sha256(self.spider.seen_part(response)).hexdigest()
        memory = _memory(PageMemory(url, fingerprint=fingerprint), response)
        if known and known.fingerprint == fingerprint:
            raise NotReadError(Answered(Outcome.UNCHANGED, memory))
        self.handed[url] = memory

    def take(self, item: Item, url: str) -> None:
        """Send off what a page gave. Raises CloseSpider when it is more than is allowed."""
        if self.items >= self.source.max_items:
            self.spider.tell(Issue("capped", url, str(self.source.max_items)))
            self.has_read(url)
            raise CloseSpider("capped")
        self.items += 1
        if self.source.filled:
            self.held.append((url, item))
        else:
            self.journey.send(item)

    def has_read(self, url: str) -> None:
        """Note that the spider has read a page."""
        self.answers.setdefault(url, Answered(Outcome.OK, self.handed[url]))

    def failed(self, url: str, error: Exception) -> Iterable[Request]:
        """Note what an address gave in place of items; give what is to be asked instead.

        Raises CloseSpider at a wall.
        """
        self._wait(getattr(error, "wait", 0))
        if isinstance(error, NotReadError):
            self.answers[url] = error.answered
            if (issue := error.answered.issue) and issue.code in WALLS:
                raise CloseSpider(issue.code)
        elif url in self.handed:
            self._not_read(url, error)
        else:
            issue = Issue(cause(error), url, str(error)[:LONGEST])
            self.answers[url] = Answered(Outcome.UNREACHABLE, issue=issue)
        return ()

    def close(self, reason: str) -> None:
        """Note what ended the visit, if anything; send the items held, but those that lack a field.

        Where too many do, their pages are not what their reader knows.
        """
        self.ended = reason
        found = unfilled([item for _, item in self.held], self.source.filled)
        for url, item in self.held:
            if lacks(item, found):
                self.misread.add(url)
            else:
                self.journey.send(item)
        for name, (empty, asked) in found.items():
            first = next(url for url, item in self.held if lacks(item, [name]))
            self.spider.tell(Issue("unfilled", first, f"{name} {empty} / {asked}"))

    def visit(self, started: datetime, finished: datetime) -> Visit:
        """Tell how it went."""
        start = self.spider.errand.start
        tally = Tally(
            start=self.source.url if start else "",
            asked=self.asked,
            answers=self.answers,
            items=self.items,
            # Without its list, a source promises no number.
            min_items=self.source.min_items if start else min(self.source.min_items, 1),
            stopped=self.ended not in ("", "capped"),
            usual=self.spider.errand.usual,
            unfilled=bool(self.misread),
        )
        issues = [answer.issue for answer in self.answers.values() if answer.issue]
        told = [replace(one, url=self.places.get(one.url, one.url)) for one in self.spider.issues]
        if self.ended in STOPS:
            issues.append(Issue(self.ended, self.source.url))
        if tally.shrunk:
            about = f"{self.items} / {self.spider.errand.usual}"
            issues.append(Issue("shrunk", self.source.url, about))
        misread = self.misread | {issue.url for issue in told if issue.code in MISREAD}
        return Visit(
            source=self.source.id,
            started_at=started,
            finished_at=finished,
            # Whoever asks us to leave has not let us see what there is.
            outcome=Outcome.UNREACHABLE if self.wait_until else tally.outcome,
            items=self.items,
            requests=self.requests,
            issues=(*shorten(issues), *shorten(told)),
            pages=(*tuple(_half_read(tally.pages, misread)), *self._lines(tally.pages)),
            wait_until=self.wait_until,
        )

    def _lines(self, read: Sequence[PageMemory]) -> Iterator[PageMemory]:
        """Give what lists say of pages, but of those that were asked for and could not be read."""
        good = {page.url for page in read}
        for url, fingerprint in self.spider.lines.items():
            if url in good or url not in self.asked:
                yield PageMemory(url + LINE, fingerprint=fingerprint)

    def _may_lack(self, url: str) -> bool:
        reader = self.spider.callback_name(url, self.source)
        return url not in self.known and reader in self.spider.may_lack

    def _wait(self, seconds: float) -> None:
        if seconds:
            self.wait_until = self.journey.clock() + timedelta(seconds=seconds)

    def _not_read(self, url: str, error: BaseException) -> None:
        code, about = "reader-error", f"{type(error).__name__}: {error}"
        if isinstance(error, SpiderError):
            code, about = error.code, error.about
        else:
            log.error("%s: %s", self.source.id, url, exc_info=error)
        issue = Issue(code, url, about[:LONGEST])
        self.answers[url] = Answered(Outcome.CHANGED, issue=issue)

    def _tell_move(self, response: Response) -> None:
        first = response.meta.get("redirect_urls", [response.url])[0]
        reasons = set(response.meta.get("redirect_reasons", []))
        if self.spider.follows_moves:
            if reasons and reasons <= PERMANENT and _can_be_kept(first, response.url):
                self.spider.tell(Issue("relocated", response.meta["asked"], response.url))
        elif reasons & PERMANENT and urlsplit(first).netloc != urlsplit(response.url).netloc:
            self.spider.tell(Issue("moved", response.meta["asked"], response.url))


def _can_be_kept(old: str, new: str) -> bool:
    """Tell where a feed may have moved for good: not to a home page, nor out of https."""
    before, after = urlsplit(old), urlsplit(new)
    is_home = after.path in ("", "/") and not after.query
    return not is_home and (before.scheme, after.scheme) != ("https", "http")


def _refusal(code: str, url: str, status: int, wait: float) -> Issue:
    """Say why an answer is not read; a host that wants us to wait has the first word."""
    if code != "blocked" and (wait or code == "retry-later"):
        return Issue("retry-later", url, f"{wait:.0f} s" if wait else "")
    return Issue(code, url, str(status))


def _half_read(pages: Iterable[PageMemory], misread: Container[str]) -> Iterator[PageMemory]:
    """Forget what a page said where it was not all understood: it is to be read again."""
    return (PageMemory(page.url) if page.url in misread else page for page in pages)


def _memory(page: PageMemory, response: Response) -> PageMemory:
    """Give the page with the validators of an answer, or its own where the answer has none."""
    etag = (response.headers.get("ETag") or b"").decode("latin-1")
    modified = (response.headers.get("Last-Modified") or b"").decode("latin-1")
    return replace(page, etag=etag or page.etag, last_modified=modified or page.last_modified)
