"""Consultation Québec: the interface of Decidim, and its pages where that one is closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request

from spiders.consultation_quebec import QUERY
from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.items import ConsultationFacts, Outcome
from spiders.sources import Source, read_register
from spiders.tryout import read_page
from spiders.visit import Trip
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of
from tests.loopback import Asked, Handler, House, Page, serving
from tests.visiting import HTML, html, one

SOURCE = "consultation_quebec"
PLACE = FOLDER / SOURCE
SITE = "https://consultation.quebec.ca"


def body_of(name: str) -> tuple[str, bytes]:
    page = PLACE / f"2026-11-20-{name}{'.page.json' if name == 'api' else '.html'}"
    return golden_of(page)["url"], page.read_bytes()


def facts_in(name: str, before: str = "", after: str = "") -> ConsultationFacts:
    url, body = body_of(name)
    assert before.encode() in body
    body = body.replace(before.encode(), after.encode())
    (item, *_) = read_page(body, url, read_register(), NOW)
    assert isinstance(item.facts, ConsultationFacts)
    return item.facts


def days(facts: ConsultationFacts) -> list[tuple[str, date, bool]]:
    return [(one.kind.value, one.date, one.sure) for one in facts.deadlines]


def process(**stated: Any) -> bytes:
    known = {"slug": "essai", "title": {"translations": [{"locale": "fr", "text": "Essai"}]}}
    return json.dumps({"data": {"participatoryProcesses": [known | stated]}}).encode()


def facts_told(**stated: Any) -> ConsultationFacts:
    (item,) = read_page(process(**stated), f"{SITE}/api", read_register(), NOW)
    assert isinstance(item.facts, ConsultationFacts)
    return item.facts


def phase(title: str, ends: str | None) -> dict[str, Any]:
    return {"title": {"translations": [{"locale": "fr", "text": title}]}, "endDate": ends}


def first_requests(errand: Errand) -> list[Request]:
    spider = spider_of(SOURCE)
    spider.errand = errand

    async def ask() -> list[Request]:
        return [request async for request in spider.start()]

    return asyncio.run(ask())


def test_the_interface_is_asked_by_a_post_before_the_list() -> None:
    source = read_register()[SOURCE]
    api, listed = first_requests(Errand(source))
    assert (api.url, api.method) == (f"{SITE}/api", "POST")
    assert json.loads(api.body) == {"query": QUERY}
    assert api.priority > listed.priority
    assert listed.url == source.url
    pages = first_requests(Errand(source, pages=(f"{SITE}/processes/lecture",), start=False))
    assert [page.url for page in pages] == [f"{SITE}/processes/lecture"]


def test_its_words_are_balanced() -> None:
    assert QUERY.count("{") == QUERY.count("}")


def test_what_the_interface_told_is_not_asked_of_the_pages() -> None:
    spider = spider_of(SOURCE)
    read(spider, *body_of("api"))
    asks = read(spider, *body_of("list"))["asks"]
    assert asks == [f"{SITE}/processes/lecture", f"{SITE}/processes?page=2"]


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><h1>Connexion</h1></html>",
        b'{"errors": [{"message": "Field \'steps\' doesn\'t exist"}]}',
        b'{"data": null}',
        b'{"data": {"participatoryProcesses": [{"title": 3}]}}',
        b"[]",
        b"\xff\xfe",
    ],
)
def test_an_interface_that_refuses_is_noticed(body: bytes) -> None:
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), f"{SITE}/api", body)


def test_no_process_at_all_is_a_state() -> None:
    assert (
        read(spider_of(SOURCE), f"{SITE}/api", b'{"data": {"participatoryProcesses": []}}')["items"]
        == []
    )
    none = b"<html><body><h2>Aucune consultation active</h2></body></html>"
    assert read(spider_of(SOURCE), f"{SITE}/processes", none)["asks"] == []
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), f"{SITE}/processes", none.replace(b"Aucune", b"Belle"))


def test_one_takes_part_until_the_end_of_the_phase_that_says_so() -> None:
    phases = [phase("Préparation", "2026-10-01"), phase("Consultation", "2026-12-04")]
    facts = facts_told(steps=[*phases, phase("Analyse", "2027-03-01")], endDate="2027-03-01")
    assert days(facts) == [("online", date(2026, 12, 4), True)]
    assert facts.status == "open"


def test_a_phase_of_no_clear_name_and_the_end_of_all_are_not_sure() -> None:
    assert days(facts_told(steps=[phase("Étape 1", "2026-12-04")])) == [
        ("online", date(2026, 12, 4), False)
    ]
    assert days(facts_told(endDate="2026-12-31")) == [("online", date(2026, 12, 31), False)]
    unending = [phase("Consultation", None)]
    assert days(facts_told(steps=unending, endDate="2026-12-31"))[0][1] == date(2026, 12, 31)


def test_a_process_that_only_reports_asks_nothing() -> None:
    facts = facts_told(steps=[phase("Analyse", "2027-03-01")], endDate="2027-03-01")
    assert (facts.deadlines, facts.status) == ((), None)
    over = facts_told(steps=[phase("Bilan", "2026-03-01")], endDate="2026-03-01")
    assert over.status == "closed"


@pytest.mark.parametrize(
    ("stated", "last", "sure"),
    [
        ("2026-12-05T04:59:59Z", date(2026, 12, 4), True),  # the day of Québec, not of Greenwich
        ("2026-12-05T05:00:00Z", date(2026, 12, 4), False),  # midnight: the day before is over
        ("2026-12-04T16:30:00-05:00", date(2026, 12, 4), True),
        ("2026-12-04T00:00:00", date(2026, 12, 3), False),
        ("2026-12-04", date(2026, 12, 4), True),
    ],
)
def test_the_last_day_is_one_of_quebec(stated: str, last: date, sure: bool) -> None:
    assert days(facts_told(steps=[phase("Consultation", stated)])) == [("online", last, sure)]


def test_a_day_that_cannot_be_read_is_none() -> None:
    assert facts_told(steps=[phase("Consultation", "bientôt")]).deadlines == ()


def test_a_page_gives_its_phases_and_what_its_text_asks() -> None:
    assert days(facts_in("process")) == [
        ("online", date(2026, 12, 4), True),
        ("brief", date(2026, 12, 11), True),
    ]
    assert facts_in("process").brief_deadline == date(2026, 12, 11)


def test_figures_are_a_day_then_a_month() -> None:
    facts = facts_in("process", "02/11/2026 - 04/12/2026", "02/11/2026 - 05/12/2026")
    assert days(facts)[0][1] == date(2026, 12, 5)


def test_an_older_page_leads_to_its_phases() -> None:
    assert not facts_in("old").complete
    assert days(facts_in("steps")) == [("online", date(2026, 11, 3), True)]
    assert facts_in("steps").url == facts_in("old").url


def test_a_page_of_no_process_is_noticed() -> None:
    for name, lost in (("process", "2026"), ("old", "/steps"), ("steps", "2026")):
        url, body = body_of(name)
        with pytest.raises(PageChangedError):
            read(spider_of(SOURCE), url, body.replace(lost.encode(), b"-"))
    url, body = body_of("process")
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), url, body.replace(b"h1>", b"p>"))


def test_everything_is_read_each_day() -> None:
    for name in ("api", "list", "process"):
        seen = {
            spider_of(SOURCE, now=NOW + timedelta(days=d)).seen_part(answer(*body_of(name)))
            for d in (0, 0, 1)
        }
        assert len(seen) == 2


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    def post(self: Handler) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.house.asked.append(Asked(f"POST {self.path}", dict(self.headers), 0))
        self.answer(self.house.pages.get(f"POST {self.path}", Page(status=404)))  # type: ignore[arg-type]

    monkeypatch.setattr(Handler, "do_POST", post, raising=False)
    with serving() as opened:
        yield opened


def errand(house: House) -> Errand:
    return Errand(Source(SOURCE, SOURCE, house / "processes", spider=SOURCE, min_items=0))


def test_a_closed_interface_leaves_the_pages(house: House, tmp_path: Path) -> None:
    house.pages["/processes"] = html("<a href='/processes/lecture'>La lecture</a>")
    house.pages["/processes/lecture"] = Page(body_of("process")[1], headers=HTML)
    told = one(errand(house), Trip(now=NOW, home=tmp_path, delay=0, timeout=10))
    assert (told.outcome, told.codes) == (Outcome.OK, [])
    assert told.titles == ["La lecture avant cinq ans"]


def test_an_open_interface_tells_all(house: House, tmp_path: Path) -> None:
    house.pages["/processes"] = html("<a href='/processes/essai'>Essai</a>")
    house.pages["POST /api"] = Page(process(), headers={"Content-Type": "application/json"})
    told = one(errand(house), Trip(now=NOW, home=tmp_path, delay=0, timeout=10))
    assert (told.outcome, told.titles) == (Outcome.OK, ["Essai"])
    assert house.paths()[-2:] == ["POST /api", "/processes"]
