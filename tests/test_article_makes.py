"""Pages made as publishers make them: the article is read, what stands around it is left.

`articles/*.html` hold the markup, their sentences are in `articles/prose.json`; `expected.json`
tells the title and the day of each, what its text must hold and what it must not.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Any

import pytest

from spiders.article import Article, read_article
from spiders.dates import TORONTO

PAGES = Path(__file__).with_name("articles")
PROSE = json.loads((PAGES / "prose.json").read_text(encoding="utf-8"))
EXPECTED: dict[str, Any] = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))
NOW = datetime(2031, 3, 20, tzinfo=UTC)


def read(name: str) -> Article:
    page = Template((PAGES / f"{name}.html").read_text(encoding="utf-8")).substitute(PROSE)
    charset = "cp1252" if "charset=windows-1252" in page else "utf-8"
    body = page.encode(charset, "xmlcharrefreplace")
    return read_article(body, EXPECTED[name]["url"], now=NOW)


def even(words: str) -> str:
    return " ".join(words.replace("’", "'").split())


def test_every_page_is_judged() -> None:
    assert sorted(EXPECTED) == sorted(page.stem for page in PAGES.glob("*.html"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_article_is_told_from_what_stands_around_it(name: str) -> None:
    article, expected = read(name), EXPECTED[name]
    day = article.published.astimezone(TORONTO).date().isoformat() if article.published else None
    assert expected["title"] in (None, article.title)
    assert day == expected["day"]
    assert [words for words in expected["must"] if even(words) not in even(article.text)] == []
    assert [words for words in expected["must_not"] if even(words) in even(article.text)] == []
