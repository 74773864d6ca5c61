from __future__ import annotations

import json
import re
from typing import Any

import pytest

from spiders.errors import PageChangedError, UnreadableDateError
from tests.frozen import FOLDER, read, spider_of

SITE = "https://www.parl.ca/legisinfo/"
XML = SITE + "fr/bill/61-1/c-901/xml"
LIST = SITE + "fr/bills/json"
RECORD = (FOLDER / "legisinfo_bills" / "2026-11-20.xml").read_text(encoding="utf-8")


def facts(body: str, url: str = XML) -> dict[str, Any]:
    found: dict[str, Any] = read(spider_of("legisinfo_bills"), url, body.encode())["items"][0][
        "facts"
    ]
    return found


def asks(*rows: dict[str, Any], known: tuple[str, ...] = ()) -> list[str]:
    body = json.dumps(rows).encode()
    found: list[str] = read(spider_of("legisinfo_bills", known), LIST, body)["asks"]
    return found


def row(moved: str | None, **other: Any) -> dict[str, Any]:
    session = {"ParliamentNumber": 61, "SessionNumber": 1}
    return {"NumberCode": "C-9", "LatestBillEventDateTime": moved} | session | other


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (RECORD[:3000], "XML"),
        ("<Bills></Bills>", "one Bill"),
        (RECORD.replace("NumberCode", "Code"), "NumberCode"),
        (RECORD.replace("<SessionNumber>1", "<SessionNumber>x"), "SessionNumber"),
        (RECORD.replace("LongTitleFr", "Title"), "LongTitleFr"),
        (RECORD.replace("BillStages>", "Stages>"), "BillStages"),
    ],
    ids=["cut short", "no bill", "no number", "no session", "no title", "no stages"],
)
def test_a_record_that_lacks_what_every_bill_has_is_noticed(body: str, missing: str) -> None:
    with pytest.raises(PageChangedError, match=missing):
        facts(body)


def test_a_day_that_is_none_is_noticed() -> None:
    with pytest.raises(UnreadableDateError, match="19 mars"):
        facts(RECORD.replace("2046-03-19T18:30:00<", "19 mars 2046<"))


def test_a_record_that_defines_its_own_entities_is_refused() -> None:
    body = RECORD.partition("?>\n")[2].replace("<LongTitleFr>Loi", "<LongTitleFr>Loi &far;", 1)
    with pytest.raises(PageChangedError, match="document type"):
        facts('<!DOCTYPE Bills [<!ENTITY far SYSTEM "file:///etc/hostname">]>' + body)


def test_an_address_tells_the_language_of_the_facts() -> None:
    french, english = facts(RECORD), facts(RECORD, XML.replace("/fr/", "/en/"))
    assert (french["title"], english["title"]) == (
        "Loi concernant les glissades d'enfants",
        "An Act respecting playground slides",
    )
    assert (french["chapter"], english["chapter"]) == ("2046, ch. 2", "2046, c. 2")
    assert english["url"] == french["url"]


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("Bill defeated", "defeated"),
        ("Bill withdrawn", "withdrawn"),
        ("Outside the Order of Precedence", "in-progress"),
        ("At second reading in the House of Commons", "in-progress"),
    ],
)
def test_a_bill_is_in_progress_until_its_end_is_told(status: str, ours: str) -> None:
    pending = RECORD.replace("<ReceivedRoyalAssentDateTime>2046-03-19T18:30:00<", "<X>0<").replace(
        "</ReceivedRoyalAssentDateTime>", "</X>"
    )
    assert facts(pending.replace("Royal assent received", status))["status"] == ours


def ended(record: str, **said: str) -> str:
    """Give a record without assent, of a session that is over."""
    told = {"IsSessionOngoing": "false"} | said
    added = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
    pending = re.sub(r"<(ReceivedRoyalAssentDateTime)>[^<]*<", r"<\1>\n    <", record)
    return pending.replace("<SessionNumber>", f"{added}<SessionNumber>")


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("Outside the Order of Precedence", "died"),
        ("At consideration in committee in the Senate", "died"),
        ("Bill defeated", "defeated"),
        ("Bill withdrawn", "withdrawn"),
    ],
)
def test_a_bill_of_a_session_that_is_over_is_not_in_progress(status: str, ours: str) -> None:
    over = ended(RECORD.replace("Royal assent received", status))
    assert facts(over)["status"] == ours
    assert facts(over)["assent_date"] is None


def test_a_session_that_goes_on_kills_nothing() -> None:
    going_on = ended(RECORD, IsSessionOngoing="true").replace("Royal assent received", "x")
    assert facts(going_on)["status"] == "in-progress"
    assert facts(RECORD)["status"] == "assented"


def test_a_bill_reinstated_in_the_next_session_says_where_it_goes_on() -> None:
    over = ended(RECORD.replace("Royal assent received", "x"), DidReinstateInNextSession="true")
    assert facts(over)["reinscribed"] == [{"legislature": 61, "session": 2, "date": None}]


def test_a_bill_reinstated_from_the_last_session_has_no_first_reading() -> None:
    came_back = RECORD.replace(
        "<BillStageNameEn>First reading",
        "<BillStageNameEn>Bill reinstated from previous session",
        1,
    )
    assert facts(came_back)["reinscribed"] == [
        {"legislature": 61, "session": 1, "date": "2045-01-12"}
    ]
    assert facts(came_back)["stages"][0]["stage"] is None
    told = read(spider_of("legisinfo_bills"), XML, came_back.encode())
    assert [issue["about"] for issue in told["tells"]] == ["Study of the moon"]
    assert told["items"][0]["published_at"] is None


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "place", ["bills/json", "bills/json?parlsession=61-1", "projets-de-loi/json"]
)
def test_either_schema_of_the_list_is_read_in_either_language(place: str, lang: str) -> None:
    old = {"BillId": 1, "BillNumberFormatted": "C-7", "LatestActivityDateTime": "2026-11-02T10:00"}
    new = {"Id": 2, "NumberCode": "S-8", "LatestBillEventDateTime": "2026-11-02T10:00:00.03"}
    session = {"ParliamentNumber": 61, "SessionNumber": 1}
    body = json.dumps([old | session, new | session]).encode()
    found = read(spider_of("legisinfo_bills"), f"{SITE}{lang}/{place}", body)
    assert found["asks"] == [SITE + f"{lang}/bill/61-1/{number}/xml" for number in ("c-7", "s-8")]


def test_a_bill_that_has_its_assent_is_a_law_whatever_its_status_says() -> None:
    assert (
        facts(RECORD.replace("Royal assent received", "At third reading"))["status"] == "assented"
    )


def test_the_list_asks_for_the_bills_that_moved_lately() -> None:
    wanted = [SITE + "fr/bill/61-1/c-9/xml"]
    assert asks(row("2026-11-02T10:00:00")) == wanted
    assert asks(row("2025-10-16T10:00:00")) == wanted
    assert asks(row("2025-10-15T10:00:00")) == []
    assert asks(row("2026-11-02T10:00:00"), known=tuple(wanted)) == []


def test_a_bill_of_the_list_without_a_day_is_not_lost() -> None:
    assert asks(row("0001-01-01T00:00:00")) == [SITE + "fr/bill/61-1/c-9/xml"]
    later = {"PassedHouseFirstReadingDateTime": "2024-09-25T06:03:12.167-04:00"}
    assert asks(row("0001-01-01T00:00:00", **later)) == []


@pytest.mark.parametrize(
    "body",
    ["[1]", '{"Bills": []}', "<html></html>", '[{"NumberCode": "C-9"}]', '[{"SessionNumber": 1}]'],
)
def test_a_list_of_another_shape_is_noticed(body: str) -> None:
    with pytest.raises(PageChangedError):
        read(spider_of("legisinfo_bills"), LIST, body.encode())
