"""What can go wrong between a source and us; each error says whether trying again helps."""

from __future__ import annotations


class SpiderError(Exception):
    """A visit cannot go on. `code` names the sentence that people read, `about` fills it."""

    retry = False
    code = "error"

    @property
    def about(self) -> str:
        """What it is about, beside the address that is told with it."""
        return str(self)


class RegisterError(SpiderError):
    """A block of the register is wrong: names the block, the setting and what is allowed."""

    code = "register"


class ArchiveError(SpiderError):
    """A web archive cannot be read or written: names the file and why."""

    code = "archive"


class PageChangedError(SpiderError):
    """The page no longer has the shape that its spider reads."""

    code = "page-changed"

    def __init__(self, url: str, selector: str, found: int) -> None:
        super().__init__(f"{url}: {found} matches for {selector!r}")
        self.url, self.selector, self.found = url, selector, found

    @property
    def about(self) -> str:
        """What was looked for, and how many there were if any."""
        return f"{self.selector} × {self.found}" if self.found else self.selector

    def __reduce__(self) -> tuple[type, tuple[str, str, int]]:
        return type(self), (self.url, self.selector, self.found)


class NoLinksError(PageChangedError):
    """The page shows no title to follow: it is made by the browser, or is another page."""

    code = "no-links"

    def __init__(self, url: str) -> None:
        super().__init__(url, "a[href]", 0)

    def __reduce__(self) -> tuple[type, tuple[str]]:  # type: ignore[override]
        return type(self), (self.url,)


class UnreadableDateError(SpiderError):
    """These words are not one date: gives them as printed."""

    code = "page-changed"

    def __init__(self, words: str) -> None:
        super().__init__(f"not one date: {words!r}")
        self.words = words

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.words,)


class NotAFeedError(SpiderError):
    """The body is not a feed: says what it is instead."""

    code = "not-a-feed"

    def __init__(self, url: str, found: str) -> None:
        super().__init__(f"{url}: {found}")
        self.url, self.found = url, found

    @property
    def about(self) -> str:
        """What the body is instead."""
        return self.found

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.url, self.found)


class NotAnArticleError(SpiderError):
    """The page holds no text to read: a wall, a list of links, a page that needs a browser."""

    code = "no-article"

    def __init__(self, url: str) -> None:
        super().__init__(f"{url}: no text to read")
        self.url = url

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.url,)
