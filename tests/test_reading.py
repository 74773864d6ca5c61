"""« À relire »: a document is judged in a click, and a person's word outranks Vigie's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pipeline.database import Store
from pipeline.errors import ReviewError, UnknownTermError
from pipeline.model import VIGIE, Classification, Document, Naming, Review, Tag, Term
from pipeline.queries import recent_documents, stories_between
from pipeline.queries.reviews import DueView, MissedView
from pipeline.queries.sheets import sheet
from pipeline.reviews import Verdict, judge, reviewer_name, withdraw
from pipeline.tagging import tag
from tests.factories import NOW, add_document, add_story, make_source
from tests.news import WordReader
from vigie.review.app import create_app
from vigie.review.reading import gauge, mixed, percent

OURS = {"Sec-Fetch-Site": "same-origin"}
THEMES = {
    "services-educatifs": "Services éducatifs",
    "logement": "Logement",
    "alimentation": "Alimentation",
}
TITLE = "Le PL 95 favorise l’accès aux services de garde éducatifs"
WORDS = "accès aux services de garde éducatifs"
LATER = timedelta(minutes=5)


def keep(store: Store, title: str = TITLE, *, theme: str | None = "services-educatifs",
         score: float = 0.94, near: float = 0.02, **values: object) -> int:  # fmt: skip
    """Keep a document read by Vigie as carrying a theme, or set aside; give its number."""
    with store.session() as session:
        document = add_document(session, title=title, read_by="1", **values)
        start = title.find(WORDS)
        read = Classification(
            document_id=document.id,
            reader=VIGIE,
            version="1",
            proximity="direct" if theme else "none",
            read_at=NOW,
            nearest="logement",
            nearest_score=near,
        )
        if theme:
            spans = (start, start + len(WORDS)) if start >= 0 else (None, None)
            reason = f"«\u00a0{WORDS}\u00a0» (règle\u00a0: accès)"
            read.tags = [Tag(theme=theme, score=score, origin="rule", reason=reason,
                             start=spans[0], end=spans[1])]  # fmt: skip
        session.add(read)
        return document.id


@pytest.fixture
def page(store: Store) -> FlaskClient:
    register = {"gazette": make_source("gazette")}
    client = create_app(store, register, THEMES, lambda: NOW).test_client()
    client.set_cookie("relecteur", "Ana", path="/")
    return client


def read(page: FlaskClient, address: str = "/a-relire") -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace("\u00a0", " ").replace("&#39;", "'")


def say(page: FlaskClient, document: int, headers: Mapping[str, str] = OURS, /, **form: Any) -> int:
    return page.post(f"/a-relire/{document}", data=form, headers=dict(headers)).status_code


def agree(page: FlaskClient, document: int, **form: Any) -> int:
    shown = {"montre": "services-educatifs", "montre_proximite": "direct", "tire": "uncertain"}
    return say(page, document, verdict="accord", **(shown | form))


def reviews(store: Store) -> list[tuple[str, list[str], str, str]]:
    with store.reading() as session:
        rows = session.scalars(select(Review).order_by(Review.id))
        return [(row.reviewer, row.themes, row.proximity, row.drawn) for row in rows]


def shown(store: Store) -> list[tuple[str, tuple[str, ...], str]]:
    """Give each document as every page and letter shows it."""
    with store.reading() as session:
        views = recent_documents(session, NOW - timedelta(days=1))
        return [(v.title, tuple(t.id for t in v.themes), v.proximity) for v in views]


def test_a_document_is_shown_with_its_source_its_themes_and_the_words_that_say_so(
    store: Store, page: FlaskClient
) -> None:
    keep(store)
    seen = read(page)
    for part in (
        TITLE,
        "Gazette · article",
        "<b>Services éducatifs</b> (0,94)",
        f'<q class="passage">Le PL 95 favorise l’<mark>{WORDS}</mark></q>',
        '<input type="checkbox" name="theme" value="services-educatifs" checked>',
        'name="proximite" value="direct" checked',
        "Vigie hésite",
    ):
        assert part in seen


def test_a_passage_is_two_lines_of_the_text_and_stays_on_its_side_of_the_title(
    store: Store,
) -> None:
    before, after = "Hier encore, " * 20, ", dit-elle" * 30
    id_ = keep(store, "Un titre", theme=None, summary=f"{before}{WORDS}{after}")
    with store.session() as session:
        start = len("Un titre\n" + before)
        row = session.scalars(select(Classification)).one()
        row.tags = [Tag(theme="logement", score=0.5, origin="model", reason=f"« {WORDS} »",
                        start=start, end=start + len(WORDS))]  # fmt: skip
    with store.reading() as session:
        found = sheet(session, id_)
    assert found
    one = found.seen[0]
    assert one.words == WORDS
    assert one.before.startswith("… ")
    assert one.before.endswith("encore, ")
    assert one.after.endswith(" …")
    assert len(one.before) < 100 > len(one.after)


def test_a_passage_of_a_text_since_erased_is_not_made_up(store: Store) -> None:
    id_ = keep(store)
    with store.session() as session:
        session.scalars(select(Tag)).one().start = 0
    with store.reading() as session:
        found = sheet(session, id_)
    assert found
    assert (found.seen[0].words, WORDS in found.seen[0].reason) == ("", True)


def test_one_click_agrees_and_leads_to_the_next(store: Store, page: FlaskClient) -> None:
    first, second = keep(store, "Premier", score=0.5), keep(store, "Second", score=0.6)
    assert "Premier" in read(page)
    assert agree(page, first) == 303
    assert reviews(store) == [("Ana", ["services-educatifs"], "direct", "uncertain")]
    after = read(page)
    assert "Premier" not in after
    assert "<b>1 sur 2</b>" in after
    assert agree(page, second) == 303
    assert "C’est tout pour aujourd’hui" in read(page)


def test_off_the_subject_and_corrections_are_kept_as_said(store: Store, page: FlaskClient) -> None:
    one, other = keep(store, "Un"), keep(store, "Deux")
    assert say(page, one, verdict="hors", theme=["logement"], proximite="direct") == 303
    corrected = {"theme": ["logement", "alimentation"], "proximite": "none", "tire": "sample"}
    assert say(page, other, verdict="correction", **corrected) == 303
    assert reviews(store) == [
        ("Ana", [], "none", "asked"),
        ("Ana", ["logement", "alimentation"], "indirect", "sample"),
    ]


def test_what_a_person_says_is_what_is_shown_and_vigies_word_is_kept(
    store: Store, page: FlaskClient
) -> None:
    id_ = keep(store)
    with store.session() as session:
        add_story(session, [session.get_one(Document, id_)])
        session.get_one(Document, id_).day = NOW.date()
    say(page, id_, verdict="correction", theme="logement", proximite="indirect")
    assert shown(store) == [(TITLE, ("logement",), "indirect")]
    with store.reading() as session:
        (story,) = stories_between(session, NOW - LATER, NOW + LATER, {})
        assert [theme.id for theme in story.themes] == ["logement"]
        both = session.scalars(select(Classification).order_by(Classification.id)).all()
        assert [(one.reader, one.stands) for one in both] == [(VIGIE, False), ("Ana", True)]
        assert session.get_one(Document, id_).day is None  # it is to be counted again


def test_a_theme_that_both_saw_keeps_its_reason(store: Store, page: FlaskClient) -> None:
    id_ = keep(store)
    say(page, id_, verdict="correction", theme=["services-educatifs", "logement"],
        proximite="direct")  # fmt: skip
    with store.reading() as session:
        (view,) = recent_documents(session, NOW - timedelta(days=1))
    reasons = {theme.id: (theme.origin, theme.reason) for theme in view.themes}
    assert WORDS in reasons["services-educatifs"][1]
    assert reasons["logement"] == ("person", "jugé par Ana")


def test_a_later_word_outranks_and_undoing_it_gives_the_former_one_back(store: Store) -> None:
    id_ = keep(store)
    for who, theme, at in (("Ana", "logement", NOW), ("Bea", "alimentation", NOW + LATER)):
        with store.session() as session:
            judge(session, id_, Verdict(who, [theme], "indirect"), at)
    assert shown(store)[0][1] == ("alimentation",)
    for who, left in (("Bea", "logement"), ("Ana", "services-educatifs")):
        with store.session() as session:
            assert withdraw(session, who) == id_
        assert shown(store)[0][1] == (left,)
    with store.session() as session:
        assert withdraw(session, "Ana") is None


def test_who_changes_their_mind_does_not_take_a_document_out_of_the_draw(store: Store) -> None:
    id_ = keep(store, theme=None)
    for themes, drawn in (([], "sample"), (["logement"], "asked")):
        with store.session() as session:
            judge(session, id_, Verdict("Ana", themes, "indirect", drawn), NOW)
    assert reviews(store) == [("Ana", ["logement"], "indirect", "sample")]


def test_undoing_shows_the_document_again(store: Store, page: FlaskClient) -> None:
    id_ = keep(store)
    agree(page, id_)
    answer = page.post("/a-relire/annuler", headers=OURS)
    assert answer.headers["Location"] == f"/a-relire?fait=annule&document={id_}#document"
    assert reviews(store) == []
    assert "le revoici" in read(page, answer.headers["Location"])


def test_a_document_read_again_keeps_what_a_person_said_of_it(store: Store) -> None:
    id_ = keep(store, "Le loyer monte")
    with store.session() as session:
        judge(session, id_, Verdict("Ana", ["alimentation"], "direct"), NOW)
    tag(store, WordReader("2"), NOW, everything=True)
    assert shown(store) == [("Le loyer monte", ("alimentation",), "direct")]
    with store.session() as session:
        withdraw(session, "Ana")
    assert shown(store) == [("Le loyer monte", ("logement",), "indirect")]


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "https://ailleurs.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Host": "ailleurs.example"}, 400),
    ],
)
def test_only_our_own_page_may_judge(
    store: Store, page: FlaskClient, headers: dict[str, str], answer: int
) -> None:
    assert say(page, keep(store), headers, verdict="hors") == answer
    assert bool(reviews(store)) == (answer == 303)


def test_looking_writes_nothing(store: Store, page: FlaskClient) -> None:
    id_ = keep(store)
    for address in (f"/a-relire/{id_}", "/a-relire/annuler", "/a-relire/mots", "/a-relire/nom"):
        assert page.get(address).status_code == 405
    assert reviews(store) == []


def test_forms_go_nowhere_else_and_no_page_may_frame_ours(page: FlaskClient) -> None:
    policy = page.get("/a-relire").headers["Content-Security-Policy"]
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy


def test_who_judges_is_asked_once_and_spelled_as_before(store: Store, page: FlaskClient) -> None:
    agree(page, keep(store))
    page.delete_cookie("relecteur")
    assert "Qui relit" in read(page)
    named = page.post("/a-relire/nom", data={"nom": "  aNA "}, headers=OURS)
    assert named.headers["Set-Cookie"].startswith("relecteur=Ana;")
    assert "HttpOnly" in named.headers["Set-Cookie"]
    assert "relu par <b>Ana</b>" in read(page)


@pytest.mark.parametrize("name", ["", "   ", "Vigie", "A\x00na"])
def test_a_name_that_is_none_is_refused(name: str, page: FlaskClient) -> None:
    with pytest.raises(ReviewError):
        reviewer_name(name)
    answer = page.post("/a-relire/nom", data={"nom": name}, headers=OURS)
    assert answer.status_code == 400
    assert "Il faut le nom" in answer.get_data(as_text=True).replace("&#39;", "'")


def test_nobody_judges_without_a_name(store: Store, page: FlaskClient) -> None:
    page.delete_cookie("relecteur")
    assert say(page, keep(store), verdict="hors") == 400
    assert reviews(store) == []


@pytest.mark.parametrize(
    "form",
    [
        {"verdict": "correction", "theme": "sport", "proximite": "direct"},
        {"verdict": "correction", "proximite": "peut-être"},
        {"verdict": "correction"},
        {"verdict": "accord", "montre": "sport", "montre_proximite": "direct"},
        {},
    ],
)
def test_a_verdict_that_says_nothing_is_refused(
    store: Store, page: FlaskClient, form: dict[str, str]
) -> None:
    assert say(page, keep(store), **form) == 400
    assert reviews(store) == []


def test_a_document_that_is_not_there_cannot_be_judged(page: FlaskClient) -> None:
    assert say(page, 999, verdict="hors") == 400
    assert "Rien à relire" in read(page, "/a-relire?document=999")


def test_near_misses_are_asked_among_the_uncertain(store: Store, page: FlaskClient) -> None:
    for number in range(6):
        keep(store, f"De côté {number}", theme=None)
    keep(store, "Presque", theme=None, near=0.24)
    desk = read(page)
    assert "presque retenu" in desk or "tiré au hasard" in desk
    keep(store, "Presque aussi", theme=None, near=0.22)
    assert "Le plus proche : <b>Logement</b> (0,24)" in read(page, "/a-relire?document=7")


def test_those_drawn_by_chance_come_among_the_others() -> None:
    due = (*(DueView(n, "", "uncertain") for n in range(6)), DueView(6, "", "sample"),
           DueView(7, "", "sample"))  # fmt: skip
    assert [one.document_id for one in mixed(due)] == [0, 1, 2, 6, 3, 4, 5, 7]


def test_what_is_missed_is_told_in_words_and_drawn(store: Store, page: FlaskClient) -> None:
    assert "On ne le sait pas encore" in read(page)
    for number in range(20):
        id_ = keep(store, f"De côté {number}", theme=None)
        themes = ["logement"] if not number else []
        with store.session() as session:
            judge(session, id_, Verdict("Ana", themes, "indirect", "sample"), NOW)
    told = " ".join(read(page).split())
    assert "Parmi 20 documents mis de côté et tirés au hasard, 1 aurait dû être retenu" in told
    assert "environ 5 % de ce que personne ne voit, sûrement entre 1 % et 24 %" in told
    assert '<svg class="gauge"' in told


def test_small_shares_are_not_said_to_be_none() -> None:
    said = [percent(share).replace("\u00a0", " ") for share in (0.0, 0.002, 0.05, 1.0)]
    assert said == ["0 %", "moins de 1 %", "5 %", "100 %"]
    assert "circle" not in gauge(MissedView(0, 0, None, 0.0, 1.0))


def test_what_a_document_names_is_shown_and_a_doubt_as_a_doubt(
    store: Store, page: FlaskClient
) -> None:
    id_ = keep(store)
    with store.session() as session:
        for target, others in (("famille", []), ("1", ["2"])):
            session.add(
                Naming(
                    document_id=id_,
                    kind="ministry" if target == "famille" else "person",
                    target=target,
                    others=others,
                    passage=f"le passage {target}",
                    start=0,
                    end=1,
                )
            )
    seen = read(page)
    assert "<b>ministère de la Famille</b>" in seen
    assert "le passage famille" in seen
    assert "<b>1 ou 2</b>" in seen


def test_a_hostile_title_is_shown_as_words(store: Store, page: FlaskClient) -> None:
    keep(store, "<script>alert(1)</script>", url="javascript:alert(1)", theme=None, near=0.3)
    seen = read(page)
    assert "<script" not in seen
    assert "javascript:" not in seen


def add_term(store: Store, **values: object) -> None:
    usual = {"term": "minidossier", "shown": "minidossier", "recent": 5, "before": 0,
             "surprise": 20.0, "nearness": 4.2, "examples": [], "first_seen_at": NOW,
             "seen_at": NOW}  # fmt: skip
    with store.session() as session:
        session.add(Term(**(usual | values)))


def test_a_word_that_rises_is_judged_in_one_click(store: Store, page: FlaskClient) -> None:
    add_term(store, examples=[keep(store, theme=None)])
    seen = read(page)
    assert "« minidossier »" in seen
    assert "4,2 fois plus proches" in seen
    said = page.post("/a-relire/mots", data={"mot": "minidossier", "dit": "watch"}, headers=OURS)
    assert said.status_code == 303
    assert "selon Ana" in read(page)
    page.post("/a-relire/mots", data={"mot": "minidossier", "dit": "ignore"}, headers=OURS)
    assert "minidossier" not in read(page)


def test_a_word_never_proposed_is_refused(page: FlaskClient) -> None:
    said = page.post("/a-relire/mots", data={"mot": "rien", "dit": "watch"}, headers=OURS)
    assert said.status_code == 400
    assert issubclass(UnknownTermError, Exception)


def test_every_field_has_its_label_and_every_button_its_words(
    store: Store, page: FlaskClient
) -> None:
    from lxml import html

    keep(store)
    add_term(store)
    root = html.fromstring(read(page))
    for field in root.xpath("//input[not(@type='hidden')]"):
        assert field.xpath("ancestor::label") or root.xpath(f"//label[@for='{field.get('id')}']")
    for fieldset in root.xpath("//fieldset"):
        assert fieldset.xpath("legend")
    assert all(button.text_content().strip() for button in root.xpath("//button"))
    keys = root.xpath("//@accesskey")
    assert len(keys) == len(set(keys)) == 4
    assert not root.xpath("//script|//@style|//@onclick")
