"""A whole session of the Assemblée, invented, as its site shows it: what each address answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from spiders.sources import Source
from vigie.season.chamber import (
    COLUMNS,
    ROBOTS,
    _bill_page,
    _lines,
    _lists,
    _mandate_page,
)
from vigie.season.ink import in_french
from vigie.season.plot import SITE, WORK, Bill, Step, people
from vigie.season.warc import Page

PLACE = "51-2"
COMMITTEES = ("cap", "capern", "cat", "can", "cce", "cet", "cfp", "ci", "crc", "csss", "cte")
WEEKDAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
SUBJECTS = (
    "Loi modifiant la Loi sur les mines",
    "Loi concernant la signalisation des traverses",
    "Loi sur les espèces floristiques menacées",
    "Loi encadrant les chambres de métiers",
)
OURS = "Loi sur les services de garde éducatifs à l’enfance : places en CPE et en garderie"
SHELL = """<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="fr"><head><title>{title}</title></head><body>
<form method="post" action=""><input type="hidden" name="__VIEWSTATE" value="{state}" />
<div id="Entete"><ul><li><a href="/fr/index.html">Accueil</a></li></ul></div>
<div class="ColCentre colonne Contenu">
<h1><span id="ctl00_ColCentre_SiteMapPathTitreContenu"><span>{title}</span></span></h1>
{body}
</div><div id="PiedDePage" class="PiedDePage">Dernière modification : 11 mars 2009</div>
</form></body></html>"""


@dataclass
class Parliament:
    """A session on a day; what may move in it are its bills and `deadline`, of its consultation."""

    monday: date
    bills: list[Bill]
    mandates: int
    members: int = 125
    petitions: int = 20
    votes: int = 60
    deadline: date = date(2031, 3, 28)
    answered: int = field(default=0, init=False)

    def pages(self, today: date) -> dict[str, bytes]:
        """Give what each path of the Assemblée answers on a day."""
        self.answered += 1
        found = [Page(f"{SITE}/robots.txt", ROBOTS.encode()), *_lists(self.bills, today)]
        for number, bill in enumerate(self.bills):
            found.append(_bill_page(bill, today))
            if number < self.mandates:
                found.append(_mandate_page(bill, _given(bill), today))
        found += self._own_pages(today)
        return {urlsplit(page.url).path + _query(page.url): page.body for page in found}

    def open_data(self, today: date, source: Source) -> Page:
        """Give the file of the open data, which tells each bill by its last stage."""
        out = io.StringIO(newline="")
        lines = csv.writer(out, lineterminator="\r\n")
        lines.writerow(COLUMNS)
        for bill in self.bills:
            lines.writerows(_lines(bill, today))
        return Page(source.url, out.getvalue().encode())

    def _own_pages(self, today: date) -> Iterator[Page]:
        yield self._shell("/index.html", "Travaux parlementaires", self._index())
        yield self._shell("/commissions/index.html", "Commissions", self._index())
        path = "/commissions/mandats-encours-commissions.html"
        yield self._shell(path, "Mandats en cours des commissions", self._in_progress())
        for code in COMMITTEES:
            path = f"/commissions/{code}/index.html"
            yield self._shell(path, f"Commission {code}", "<p>Onze membres.</p>")
        yield self._shell(_call(), "Consultation générale", self._notice())
        start = today - timedelta(days=today.weekday())
        for week in range(4):
            monday = start + timedelta(days=7 * week)
            asked = f"?Date={monday}" if week else ""
            path = f"/calendrier-travaux.html{asked}"
            yield self._shell(path, "Calendrier hebdomadaire des travaux", self._week(monday))
        path = "/assemblee-nationale/index.html"
        yield self._shell(path, "Travaux de l’Assemblée", self._month(today))
        path = "/registre-des-votes/index.html"
        yield self._shell(
            path, "Registre des votes", _select("Votes", ' class="sessionLegislature"')
        )
        for number in range(1, self.votes + 1):
            path = f"/registre-des-votes/{PLACE}-{number}/index.html"
            yield self._shell(path, "Vote", _vote(number, self.monday))
        for path in ("/documents-deposes.html", "/documents-deposes/depots-du-jour.html"):
            yield self._shell(path, "Documents déposés", _papers(self.monday))
        yield self._shell("", "Députés", self._members(), "/fr/deputes/index.html")
        yield self._shell(
            "", "Actualités", _news(self.monday), "/fr/actualites-salle-presse/index.html"
        )
        folder = "/fr/exprimez-votre-opinion/petition"
        listed = self._petitions(folder)
        yield self._shell("", "Signer une pétition", listed, f"{folder}/signer-petition/index.html")
        for number in range(self.petitions):
            path = f"{folder}/Petition-{11000 + number}/index.html"
            text = (
                "<p>Nous demandons mieux.</p><p><a href='/fr/deputes/nom-100/index.html'>Nom 100, "
                f"Prénom</a></p><p>Date limite pour signer : {_last(number)}</p>"
                f"<p>Nombre de signataires : {number * 31}</p>"
            )
            yield self._shell("", f"Pétition : Mieux {number}", text, path)

    def _shell(self, path: str, title: str, body: str, whole: str = "") -> Page:
        # The hidden state of a form is another one at every answer.
        words = SHELL.format(title=title, body=body, state=f"wEP{self.answered}{path}")
        return Page(SITE + (whole or WORK + path), words.encode())

    def _index(self) -> str:
        links = "".join(
            f"<li><a href='{WORK}/commissions/{code}/index.html'>Commission {code}</a></li>"
            for code in COMMITTEES
        )
        return (
            '<div class="participerConsultation"><h2>Participer à une consultation</h2><ul>'
            f"<li><a href='{WORK}{_call()}'>Consultation générale</a></li></ul></div>"
            f"<ul>{links}</ul>"
        )

    def _notice(self) -> str:
        return (
            "<h2>Commission des relations avec les citoyens</h2><p>Consultation générale.</p>"
            "<p>Toute personne qui désire s’exprimer doit transmettre un mémoire au secrétariat "
            f"de la Commission au plus tard le {_day(self.deadline)}.</p>"
        )

    def _in_progress(self) -> str:
        rows = "".join(
            f"<tr><td>{_given(bill).given}</td><td>Commission</td><td><a href='{WORK}/mandats/"
            f"Mandat-{_given(bill).mandate}/index.html'>Étude détaillée du projet de loi "
            f"n° {bill.number}</a></td><td></td></tr>"
            for bill in self.bills[: self.mandates]
        )
        heads = "".join(f"<th>{h}</th>" for h in ("Date", "Commission", "Titre", "Participer"))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _week(self, monday: date) -> str:
        days = [monday + timedelta(days=n) for n in range(7)]
        rows = "".join(f"<tr><th scope='row'>{_row_head(d)}</th>{_cells(d)}</tr>" for d in days)
        heads = "".join(f"<th>{h}</th>" for h in ("Date", "Avant-midi", "Après-midi", "Soirée"))
        following = f"{WORK}/calendrier-travaux.html?Date={monday + timedelta(days=7)}"
        return (
            f"<h2>Semaine du {_day(days[0])} au {_day(days[6])}</h2>"
            f"<a href='{following}'>Semaine suivante</a>"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _month(self, today: date) -> str:
        label = in_french(today).split(" ", 1)[1].capitalize()
        held = [self.monday - timedelta(days=n) for n in (3, 4, 5)]
        rows = "".join(
            f"<h3>Le {_day(day)}</h3><ul><li><a href='{WORK}/assemblee-nationale/"
            f"{PLACE}/journal-debats/{day:%Y%m%d}/{day:%d}.html'>Journal des débats</a></li></ul>"
            for day in held
            if (day.year, day.month) == (today.year, today.month)
        )
        head = f'<h3><span id="lblMoisCourant">{label}</span></h3>'
        return f"{_select('Session')}<div>{head}{rows}</div>"

    def _members(self) -> str:
        rows = "".join(
            f"<tr><td><a href='/fr/deputes/nom-{n}/index.html'>Nom {n}, Prénom</a></td>"
            f"<td>Circonscription {n}</td><td>Parti</td></tr>"
            for n in range(100, 100 + self.members)
        )
        heads = "".join(f"<th>{h}</th>" for h in ("Nom", "Circonscription", "Allégeance politique"))
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _petitions(self, folder: str) -> str:
        rows = "".join(
            f"<tr><td><a href='{folder}/Petition-{11000 + n}/index.html'>Mieux {n}</a></td>"
            f"<td>Nom, Prénom</td><td>2031-02-03</td><td>{_last(n)}</td><td>{n * 31}</td></tr>"
            for n in range(self.petitions)
        )
        names = ("Sujet", "Député", "Date d’ouverture", "Fin de la période", "Nombre de signatures")
        heads = "".join(f"<th>{name}</th>" for name in names)
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def compose(monday: date, many: int, mandates: int) -> Parliament:
    """Make a session in its sitting weeks, as it is on a Monday.

    Of its bills, a fifth have had their assent, a fifth have slept since autumn; a twentieth, and
    four at the least, touch the mission; mandates were given for the first ones.
    """
    author = list(people().values())
    ours = max(many // 20, 4)
    bills = [
        Bill(
            number=number,
            id=70_000 + number,
            kind="government",
            title=f"{OURS}, partie {number}" if number <= ours else _subject(number),
            author=author[number % len(author)],
            steps=tuple(_steps(number, many, mandates, monday)),
            chapter=number,
        )
        for number in range(1, many + 1)
    ]
    return Parliament(monday, bills, mandates)


def advanced(bill: Bill, day: date) -> Bill:
    """Give a bill that has reached its passage on a day."""
    return replace(bill, steps=(*bill.steps, Step("passage", (day,), vote=(80, 30, 1))))


def _subject(number: int) -> str:
    return f"{SUBJECTS[number % len(SUBJECTS)]} (volet {number})"


def _steps(number: int, many: int, mandates: int, monday: date) -> Iterator[Step]:
    asleep = number > many * 4 // 5
    tabled = monday - timedelta(days=110 if asleep else 50 + number % 9)
    yield Step("presentation", (tabled,))
    if number <= mandates:
        given = monday - timedelta(days=20 + number % 20)
        yield Step("committee", (given + timedelta(days=1),), "crc", 50_000 + number, given)
    elif many * 3 // 5 < number <= many * 4 // 5:
        yield Step("principle", (tabled + timedelta(days=9),))
        yield Step("assent", (tabled + timedelta(days=20),))


def _given(bill: Bill) -> Step:
    return next(step for step in bill.steps if step.given)


def _call() -> str:
    return "/consultations/consultation-3187-20310224.html"


def _day(day: date) -> str:
    return in_french(day, first="1")


def _last(number: int) -> date:
    return date(2031, 4, 7) + timedelta(days=number)


def _row_head(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {_day(day).rsplit(' ', 1)[0]}"


def _cells(day: date) -> str:
    sits = "<p>Séance de l’Assemblée</p>" if day.weekday() in (1, 2, 3) else ""
    return f"<td></td><td>{sits}</td><td></td>"


def _select(name: str, more: str = "") -> str:
    told = "Session en cours - 51e législature, 2e session (début : 19 novembre 2030)"
    place = f"{SITE}{WORK}/assemblee-nationale"
    past = "".join(
        f'<option value="{place}/{n}-1/index.html">{n}e législature, 1re session '
        f"(1 décembre {1875 + 3 * n} - 1 mars {1878 + 3 * n})</option>"
        for n in range(30, 50)
    )
    return (
        f'<select id="ddlChoix{name}"{more}><option selected="selected" '
        f'value="{place}/{PLACE}/index.html">{told}</option>{past}</select>'
    )


def _vote(number: int, monday: date) -> str:
    day = _day(monday - timedelta(days=70 - number))
    sides = {"Pour": ("A", "B"), "Contre": ("C",), "Abstentions": ()}
    counts = "".join(
        f'<input type="hidden" id="nb{side}" value="{len(names)}" />'
        for side, names in sides.items()
    )
    panels = "".join(
        f'<div id="ctl00_pnl{side}"><h3>{side}</h3>{"".join(map(_voter, names))}</div>'
        for side, names in sides.items()
    )
    return (
        f'<h1 id="titreMotion">Motion {number}</h1><h2 id="titreVote">Le {day}</h2>{counts}{panels}'
    )


def _voter(name: str) -> str:
    return f'<div id="{ord(name)}" class="depute"><span class="nom">{name}</span></div>'


def _papers(day: date) -> str:
    rows: Iterable[int] = range(8)
    cells = "".join(
        f"<tr><td>{day}</td><td>{n}-20310303</td><td><a href='/Media/Process.aspx?MediaId=ANQ.Vigie"
        f".Bll.DocumentGenerique_{90 + n}&amp;process=Default'>Rapport {n} (PDF)</a></td></tr>"
        for n in rows
    )
    heads = "<th>Date</th><th>Numéro</th><th>Titre</th>"
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>"


def _news(day: date) -> str:
    place = "/fr/actualites-salle-presse/nouvelle/actualite-93593.html"
    told = f"<span class='dateActualite'>{_day(day)}</span> <a href='{place}'>Accueil</a>"
    return f"<ul class='listeActualites'><li>{told}</li></ul>"


def _query(url: str) -> str:
    query = urlsplit(url).query
    return f"?{query}" if query else ""
