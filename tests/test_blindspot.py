"""What Vigie may not see: words that rise without a theme, near to us, each subject once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import pytest

from pipeline import blindspot
from pipeline.blindspot import Text, look, rising, say_of, surprise
from pipeline.database import Store
from pipeline.errors import UnknownTermError
from pipeline.model import VIGIE, Classification, Tag, Term
from pipeline.queries.terms import rising_terms
from tests.news import DAY, NOON, article
from vigie import cli

FILLER = [f"Un {word} passe" for word in ("nuage", "train", "voilier", "cortège", "défilé")]


def texts(recent: Sequence[tuple[str, float]], before: Sequence[tuple[str, float]]) -> list[Text]:
    """Give documents of their own story each, from three sources in turn."""
    told = [(True, *one) for one in recent] + [(False, *one) for one in before]
    return [
        Text(n, n, f"source-{n % 3}", is_recent, near, text)
        for n, (is_recent, text, near) in enumerate(told)
    ]


def usual(n: int) -> list[tuple[str, float]]:
    return [(FILLER[i % len(FILLER)], 0.02) for i in range(n)]


def found(given: list[Text]) -> list[str]:
    return [one.shown for one in rising(lambda: given)]


def test_the_ratio_is_dunnings() -> None:
    # 2 Σ O ln(O/E), by hand: 10 of 100, against 10 of 1,000; E = 20/1100 of each.
    rows = ((10, 100), (10, 1000))
    share = 20 / 1100
    by_hand = 2 * sum(
        n * math.log(n / (of * share)) + (of - n) * math.log((of - n) / (of * (1 - share)))
        for n, of in rows
    )
    assert surprise(10, 100, 10, 1000) == pytest.approx(by_hand)
    assert surprise(1, 100, 100, 1000) < 0
    assert surprise(10, 100, 100, 1000) == pytest.approx(0)


def test_a_new_word_near_to_us_is_proposed_with_how_it_is_printed() -> None:
    new = [(f"Le Kamishibaï arrive à {town}", 0.3) for town in ("Laval", "Gaspé", "Alma", "Amos")]
    assert found(texts(new + usual(60), usual(300))) == ["Kamishibaï arrive"]


def test_a_word_of_sport_that_rises_is_not() -> None:
    new = [(f"Prolongation contre {town}", 0.001) for town in ("Laval", "Gaspé", "Alma", "Amos")]
    assert found(texts(new + usual(60), usual(300))) == []


def test_a_word_that_was_always_there_is_not() -> None:
    told = [("Le Kamishibaï revient", 0.3)]
    assert found(texts(told * 4 + usual(60), told * 20 + usual(300))) == []


def test_one_source_or_one_story_alone_proposes_nothing() -> None:
    alone = texts([("Le Kamishibaï", 0.3)] * 6 + usual(60), usual(300))
    same_source = [one._replace(source="une") for one in alone]
    same_story = [one._replace(story=0) if "Kami" in one.text else one for one in alone]
    assert found(alone) == ["Kamishibaï"]
    assert found(same_source) == found(same_story) == []


def test_where_nothing_is_known_of_before_nothing_is_new() -> None:
    assert found(texts([("Le Kamishibaï", 0.3)] * 6, [])) == []
    assert found([]) == []


def test_words_that_tell_the_same_stories_are_one_proposal() -> None:
    new = [("Kamishibaï nomade offert", 0.3)] * 5
    assert len(found(texts(new + usual(60), usual(300)))) == 1


def keep(store: Store, titles: Sequence[str], days_ago: int, near: float, **values: object) -> None:
    with store.session() as session:
        for n, title in enumerate(titles):
            document = article(title, NOON - days_ago * DAY, source=f"source-{n % 3}")
            session.add(document)
            session.flush()
            read = Classification(document_id=document.id, reader=VIGIE, version="1",
                                  proximity="none", read_at=NOON, nearest="logement",
                                  nearest_score=near)  # fmt: skip
            if values.get("theme"):
                read.tags = [Tag(theme="logement", score=1, origin="rule", reason="")]
            session.add(read)


def season(store: Store) -> None:
    keep(store, [text for text, _ in usual(60)], 3, 0.01)
    keep(store, [text for text, _ in usual(240)], 30, 0.01)
    keep(store, ["Le kamishibaï des familles"] * 5, 2, 0.09)


def proposed(store: Store, at_days: int = 0) -> list[str]:
    with store.session() as session:
        return [row.term for row in look(session, NOON + at_days * DAY)]


def test_the_store_keeps_what_is_proposed_with_its_examples(store: Store) -> None:
    season(store)
    assert proposed(store) == ["kamishibai famille"]
    with store.reading() as session:
        (view,) = rising_terms(session)
    assert (view.recent, view.before, view.verdict) == (5, 0, None)
    assert view.nearness > 2
    assert [title for _, title, _ in view.examples] == ["Le kamishibaï des familles"] * 3


def test_documents_with_a_theme_or_too_old_are_not_read(store: Store) -> None:
    season(store)
    keep(store, ["Le loyer bondit"] * 9, 2, 0.09, theme=True)
    keep(store, ["Le dossier vieillit"] * 9, 90, 0.09)
    assert proposed(store) == ["kamishibai famille"]


def test_what_is_of_no_interest_is_not_proposed_again_and_what_passed_goes(store: Store) -> None:
    season(store)
    proposed(store)
    with store.session() as session:
        session.add(Term(term="passé", shown="passé", recent=3, before=0, surprise=11,
                         nearness=2, first_seen_at=NOON, seen_at=NOON - DAY))  # fmt: skip
        say_of(session, "kamishibai famille", "ignore", "Ana", NOON)
    assert proposed(store) == []
    with store.reading() as session:
        assert rising_terms(session) == ()
        assert [row.said_by for row in session.query(Term)] == ["Ana"]


def test_a_word_to_watch_stays_when_it_no_longer_rises(store: Store) -> None:
    season(store)
    proposed(store)
    with store.session() as session:
        say_of(session, "kamishibai famille", "watch", "Ana", NOON)
    assert proposed(store, at_days=60) == []
    with store.reading() as session:
        assert [view.verdict for view in rising_terms(session)] == ["watch"]


def test_a_word_never_proposed_cannot_be_judged(store: Store) -> None:
    with store.session() as session, pytest.raises(UnknownTermError, match="blindspot"):
        say_of(session, "rien", "watch", "Ana", NOON)


def test_the_list_is_short(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    season(store)
    keep(store, ["Le babillard des poupons"] * 5, 2, 0.09)
    assert len(proposed(store)) == 2
    monkeypatch.setattr(blindspot, "PROPOSED", 1)
    assert len(proposed(store)) == 1


def test_the_command_proposes_then_takes_a_verdict(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    season(store)
    monkeypatch.setenv("VIGIE_DATABASE_URL", store.engine.url.render_as_string(False))
    monkeypatch.setenv("VIGIE_NOW", (NOON + timedelta(hours=1)).isoformat())
    assert cli.run(["blindspot"]) == 0
    assert capsys.readouterr().out.startswith("kamishibai famille\t5 en 2 semaines, 0 en 8 avant")
    assert cli.run(["blindspot", "--watch", "kamishibai famille", "--by", "Ana"]) == 0
    assert "à surveiller (Ana)" in capsys.readouterr().out
