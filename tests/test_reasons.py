"""Why a source is ill, in sentences: each trouble once, and what to do."""

from __future__ import annotations

from pipeline.queries.views import IssueView
from pipeline.reasons import reasons

OWN = "https://gazette.example/"


def told(*issues: IssueView) -> list[str]:
    return [why.replace("\u00a0", " ") for why in reasons("fr", issues, OWN)]


def test_what_befalls_the_address_of_a_source_is_told_without_it() -> None:
    (why,) = told(IssueView("truncated", OWN, ""))
    assert why == "La page est arrivée coupée. La prochaine visite réessaiera."


def test_the_same_trouble_of_several_pages_is_told_once_with_their_number() -> None:
    pages = [IssueView("server-error", f"{OWN}{n}", "500") for n in range(3)]
    first, other = told(*pages, IssueView("moved", OWN, "https://ici.example/"))
    assert first.startswith(f"{OWN}0 : le site est en panne (code 500). Rien à faire")
    assert first.endswith("Même ennui à d'autres adresses (2).")
    assert other.startswith("L'adresse a changé pour de bon (nouvelle adresse : https://ici")


def test_a_field_that_is_not_filled_is_named_in_words() -> None:
    (why,) = told(IssueView("unfilled", OWN, "published_at 12 / 30"))
    assert "incomplets (sans date de publication : 12 / 30) : ils sont laissés de côté" in why
