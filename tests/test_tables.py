"""A table is known by its heads, wherever its columns are."""

from __future__ import annotations

import pytest

from spiders.errors import PageChangedError
from spiders.page import text
from spiders.tables import table_rows, whole_number
from tests.frozen import answer

COLUMNS = {"day": "date", "title": r"titre|title"}
HEADS = "<tr><th>Titre du mandat</th><th>Lieu</th><th>Date</th></tr>"


def rows(body: str) -> list[dict[str, str]] | None:
    page = answer("https://www.assnat.qc.ca/x.html", f"<html><body>{body}</body></html>".encode())
    found = table_rows(page, COLUMNS)
    if found is None:
        return None
    return [{name: text(cell) for name, cell in row.items()} for row in found]


def test_columns_are_found_by_their_heads() -> None:
    line = "<tr><td>Étude</td><td>Québec</td><td>2031-03-03</td></tr>"
    wanted = [{"day": "2031-03-03", "title": "Étude"}]
    assert rows(f"<table>{HEADS}{line}</table>") == wanted
    heads = "<tr><td>Titre</td><td>Lieu</td><td>Date</td></tr>"
    assert rows(f"<table><thead>{heads}</thead><tbody>{line}</tbody></table>") == wanted


def test_a_row_that_only_says_that_there_is_nothing_is_left() -> None:
    assert rows(f"<table>{HEADS}<tr><td colspan=3>Aucun mandat</td></tr></table>") == []


def test_a_page_without_the_table_says_none() -> None:
    assert rows("<table><tr><th>Titre</th></tr><tr><td>Étude</td></tr></table>") is None


@pytest.mark.parametrize(
    "body",
    [
        f"<table>{HEADS}</table><table>{HEADS}</table>",
        f"<table>{HEADS}<tr><td>Étude</td><td>Québec</td></tr></table>",
    ],
)
def test_two_such_tables_or_a_row_cut_short_are_noticed(body: str) -> None:
    with pytest.raises(PageChangedError):
        rows(body)


@pytest.mark.parametrize(
    ("words", "number"),
    [("59\xa0977", 59977), ("1,556", 1556), ("0", 0), ("", None), ("n/d", None)],
)
def test_thousands_may_stand_apart(words: str, number: int | None) -> None:
    assert whole_number(words) == number
