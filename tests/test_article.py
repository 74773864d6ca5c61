"""The page of an article gives its text, its title, and a date only where it states one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from spiders.article import article_as_line, read_article
from spiders.errors import NotAnArticleError

URL = "https://journal.example/villes/phare"
NOW = datetime(2031, 3, 20, 12, tzinfo=UTC)
STORY = (
    "<p>Le vieux phare de Sainte-Flavie sera déplacé de trente mètres cet été, a annoncé la Ville "
    "mardi soir devant une salle comble.</p><p>Les travaux coûteront deux millions de dollars, "
    "dont la moitié viendra d'une campagne de dons, et dureront jusqu'à l'automne.</p>"
)


def page(head: str = "", body: str = STORY, title: str = "Un phare déménage") -> bytes:
    return f"""<!DOCTYPE html><html lang="fr-CA"><head><title>{title} | Le Journal</title>
    <meta property="og:site_name" content="Le Journal">{head}</head><body>
    <nav><a href="/">Accueil</a> <a href="/abo">Abonnez-vous dès maintenant</a></nav>
    <article><h1>{title}</h1>{body}</article>
    <footer>Tous droits réservés. Nous joindre.</footer></body></html>""".encode()


def schema(**stated: object) -> str:
    told = json.dumps({"@type": "NewsArticle", "headline": "Un phare déménage"} | stated)
    return f'<script type="application/ld+json">{told}</script>'


def test_the_text_is_that_of_the_article_alone() -> None:
    article = read_article(page(), URL)
    assert article.title == "Un phare déménage"
    assert "deux millions de dollars" in article.text
    assert "Abonnez-vous" not in article.text
    assert "Tous droits" not in article.text
    assert article.lang == "fr"


@pytest.mark.parametrize(
    ("head", "day", "where"),
    [
        (schema(datePublished="2031-03-04T20:30:00-05:00"), "2031-03-05T01:30:00+00:00", "schema"),
        (schema(datePublished="2031-03-04T20:30:00-0500"), "2031-03-05T01:30:00+00:00", "schema"),
        (schema(datePublished="2031-03-04"), "2031-03-04T05:00:00+00:00", "schema"),
        (schema(datePublished="2031-03-04T20:30:00"), "2031-03-04T05:00:00+00:00", "schema"),
        (
            '<meta property="article:published_time" content="2031-03-04T12:00:00Z">',
            "2031-03-04T12:00:00+00:00",
            "meta",
        ),
        ('<meta name="dcterms.issued" content="2031-03-04">', "2031-03-04T05:00:00+00:00", "meta"),
    ],
)
def test_a_date_is_read_where_it_is_stated(head: str, day: str, where: str) -> None:
    line = article_as_line(page(head), URL, NOW)
    assert (line["published"], line["published_from"]) == (day, where)


def test_what_schema_says_comes_before_what_is_shown() -> None:
    body = '<time datetime="2031-03-09T10:00:00Z">9 mars</time>' + STORY
    article = read_article(page(schema(datePublished="2031-03-04"), body), URL, now=NOW)
    assert article.published_from == "schema"
    assert read_article(page("", body), URL, now=NOW).published_from == "time"


@pytest.mark.parametrize(
    "head",
    [
        "",
        schema(dateModified="2031-03-04"),
        schema(datePublished="hier matin"),
        schema(datePublished="2041-03-04T12:00:00Z"),
        '<script type="application/ld+json">{"datePublished": "2031-03-</script>',
        '<meta name="dcterms.issued" content="2018-05-03">'
        '<meta name="dcterms.modified" content="2031-03-14">',
        schema(datePublished="0000-00-00T00:00:00Z"),
        schema(**{"@type": "Event", "startDate": "2031-03-12"}),
    ],
    ids=["none", "only changed", "words", "far ahead", "broken", "kept up", "zeros", "an event"],
)
def test_no_date_is_invented(head: str) -> None:
    assert read_article(page(head), URL, now=NOW).published is None


def test_of_several_times_beside_the_article_none_is_its_own() -> None:
    body = '</article><time datetime="2031-03-01">1</time><time datetime="2031-03-02">2</time>'
    assert read_article(page("", STORY + body), URL, now=NOW).published is None


@pytest.mark.parametrize(
    "printed",
    [
        "Publié le 4 mars 2031",
        "Publié le mardi 4 mars 2031 à 8 h 15",
        "Published: Tuesday, March 4, 2031, 10:00 ET",
        "Mise en ligne : 2031-03-04",
    ],
)
def test_a_day_printed_as_that_of_publication_is_read(printed: str) -> None:
    article = read_article(page("", f"<p>{printed}</p>{STORY}"), URL, now=NOW)
    assert article.published == datetime(2031, 3, 4, 5, tzinfo=UTC)
    assert article.published_from == "shown"


@pytest.mark.parametrize("printed", ["Mis à jour le 4 mars 2031", "Le rapport publié en mars 2031"])
def test_a_day_printed_for_something_else_is_left(printed: str) -> None:
    assert read_article(page("", f"<p>{printed}</p>{STORY}"), URL, now=NOW).published is None


def test_what_is_told_of_another_article_comes_last() -> None:
    other = schema(headline="Un chien retrouvé", url="/chien", datePublished="2031-02-01")
    article = read_article(page(other + schema(datePublished="2031-03-04")), URL, now=NOW)
    assert article.published == datetime(2031, 3, 4, 5, tzinfo=UTC)


def test_scripts_hide_no_article_however_long() -> None:
    script = f"<script>var state = '{'x' * 900_000}';</script>"
    article = read_article(page(script + schema(datePublished="2031-03-04")), URL, now=NOW)
    assert "deux millions" in article.text
    assert article.published


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("À lire aussi : un castor bloque la route", False),
        ("Story continues below advertisement", False),
        ("Abonnez-vous à notre infolettre", False),
        ("Inscrivez-vous avant le 12 mars pour déposer un mémoire", True),
        (
            "Publicité : un secteur en crise, selon un rapport de deux cents pages " + "a" * 200,
            True,
        ),
    ],
)
def test_a_line_that_sends_the_reader_elsewhere_is_no_prose(line: str, kept: bool) -> None:
    article = read_article(page("", f"{STORY}<p>{line}</p>{STORY}"), URL)
    assert (line in article.text) is kept


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Un phare déménage", "Un phare déménage"),
        ("Phare – la suite", "Phare – la suite"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_a_title(title: str, shown: str) -> None:
    whole = page("", STORY, title).replace(f"<h1>{title}</h1>".encode(), b"")
    assert read_article(whole, URL).title == shown


def test_authors_are_named_as_the_page_names_them() -> None:
    people = [{"@type": "Person", "name": "Ève Roy"}, {"@type": "Person", "name": "Luc Côté"}]
    assert read_article(page(schema(author=people)), URL).author == "Ève Roy, Luc Côté"
    assert (
        read_article(page('<meta name="author" content="La Rédaction">'), URL).author
        == "La Rédaction"
    )


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="/villes/phare-2">', "https://journal.example/villes/phare-2"),
        ('<link rel="canonical" href="https://journal.example/">', URL),
        ('<link rel="canonical" href="javascript:void(0)">', URL),
        ('<meta property="og:url" content="https://wire.example/p/9">', "https://wire.example/p/9"),
    ],
)
def test_the_address_that_a_page_gives_itself_is_kept(head: str, address: str) -> None:
    assert read_article(page(head), URL).canonical_url == address


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b"\x00\xff" * 50, page("", "<div id=app></div>"), b"{}", b"<" * 5_000],
    ids=["empty", "no text", "bytes", "made by the browser", "json", "brackets"],
)
def test_a_page_without_text_is_no_article(body: bytes) -> None:
    with pytest.raises(NotAnArticleError, match=r"journal\.example"):
        read_article(body, URL)
