"""JSON and XML read the same way: records that hold words, or further records, by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from lxml import etree
from scrapy.http import Response

from spiders.errors import PageChangedError, UnreadableDateError
from spiders.page import collapse

Record = Mapping[str, Any]


def json_records(response: Response) -> list[Record]:
    """Give the objects of a JSON array. Raises PageChangedError for anything else."""
    try:
        value = json.loads(response.body)
    except ValueError as error:
        raise PageChangedError(response.url, f"JSON ({error})", 0) from error
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise PageChangedError(response.url, "a JSON array of objects", 0)
    return value


def xml_records(response: Response, tag: str) -> list[Record]:
    """Give the children of that tag of an XML document.

    Raises PageChangedError for anything else, and for a document that defines its own entities.
    """
    safe = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(response.body, safe)
    except etree.XMLSyntaxError as error:
        raise PageChangedError(response.url, f"XML ({error})", 0) from error
    if root.getroottree().docinfo.doctype:
        raise PageChangedError(response.url, "XML without a document type", 0)
    return [record for record in map(_record, root.findall(tag)) if isinstance(record, dict)]


def rows(record: Record, name: str) -> list[Record]:
    """Give the records of that name: none, one or several."""
    value = record.get(name)
    return [row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)]


def words(record: Record, name: str) -> str:
    """Give the words of that name, spaces collapsed: "" when it is not there, empty or null."""
    value = record.get(name)
    if isinstance(value, list):
        value = next(iter(value), None)
    return "" if value is None or isinstance(value, dict) else collapse(str(value))


def needed(record: Record, name: str, url: str) -> str:
    """Give the words of that name. Raises PageChangedError naming it when there are none."""
    if found := words(record, name):
        return found
    raise PageChangedError(url, name, 0)


def integer(record: Record, name: str, url: str) -> int:
    """Give the whole number of that name. Raises PageChangedError naming it for anything else."""
    found = words(record, name)
    if found.isdecimal():
        return int(found)
    raise PageChangedError(url, f"{name}, a number", 0)


def day(record: Record, name: str) -> date | None:
    """Give the day of that name, as printed: an hour without a zone does not move it.

    0001-01-01 is no day: so writes a program that has none. Raises UnreadableDateError.
    """
    found = words(record, name)[:10]
    if not found or found.startswith("0001"):
        return None
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise UnreadableDateError(found) from error


def _record(element: Any) -> Any:
    """Give an element as JSON would tell it: its words, or its children, a list by name."""
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return element.text or ""
    record: dict[str, list[Any]] = {}
    for child in children:
        record.setdefault(child.tag, []).append(_record(child))
    return record
