from __future__ import annotations

from scrapy.http import HtmlResponse

from spiders.outline import Part, outline

URL = "https://exemple.invalid/dossier/page.html"


def parts(body: str, *without: str) -> list[Part]:
    return outline(HtmlResponse(URL, body=body, encoding="utf-8"), without)


def told(body: str, *without: str) -> list[tuple[int, str, str]]:
    return [(part.level, part.heading, part.words) for part in parts(body, *without)]


def test_what_stands_under_a_heading_is_its_part_wherever_the_heading_is_nested() -> None:
    body = "<p>avant <h3>Titre</h3> sous le titre</p><table><td><span><h2>Bis</h2></span> fin</td>"
    assert told(body) == [(0, "", "avant"), (3, "Titre", "sous le titre"), (2, "Bis", "fin")]


def test_an_empty_heading_is_none() -> None:
    assert told("<h2>Un</h2>a<h3> </h3>b") == [(0, "", ""), (2, "Un", "a b")]


def test_words_are_joined_within_a_line_and_parted_between_boxes() -> None:
    body = "43<sup>e</sup> législature<br>1<sup>re</sup>&nbsp;session<div>le</div>1 mai"
    assert told(body) == [(0, "", "43e législature 1re session le 1 mai")]


def test_scripts_comments_and_boxes_left_out_say_nothing() -> None:
    body = (
        "<script>var h = '<h2>Faux</h2>';</script><!-- <h2>Vieux</h2> --><h2>Vrai</h2>mot"
        "<div class='colonne cote'>à côté</div><div id='pied'>bas</div>"
    )
    assert told(body, "cote", "pied") == [(0, "", ""), (2, "Vrai", "mot")]


def test_the_rows_of_a_list_keep_their_words_and_links_apart() -> None:
    body = "<h2>L</h2>libre<ul><li><a href='a.html'>Un <b>a</b></a> (note)<li>Deux</ul>"
    rows = parts(body)[1].rows
    assert [(row.listed, row.words) for row in rows] == [
        (False, "libre"),
        (True, "Un a (note)"),
        (True, "Deux"),
    ]
    assert [(link.words, link.url) for link in rows[1].links] == [
        ("Un a", "https://exemple.invalid/dossier/a.html")
    ]


def test_an_empty_page_has_one_empty_part() -> None:
    assert told("") == [(0, "", "")]


def test_words_on_the_two_sides_of_a_break_are_two() -> None:
    page = "<p>le 30 mai 2044<br/><br/><span>Chapitre</span></p>"
    assert [part.words for part in parts(page)] == ["le 30 mai 2044 Chapitre"]
