"""The bundled season is the same at every build, and is what its plot says."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from scrapy.http import HtmlResponse, TextResponse

from spiders.archive import Answer, Archive
from spiders.assnat_bills import AssnatBillsSpider
from spiders.base import load_spider
from spiders.errands import Errand
from spiders.errors import NotAFeedError
from spiders.feed import Entry, parse_feed
from spiders.items import BillFacts, BillRef, ConsultationFacts, Item, MandateFacts, Stage
from spiders.page import collapse
from spiders.sources import Source, read_register
from vigie.errors import DoorError
from vigie.season.build import SeasonSummary, build
from vigie.season.chamber import LABELS
from vigie.season.feeds import article_link
from vigie.season.ink import Ink, pieces, typeset
from vigie.season.newsroom import publish
from vigie.season.player import play
from vigie.season.plot import (
    HERE,
    SITE,
    bill_address,
    bills,
    consultation_address,
    mandate_address,
    mandate_title,
    read,
    season_days,
)
from vigie.season.press import Article, outlets
from vigie.settings import TORONTO, read_settings

REGISTER = read_register(HERE / "sources.toml")
DAYS = list(season_days())
FEEDS = [source for source in REGISTER.values() if source.spider == "feed"]


def moment(day: date) -> datetime:
    return datetime.combine(day, time(7), TORONTO)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SeasonSummary]:
    path = tmp_path_factory.mktemp("season") / "season.warc.gz"
    return path, build(path)


@pytest.fixture(scope="module")
def archive(built: tuple[Path, SeasonSummary]) -> Archive:
    return Archive(built[0])


@pytest.fixture(scope="module")
def articles() -> Sequence[Article]:
    return publish()


def answer(archive: Archive, url: str, day: date) -> Answer:
    found = archive.answer(url, moment(day))
    assert found, url
    return found


def entries(archive: Archive, source: Source, day: date) -> tuple[Entry, ...]:
    got = answer(archive, source.url, day)
    kind = dict(got.headers)["Content-Type"]
    return parse_feed(got.body, url=source.url, content_type=kind).entries


def read_items(archive: Archive, source: Source, url: str, day: date) -> list[Item]:
    spider = load_spider(source.spider)(Errand(source), now=moment(day))
    name = spider.callback_name(url, source)
    assert name
    kind = HtmlResponse if url.endswith(".html") else TextResponse
    response = kind(url, body=answer(archive, url, day).body, encoding="utf-8")
    items = [thing for thing in getattr(spider, name)(response) if isinstance(thing, Item)]
    assert not spider.issues
    return items


def facts_of(archive: Archive, number: int, day: date) -> BillFacts:
    bill = next(bill for bill in bills() if bill.number == number)
    found = read_items(archive, REGISTER["assnat_bills"], SITE + bill_address(bill), day)
    facts = found[0].facts
    assert isinstance(facts, BillFacts)
    return facts


# The archive


def test_two_builds_give_the_same_bytes(built: tuple[Path, SeasonSummary], tmp_path: Path) -> None:
    again = tmp_path / "again.warc.gz"
    assert build(again) == built[1]
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (built[0], again)}
    assert len(digests) == 1


def test_the_archive_is_small_and_full(built: tuple[Path, SeasonSummary]) -> None:
    summary = built[1]
    assert summary.bytes < 8_000_000
    assert 5000 < summary.documents < 7500
    assert len(DAYS) == 70


def test_every_source_of_the_register_answers_on_the_first_morning(archive: Archive) -> None:
    for source in REGISTER.values():
        assert answer(archive, source.url, DAYS[0]).status == 200, source.id


def test_an_address_is_kept_again_only_when_it_changed(archive: Archive) -> None:
    url = REGISTER["donneesquebec_bills"].url
    days = [day for day in DAYS if answer(archive, url, day) != answer(archive, url, DAYS[0])]
    assert 0 < len(days) < len(DAYS)
    assert len(gzip.decompress(archive.path.read_bytes()).split(f"URI: {url}\r\n".encode())) < 40


# The press


def test_no_title_is_printed_twice_but_in_copies_of_one_story(articles: Sequence[Article]) -> None:
    stories: dict[str, set[int]] = defaultdict(set)
    for article in articles:
        stories[article.title].add(article.story)
    assert [title for title, told in stories.items() if len(told) > 1] == []


def test_every_slot_is_filled_and_every_lead_is_a_lead(articles: Sequence[Article]) -> None:
    for article in articles:
        assert not set("{}|#") & set(article.title + article.lead), article
        assert article.title[0].isupper() or not article.title[0].isalpha(), article.title
        assert 4 <= len(article.lead.split()) <= 60, article.lead
    lengths = sorted(len(article.lead.split()) for article in articles)
    assert 18 <= lengths[len(lengths) // 2] <= 30


def test_the_season_has_its_measure_of_languages_themes_and_copies(
    articles: Sequence[Article],
) -> None:
    houses = outlets()
    languages = Counter(houses[article.outlet].source.lang for article in articles)
    assert 0.11 < languages["en"] / len(articles) < 0.17
    assert 0.3 < sum(not article.themes for article in articles) / len(articles) < 0.5
    assert {theme for article in articles for theme in article.themes} >= set(themes())
    tellers = Counter(article.story for article in articles)
    assert 0.2 < sum(n for n in tellers.values() if n > 1) / len(articles) < 0.5
    assert sum(article.later is not None for article in articles) > 80


def themes() -> list[str]:
    return list(read("news_fr.toml"))


@pytest.mark.parametrize("source", FEEDS, ids=lambda source: source.id)
def test_every_feed_is_read_as_it_was_written(
    source: Source, archive: Archive, articles: Sequence[Article]
) -> None:
    """Whatever its habits: encodings, dates, missing names, markup."""
    if source.id == "legisinfo_events":
        assert {entry.guid for entry in entries(archive, source, DAYS[-1])} == {""}
        return
    house, day = outlets()[source.id], DAYS[-1]
    told = {
        (article.title_at(moment(day)), article.lead, article.at)
        for article in articles
        if article.outlet == (house.of or source.id)
    }
    titles = {collapse(title): (collapse(lead), at) for title, lead, at in told}
    found = [e for e in entries(archive, source, day) if "commandité" not in e.title]
    assert len(found) >= source.min_items
    for entry in found:
        lead, at = titles[entry.title.partition(" | ")[2] or entry.title]
        assert entry.summary.removesuffix(" […]") == lead
        assert entry.lang == source.lang
        assert entry.published == (at if house.dates != "none" else None)


@pytest.mark.parametrize(
    "id_", ["le_meridien", "nordet_est", "la_grande_riviere", "radio_estuaire"]
)
def test_who_comes_every_morning_misses_nothing(
    archive: Archive, articles: Sequence[Article], id_: str
) -> None:
    """Not even of the source that was ill for a week: its feed had room for what had piled up."""
    first, last = (datetime.combine(day, time(5, 30), TORONTO) for day in (DAYS[0], DAYS[-1]))
    due = [a for a in articles if a.outlet == id_ and first < a.at <= last]
    seen: dict[str, set[str]] = defaultdict(set)
    for day in DAYS:
        try:
            found = entries(archive, REGISTER[id_], day)
        except NotAFeedError:
            continue
        for entry in found:
            seen[entry.link].add(entry.summary.removesuffix(" […]"))
    assert {collapse(a.lead) for a in due} <= {lead for told in seen.values() for lead in told}
    assert {link: told for link, told in seen.items() if len(told) > 1} == {}


def test_the_same_article_stands_in_two_feeds_under_two_addresses(archive: Archive) -> None:
    day = DAYS[40]
    whole = entries(archive, REGISTER["le_meridien"], day)
    section = entries(archive, REGISTER["le_meridien_societe"], day)
    paths = {entry.link.partition("?") for entry in whole}
    shared = {entry.guid for entry in whole} & {entry.guid for entry in section}
    assert shared
    assert all("utm_campaign=une" in query for _, _, query in paths)
    assert all("utm_campaign=societe" in entry.link for entry in section)


def test_no_two_articles_of_a_house_share_an_address(articles: Sequence[Article]) -> None:
    links = Counter(
        article_link(outlets()[article.outlet], article) for article in articles if not article.url
    )
    assert [link for link, times in links.items() if times > 1] == []


def test_invented_outlets_live_on_invented_hosts_each_with_its_robots(archive: Archive) -> None:
    houses = outlets()
    assert {*houses, "legisinfo_events"} == {source.id for source in FEEDS}
    assert len([house for house in houses.values() if not house.of]) == 41
    for house in houses.values():
        host = urlsplit(house.source.url).netloc
        assert host.endswith(".example")
        assert b"Crawl-delay" in answer(archive, f"https://{host}/robots.txt", DAYS[0]).body


# What a right watch should find


def stories_a_day(articles: Sequence[Article], theme: str) -> Mapping[date, int]:
    told: dict[date, set[int]] = defaultdict(set)
    for article in articles:
        if theme in article.themes:
            told[article.at.date()].add(article.story)
    return {day: len(told[day]) for day in DAYS}


def test_the_storm_stands_out_of_its_theme(articles: Sequence[Article]) -> None:
    surge = read("surge.toml")
    days = [date.fromisoformat(day) for day in surge["pieces"]]
    counts = stories_a_day(articles, surge["theme"])
    assert days[0] == surge["first"]
    before = [counts[day] for day in DAYS if day < days[0]]
    assert sum(before) / len(before) < 4
    assert all(counts[day] >= 8 for day in days)
    first_days = [a for a in articles if a.at.date() in days[:3] and surge["theme"] in a.themes]
    assert len({article.outlet for article in first_days}) > 20
    assert sum("12" in article.title + article.lead for article in first_days) > 5


def test_the_dispatch_printed_all_over_is_one_story(articles: Sequence[Article]) -> None:
    copies = read("plot.toml")["copies"]
    told = [a for a in articles if a.at.date() == copies["day"] and copies["theme"] in a.themes]
    stories = Counter(article.story for article in told)
    assert stories.most_common(1)[0][1] == copies["outlets"]
    assert len(stories) <= 4


def test_the_echo_is_one_outlet(articles: Sequence[Article]) -> None:
    echo = read("plot.toml")["echo"]
    told = [a for a in articles if a.lead == typeset(echo["lead"], "fr")]
    assert {article.outlet for article in told} == {echo["outlet"]}
    assert len(told) == len(echo["titles"])


def test_in_the_campaign_weeks_nearly_every_theme_is_told_more(articles: Sequence[Article]) -> None:
    campaign, before, during = read("campaign.toml"), Counter[str](), Counter[str]()
    weeks = timedelta(days=14)
    assert campaign["last"] - campaign["first"] == weeks - timedelta(days=1)
    for theme in campaign["pieces"]:
        for day, many in stories_a_day(articles, theme).items():
            if day >= campaign["first"]:
                during[theme] += many
            elif date(2031, 3, 3) <= day < date(2031, 3, 3) + weeks:
                before[theme] += many
    assert during.total() > 1.8 * before.total()
    assert sum(during[theme] > 1.4 * before[theme] for theme in before) >= 13
    assert campaign["opens"] == max(during, key=during.__getitem__)


def test_the_broken_source_is_blocked_then_fails_then_gives_what_had_piled_up(
    archive: Archive,
) -> None:
    broken = read("plot.toml")["broken"]
    source = REGISTER[broken["source"]]
    wall = answer(archive, source.url, broken["blocked"][0])
    assert wall.status == 200
    with pytest.raises(NotAFeedError):
        parse_feed(wall.body, url=source.url)
    assert answer(archive, source.url, broken["failing"][1]).status == 500
    well = broken["failing"][1] + timedelta(days=1)
    missed = {
        entry.published
        for entry in entries(archive, source, well)
        if entry.published and entry.published > moment(broken["blocked"][0])
    }
    assert len(missed) > 8


def test_the_silent_source_gives_the_same_bytes_for_three_weeks(archive: Archive) -> None:
    silent = read("plot.toml")["silent"]
    url, (first, last) = REGISTER[silent["source"]].url, silent["days"]
    before = answer(archive, url, first - timedelta(days=1))
    assert answer(archive, url, last) == before
    assert answer(archive, url, last + timedelta(days=1)) != before
    assert (last - first).days == 20


# The Parliaments


@pytest.mark.parametrize("number", [bill.number for bill in bills()])
def test_the_page_of_a_bill_says_what_the_plot_says(archive: Archive, number: int) -> None:
    bill = next(bill for bill in bills() if bill.number == number)
    facts = facts_of(archive, number, DAYS[-1])
    told = bill.told_by(DAYS[-1] - timedelta(days=1))
    assert (facts.legislature, facts.session, facts.number) == (51, bill.session, str(number))
    assert (facts.title, facts.kind) == (bill.title, bill.kind)
    assert [step.label for step in facts.stages] == [LABELS[step.step] for step, _ in told]
    assert [step.dates for step in facts.stages] == [days for _, days in told]
    votes = [(v.for_, v.against, v.abstain) for step in facts.stages for v in step.votes]
    assert votes == [step.vote for step, days in told if step.vote and days == step.days]
    named = [bill.author, *([bill.new_author[0]] if bill.new_author else [])]
    assert [(p.name, p.id) for p in facts.sponsors] == [(p.surname_first, str(p.id)) for p in named]
    assert [reinscribed.date for reinscribed in facts.reinscribed] == (
        [bill.reinscribed] if bill.reinscribed else []
    )
    assert (facts.chapter or "").rpartition(" ")[2] == str(bill.chapter or "")


def test_the_child_care_bill_lives_its_whole_life(archive: Archive) -> None:
    born = DAYS.index(date(2031, 2, 7))
    assert archive.answer(SITE + bill_address(bills()[0]), moment(DAYS[born - 1])) is None
    reached = [facts_of(archive, 12, day).stages[-1].stage for day in DAYS[born:]]
    assert list(dict.fromkeys(reached)) == list(Stage)


def test_a_page_fetched_again_has_other_bytes_and_the_same_words(archive: Archive) -> None:
    url = SITE + bill_address(next(bill for bill in bills() if bill.number == 191))
    monday = date(2031, 3, 10)
    one, two = answer(archive, url, monday), answer(archive, url, monday + timedelta(days=7))
    assert one.body != two.body
    assert facts_of(archive, 191, monday) == facts_of(archive, 191, monday + timedelta(days=7))


def test_the_open_data_tells_the_last_stage_of_every_bill(archive: Archive) -> None:
    source = REGISTER["donneesquebec_bills"]
    items = read_items(archive, source, source.url, DAYS[-1])
    assert len(items) == len(bills())
    words = answer(archive, source.url, DAYS[-1]).body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(words)))
    assert len(rows) == len(bills()) + sum(bill.reinscribed is not None for bill in bills())
    assert len(read_items(archive, source, source.url, DAYS[0])) >= source.min_items
    assert facts_by_number(items)["12"].stages[0].stage is Stage.ASSENT


def test_the_mandates_are_read_whole_by_the_spider_that_never_saw_one(archive: Archive) -> None:
    source = read_register()["assnat_consultations"]
    legislature = read("plot.toml")["parliament"]["legislature"]
    told = DAYS[-1] - timedelta(days=1)
    for bill in bills():
        for step in bill.steps:
            if not step.mandate or not step.given or step.given > told:
                continue
            (item,) = read_items(archive, source, SITE + mandate_address(step), DAYS[-1])
            facts = item.facts
            assert isinstance(facts, MandateFacts)
            committees = read("plot.toml")["committees"]
            assert (facts.title, facts.committee, facts.given) == (
                collapse(mandate_title(bill, step)),
                committees[step.committee],
                step.given,
            )
            assert facts.bill == BillRef(str(bill.number), legislature, bill.session)
            asked = facts.consultation
            assert bool(asked) == (step.step in ("consultations", "general"))
            assert asked is None or asked.hearings == step.days


def test_the_deadline_of_the_consultation_moves_with_its_page(archive: Archive) -> None:
    source = read_register()["assnat_consultations"]
    plot = read("plot.toml")["consultation"]

    def on(day: date) -> ConsultationFacts:
        (item,) = read_items(archive, source, SITE + consultation_address(), day)
        assert isinstance(item.facts, ConsultationFacts)
        return item.facts

    moved = plot["moved"]["on"] + timedelta(days=1)
    before, after = on(plot["mandate_day"] + timedelta(days=1)), on(moved)
    assert (before.brief_deadline, after.brief_deadline) == (
        plot["brief_deadline"],
        plot["moved"]["to"],
    )
    assert before.hearings == after.hearings == (plot["hearings_from"],)
    assert before.opens == plot["mandate_day"]
    assert "/mandats/" in before.mandate_url


def facts_by_number(items: Sequence[Item]) -> Mapping[str, BillFacts]:
    stated = (item.facts for item in items)
    return {facts.number: facts for facts in stated if isinstance(facts, BillFacts)}


def test_a_bill_tabled_is_in_the_list_the_next_morning(archive: Archive) -> None:
    source = REGISTER["assnat_bills"]
    body = answer(archive, source.url, date(2031, 2, 7)).body
    response = HtmlResponse(source.url, body=body, encoding="utf-8")
    spider = AssnatBillsSpider(Errand(source), now=moment(date(2031, 2, 7)))
    asked = {request.url for request in spider.parse_list(response)}
    assert SITE + bill_address(bills()[0]) in asked
    assert all(archive.answer(url, moment(date(2031, 2, 7))) for url in asked)


def test_the_consultation_gives_its_deadline_in_prose_and_moves_it_once(archive: Archive) -> None:
    told = read("plot.toml")["consultation"]
    url = next(url for url in archive.addresses() if "/consultations/consultation-" in url)
    days = (told["mandate_day"], told["moved"]["on"])
    for day, deadline in zip(days, ("21 mars 2031", "28 mars 2031"), strict=True):
        words = answer(archive, url, day + timedelta(days=1)).body.decode()
        assert words.count(f"au plus tard le {deadline}") == 2
        assert "questionnaire en ligne" in words
    assert archive.answer(url, moment(told["mandate_day"])) is None


def test_a_special_consultation_is_a_mandate_announced_among_the_releases(archive: Archive) -> None:
    day = date(2031, 2, 13)
    told = entries(archive, REGISTER["communiques"], day)
    mandate = next(e for e in told if "nouveau mandat" in e.title and "n° 12" in e.title)
    page = answer(archive, mandate.link, day).body.decode()
    assert "Auditions publiques le mardi 25 février 2031" in page


def test_the_federal_bill_moves_from_reading_to_reading(archive: Archive) -> None:
    source = REGISTER["legisinfo_bills"]
    url = "https://www.parl.ca/legisinfo/fr/bill/48-1/c-19/xml"
    found = read_items(archive, source, url, DAYS[-1])[0].facts
    assert isinstance(found, BillFacts)
    assert [step.stage for step in found.stages] == [*list(federal_stages()), Stage.INTRODUCTION]
    assert [vote.for_ for step in found.stages for vote in step.votes] == [181, 203]
    assert found.stages[-1].chamber == "senate"
    rows = json.loads(answer(archive, source.url, DAYS[0]).body)
    assert "C-19" not in {row["NumberCode"] for row in rows}


def federal_stages() -> Iterator[Stage]:
    yield from (Stage.INTRODUCTION, Stage.PASSAGE_IN_PRINCIPLE, Stage.COMMITTEE)
    yield from (Stage.REPORT, Stage.PASSAGE)


# The player


@pytest.fixture
def clean_environ(tmp_path: Path) -> Iterator[Path]:
    with patch.dict(os.environ, {"VIGIE_SLACK_BOT_TOKEN": "a secret"}):
        os.environ.pop("VIGIE_DATABASE_URL", None)
        yield tmp_path


def test_a_day_is_played_through_the_command_lines(clean_environ: Path) -> None:
    ran: list[tuple[str, str]] = []
    shown: list[str] = []

    def run(arguments: Sequence[str]) -> int:
        ran.append((arguments[0], os.environ["VIGIE_NOW"]))
        return 1 if arguments[0] == "collect" else 0

    play(run, clean_environ, shown.append, days=DAYS[6:8])
    sunday, monday = "2031-02-09T07:00:00-05:00", "2031-02-10T07:00:00-05:00"
    steps = ["collect", "process", "alert"]
    assert ran == [(step, sunday) for step in steps] + [(s, monday) for s in [*steps, "digest"]]
    assert "VIGIE_SLACK_BOT_TOKEN" not in os.environ
    assert read_settings().now.isoformat() == "2031-02-10T12:00:00+00:00"
    assert read_settings().file(Path("sources.toml")) == HERE / "sources.toml"
    assert any("9 février 2031" in line for line in shown)
    assert str(clean_environ / "outbox") in shown[-1]


def test_a_command_that_fails_stops_the_season_by_its_name(clean_environ: Path) -> None:
    def run(arguments: Sequence[str]) -> int:
        print("ce qui ne va pas")
        return 1 if arguments[0] == "process" else 0

    with pytest.raises(DoorError, match=r"vigie process.*3 février 2031.*ce qui ne va pas"):
        play(run, clean_environ, lambda line: None, days=DAYS[:1])


def test_an_error_of_a_command_is_named_too(
    clean_environ: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(arguments: Sequence[str]) -> int:
        raise NotAFeedError("https://lefanal.example", "un essai")

    with pytest.raises(NotAFeedError):
        play(run, clean_environ, lambda line: None, days=DAYS[:1])
    assert "« vigie collect », le 3 février 2031" in capsys.readouterr().err


# The ink


def test_a_slot_keeps_its_value_from_the_title_to_the_lead() -> None:
    ink = Ink({"city": ["Alma"]}, "fr", Random(1))
    known: dict[str, str] = {}
    assert ink.write("{n=7-7} élus de {city}", known) == "7 élus d’Alma"
    assert ink.write("{n=7-7} à {city} : {oui|oui} « bien » 12 000 $", known) == (
        "7 à Alma\u00a0: oui «\u00a0bien\u00a0» 12\u00a0000\u00a0$"
    )


def test_an_article_is_contracted() -> None:
    ink = Ink({"team": ["les Phares"]}, "fr", Random(1))
    assert ink.write("{team} ! le gardien de {team}. les autres", {}) == (
        "Les Phares ! Le gardien des Phares. Les autres"
    )
    assert [piece.lead for piece in pieces("A\nb\nc\n\nD\ne", "sport")] == ["b c", "e"]
