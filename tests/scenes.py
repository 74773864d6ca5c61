"""What the sources of the fault drill answer: our frozen pages, and what each publishes later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from spiders.archive import Answer
from spiders.sources import Silence, Source, read_register
from tests.frozen import FOLDER

START = datetime(2047, 3, 4, 13, tzinfo=UTC)  # a Monday, 8:00 in Montréal; the Assemblée sits
FROZEN = datetime(2026, 11, 16, 13, tzinfo=UTC)  # the Monday of the week that our pages show
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SILENCE = Silence(session=10 * DAY, recess=120 * DAY, election=200 * DAY)
REGISTER = read_register()
MONTHS = ("novembre", "décembre")
WEEKDAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Scene:
    """A source, what it answers when it is well, what it publishes while it is ill.

    `caught_up` is a title, or a day of a bill's stage, that the store has once it was caught up.
    """

    source: Source
    well: Answers
    news: Answers
    caught_up: str
    start: datetime = START


def frozen(source: str, page: str) -> str:
    return (FOLDER / source / page).read_text(encoding="utf-8")


def html(body: str, status: int = 200) -> Answer:
    headers = [("Content-Type", "text/html; charset=utf-8")]
    return Answer(status, headers, body.encode())


def moved(to: str) -> Answer:
    return Answer(301, [("Location", to)], b"")


def changed(page: Answer, *swaps: tuple[str, str]) -> Answer:
    """A page of which some words are others."""
    text = page.body.decode()
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return page._replace(body=text.encode())


def cut(page: Answer) -> Answer:
    return page._replace(body=page.body[: len(page.body) * 2 // 3])


def emptied(page: Answer) -> Answer:
    """A page whose tables have lost their rows."""
    return page._replace(body=re.sub(rb"(?s)<tbody>.*?</tbody>", b"<tbody></tbody>", page.body))


# The open data, a feed, the pages of bills

CSV = replace(REGISTER["donneesquebec_bills"], min_items=3)
FEED = replace(REGISTER["ledevoir_manchettes"], max_silence=SILENCE)
BILLS = REGISTER["assnat_bills"]
BILL = BILLS.url.replace("index", "projet-loi-12-51-1")
OTHER = BILLS.url.replace("index", "projet-loi-207-51-2")
OLDER = BILLS.url.replace("index", "projets-loi-51-1")
LIST = html(frozen("assnat_bills", "2026-11-20-list.html"))


def csv(*further: str) -> Answer:
    """The open data, with further lines."""
    text = frozen("donneesquebec_bills", "2026-11-20.csv").replace("motion_de_scission", "sanction")
    text = text.replace("Type inconnu", "Public de député")
    return Answer(200, [("Content-Type", "text/csv")], (text + "".join(further)).encode())


def line(number: int, title: str) -> str:
    """A line of the open data."""
    told = f"51-2 PL {number}  {title},Public de député,presentation,2047-03-05"
    return f"x,{number},{number},{told},51,2044-01-15,,2\n"


def feed(*titles: str) -> Answer:
    """The feed, with further entries."""
    place = "https://www.ledevoir.com/politique"
    more = "".join(f"<item><title>{t}</title><link>{place}/{t}</link></item>" for t in titles)
    text = frozen("ledevoir_manchettes", "2026-11-20.xml")
    body = text.replace("</channel>", f"{more}</channel>").encode()
    return Answer(200, [("Content-Type", "text/xml")], body)


def bill(*days: str) -> Answer:
    """The page of a bill whose report was considered, and was debated again on these days."""
    head, _, rest = frozen("assnat_bills", "2026-11-19.html").partition(" <h3>\n Adoption</h3>")
    tail = rest[rest.index(' </div>\n <div class="colonneImbriquee') :]
    sittings = "".join(f"<li>Séance du {day}</li>" for day in days)
    return html(f"{head}<h3>Adoption</h3><ul>{sittings}</ul>{tail}" if days else head + tail)


OPEN_DATA = Scene(
    CSV,
    {CSV.url: csv()},
    {CSV.url: csv(line(44, "Loi tombée pendant la panne"))},
    "Loi tombée pendant la panne",
)
NEWSPAPER = Scene(
    FEED,
    {FEED.url: feed()},
    {FEED.url: feed("Paru-pendant-la-panne")},
    "Paru-pendant-la-panne",
)
BILL_PAGES = Scene(
    BILLS,
    {
        BILLS.url: LIST,
        OLDER: LIST,
        BILL: bill(),
        OTHER: html(frozen("assnat_bills", "2026-11-20.html")),
    },
    {BILL: bill("5 mars 2047")},
    "2047-03-05",
)

# The sittings, and a month that ends while they are not read

SITTINGS = replace(REGISTER["assnat_sittings"], min_items=3)
MONTH = html(frozen("assnat_sittings", "2026-11-20.html"))
SITTING = (
    "<div><h3>\nLe\n{day} 2026\n</h3><ul class='listeActivites'><li><a href='/fr/travaux-"
    "parlementaires/assemblee-nationale/52-1/journal-debats/{n}/1.html'>Journal</a></li></ul>"
)


def month(name: str, *days: str) -> Answer:
    """The sittings of a month of the session that goes on, with the form that asks for another."""
    numbers = {"Novembre": "202611", "Décembre": "202612"}
    options = "".join(f"<option value='{n}'>{m} 2026</option>" for m, n in numbers.items())
    told = "".join(SITTING.format(day=day, n=n) for n, day in enumerate(days, 20261101))
    text = frozen("assnat_sittings", "2026-11-20-month.html")
    text = re.sub(r"(?s)(_MoisAnnee\">).*?(</select>)", rf"\1{options}\2", text)
    text = re.sub(r"(?s)<div><h3>\nLe.*?</ul></div></div>", f"{told}</div>", text)
    text = text.replace("Mars 2026", f"{name} 2026").replace(
        '<option selected="selected"', "<option"
    )
    text = text.replace(
        "51<sup>e</sup> législature, 2<sup>e</sup>", "52<sup>e</sup> législature, 1<sup>re</sup>"
    )
    return html(text)


TABLED = Scene(
    SITTINGS,
    {SITTINGS.url: MONTH},
    {
        SITTINGS.url: changed(
            MONTH, ("<div><h3>", SITTING.format(day="mardi 17 novembre", n=20261117) + "<h3>")
        )
    },
    "Le mardi 17 novembre 2026",
    start=FROZEN,
)
NOVEMBER = f"{SITTINGS.url}?MoisAnnee=202611"
MONTHS_END = Scene(
    SITTINGS,
    {SITTINGS.url: month("Novembre", "jeudi 26 novembre")},
    {
        SITTINGS.url: month("Décembre", "mardi 1 décembre"),
        NOVEMBER: month("Novembre", "jeudi 26 novembre", "lundi 30 novembre"),
    },
    "Le lundi 30 novembre 2026",
    start=datetime(2026, 11, 29, 13, tzinfo=UTC),
)

# The calendar

CALENDAR = REGISTER["assnat_calendar"]
THIS_WEEK = html(frozen("assnat_calendar", "2026-11-20.html"))


def week(first: date, told: str = "Aucune activité n'est prévue") -> Answer:
    """A week of the calendar; each of its afternoons holds the same."""
    days = [first + n * DAY for n in range(7)]
    names = [f"{day.day} {MONTHS[day.month - 11]}" for day in days]
    rows = "".join(
        f"<tr><th scope='row'>{weekday} {name}</th><td></td><td>{told}</td><td></td></tr>"
        for weekday, name in zip(WEEKDAYS, names, strict=True)
    )
    text = re.sub(r"(?s)<tbody>.*</tbody>", f"<tbody>{rows}</tbody>", THIS_WEEK.body.decode())
    head = f"Semaine du {names[0]} 2026 au {names[-1]} 2026"
    return html(text.replace("Semaine du 16 novembre 2026 au 22 novembre 2026", head))


def week_address(first: date) -> str:
    return f"{CALENDAR.url}?Date={first}"


AHEAD = [date(2026, 11, 23) + n * 7 * DAY for n in range(3)]
FRIDAY = "Vendredi 20 novembre\n</th><td>Aucune activité n'est prévue"
PLANNED = Scene(
    CALENDAR,
    {CALENDAR.url: THIS_WEEK} | {week_address(first): week(first) for first in AHEAD},
    {
        CALENDAR.url: changed(
            THIS_WEEK, (FRIDAY, f"{FRIDAY.rpartition('>')[0]}>Séance de l'Assemblée")
        )
    },
    "datetime.date(2026, 11, 20)",
    start=FROZEN,
)

# Consultations and mandates

CONSULTATIONS = REGISTER["assnat_consultations"]
WORK = CONSULTATIONS.url.removesuffix("/index.html")
MANDATES = f"{WORK}/commissions/mandats-encours-commissions.html"
MANDATE = f"{WORK}/mandats/Mandat-{{}}/index.html"
ABOUT_IT = html(frozen("assnat_consultations", "2026-11-20-mandate.html"))
NOTICE = f"{WORK}/consultations/consultation-3187-20261105.html"
ASKED = Scene(
    CONSULTATIONS,
    {
        CONSULTATIONS.url: html(frozen("assnat_consultations", "2026-11-20-index-empty.html")),
        MANDATES: html(frozen("assnat_consultations", "2026-11-20-mandates.html")),
        MANDATE.format(54310): ABOUT_IT,
        MANDATE.format(51001): ABOUT_IT,
        f"{WORK}/commissions/CRC/mandats/Mandat-54310/memoires-deposes.html": html(
            frozen("assnat_consultations", "2026-11-20-briefs.html")
        ),
    },
    {
        CONSULTATIONS.url: html(frozen("assnat_consultations", "2026-11-20-index-open.html")),
        NOTICE: html(frozen("assnat_consultations", "2026-11-20-consultation.html")),
    },
    "Consultations particulières sur le projet de loi n° 15, Loi instaurant un carnet de comptines",
    start=FROZEN,
)

# Petitions, news, votes, papers

PETITIONS = REGISTER["assnat_petitions"]
TO_SIGN = html(frozen("assnat_petitions", "2026-11-20-list.html"))
PETITION = PETITIONS.url.replace("signer-petition", "Petition-{}")
ITS_TEXT = html(frozen("assnat_petitions", "2026-11-20-open.html"))
SWINGS = "Des balançoires dans chaque CPE"


def petitions(*titles: str) -> dict[str, Answer]:
    """The list of the petitions with further ones, and their pages."""
    rows = "".join(
        f"<tr><td><a href='{PETITION.format(n)}'>{title}</a></td><td>Caron, Luc</td>"
        f"<td>2026-11-02</td><td>2027-02-02</td><td>{n}</td></tr>"
        for n, title in enumerate(titles, 12400)
    )
    pages = {
        PETITION.format(n): changed(ITS_TEXT, (SWINGS, title))
        for n, title in enumerate(titles, 12400)
    }
    return {PETITIONS.url: changed(TO_SIGN, ("</tbody>", f"{rows}</tbody>")), **pages}


SIGNED = Scene(
    PETITIONS,
    {
        PETITIONS.url: TO_SIGN,
        PETITION.format(12387): ITS_TEXT,
        PETITION.format(12390): changed(ITS_TEXT, (SWINGS, "Retrait du projet de loi n° 12")),
    },
    petitions("Des pannes moins longues"),
    "Des pannes moins longues",
    start=FROZEN,
)

NEWS = REGISTER["assnat_news"]
ROW = (
    "<li><p><span class='dateActualite'>{day}</span><br/>"
    "<a href='/fr/actualites-salle-presse/nouvelle/actualite-{n}.html'>Nouvelle {n}</a></p></li>"
)


def news(*numbers: int, day: str = "19 novembre 2026") -> Answer:
    """The page of the news, with further ones of that day."""
    rows = "".join(ROW.format(day=day, n=n) for n in numbers)
    page = html(frozen("assnat_news", "2026-11-20-home.html"))
    return changed(
        page,
        (
            '<div class="Onglets"><ul class="listeActualites">',
            f'<ul class="listeActualites">{rows}',
        ),
    )


TOLD = Scene(NEWS, {NEWS.url: news()}, {NEWS.url: news(94001)}, "Nouvelle 94001", start=FROZEN)

VOTES = REGISTER["assnat_votes"]
VOTE = html(frozen("assnat_votes", "2026-11-20.html"))
FIRST = VOTES.url.replace("index.html", "52-1-1/index.html")
SECOND = VOTES.url.replace("index.html", "52-1-2/index.html")
VOTED = Scene(
    VOTES,
    {VOTES.url: html(frozen("assnat_votes", "2026-11-20-index.html")), FIRST: VOTE},
    {SECOND: changed(VOTE, ("Adoption du principe", "Adoption de la panne"))},
    "Adoption de la panne – Projet de loi n° 12, Loi sur les mitaines d'hiver égarées",
    start=FROZEN,
)

PAPERS = REGISTER["assnat_papers"]
LAID = html(frozen("assnat_papers", "2026-11-20.html"))
NONE_LAID = html(frozen("assnat_papers", "2026-11-20-none.html"))
PAPER = (
    "<tr><td>{day}</td><td>{n}-20261119</td><td><a href='/Media/Process.aspx?MediaId="
    "ANQ.Vigie.Bll.DocumentGenerique_2500{n}'>Rapport {n}</a></td><td>Abeille, Rose</td></tr>"
)


def papers(*numbers: int, day: str = "2026-11-19") -> Answer:
    rows = "".join(PAPER.format(n=n, day=day) for n in numbers)
    return changed(LAID, ("</tbody>", f"{rows}</tbody>"))


LAID_DOWN = Scene(
    PAPERS,
    {
        PAPERS.url: LAID,
        PAPERS.url.replace(".html", "/depots-du-jour.html"): NONE_LAID,
    },
    {PAPERS.url: papers(20)},
    "Rapport 20",
    start=FROZEN,
)

# The Gazette

GAZETTE = REGISTER["gazette_officielle"]
ISSUES = frozen("gazette_officielle", "2026-11-20-list.html")
ISSUE = html(frozen("gazette_officielle", "2026-11-20-issue.html"))


def issue(number: int) -> str:
    """The address of an issue."""
    name = "tx_cspqgazette_cspqgazette%5B{}%5D"
    what = f"{name.format('action')}=detail&{name.format('gazetteId')}={number}"
    return f"{GAZETTE.url}?{what}&cHash=ab{number}"


LATEST = changed(
    ISSUE,
    ("No. 46 du 18-11-2026", "No. 46A du 19-11-2026"),
    ("Règlement intérieur de l&#039;Exemple", "Arrêté sur la panne"),
    *((f"2026F/8900{n}.pdf", f"2026F/8950{n}.pdf") for n in (1, 5, 6)),
)
FILES = "https://www.publicationsduquebec.gouv.qc.ca/fileadmin/gazette/pdf_encrypte"
DRAFT = f"{FILES}/lois_reglements/2026F/89002.pdf"
NOTICE_PDF = Answer(
    200,
    [("Content-Type", "application/pdf")],
    (FOLDER / "gazette_officielle" / "2026-11-20-draft.pdf").read_bytes(),
)
ROWS = re.compile(r"(?s)(</th></tr>).*(</table>)")
LISTED = "<tr><td><a href='{url}'>No. {words}</a></td><td></td></tr>"


def issues(**numbers: str) -> Answer:
    """The list of the issues: what it says of each, by its number (n4146…)."""
    rows = "".join(
        LISTED.format(url=issue(int(n[1:])).replace("&", "&amp;"), words=words)
        for n, words in numbers.items()
    )
    return html(ROWS.sub(rf"\1{rows}\2", ISSUES))


PUBLISHED = Scene(
    GAZETTE,
    {GAZETTE.url: issues(n4146="46 du 18-11-2026"), issue(4146): ISSUE, DRAFT: NOTICE_PDF},
    {
        GAZETTE.url: issues(n4147="46A du 19-11-2026", n4146="46 du 18-11-2026"),
        issue(4147): LATEST,
    },
    "Arrêté sur la panne",
    start=FROZEN,
)
SCENES = {
    scene.source.id: scene
    for scene in (
        *(OPEN_DATA, NEWSPAPER, BILL_PAGES, TABLED, PLANNED, ASKED, SIGNED, TOLD, VOTED),
        *(LAID_DOWN, PUBLISHED),
    )
}
