"""Whatever a text is made of, it is read, kept and shown; what is pointed at is in it."""

from __future__ import annotations

import time
from functools import cache

import pytest
from sqlalchemy import select

from classifiers.model import Classifier, Text
from pipeline.blindspot import Text as Untold
from pipeline.blindspot import rising
from pipeline.database import Store
from pipeline.model import Classification
from pipeline.queries.sheets import sheet
from pipeline.tagging import tag
from tests.factories import NOW, add_document
from vigie.review.app import create_app

MEGABYTE = 1_000_000
HOSTILE = {
    "empty": "",
    "spaces": " \t\n\u00a0\u2003" * 40,
    "one word": "garderie",
    "one long word": "garderie" * (MEGABYTE // 8),
    "1 MB": "Le CPE ouvre soixante places à Laval. " * (MEGABYTE // 38),
    "1 MB without a sentence": "places en garderie " * (MEGABYTE // 19),
    "emoji": "👶🏽👩‍👩‍👧 places en garderie 🍼🇨🇦" * 9,
    "scripts": "Garderie детский сад 保育園 روضة أطفال παιδικός σταθμός",
    "right to left": "\u202eeiredrag\u202c places en garderie \u200f",
    "control": "\x01\x02\x1b[31mplaces en garderie\x07\x7f\x85",
    "accents apart": "e\u0301" * 300 + " places en garderie",
    "piled accents": "Z" + "\u0301" * 5000,
    "hidden": "gar\u200bde\u00adrie, places\ufeff en garderie",
    "html": "<p class='x'>Des <b>places</b> en&nbsp;garderie</p><script>alert('x')</script>",
    "unclosed html": "<div " * 20_000,
    "entities": "&lt;script&gt;places en garderie&amp;amp;#39;",
    "templates": "{{ 7*7 }} {% raw %} %s %(x)s ${x} places en garderie",
    "sql": "'; drop table document; -- places en garderie",
}


@cache
def reader() -> Classifier:
    return Classifier.load()


@pytest.mark.parametrize("where", ["title", "body", "both"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_a_reading_points_at_stands_in_the_text(text: str, where: str) -> None:
    given = Text(
        text if where != "body" else "Un titre", text if where != "title" else "", lang="fr"
    )
    began = time.process_time()
    (reading,) = reader().read([given])
    assert time.process_time() - began < 10  # CPU seconds; most of a megabyte is never read
    assert reading.proximity in ("direct", "indirect", "none")
    assert all(0 <= score <= 1 for score in reading.scores.values())
    spans = [(one.start, one.end) for one in reading.tags]
    spans += [(one.start, one.end) for one in (*reading.populations, *reading.actors)]
    for start, end in spans:
        assert (start is None and end is None) or 0 <= (start or 0) < (end or 0) <= len(given.whole)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_is_kept_and_shown_as_words_alone(store: Store, text: str) -> None:
    with store.session() as session:
        id_ = add_document(session, title=text[:9000] or "(sans titre)", summary=text).id
    assert tag(store, reader(), NOW) == 1
    with store.reading() as session:
        found, read = sheet(session, id_), session.scalars(select(Classification)).one()
    assert found
    assert len(found.opening) <= 182
    assert all(len(one.before) + len(one.after) < 200 for one in found.seen)
    assert read.nearest_score is None or 0 <= read.nearest_score <= 1
    client = create_app(store, {}, {}, lambda: NOW).test_client()
    client.set_cookie("relecteur", "Ana")
    shown = client.get("/a-relire", query_string={"document": id_})
    assert shown.status_code == 200
    assert "<script" not in shown.get_data(as_text=True)


def test_hostile_texts_propose_no_empty_word() -> None:
    texts = [
        Untold(n, n, f"source-{n % 3}", n % 4 == 0, 0.5, text[:300])
        for n, text in enumerate([*HOSTILE.values()] * 12)
    ]
    assert all(one.shown.strip() for one in rising(lambda: texts))
