"""The letter of the week: what it says, in a page and in plain text, once to each address."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.digest import LIMIT, Letter, compose_digest, send_digest
from alerts.inline import parted
from alerts.outbox import Delivery
from alerts.words import Words
from pipeline.database import Store
from pipeline.model import Digest, Document, Momentum
from spiders.items import BillFacts, Issue, Outcome, Stage, StageFacts
from tests.factories import (
    add_document,
    add_reading,
    add_story,
    bring,
    make_bill,
    make_facts,
    make_item,
    make_source,
)

MONDAY = datetime(2031, 3, 10, 11, 0, tzinfo=UTC)  # 7:00 in Montréal
MIDWEEK = datetime(2031, 3, 5, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
THEMES = {
    "services-educatifs": "Services éducatifs à la petite enfance",
    "logement": "Logement abordable",
}
REGISTER = {
    name: make_source(name, owner=owner)
    for name, owner in (("devoir", "Le Devoir"), ("presse", "La Presse"), ("qc", "Assemblée"))
}
WORDS = Words("fr", THEMES, {source.id: source.owner for source in REGISTER.values()})


def compose(store: Store, words: Words = WORDS) -> Letter:
    with store.reading() as session:
        return compose_digest(session, REGISTER, words, MONDAY)


def tell(
    session: Session, title: str, *, sources: tuple[str, ...] = ("devoir",), **fields: object
) -> None:
    """Put a story in the store, told by these sources."""
    usual: dict[str, object] = {
        "themes": ["logement"],
        "published_at": MIDWEEK,
        "detected_at": MIDWEEK,
    }
    told = [
        add_document(session, title=title, source=source, **(usual | fields)) for source in sources
    ]
    add_story(session, told, title)


def visit_all(session: Session) -> None:
    for source in REGISTER.values():
        bring(session, make_item(source.id), source=source, at=MIDWEEK)


def add_bill(session: Session, facts: BillFacts, at: datetime = MIDWEEK) -> None:
    bring(session, make_bill(facts, "qc"), source=REGISTER["qc"], at=at)
    bill = session.scalars(select(Document).where(Document.kind == "bill")).one()
    add_reading(session, bill, ["services-educatifs"])


def rise(session: Session, day: date, state: str) -> None:
    session.add(
        Momentum(
            unit="logement", day=day, window=4, observed=31, expected=11.6, ratio=2.54,
            surprise=3.0, outlets=14, state=state, version="1",
        )
    )  # fmt: skip


def test_a_quiet_week_says_so_and_that_the_sources_answer(store: Store) -> None:
    with store.session() as session:
        visit_all(session)
    letter = compose(store)
    assert letter.week == date(2031, 3, 3)
    assert letter.subject == "Vigie – semaine du 3\u00a0mars 2031\u00a0: semaine calme"
    for part in (
        "Du 3 mars 2031 au 9 mars 2031",
        "Aucun thème ni projet de loi ne sort de l’ordinaire.",
        "Aucune nouvelle de nos thèmes.",
        "Les 3 sources suivies répondent bien",
        "3 documents lus",
    ):
        assert part in plain(letter.text)


def test_a_broken_source_is_named_with_what_happened(store: Store) -> None:
    with store.session() as session:
        visit_all(session)
        bring(
            session, [], source=REGISTER["presse"], at=MIDWEEK + DAY,
            outcome=Outcome.UNREACHABLE, issues=(Issue("timeout", "https://presse.test/rss"),),
        )  # fmt: skip
    text = plain(compose(store).text)
    assert "1 source sur 3 est à vérifier" in text
    assert "- Presse\n  injoignable – https://presse.test/rss : le site n'a pas répondu" in text


def test_a_source_never_visited_is_named(store: Store) -> None:
    assert "3 sources sur 3 sont à vérifier" in plain(compose(store).text)
    assert "encore jamais visitée" in compose(store).text


def test_what_rises_is_told_with_its_numbers(store: Store) -> None:
    with store.session() as session:
        rise(session, date(2031, 3, 8), "rising")
        rise(session, date(2031, 3, 9), "surging")
        rise(session, date(2031, 3, 10), "calm")
    letter = compose(store)
    assert "Logement abordable (forte hausse)" in letter.subject
    assert "- Logement abordable : forte hausse" in plain(letter.text)
    assert "×2,5 : 31 articles distincts de 14 médias" in plain(letter.text)


def test_each_rise_has_its_picture_told_in_words_to_who_does_not_see_it(store: Store) -> None:
    with store.session() as session:
        rise(session, date(2031, 3, 8), "rising")
        rise(session, date(2031, 3, 9), "surging")
    letter = compose(store)
    assert len(re.findall(r'<img [^>]*src="data:image/png;base64,', letter.html)) == 1
    told = "Nouvelles par jour, du 10 février 2031 au 9 mars 2031."
    (alt,) = re.findall(r'<img [^>]*alt="([^"]+)"', letter.html)
    assert plain(unescape(alt)).startswith(told)
    assert told in plain(letter.text)
    for part in (letter.text, letter.html):
        assert "a – 8 mars 2031 : en hausse · b – 9 mars 2031 : forte hausse" in plain(
            unescape(part)
        )


def test_a_picture_is_sent_beside_the_page_that_names_it(store: Store, tmp_path: Path) -> None:
    with store.session() as session:
        rise(session, date(2031, 3, 9), "surging")
    send(store, tmp_path)
    (file,) = tmp_path.glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds[1:] == ["text/plain", "multipart/related", "text/html", "image/png"]
    page, picture = list(letter.walk())[-2:]
    name = str(picture["Content-ID"]).strip("<>")
    assert f'src="cid:{name}"' in page.get_content()
    assert "data:" not in page.get_content()
    assert picture["Content-Disposition"] == "inline"
    assert picture.get_content().startswith(b"\x89PNG")
    assert "data:image/png" in letters(store)["ana@collectif.test"].html


def test_words_that_look_like_a_picture_are_words(store: Store) -> None:
    with store.session() as session:
        tell(session, '<img class="picture" alt="x" src="data:image/png;base64,AAAA">')
    page, pictures = parted(compose(store).html)
    assert pictures == {}
    assert "base64,AAAA" in page


def test_a_bill_that_moved_is_told_once_with_its_way(store: Store) -> None:
    steps = (
        StageFacts(Stage.INTRODUCTION, "Présentation", (date(2031, 2, 20),)),
        StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "Adoption du principe", (date(2031, 3, 4),)),
        StageFacts(Stage.COMMITTEE, "Étude détaillée", (date(2031, 3, 6),)),
    )
    with store.session() as session:
        add_bill(session, make_facts(stages=steps, complete=True), MIDWEEK + 2 * DAY)
    letter = compose(store)
    text = plain(letter.text)
    assert "1 projet de loi a bougé" in letter.subject
    assert text.count("Projet de loi n° 94, Loi sur les services de garde") == 1
    assert "Adoption du principe, le 4 mars 2031 (Assemblée nationale du Québec)." in text
    assert "Étude détaillée, le 6 mars 2031" in text
    assert "Étape 4 sur 7 : étude détaillée en commission. Ensuite : rapport" in text
    assert "Touche : Services éducatifs à la petite enfance." in text


def test_the_end_of_a_session_is_one_line_with_the_bills_of_ours_that_died(store: Store) -> None:
    with store.session() as session:
        visit_all(session)
        add_bill(session, make_facts(title="Loi sur les garderies"), at=MIDWEEK - 30 * DAY)
        begun = make_facts("1", session=2, title="Loi inaugurale", stages=())
        bring(session, make_bill(begun, "qc"), source=REGISTER["qc"], at=MIDWEEK)
    letter = compose(store)
    text = plain(letter.text)
    assert "fin de la 1re session de la 44e législature" in letter.subject.replace("\u00a0", " ")
    assert text.count("1 projet de loi est mort au feuilleton avec la 1re session") == 1
    assert "1 touche la mission." in text
    assert "Projet de loi n° 94, Loi sur les garderies" in text


def test_a_story_is_told_once_with_its_themes_reason_and_outlets(store: Store) -> None:
    with store.session() as session:
        tell(session, "Loyers et garderies", sources=("devoir", "presse"),
             themes=["logement", "services-educatifs"])  # fmt: skip
    text = plain(compose(store).text)
    assert text.count("Loyers et garderies") == 1
    assert "\nLogement abordable\n- Loyers et garderies\n" in text
    assert (
        "Le Devoir, La Presse · 5 mars 2031 · « logement » · "
        "Aussi : Services éducatifs à la petite enfance" in text
    )


def test_themes_come_in_the_order_of_the_platform(store: Store) -> None:
    with store.session() as session:
        tell(session, "Un loyer", sources=("devoir", "presse"), themes=["logement"])
        tell(session, "Une place", themes=["services-educatifs"])
    text = compose(store).text
    assert text.index("Une place") < text.index("Un loyer")


def test_a_consultation_is_told_with_its_page(store: Store) -> None:
    with store.session() as session:
        add_document(session, kind="consultation", title="Consultation sur les loyers", source="qc",
                     themes=["logement"], published_at=MIDWEEK)  # fmt: skip
    text = plain(compose(store).text)
    assert (
        "- Consultation sur les loyers\n  Publié le 5 mars 2031 (Assemblée). Touche : Loge" in text
    )


@pytest.mark.parametrize("at", [MIDWEEK - 7 * DAY, MIDWEEK + 7 * DAY])
def test_another_week_stays_in_its_letter(store: Store, at: datetime) -> None:
    with store.session() as session:
        tell(session, "Un loyer", published_at=at, detected_at=at)
    assert "Un loyer" not in compose(store).text


def test_the_week_is_cut_at_midnight_in_montreal(store: Store) -> None:
    late = datetime(2031, 3, 10, 3, 30, tzinfo=UTC)  # Sunday, 23:30 over there
    with store.session() as session:
        tell(session, "Dimanche soir", published_at=late, detected_at=late)
    assert "Dimanche soir" in compose(store).text


def test_the_page_and_the_text_hold_the_same_links(store: Store) -> None:
    with store.session() as session:
        for n in range(8):
            tell(session, f"Un loyer, {n}")
    letter = compose(store)
    assert set(re.findall(r'href="([^"]+)"', letter.html)) == set(
        re.findall(r"https://\S+", letter.text)
    )
    assert "et 3 autres nouvelles de ce thème, dans Vigie" in letter.text


def test_the_page_needs_no_image_no_script_and_no_other_server(store: Store) -> None:
    with store.session() as session:
        tell(session, "Un loyer")
    html = compose(store).html
    assert '<html lang="fr">' in html
    assert not re.search(r"<(img|script|link|style|iframe)\b", html)
    assert 'content="light dark"' in html
    assert not re.search(r"background|[^-]color: ?(#000|#fff|black|white)", html)


HOSTILE = '<script>alert(1)</script> & "x"\r\nBcc: mal@mal.test\u202e{{ 7*7 }}'


def test_a_hostile_title_is_shown_as_words(store: Store) -> None:
    with store.session() as session:
        tell(session, HOSTILE, url="javascript:alert(1)")
        rise(session, date(2031, 3, 9), "surging")
    letter = compose(store, Words("fr", THEMES | {"logement": HOSTILE}, WORDS.outlets))
    assert "<script>" not in letter.html
    assert "javascript:" not in letter.html + letter.text
    assert "49" not in letter.text
    assert "\n" not in letter.subject
    assert not any(line.startswith("Bcc") for line in letter.text.splitlines())


def test_a_huge_week_stays_under_what_mailboxes_show(store: Store) -> None:
    themes = {f"theme-{n}": f"Thème {n}" for n in range(15)}
    with store.session() as session:
        for n in range(300):
            tell(session, f"Une nouvelle {n} " + "très longue " * 20, themes=[f"theme-{n % 15}"],
                 url=f"https://news.test/{n}/" + "x" * 500)  # fmt: skip
    letter = compose(store, Words("fr", themes, WORDS.outlets))
    assert 50_000 < len(letter.html.encode()) < LIMIT
    assert "300 nouvelles" in letter.subject


def test_the_letter_is_written_in_english_too(store: Store) -> None:
    letter = compose(store, Words("en", THEMES))
    assert letter.subject == "Vigie – week of March 3, 2031: a quiet week"
    assert '<html lang="en">' in letter.html


def send(
    store: Store,
    outbox: Path,
    now: datetime = MONDAY,
    to: tuple[str, ...] = ("ana@collectif.test",),
) -> list[Delivery]:
    return send_digest(
        store, REGISTER, WORDS, now,
        recipients=to, sender="vigie@collectif.test", smtp_url="", outbox=outbox,
    )  # fmt: skip


def letters(store: Store) -> Mapping[str, Digest]:
    with store.reading() as session:
        return {row.recipient: row for row in session.scalars(select(Digest))}


def test_the_letter_of_a_week_is_sent_once_to_each_address(store: Store, tmp_path: Path) -> None:
    assert [one.error for one in send(store, tmp_path)] == [""]
    assert send(store, tmp_path, MONDAY + DAY) == []
    assert (
        len(send(store, tmp_path, MONDAY + DAY, ("ana@collectif.test", "bo@collectif.test"))) == 1
    )
    assert len(list(tmp_path.glob("*.eml"))) == 2
    row = letters(store)["ana@collectif.test"]
    assert (row.week, row.sent_at, row.attempts) == (date(2031, 3, 3), MONDAY, 1)
    assert len(send(store, tmp_path, MONDAY + 7 * DAY)) == 1


def test_a_letter_sent_is_the_letter_kept(store: Store, tmp_path: Path) -> None:
    done = send(store, tmp_path)[0]
    read = email.message_from_bytes(
        (tmp_path / done.receipt).read_bytes(), policy=email.policy.default
    )
    row = letters(store)["ana@collectif.test"]
    html, text = read.get_body(("html",)), read.get_body(("plain",))
    assert html
    assert text
    assert (read["Subject"], read["Message-ID"]) == (row.subject, row.message_id)
    assert html.get_content().splitlines() == row.html.splitlines()
    assert text.get_content().splitlines() == row.text.splitlines()


def test_a_wrong_address_is_kept_with_its_reason_and_the_others_get_theirs(
    store: Store, tmp_path: Path
) -> None:
    done = send(store, tmp_path, to=("pas une adresse", "bo@collectif.test"))
    assert [bool(one.error) for one in done] == [True, False]
    row = letters(store)["pas une adresse"]
    assert row.sent_at is row.claimed_at is None
    assert "VIGIE_MAIL_TO" in row.error
    assert len(send(store, tmp_path, to=("pas une adresse", "bo@collectif.test"))) == 1


def test_a_letter_whose_sender_died_is_sent_again_under_the_same_name(
    store: Store, tmp_path: Path
) -> None:
    send(store, tmp_path)
    with store.session() as session:
        session.scalars(select(Digest)).one().sent_at = None
    send(store, tmp_path, MONDAY + DAY)
    assert len(list(tmp_path.glob("*.eml"))) == 1
    assert letters(store)["ana@collectif.test"].attempts == 2


def test_a_letter_keeps_the_words_of_its_first_writing(store: Store, tmp_path: Path) -> None:
    send(store, tmp_path, to=("pas une adresse",))
    first = letters(store)["pas une adresse"].text
    with store.session() as session:
        tell(session, "Un loyer")
    send(store, tmp_path, to=("pas une adresse",))
    assert letters(store)["pas une adresse"].text == first


def test_without_recipients_the_letter_is_written_for_the_sender(
    store: Store, tmp_path: Path
) -> None:
    assert send(store, tmp_path, to=())[0].keys == ("vigie@collectif.test",)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")
