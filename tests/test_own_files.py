"""The team's own partners and occasions take the place of ours, on the page and in alerts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.decide import decide
from pipeline.database import Store
from pipeline.errors import OccasionsError, PartnersError
from pipeline.model import Document
from pipeline.opportunities import follow_windows
from spiders.items import Stage, StageFacts
from tests.factories import NOW, add_reading, bring, make_bill, make_facts
from vigie import doors
from vigie.review.app import Ours, create_app
from vigie.settings import Settings, read_settings

OCCASION = '[fete]\nfr = "Fête du quartier"\nen = "Block party"\nfrom = [3, 20]\n'
PARTNER = '[partners]\n"Les Voisins" = ["services-educatifs"]\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "partners.toml").write_text(PARTNER, encoding="utf-8")
    (tmp_path / "occasions.toml").write_text(OCCASION, encoding="utf-8")
    return read_settings({"VIGIE_CONFIG": str(tmp_path)})


def open_window(store: Store) -> None:
    """Keep a bill on child care that was tabled today: enough for a window."""
    stages = (StageFacts(Stage.INTRODUCTION, "Présentation", (date(2031, 3, 3),)),)
    with store.session() as session:
        bring(session, make_bill(make_facts(stages=stages, complete=True)))
        bill = session.scalars(select(Document)).one()
        add_reading(session, bill, ["services-educatifs"])
    follow_windows(store, NOW, ())


def test_the_page_shows_them_and_none_of_the_bundled_ones(store: Store, settings: Settings) -> None:
    open_window(store)
    ours = Ours(doors.labels(settings), doors.partners(settings), doors.occasions(settings))
    page = create_app(store, {}, {}, lambda: NOW, ours=ours).test_client()
    shown = page.get("/").get_data(as_text=True)
    assert "Les Voisins" in shown
    assert "Fête du quartier" in shown
    assert "Budget du Québec" not in shown


def test_an_alert_names_them(store: Store, settings: Settings) -> None:
    open_window(store)
    with store.reading() as session:
        (told,) = decide(session, {}, doors.words(settings, {}), NOW)
    assert "Les Voisins" in told.message.as_text()
    assert "centres de la petite enfance" not in told.message.as_text()


def test_a_file_that_is_wrong_is_named(settings: Settings) -> None:
    assert settings.config
    (settings.config / "partners.toml").write_text('[partners]\n"A" = ["x"]', encoding="utf-8")
    (settings.config / "occasions.toml").write_text("[fete]\n", encoding="utf-8")
    with pytest.raises(PartnersError, match=r"partners.toml : A : aucun thème"):
        doors.words(settings, {})
    with pytest.raises(OccasionsError, match=r"occasions.toml : \[fete\] : les clés"):
        doors.occasions(settings)
