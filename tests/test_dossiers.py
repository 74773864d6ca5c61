"""What the team follows: read strictly, a cause of windows, never one by itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.decide import decide
from alerts.words import Words
from pipeline.database import Store
from pipeline.dossiers import Dossier, Said, SaidKind, read_dossiers, touched
from pipeline.errors import DossiersError
from pipeline.model import Document, Momentum
from pipeline.opportunities import follow_windows
from pipeline.queries import WindowView, open_windows
from spiders.items import Stage, StageFacts
from tests.factories import NOW, add_reading, bring, make_bill, make_facts, make_source
from vigie.season.plot import HERE

TODAY, DAY = date(2031, 3, 3), timedelta(days=1)
BRIEF = Said(SaidKind.BRIEF, date(2030, 9, 14), "Mémoire sur les loyers", "https://nous.test/m")
LETTER = Said(SaidKind.LETTER, date(2030, 11, 2), "Lettre ouverte")
HOUSING = Dossier("loyers", "Les loyers", themes=("logement",), said=(LETTER, BRIEF))
OURS = Dossier("pl94", "Le projet de loi 94", bills=("qc/44-1/94",))


def write(folder: Path, text: str) -> Path:
    path = folder / "dossiers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_file_follows_nothing() -> None:
    assert read_dossiers() == ()


def test_the_dossiers_of_the_season_are_well_written() -> None:
    assert [one.id for one in read_dossiers(HERE / "dossiers.toml")] == ["places", "revenu"]


def test_a_dossier_is_read_with_what_was_said_the_newest_first(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [loyers]
        title = "Les loyers"
        themes = ["logement"]
        [[loyers.said]]
        kind = "brief"
        on = 2030-09-14
        title = "Mémoire sur les loyers"
        url = "https://nous.test/m"
        [[loyers.said]]
        kind = "letter"
        on = 2030-11-02
        title = "Lettre ouverte"
        """,
    )
    assert read_dossiers(path, {"logement"}) == (HOUSING,)


SAID = 'title = "x"\nthemes = ["logement"]\n[[a.said]]\ntitle = "y"\n'


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ('themes = ["logement"]', "title est dû"),
        ('title = "x"', "une au moins"),
        ('title = "x"\nthemes = "logement"', "listes de mots"),
        ('title = "x"\nthemes = ["loge"]', "aucun thème ne s'appelle loge"),
        ('title = "x"\nbills = ["94"]', "94 : un projet de loi s'écrit qc/43-2/99"),
        ('title = "x"\nthemes = ["logement"]\nowner = "Ana"', "les clés sont"),
        (SAID + "on = 2030-09-14", "kind .* dus"),
        (SAID + 'kind = "poem"\non = 2030-09-14', "kind .* dus"),
        (SAID + 'kind = "brief"\non = "hier"', "on est un jour"),
        (SAID + 'kind = "brief"\non = 2030-09-14\nurl = "javascript:x"', "url commence par"),
        ("title =", "dossiers.toml"),
    ],
)
def test_a_dossier_that_is_wrong_is_named_with_what_is_due(
    tmp_path: Path, block: str, why: str
) -> None:
    with pytest.raises(DossiersError, match=why):
        read_dossiers(write(tmp_path, f"[a]\n{block}\n"), {"logement"})


def test_a_dossier_touches_what_carries_its_themes_or_is_one_of_its_bills() -> None:
    both = (HOUSING, OURS)
    assert list(touched(both, ["qc/44-1/94"], ["logement"])) == [(HOUSING, False), (OURS, True)]
    assert list(touched(both, ["qc/43-2/94"], ["depistage"])) == []


def follow(store: Store, *dossiers: Dossier, days: int = 0) -> tuple[WindowView, ...]:
    now = NOW + days * DAY
    follow_windows(store, now, dossiers)
    with store.reading() as session:
        return open_windows(session, now.date())


def table(store: Store, day: date) -> None:
    """Keep a bill on housing, introduced that day."""
    stages = (StageFacts(Stage.INTRODUCTION, "Présentation", (day,)),)
    with store.session() as session:
        facts = make_facts("94", stages=stages, complete=True)
        bring(session, make_bill(facts), source=make_source("liste"))
        bill = session.scalars(select(Document)).one()
        add_reading(session, bill, ["logement"], "indirect")


def test_a_stage_on_what_we_follow_opens_a_window_with_what_we_said(store: Store) -> None:
    table(store, TODAY - DAY)
    assert follow(store) == ()
    (found,) = follow(store, HOUSING)
    assert [(one.kind, one.level) for one in found.causes] == [
        ("stage", "note"),
        ("dossier", "note"),
    ]
    assert [one["title"] for one in found.said] == ["Lettre ouverte", "Mémoire sur les loyers"]


def test_a_bill_that_a_dossier_names_weighs_more_than_a_theme_of_it(store: Store) -> None:
    table(store, TODAY - DAY)
    (found,) = follow(store, OURS, HOUSING)
    assert {one.key: one.level for one in found.causes} == {
        "stage/introduction": "note",
        "dossier/pl94": "watch",
        "dossier/loyers": "note",
    }
    assert found.level == "watch"


def test_what_we_follow_neither_opens_a_window_nor_holds_it(store: Store) -> None:
    table(store, TODAY - 40 * DAY)
    assert follow(store, HOUSING) == ()
    with store.session() as session:
        row = Momentum(unit="bill:1", day=TODAY, window=1, observed=9, expected=2.0, ratio=3.3)
        row.surprise, row.outlets, row.state, row.version = 3.2, 5, "surging", "2"
        session.add(row)
    (found,) = follow(store, HOUSING)
    assert [one.kind for one in found.causes] == ["media", "dossier"]
    assert follow(store, HOUSING, days=3) == ()


def test_an_alert_tells_what_we_said_before(store: Store) -> None:
    table(store, TODAY - DAY)
    follow(store, HOUSING)
    with store.reading() as session:
        (told,) = decide(session, {}, Words("fr"), NOW)
    (section,) = (one for one in told.message.sections if one.title == "Ce que nous avons déjà dit")
    assert [(line.text, line.url) for line in section.lines] == [
        ("Lettre ouverte", ""),
        ("Mémoire sur les loyers", "https://nous.test/m"),
    ]
    assert section.lines[1].note.replace("\u00a0", " ") == "– mémoire, 14 septembre 2030"
