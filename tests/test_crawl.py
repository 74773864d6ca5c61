"""Settings that many crawlers copy: what one sets, no other hears."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from spiders.crawl import settings_of
from spiders.trip import Trip


def test_a_copy_is_set_apart_from_the_settings_it_comes_from(tmp_path: Path) -> None:
    whole = settings_of(Trip(now=datetime(2031, 3, 3, tzinfo=UTC), home=tmp_path))
    one, other = whole.copy(), whole.copy()
    parts = whole.getdict("SPIDER_MIDDLEWARES_BASE")
    one.set("DOWNLOAD_DELAY", 7)
    one.set("SPIDER_MIDDLEWARES_BASE", {}, priority="cmdline")
    one.freeze()
    other.set("DOWNLOAD_DELAY", 3)
    assert (one.getint("DOWNLOAD_DELAY"), other.getint("DOWNLOAD_DELAY")) == (7, 3)
    assert whole.getint("DOWNLOAD_DELAY") not in (3, 7)
    assert one.getdict("SPIDER_MIDDLEWARES_BASE") == {}
    assert other.getdict("SPIDER_MIDDLEWARES_BASE") == parts
