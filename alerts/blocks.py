"""A message as Slack's Block Kit: within its limits, and obeying nothing that a title says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from alerts.message import Line, Message, Section, is_web, one_line
from alerts.parcel import Parcel

EVENT = "vigie_alert"

# Lengths are counted in UTF-16 units, the stricter of the two readings of Slack's limits.
HEADER, FALLBACK, CONTEXT = 150, 3000, 2000
LINE_TEXT, LINE_NOTE, LINE_URL = 900, 900, 1000  # a line is always under the 3,000 of a section
SECTION = 3000
MOST_BLOCKS = 47  # of 50, with room for the footer
ALL_BLOCKS = 11_000  # of JSON: Slack refuses from about 13,200, a limit that it does not publish
CUT = {
    "fr": "Message raccourci\u00a0: la suite est dans Vigie.",
    "en": "Message shortened: the rest is in Vigie.",
}

# Slack has no escape for its formatting marks: a look-alike keeps the words and loses the effect.
SAFE = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | dict(zip("*_~`", "∗ˍ∼ˋ", strict=True))


def payload(parcel: Parcel, channel: str) -> dict[str, Any]:
    """Give what chat.postMessage is asked: blocks, the words for those who see none, our mark."""
    return {
        "channel": channel,
        "text": safe(parcel.message.as_text(), FALLBACK),
        "blocks": blocks(parcel.message),
        "metadata": {"event_type": EVENT, "event_payload": parcel.mark()},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def keys_of(message: Mapping[str, Any]) -> list[str]:
    """Give the keys of the alerts that a message seen at the other end tells; none if not ours."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return []
    return list((metadata.get("event_payload") or {}).get("alerts", []))


def blocks(message: Message) -> list[dict[str, Any]]:
    """Give the message as Block Kit blocks that Slack accepts, whatever the words that it holds."""
    footer = [_context(safe(" · ".join(message.footer), CONTEXT))] if message.footer else []
    cut = [_context(CUT[message.lang])]
    body, is_whole = _body(message, ALL_BLOCKS - _size(footer + cut))
    return body + ([] if is_whole else cut) + footer


def fits(message: Message) -> bool:
    """Say whether Slack takes the whole message."""
    return _body(message, ALL_BLOCKS - CONTEXT)[1]


def safe(text: str, limit: int) -> str:
    """Give the text so that Slack shows it and obeys nothing in it, in `limit` units at most."""
    pieces = [SAFE.get(character, character) for character in text]
    if sum(map(units, pieces)) <= limit:
        return "".join(pieces)
    kept, used = [], 1
    for piece in pieces:
        used += units(piece)
        if used > limit:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def units(text: str) -> int:
    """Count as JavaScript does: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _body(message: Message, room: int) -> tuple[list[dict[str, Any]], bool]:
    """Give the blocks that hold in that room, and whether they are all."""
    body = [_header(message.title)]
    lead = Section("", (Line(message.summary),))
    for text in (text for section in (lead, *message.sections) for text in _texts(section)):
        block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
        if _size([*body, block]) > room or len(body) == MOST_BLOCKS:
            return body, False
        body.append(block)
    return body, True


def _header(title: str) -> dict[str, Any]:
    text = one_line(title)
    while units(text) > HEADER:
        text = text[:-2].rstrip() + "…"
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _context(text: str) -> dict[str, Any]:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}],
    }


def _texts(section: Section) -> Iterator[str]:
    """Pack the lines of a section into as few texts as the limit of a block allows."""
    bullet = "• " if len(section.lines) > 1 else ""
    text = f"*{safe(one_line(section.title), 200)}*" if section.title else ""
    for line in section.lines:
        piece = bullet + _line(line)
        if text and units(text) + 1 + units(piece) > SECTION:
            yield text
            text = ""
        text = f"{text}\n{piece}" if text else piece
    if text:
        yield text


def _line(line: Line) -> str:
    words = safe(one_line(line.text), LINE_TEXT)
    url = _url(line.url)
    shown = f"<{url}|{words.replace('|', '¦')}>" if url and words else words
    return f"{shown} {safe(one_line(line.note), LINE_NOTE)}" if line.note else shown


def _url(url: str) -> str:
    """Give the address as a link can hold it; "" for what is no web address."""
    if not is_web(url):
        return ""
    held = quote(url, safe=":/?#[]@!$&'()*+,;=%~").replace("&", "&amp;")
    return held if units(held) <= LINE_URL else ""


def _size(some: list[dict[str, Any]]) -> int:
    return units(json.dumps(some, ensure_ascii=False, separators=(",", ":")))
