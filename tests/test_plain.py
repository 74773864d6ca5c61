"""A page as plain text: its content and nothing of what stands around it."""

from __future__ import annotations

import pytest

from spiders.plain import plain_text

LONG = "Les mémoires sont reçus au secrétariat de la commission jusqu'au cinquième jour de mars."


def test_only_the_content_is_given() -> None:
    page = f"""<html><head><title>Site</title></head><body><header>Bandeau</header>
    <div class="MenuPrincipal">Menu</div><main><h1>Avis</h1><script>1</script><p>{LONG}</p>
    <div id="PiedDePage">Modifié le 3 mars</div></main><footer>Pied</footer></body></html>"""
    assert plain_text(page.encode()) == f"Avis\n{LONG}"


def test_a_page_in_one_form_is_read_too() -> None:
    page = f"<form id='f'><div class='ColCentre colonne'><p>{LONG}</p></div></form>"
    assert plain_text(page.encode()) == LONG


def test_a_content_box_without_content_is_left_for_the_page() -> None:
    page = f"<body><main></main><div><p>{LONG}</p></div></body>"
    assert plain_text(page.encode()) == LONG


def test_cells_stand_apart_and_words_in_bold_do_not() -> None:
    page = "<table><tr><td>2031-01-06</td><td>2031-04-06</td></tr></table><p>1<sup>er</sup> mai</p>"
    assert plain_text(page.encode()) == "2031-01-06 2031-04-06\n1er mai"


def test_the_day_that_a_page_declares_comes_first() -> None:
    page = (
        "<html><head><meta property='article:published_time' content='2031-03-05T10:00:00Z'></head>"
        f"<body><p>{LONG}</p></body></html>"
    )
    assert plain_text(page.encode()) == f"Publié le 2031-03-05\n\n{LONG}"


@pytest.mark.parametrize("text", ["", "Un avis,\n\ntel quel : 3 < 4.", "<!-- rien -->"])
def test_what_is_no_page_is_given_as_it_is(text: str) -> None:
    assert plain_text(text.encode()) == text
