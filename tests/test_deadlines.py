"""Deadlines in prose: every one that a notice gives, of its kind; none where there is none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from spiders.deadlines import read_deadlines
from spiders.items import DeadlineKind
from vigie.cli import run

# Composed for these tests in the formulas of such notices: the days and the houses are invented.
NOTICES = [
    json.loads(line)
    for line in (Path(__file__).parent / "notices.jsonl").read_text(encoding="utf-8").splitlines()
]
DRAFT = (
    "Projet de règlement. Le projet pourra être édicté à l'expiration d'un délai de {} à compter"
    " de la présente publication. Qui a des commentaires les fait parvenir à la ministre avant"
    " l'expiration de ce délai."
)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice["text"][:60])
def test_a_notice_gives_its_deadlines_and_no_other(notice: dict[str, list[str]]) -> None:
    found = {f"{one.kind} {one.date}" for one in read_deadlines(str(notice["text"]))}
    assert found == set(notice["deadlines"])


def test_a_deadline_keeps_the_sentence_that_says_it() -> None:
    text = "Merci à tous.\nLes mémoires sont\u00a0reçus jusqu'au\n5 mars 2031. La suite viendra."
    (found,) = read_deadlines(text)
    assert found.sentence == "Les mémoires sont reçus jusqu'au 5 mars 2031."


def test_a_delay_runs_from_the_publication() -> None:
    (found,) = read_deadlines("Publié le 2031-01-01\n\n" + DRAFT.format("soixante (60) jours"))
    assert (found.date, found.sure) == (date(2031, 3, 2), True)


def test_a_delay_that_is_not_printed_is_that_of_the_law_but_not_surely() -> None:
    (found,) = read_deadlines("Publié le 2031-01-01\n\n" + DRAFT.format("rigueur"))
    assert (found.date, found.sure) == (date(2031, 2, 15), False)


def test_a_delay_without_a_publication_gives_no_day() -> None:
    assert read_deadlines(DRAFT.format("45 jours")) == ()


def test_a_delay_that_the_draft_gives_for_something_else_is_left() -> None:
    text = "Publié le 2031-01-01\n\n" + DRAFT.format("60 jours").replace(
        " Qui a", " Un titulaire dispose d'un délai de 30 jours pour transmettre son plan. Qui a"
    )
    assert [one.date for one in read_deadlines(text)] == [date(2031, 3, 2)]


def test_a_delay_runs_from_the_publication_that_its_sentence_prints() -> None:
    text = (
        "Published 2031-04-30\n\nThe Order was published in the Canada Gazette on April 26, 2031,"
        " for a 30-day comment period."
    )
    assert [one.date for one in read_deadlines(text)] == [date(2031, 5, 26)]


def test_the_page_of_the_gazette_gives_the_publication() -> None:
    text = "GAZETTE OFFICIELLE DU QUÉBEC, 1er janvier 2031, 163e année\n" + DRAFT.format("45 jours")
    assert [one.date for one in read_deadlines(text)] == [date(2031, 2, 15)]


def test_a_year_that_only_today_tells_is_not_sure() -> None:
    text = "Les mémoires sont reçus jusqu'au 5 mars."
    assert read_deadlines(text) == ()
    (found,) = read_deadlines(text, today=date(2031, 12, 1))
    assert (found.date, found.sure) == (date(2032, 3, 5), False)


def test_a_kind_that_another_sentence_tells_is_not_sure() -> None:
    (found,) = read_deadlines("Rédigez un mémoire. Il doit nous parvenir d'ici le 5 mars 2031.")
    assert (found.kind, found.sure) == (DeadlineKind.BRIEF, False)


def test_a_kind_that_its_sentence_barely_names_is_not_sure() -> None:
    text = "Consultation sur le plan de quartier. Dites-nous votre avis avant le 5 mars 2031."
    (found,) = read_deadlines(text)
    assert (found.kind, found.sure) == (DeadlineKind.COMMENT, False)


@pytest.mark.parametrize(("named", "sure"), [("L'audience publique", True), ("La soirée", False)])
def test_a_gathering_that_could_be_another_is_no_sure_hearing(named: str, sure: bool) -> None:
    text = f"Consultation sur le plan de quartier. {named} aura lieu le 5 mars 2031."
    (found,) = read_deadlines(text)
    assert (found.kind, found.sure) == (DeadlineKind.HEARING, sure)


def test_a_weekday_that_belies_its_day_is_not_sure() -> None:
    (found,) = read_deadlines("Mémoires : au plus tard le lundi 5 mars 2031.")  # a Wednesday
    assert not found.sure


def test_a_day_before_the_publication_is_past() -> None:
    assert read_deadlines("Publié le 2031-06-01\n\nMémoires : jusqu'au 5 mars 2031.") == ()


def test_a_day_that_moves_replaces_the_one_given_elsewhere() -> None:
    text = (
        "Dépôt des mémoires : 5 mars 2031\nÀ noter\n"
        "La date limite pour les mémoires est reportée au 19 mars 2031."
    )
    assert [one.date for one in read_deadlines(text)] == [date(2031, 3, 19)]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "mémoires " * 9000, ", ".join(map(str, range(9000))) + " mars 2031"]
)
def test_a_text_without_a_deadline_is_read_to_its_end(text: str) -> None:
    assert read_deadlines(text) == ()


def test_the_command_prints_a_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "avis.html"
    page.write_text(
        "<html><body><nav>Mémoires : jusqu'au 1er mai 2030</nav><main><h1>Avis de consultation"
        "</h1><p>Les mémoires sont reçus jusqu'au <b>5&nbsp;mars&nbsp;2031</b>.</p><p>Une lettre"
        " suffit pour demander une place.</p></main></body></html>",
        encoding="utf-8",
    )
    assert run(["try", "deadlines", str(page)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": str(page),
        "kind": "brief",
        "date": "2031-03-05",
        "sentence": "Les mémoires sont reçus jusqu'au 5 mars 2031.",
        "sure": True,
    }


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "avis.txt"
    there.write_text("Commentaires : d'ici le 5 mars 2031.", encoding="utf-8")
    missing = tmp_path / "absent.txt"
    assert run(["try", "deadlines", str(missing), str(there)]) == 1
    said = capsys.readouterr()
    assert str(missing) in said.err
    assert [json.loads(line)["kind"] for line in said.out.splitlines()] == ["comment"]
