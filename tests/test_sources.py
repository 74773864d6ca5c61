"""The register: the bundled one is right, a wrong block is refused by name."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.identity import canonical
from spiders.base import load_spider
from spiders.errors import RegisterError
from spiders.sources import (
    ADAPTIVE,
    BUNDLED,
    PRESS,
    SEASONS,
    Silence,
    read_register,
    register_files,
)

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


def test_a_silence_may_count_the_days_on_which_the_assemblee_sat(tmp_path: Path) -> None:
    spans = 'session = "10 days", recess = "120 days", election = "4 weeks", sittings = 6'
    silence = read_register(written(tmp_path, f"{GOOD}max_silence = {{ {spans} }}"))
    assert silence["paper"].max_silence == Silence(
        timedelta(10), timedelta(120), timedelta(28), sittings=6
    )


def test_a_source_says_what_its_items_must_have_and_since_when_its_list_is_full(
    tmp_path: Path,
) -> None:
    block = 'full = 2031-03-03\nfilled = { title = 1, "facts.stages.dates" = 0.8 }\n'
    source = read_register(written(tmp_path, GOOD + block))["paper"]
    assert source.full == date(2031, 3, 3)
    assert source.filled == {"title": 1, "facts.stages.dates": 0.8}


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
        (GOOD + "to_confirm = 3", "to_confirm"),
        (GOOD + 'max_silence = "a while"', "max_silence"),
        (GOOD + 'max_silence = "0 days"', "max_silence"),
        (GOOD + 'max_silence = { session = "10 days" }', "session, recess, election"),
        (GOOD + 'max_silence = { session = 3, recess = "1 day", election = "1 day" }', "= 3"),
        (
            GOOD + 'max_silence = { session = "1 day", recess = "1 day", election = "1 day",'
            " sittings = 0 }",
            "sittings",
        ),
        (GOOD + "full = 3", "full"),
        (GOOD + "filled = 0.9", "filled"),
        (GOOD + "filled = { colour = 0.9 }", "colour"),
        (GOOD + 'filled = { "facts.colour" = 0.9 }', "colour"),
        (GOOD + "filled = { title = 90 }", "title = 90"),
        (GOOD + "filled = { title = 0 }", "title = 0"),
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


# The press, and one's own sources


def mine(folder: Path, text: str) -> Path:
    path = folder / "my_sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_press_follows_some_hundred_addresses_at_their_own_pace() -> None:
    press = read_register(PRESS)
    assert len(press) > 100
    assert {source.schedule for source in press.values()} == {ADAPTIVE}
    assert all(source.owner and source.max_silence for source in press.values())


def test_no_address_of_the_register_is_there_twice() -> None:
    addresses = [canonical(source.url) for source in read_register().values()]
    assert len(addresses) == len(set(addresses))


def test_the_press_comes_after_the_first_file() -> None:
    assert list(read_register()) == [*read_register(BUNDLED), *read_register(PRESS)]


def test_an_id_that_two_files_hold_is_refused_with_both_of_them(tmp_path: Path) -> None:
    one, two = written(tmp_path, GOOD), tmp_path / "press.toml"
    two.write_text(GOOD, encoding="utf-8")
    with pytest.raises(RegisterError, match=r"press\.toml: \[paper\] .*sources\.toml"):
        read_register(one, two)


def test_a_register_of_one_s_own_replaces_ours_and_our_press(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    assert list(read_register(*register_files(tmp_path))) == ["paper"]


def test_a_press_of_one_s_own_replaces_ours_alone(tmp_path: Path) -> None:
    (tmp_path / "press.toml").write_text(GOOD, encoding="utf-8")
    found = read_register(*register_files(tmp_path))
    assert list(found) == [*read_register(BUNDLED), "paper"]


def test_the_season_has_no_press_but_its_own() -> None:
    season = BUNDLED.parents[1] / "vigie" / "season"
    assert register_files(season) == (season / "sources.toml",)


def test_sources_of_one_s_own_are_added_and_others_retired(tmp_path: Path) -> None:
    mine(tmp_path, GOOD + "[le_soleil]\nretired = true\n")
    found = read_register(*register_files(tmp_path))
    assert list(found) == [*read_register(), "paper"]
    assert found["le_soleil"].retired


def test_a_source_of_one_s_own_takes_no_id_that_is_taken(tmp_path: Path) -> None:
    mine(tmp_path, GOOD.replace("paper", "le_soleil"))
    with pytest.raises(RegisterError, match="retired = true alone"):
        read_register(*register_files(tmp_path))


def test_ours_cannot_be_retired_but_in_one_s_own_sources(tmp_path: Path) -> None:
    press = tmp_path / "press.toml"
    press.write_text("[paper]\nretired = true\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="is already a source"):
        read_register(written(tmp_path, GOOD), press)


def test_the_blocks_that_the_how_to_shows_are_right(tmp_path: Path) -> None:
    page = BUNDLED.parents[1] / "docs" / "how-to" / "follow-your-own-sources.md"
    blocks = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    mine(tmp_path, "\n".join(blocks))
    found = read_register(*register_files(tmp_path))
    assert [load_spider(found[id_].spider).name for id_ in ("le_quartier", "le_conseil")] == [
        "feed",
        "page_watch",
    ]
    assert found["la_converse"].retired
