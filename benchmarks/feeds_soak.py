"""What can a damaged feed do to its reader?

    python benchmarks/feeds_soak.py [--times 5000] [--seed 1] [--feeds FOLDER] [--keep FOLDER]

Frozen feeds (tests/pages, and every file of FOLDER) are damaged at random, one to four ways at a
time: cut, bytes changed, encodings that lie, entries nested in one another, entities that explode,
endless words, attributes and nests, control characters, dates of all sorts. Each is read. Printed:
how many were read and how many refused, the slowest, and every fault: an error other than
NotAFeedError, more than two seconds, a date in the future, a date that the feed does not print. A
feed at fault is written to the folder of --keep. Exit code 1 when there is a fault.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from spiders.dates import MONTHS, SLACK, month_number
from spiders.encoding import decode
from spiders.errors import NotAFeedError
from spiders.feed import Entry, parse_feed

PAGES = Path(__file__).parents[1] / "tests" / "pages"
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
LONGEST = 2.0  # seconds
SHOWN = 200  # characters of a fault
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32-be",
    "iso-8859-1",
    "cp1252",
    "cp850",
    "mac_roman",
)
LABELS = (*ENCODINGS, "gb2312", "shift_jis", "utf-7", "idna", "rot13", "none-such", "")
DATES = (
    "2999-01-01T00:00:00Z",
    "Fri, 31 Feb 2026 25:61:00 EDT",
    "mar., 03 nov. 2026 10:00:00 -0500",
    "lundi 3 novembre 2026 10 h 30",
    "2020/1/10",
    "10/11/12",
    "November 3, 2026",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "1762180000",
    "20261103",
    "2026-W45-2",
    "hier",
    "0000-00-00 00:00:00",
    "2026-11-21T12:00:00+99:00",
    "Tue, 03 Nov 26 10:00:00 GMT+9",
    "9" * 400,
    "٣ نوفمبر ٢٠٢٦",
    "",
)
CONTROLS = "\x00\x01\x08\x0b\x0c\x1b\x7f\x85\ufffe\ufeff\u2028\u202e\ue000"
STRAYS = (
    "<item>", "</item>", "<entry>", "</entry>", "<item/>", "<rss>", "</channel>", "<feed>", "]]>",
    "<![CDATA[", "<!--", "-->", "<title>", "</title>", "<link href='x' rel='self'/>", "<textinput>",
    "<psc:chapter start='1'/>", "<media:group>", "<itunes:image href='x'/>", "<image>", "<author>",
    "<content type='xhtml'>", "<content type='application/octet-stream'>", "<geo:lat>x</geo:lat>",
    "<georss:polygon>1 2 3</georss:polygon>", "<gml:pos>1</gml:pos>", "<enclosure length='z'/>",
    "<itunes:duration>1:x:2</itunes:duration>", "<source>", "<cloud/>", "<category/>", "&", "<",
    "\\", "<?php echo 1; ?>", "<!DOCTYPE rss [", "<xhtml:body>", "<div xml:base='http://[::1'>",
    "&#x110000;",
    "<link>http://[bad</link>", "<guid isPermaLink='true'>http://[x</guid>", "<tt:x xmlns:tt=''>",
)  # fmt: skip
BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "boom">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + '<!ENTITY x SYSTEM "file:///etc/hostname">]>'
)

Damage = Callable[[random.Random, str], str]


def _place(chance: random.Random, text: str) -> int:
    return chance.randrange(len(text) + 1)


def cut(chance: random.Random, text: str) -> str:
    return text[: _place(chance, text)]


def behead(chance: random.Random, text: str) -> str:
    return text[_place(chance, text[:200]) :]


def drop(chance: random.Random, text: str) -> str:
    start = _place(chance, text)
    return text[:start] + text[start + chance.randrange(1, 500) :]


def double(chance: random.Random, text: str) -> str:
    start = _place(chance, text)
    piece = text[start : start + chance.randrange(1, 5000)]
    return text[:start] + piece * chance.choice((2, 3, 50)) + text[start:]


def swap(chance: random.Random, text: str) -> str:
    one, other = sorted((_place(chance, text), _place(chance, text)))
    return text[one:other] + text[:one] + text[other:]


def stray(chance: random.Random, text: str) -> str:
    for _ in range(chance.randrange(1, 8)):
        start = _place(chance, text)
        text = text[:start] + chance.choice(STRAYS) + text[start:]
    return text


def control(chance: random.Random, text: str) -> str:
    for _ in range(chance.randrange(1, 30)):
        start = _place(chance, text)
        text = text[:start] + chance.choice(CONTROLS) + text[start:]
    return text


def nest(chance: random.Random, text: str) -> str:
    many = chance.choice((2, 50, 5000, 50_000))
    tag = chance.choice(("item", "entry", "div", "b", "media:content", "channel", "title"))
    start = _place(chance, text)
    return text[:start] + f"<{tag}>" * many + text[start:]


def bomb(chance: random.Random, text: str) -> str:
    text = re.sub(r"^\s*<\?xml.*?\?>", "", text)
    return BOMB + text.replace("<title>", f"<title>&{chance.choice('aix')};")


def endless(chance: random.Random, text: str) -> str:
    word = chance.choice(
        ("a", "a.", "@", "a@", "&", "<", '"', " ", "é", "-", "Ã©", "]]", "&#", "a b")
    )
    many, start = chance.choice((1000, 100_000, 1_000_000)), _place(chance, text)
    return text[:start] + word * (many // len(word)) + text[start:]


def attribute(chance: random.Random, text: str) -> str:
    word = chance.choice(("x", "&amp;", "'", "\n", "é", "=")) * chance.choice((1000, 300_000))
    many = "".join(f" a{n}='1'" for n in range(chance.choice((1, 5000))))
    return re.sub(r"<(item|entry|link|title)\b", rf'<\1 x="{word}"{many}', text, count=1)


def date(chance: random.Random, text: str) -> str:
    return re.sub(
        r"(<(?:pubDate|dc:date|published|updated)[^>]*>)[^<]*",
        lambda found: found[1] + chance.choice(DATES),
        text,
    )


def rename(chance: random.Random, text: str) -> str:
    tags = sorted(set(re.findall(r"<([\w:]+)", text)))
    one, other = chance.choice(tags or ["x"]), chance.choice(tags or ["x"])
    return re.sub(rf"(</?){re.escape(one)}\b", rf"\1{other}", text)


def shout(chance: random.Random, text: str) -> str:
    return re.sub(r"</?[\w:]+", lambda found: found[0].upper(), text)


def unquote(chance: random.Random, text: str) -> str:
    return text.replace(chance.choice("\"'>/="), "", chance.randrange(1, 5))


DAMAGES: tuple[Damage, ...] = (
    cut, behead, drop, drop, double, double, swap, stray, stray, control, control, nest, bomb,
    endless, attribute, date, date, date, rename, rename, shout, unquote,
)  # fmt: skip


def encoded(chance: random.Random, text: str) -> bytes:
    """Write a text in one encoding and say that it is in another; change a few bytes of it."""
    name = chance.choice(ENCODINGS) if chance.random() < 0.4 else "utf-8"
    if chance.random() < 0.3:
        text = re.sub(r'encoding="[^"]*"', f'encoding="{chance.choice(LABELS)}"', text, count=1)
    body = bytearray(text.encode(name, "replace"))
    if body and chance.random() < 0.2:
        for _ in range(chance.randrange(1, 60)):
            body[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(body)


def faults(body: bytes, label: str) -> Iterator[str]:
    """Read a feed, and give the dates that are wrong. Raises NotAFeedError."""
    feed = parse_feed(body, url="https://journal.example/rss", content_type=label, now=NOW)
    words = "".join(filter(str.isalnum, decode(body, label)))  # controls may stand in a date
    for entry in feed.entries:
        if entry.published and entry.published > NOW + SLACK:
            yield f"future: {entry.published} of {entry.published_text!r}"
        if entry.published and not _is_printed(entry, words):
            yield f"invented: {entry.published} of {entry.published_text!r}"


def _is_printed(entry: Entry, words: str) -> bool:
    """Tell whether the feed prints this day, the day before or after: clocks have zones."""
    said, moment = entry.published_text, entry.published
    numbers = {int(one) for one in re.findall(r"\d+", said) if len(one) < 5}
    numbers |= {month_number(one, MONTHS) for one in re.findall(r"[a-z]{3,}", said.lower())}
    assert moment
    near = (moment + timedelta(days=shift) for shift in (-1, 0, 1))
    is_said = any({day.year, day.day} <= numbers | {2000 + n for n in numbers} for day in near)
    return is_said and all(one in words for one in re.findall(r"\d+", said))


def main() -> None:
    """Damage, read, count, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    chance, counts, wrong = random.Random(asked.seed), Counter[str](), 0
    slowest: tuple[float, str] = (0.0, "")
    paths = [*PAGES.glob("*/*.xml"), *(asked.feeds.iterdir() if asked.feeds else ())]
    whole = [decode(path.read_bytes()) for path in sorted(paths) if path.is_file()]
    for number in range(asked.times):
        text = chance.choice(whole)
        names: list[str] = []
        for damage in chance.sample(DAMAGES, chance.choice((1, 1, 1, 2, 2, 3, 4))):
            text, names = damage(chance, text), [*names, damage.__name__]
        body = encoded(chance, text)[:7_900_000]
        label = chance.choice(("", "", "text/xml", f"text/xml; charset={chance.choice(LABELS)}"))
        started = time.process_time()
        try:
            found = list(faults(body, label))
            counts["read"] += 1
        except NotAFeedError:
            found = []
            counts["refused"] += 1
        except Exception as error:  # noqa: BLE001 - what this bench looks for
            found = [f"error: {type(error).__name__}: {error}"]
        spent = time.process_time() - started
        slowest = max(slowest, (spent, "+".join(names)))
        if spent > LONGEST:
            found = [f"slow: {spent:.1f} s for {len(body)} bytes", *found]
        for fault in found[:1]:
            wrong += 1
            print(f"{number} {'+'.join(names)} {label!r}: {fault[:SHOWN]}", flush=True)
            if asked.keep:
                (asked.keep / f"{asked.seed}-{number}.xml").write_bytes(body)
    print(f"{asked.times} feeds: {dict(counts)}, {wrong} at fault")
    print(f"slowest: {slowest[0]:.2f} s, {slowest[1]}")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
