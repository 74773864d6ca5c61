from __future__ import annotations

from typing import Any

import pytest

from spiders.donneesquebec_bills import COLUMNS
from spiders.errors import PageChangedError
from tests.frozen import read, spider_of

ROW = {
    "Numero_projet_loi": "82",
    "Titre_projet_loi": "51-1 PL 82  Loi sur les mitaines",
    "Type_projet_loi": "Public du gouvernement",
    "Derniere_etape_franchie": "presentation",
    "Date_derniere_etape": "2026-05-05",
    "No_legislature": "51",
    "Date_fin_legislature": "",
    "No_session": "1",
}


def items(*rows: dict[str, str], header: tuple[str, ...] = COLUMNS) -> list[dict[str, Any]]:
    lines = [",".join(header), *(",".join(row[name] for name in COLUMNS) for row in rows)]
    spider = spider_of("donneesquebec_bills")
    body = "\ufeff" + "\r\n".join(lines)
    found: list[dict[str, Any]] = read(spider, spider.source.url, body.encode())["items"]
    return found


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_that_is_gone_is_named(column: str) -> None:
    header = tuple("Autre" if name == column else name for name in COLUMNS)
    with pytest.raises(PageChangedError, match=column):
        items(ROW, header=header)


@pytest.mark.parametrize(
    "cell",
    [
        {"Date_derniere_etape": "5 mai 2026"},
        {"No_session": ""},
        {"Numero_projet_loi": ""},
        {"Titre_projet_loi": " "},
    ],
    ids=lambda cell: next(iter(cell)),
)
def test_a_row_that_cannot_be_read_is_named(cell: dict[str, str]) -> None:
    with pytest.raises(PageChangedError, match="row 3"):
        items(ROW, ROW | cell)


def test_a_file_cut_short_is_noticed() -> None:
    with pytest.raises(PageChangedError, match="CSV"):
        items(ROW | {"No_session": '"1'})


def test_a_file_in_another_encoding_is_noticed() -> None:
    spider = spider_of("donneesquebec_bills")
    with pytest.raises(PageChangedError, match="UTF-8"):
        read(spider, spider.source.url, ",".join(COLUMNS).encode() + b"\n\xe9")


def test_a_bill_in_two_sessions_is_one_bill_at_its_latest_stage() -> None:
    later = {
        "No_session": "2",
        "Derniere_etape_franchie": "sanction",
        "Date_derniere_etape": "2026-06-01",
    }
    (found,) = items(ROW | later, ROW)
    assert found["key"] == "qc/51-1/82"
    assert found["facts"]["reinscribed"] == [{"legislature": 51, "session": 2, "date": None}]
    assert found["facts"]["assent_date"] == "2026-06-01"


def test_bills_that_share_a_number_are_as_many_bills() -> None:
    other = {"Titre_projet_loi": "51-2 PL 82  Loi sur les tuques", "No_session": "2"}
    keys = [found["key"] for found in items(ROW, ROW | other)]
    assert keys == ["qc/51-1/82", "qc/51-2/82"]


@pytest.mark.parametrize(
    ("end", "status"),
    [("", "in-progress"), ("2026-11-20", "in-progress"), ("2026-11-19", "died")],
)
def test_a_bill_dies_with_its_legislature(end: str, status: str) -> None:
    (found,) = items(ROW | {"Date_fin_legislature": end})
    assert found["facts"]["status"] == status


def test_a_law_outlives_its_legislature() -> None:
    assented = {"Derniere_etape_franchie": "sanction", "Date_fin_legislature": "2026-08-27"}
    (found,) = items(ROW | assented)
    assert found["facts"]["status"] == "assented"


def test_only_a_bill_just_introduced_tells_when_it_was_published() -> None:
    assert items(ROW)[0]["published_at"] == "2026-05-05T04:00:00+00:00"
    assert items(ROW | {"Derniere_etape_franchie": "sanction"})[0]["published_at"] is None
