"""The register: the bundled one is right, a wrong block is refused by name."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from spiders.base import load_spider
from spiders.errors import RegisterError
from spiders.sources import SEASONS, Silence, read_register

GOOD = '[paper]\ntitle = "Le Papier"\nurl = "https://paper.example/rss"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_source_of_the_bundled_register_has_its_spider() -> None:
    for source in read_register().values():
        assert load_spider(source.spider).name == source.spider


def test_a_feed_is_a_block_alone(tmp_path: Path) -> None:
    block = GOOD + 'schedule = "20 */2 * * mon-fri"\nmax_silence = "2 days"\n'
    source = read_register(written(tmp_path, block))["paper"]
    assert (source.spider, source.kind, source.lang) == ("feed", "news", "fr")
    assert source.max_silence == Silence.always(timedelta(days=2))


def test_a_silence_may_have_a_span_for_each_season(tmp_path: Path) -> None:
    spans = 'max_silence = { session = "10 days", recess = "120 days", election = "4 weeks" }'
    silence = read_register(written(tmp_path, GOOD + spans))["paper"].max_silence
    assert silence
    assert [silence.during(season).days for season in SEASONS] == [10, 120, 28]


@pytest.mark.parametrize(
    ("block", "named"),
    [
        ('[Paper]\ntitle = "a"\nurl = "https://a.example"', "Paper"),
        ('[paper]\nurl = "https://a.example"', "title"),
        ('[paper]\ntitle = "a"\nurl = "ftp://a.example"', "url"),
        (GOOD + "colour = 3", "colour"),
        (GOOD + 'kind = "novel"', "kind"),
        (GOOD + 'identity = "face"', "identity"),
        (GOOD + "min_items = -1", "min_items"),
        (GOOD + 'delay = "fast"', "delay"),
        (GOOD + 'max_silence = "a while"', "max_silence"),
        (GOOD + 'max_silence = "0 days"', "max_silence"),
        (GOOD + 'max_silence = { session = "10 days" }', "session, recess, election"),
        (GOOD + 'max_silence = { session = 3, recess = "1 day", election = "1 day" }', "= 3"),
        (GOOD + 'schedule = "0 7 * *"', "schedule"),
        (GOOD + 'schedule = "0 7 * * 1"', "schedule"),
        (GOOD + 'after = "dessert"', "after"),
        ("paper = 3", "paper"),
        ("[paper", "sources.toml"),
    ],
)
def test_a_wrong_block_is_refused_by_name(tmp_path: Path, block: str, named: str) -> None:
    with pytest.raises(RegisterError, match=named):
        read_register(written(tmp_path, block))


def test_a_register_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"none\.toml"):
        read_register(tmp_path / "none.toml")
