"""A small press, and a reader that tells themes by a word: for tests of what follows a visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from classifiers.model import Classification, Text, ThemeTag
from pipeline.model import Document
from spiders.items import Kind

NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)  # a Friday in Montréal
DAY = timedelta(days=1)
OWNERS = {"devoir": "Le Devoir", "presse": "La Presse", "droit": "Coops", "soleil": "Coops"}
WORDS = {"loyer": "logement", "garderie": "services-educatifs", "lait": "alimentation"}
_numbers = count(1)


def article(title: str, at: datetime = NOON, **values: object) -> Document:
    """Give a news document, found when it came out unless said otherwise."""
    facts: dict[str, object] = {
        "identity": f"https://presse.example/{next(_numbers)}",
        "source": "devoir",
        "kind": Kind.NEWS,
        "url": "https://presse.example/",
        "title": title,
        "published_at": at,
        "detected_at": at,
        "content_hash": "",
    }
    return Document(**(facts | values))


def read(title: str, at: datetime = NOON, **values: object) -> Document:
    """Give a news document that was read already."""
    return article(title, at, **{"read_by": "1", **values})


class WordReader:
    """Sees a theme where its word stands. `texts` keeps what it was given."""

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.texts: list[Text] = []

    def read(self, texts: Iterable[Text]) -> Iterator[Classification]:
        """Read texts, in their order."""
        for text in texts:
            self.texts.append(text)
            tags = tuple(_tag(theme, word) for word, theme in WORDS.items() if word in text.title)
            yield Classification("fr", "indirect" if tags else "none", tags, {})


def _tag(theme: str, word: str) -> ThemeTag:
    return ThemeTag(theme, 0.9, "rule", f"le mot « {word} »", None, None)
