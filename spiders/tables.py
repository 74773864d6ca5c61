"""A table as rows of cells, each named by the column that it stands under."""

from __future__ import annotations

import re
from collections.abc import Mapping

from parsel import Selector
from scrapy.http import Response

from spiders.errors import PageChangedError
from spiders.page import any_of, collapse, text

Cells = Mapping[str, Selector]


def table_rows(response: Response, columns: Mapping[str, str]) -> list[Cells] | None:
    """Give the rows of the table that has these columns; None where no table has them.

    `columns` gives our name for a column and, as a regular expression, the head by which it is
    known. A row of one cell alone, which says that there is nothing, is left. Raises
    PageChangedError for another row that lacks one of these cells, and for two such tables.
    """
    tables = [(t, found) for t in any_of(response, "table") if (found := _places(t, columns))]
    if not tables:
        return None
    if len(tables) > 1:
        raise PageChangedError(response.url, f"a table of {', '.join(columns)}", len(tables))
    ((table, places),) = tables
    rows: list[Cells] = []
    for row in table.xpath(".//tr[td][not(ancestor::thead)]"):
        cells = row.xpath("./td | ./th")
        if len(cells) == 1:
            continue
        if len(cells) <= max(places.values()):
            raise PageChangedError(response.url, f"a row of {', '.join(columns)}", len(cells))
        if not all(cell.root.tag == "th" for cell in cells) and "".join(map(text, cells)):
            rows.append({name: cells[place] for name, place in places.items()})
    return rows


def _places(table: Selector, columns: Mapping[str, str]) -> dict[str, int] | None:
    heads = [text(cell).lower() for cell in table.xpath("(.//thead//tr | .//tr[th])[1]/*")]
    found = {}
    for name, head in columns.items():
        place = next((i for i, words in enumerate(heads) if re.match(head, words)), None)
        if place is None:
            return None
        found[name] = place
    return found


def whole_number(words: str) -> int | None:
    """Give the number in these words, its thousands apart or not; None for none."""
    digits = re.sub(r"[ ,.]", "", collapse(words))
    return int(digits) if digits.isdecimal() else None
