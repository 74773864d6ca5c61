"""Who publishes what, and when: ten weeks of invented news, drawn from hand-written pieces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from vigie.season.ink import Ink, Piece, in_french, pieces, typeset
from vigie.season.plot import (
    SITE,
    Bill,
    Step,
    between,
    bill_address,
    bills,
    consultation_address,
    mandate_address,
    mandate_title,
    people,
    read,
    season_days,
)
from vigie.season.press import Article, Outlet, outlets
from vigie.settings import TORONTO

# Days before a piece runs again, with other places and figures: on a theme, on anything else.
REST, SHORT_REST = timedelta(days=8), timedelta(days=4)
LOUD = 9  # times a theme's part, where a campaign begins with it
LEAD_IN = 8  # days of news before the first: feeds are full on the first morning
WEEK = (0.95, 1.05, 1.1, 1.05, 0.9, 0.55, 0.5)
HOLIDAY = 0.55
AGENCY = {"fr": "La Dépêche canadienne", "en": "The Canadian Dispatch"}
RETITLED = 0.03
RELEASES = "communiques"
WEIGHTS = {
    "sante-services-sociaux": 14,
    "logement": 12,
    "services-educatifs": 9,
    "transport-amenagement": 9,
    "soutien-financier": 8,
    "environnements": 8,
    "alimentation": 8,
    "communautes": 7,
    "coherence": 6,
    "litteratie": 5,
    "soutien-proximite": 5,
    "conciliation": 5,
    "soutien-parental": 5,
    "depistage": 4,
    "concertation": 3,
}
PAGES = {
    **dict.fromkeys(WEIGHTS, "societe"),
    "sante-services-sociaux": "sante",
    "depistage": "sante",
    "services-educatifs": "societe",
    "litteratie": "education",
    "coherence": "politique",
    "concertation": "politique",
    "hockey": "sports",
    "sport": "sports",
    "immobilier": "maison",
    "meteo-hiver": "meteo",
    "meteo-printemps": "meteo",
}


@dataclass(slots=True)
class Draft:
    """A piece with its slots drawn, before anybody prints it."""

    piece: Piece
    values: dict[str, str]
    story: int
    title: str
    lead: str
    wordings: set[str] = field(default_factory=set)


def publish() -> list[Article]:
    """Write the whole season: every article of every newsroom, from the oldest."""
    newsroom = Newsroom(outlets())
    for day in season_days(before=LEAD_IN):
        newsroom.fill(day)
    return sorted(newsroom.printed, key=lambda a: (a.at, a.outlet, a.number))


class Newsroom:
    """All the newsrooms at once: draws pieces day after day, never the same title twice."""

    def __init__(self, houses: Mapping[str, Outlet]) -> None:
        self.houses = houses
        self.random = Random("season")  # noqa: S311 - the same season at every build, no secret
        self.printed: list[Article] = []
        self.titles: set[str] = set()
        self.ran: dict[Piece, date] = {}
        self.stories = 0
        self.day, self.today = date.min, Counter[str]()
        self.writers = {id_: house for id_, house in houses.items() if not house.of}
        words = read("lexicon.toml")
        self.inks = {lang: Ink(words[lang], lang, self.random) for lang in ("fr", "en")}
        self.people = people()
        self.bills = [bill for bill in bills() if bill.loud]
        self.themed, self.other = _library()
        self.tails = {
            lang: {shelf: text.strip().split("\n") for shelf, text in told.items()}
            for lang, told in read("tails.toml").items()
        }

    def fill(self, day: date) -> None:
        """Print everything of one day."""
        self.day, self.today = day, Counter()
        shuffle = read("plot.toml")["reshuffle"]
        if day == shuffle["on"]:
            self.people = {**self.people, shuffle["who"]: self.people[shuffle["by"]]}
        calm = WEEK[day.weekday()] * (HOLIDAY if day in read("plot.toml")["holidays"] else 1)
        self._parliament()
        self._releases()
        self._storm()
        self._campaign(calm)
        self._decoys()
        self._wire(calm)
        self._sisters(calm)
        for id_, house in self.writers.items():
            for _ in range(int(house.rate * calm + self.random.random())):
                if draft := self._draft(house.source.lang, house):
                    self._print(draft, id_)

    # What everybody prints

    def _wire(self, calm: float) -> None:
        for lang, often, fewest, most in (("fr", 2.8, 5, 12), ("en", 1.2, 2, 4)):
            for _ in range(int(often * calm + self.random.random())):
                if draft := self._draft(lang):
                    self._agency(draft, lang, self.random.randint(fewest, most))

    def _agency(self, draft: Draft, lang: str, copies: int) -> None:
        clients = [id_ for id_, h in self.writers.items() if h.wire and h.source.lang == lang]
        hour = self._hour()
        for id_ in self.random.sample(clients, min(copies, len(clients))):
            title = self._other_title(draft, lang) if self.random.random() < 0.5 else draft.title
            later = hour + timedelta(minutes=self.random.randrange(3, 150))
            self._print(draft, id_, title=title, author=AGENCY[lang], at=later)

    def _sisters(self, calm: float) -> None:
        families: dict[str, list[str]] = {}
        for id_, house in self.writers.items():
            if house.source.family and house.source.lang == "fr":
                families.setdefault(house.source.family, []).append(id_)
        for ids in families.values():
            if self.random.random() < calm and (draft := self._draft("fr")):
                author = self._byline("fr")
                for id_ in self.random.sample(ids, self.random.randint(2, min(4, len(ids)))):
                    self._print(draft, id_, author=author)

    # What happens

    def _parliament(self) -> None:
        for bill in self.bills:
            for step in bill.steps:
                if self.day in step.days:
                    self._bill_moves(bill, step)
            if bill.new_author and bill.new_author[1] == self.day:
                self._bill_news(bill, "author", 2, bill.new_author[0].name)
        told = read("plot.toml")["consultation"]
        call = told["mandate_day"] + timedelta(days=1)
        if self.day in (call, told["moved"]["on"]):
            bill = next(b for b in self.bills if b.number == told["bill"])
            self._bill_news(bill, "call", 2)

    def _bill_moves(self, bill: Bill, step: Step) -> None:
        begins = self.day == step.days[0]
        self._bill_news(bill, step.step, bill.loud if begins else bill.loud // 2, step=step)

    def _bill_news(
        self, bill: Bill, key: str, much: int, author: str = "", step: Step | None = None
    ) -> None:
        values = self._about(bill, step) | ({"author": author} if author else {})
        for lang, many in (("fr", much), ("en", much // 2)):
            told = read("chamber.toml")[lang].get(key, "")
            choice = list(pieces(told, "politique", bill.themes))
            said = values | ({"about": bill.en, "gist": bill.gist_en} if lang == "en" else {})
            for turn, piece in enumerate(self.random.sample(choice, min(many, len(choice)))):
                if not (draft := self._written(piece, lang, said)):
                    continue
                if turn == 0 and bill.loud > 1:
                    self._agency(draft, lang, 5 if lang == "fr" else 2)
                else:
                    self._print(draft, self._some_house(lang))

    def _about(self, bill: Bill, step: Step | None) -> dict[str, str]:
        committees = read("plot.toml")["committees"]
        told = read("plot.toml")["consultation"]
        moved = self.day >= told["moved"]["on"]
        deadline = told["moved"]["to"] if moved else told["brief_deadline"]
        vote = step.vote if step and step.vote else (0, 0, 0)
        return {
            "num": str(bill.number),
            "about": bill.about,
            "gist": bill.gist,
            "author": bill.author.name,
            "committee": committees[step.committee if step and step.committee else "cet"],
            "for": str(vote[0]),
            "against": str(vote[1]),
            "deadline": in_french(deadline),
        }

    def _releases(self) -> None:
        """Print the releases: ministers', bills tabled, mandates given to committees."""
        told, date_line = read("releases.toml"), f"QUÉBEC, le {in_french(self.day)} –"
        for _ in range(self.random.randint(2, 4) if self.day.weekday() < 5 else 0):
            shelf = self.random.choices([*WEIGHTS, "none"], [*WEIGHTS.values(), 30])[0]
            who = self.people[told["who"][shelf]]
            themes = (shelf,) if shelf in WEIGHTS else ()
            choice = list(pieces(told["fr"][shelf], RELEASES, themes))
            said = {"who": who.name, "date_line": date_line}
            if draft := self._written(self.random.choice(choice), "fr", said):
                self._print(draft, RELEASES, author=who.role)
        for bill in self.bills:
            if bill.presented == self.day and bill.kind == "government":
                title = f"Dépôt du projet de loi n° {bill.number}, {bill.title}"
                lead = f"{date_line} {bill.author.name} présente le projet de loi. {bill.gist}"
                self._announce(bill, title, lead, bill.author.role, bill_address(bill))
            for step in bill.steps:
                if step.given == self.day:
                    self._mandate(bill, step)

    def _mandate(self, bill: Bill, step: Step) -> None:
        form = read("chamber.toml")["committee_news"]
        committee = read("plot.toml")["committees"][step.committee]
        heard = ", ".join(in_french(day) for day in step.days)
        hearings = f"Auditions publiques prévues : {heard}." if step.step != "committee" else ""
        values = {"committee": committee, "title": mandate_title(bill, step), "hearings": hearings}
        title, lead = (form[key].format(**values) for key in ("given", "given_lead"))
        general = step.step == "general"
        address = consultation_address() if general else mandate_address(step)
        self._announce(bill, title, lead, "Assemblée nationale", address)

    def _announce(self, bill: Bill, title: str, lead: str, author: str, path: str) -> None:
        draft = self._draft_of(Piece(RELEASES, title, lead, bill.themes), "fr")
        self._print(draft, RELEASES, author=author, url=SITE + path)

    def _storm(self) -> None:
        surge = read("surge.toml")
        themes, day = (surge["theme"],), self.day.isoformat()
        for lang, told in (("fr", surge["pieces"]), ("en", surge["english"])):
            for turn, piece in enumerate(pieces(told.get(day, ""), "societe", themes)):
                if not (draft := self._written(piece, lang)):
                    continue
                if turn < 2:
                    self._agency(draft, lang, 7 if lang == "fr" else 3)
                else:
                    self._print(draft, self._some_house(lang))
        if day in surge["pieces"] and self.day != surge["first"]:
            local = list(pieces(surge["more"]["local"], "societe", themes))
            opinion = list(pieces(surge["more"]["opinion"], "opinions", themes))
            for piece in (*self.random.sample(local, 5), self.random.choice(opinion)):
                house = self._some_house("fr")
                if draft := self._written(piece, "fr", house=self.houses[house]):
                    self._print(draft, house)

    def _campaign(self, calm: float) -> None:
        """Print what the parties promise: on every theme at once, for two weeks."""
        told = read("campaign.toml")
        if not between(self.day, [told["first"], told["last"]]):
            return
        loud = told["opens"] if between(self.day, told["opening"]) else ""
        parts = {t: weight**0.5 * (LOUD if t == loud else 1) for t, weight in WEIGHTS.items()}
        for theme, part in parts.items():
            promises = list(pieces(told["pieces"][theme], "politique", (theme,)))
            many = told["more"] * calm * part / sum(parts.values())
            for _ in range(int(many + self.random.random())):
                rested = [p for p in promises if self._has_rested(p, SHORT_REST / 2)]
                piece = self.random.choice(rested or self.themed["fr"][theme])
                self.ran[piece] = self.day
                if draft := self._written(piece, "fr"):
                    self._taken_up(draft, houses=2 if theme == loud else 1)

    def _taken_up(self, draft: Draft, houses: int) -> None:
        """Print a story in so many houses, and one out of three in another."""
        houses += self.random.random() < 0.3
        for id_ in sorted({self._some_house("fr") for _ in range(houses)}):
            self._print(draft, id_)

    def _decoys(self) -> None:
        copies, echo = read("plot.toml")["copies"], read("plot.toml")["echo"]
        if self.day == copies["day"]:
            first, *others = (typeset(title, "fr") for title in copies["titles"])
            draft = self._draft_of(
                Piece("economie", first, copies["lead"], (copies["theme"],)), "fr"
            )
            clients = [id_ for id_, h in self.writers.items() if h.wire and h.source.lang == "fr"]
            for id_ in self.random.sample(clients, copies["outlets"]):
                title = self.random.choice((first, first, *others))
                self._print(draft, id_, title=title, author=AGENCY["fr"])
        if self.day in echo["days"]:
            third = len(echo["titles"]) // len(echo["days"])
            start = echo["days"].index(self.day) * third
            for title in echo["titles"][start : start + third]:
                piece = Piece("societe", title, echo["lead"], (echo["theme"],))
                self._print(self._draft_of(piece, "fr"), echo["outlet"])

    # From a piece to an article

    def _draft(self, lang: str, house: Outlet | None = None) -> Draft | None:
        themed = self.random.random() < (house.themed if house else 0.5)
        for _ in range(6):
            pool = self._theme(lang, house) if themed else self._desk(lang, house)
            rest = REST if themed else SHORT_REST
            rested = [piece for piece in pool if self._has_rested(piece, rest)]
            rested.sort(key=lambda piece: self.ran.get(piece, date.min))
            if not rested:
                continue
            piece = self.random.choice(rested[: len(rested) // 2 + 1])
            self.ran[piece] = self.day
            if draft := self._written(piece, lang, house=house):
                self.today.update(piece.themes)
                return draft
        return None

    def _has_rested(self, piece: Piece, rest: timedelta) -> bool:
        return self.day - self.ran.get(piece, date.min) >= rest

    def _theme(self, lang: str, house: Outlet | None) -> list[Piece]:
        beats = house.beats if house else {}
        weights = {theme: weight * beats.get(theme, 1) for theme, weight in WEIGHTS.items()}
        open_ = [theme for theme in weights if self.today[theme] < self._room(theme)]
        theme = self.random.choices(open_, [weights[theme] for theme in open_])[0]
        return self.themed[lang][theme]

    def _room(self, theme: str) -> float:
        """Say how many ordinary stories a theme may have today: what must show stands out."""
        told, surge = read("plot.toml"), read("surge.toml")
        loud = self.day in told["echo"]["days"] and theme == told["echo"]["theme"]
        loud |= self.day == told["copies"]["day"] and theme == told["copies"]["theme"]
        loud |= self.day.isoformat() in surge["pieces"] and theme == surge["theme"]
        return 2 if loud else 2 + WEIGHTS[theme] / 4

    def _desk(self, lang: str, house: Outlet | None) -> list[Piece]:
        windows, pool = read("plot.toml")["windows"], self.other[lang]
        open_ = [d for d in pool if d not in windows or between(self.day, windows[d])]
        wanted = [d for d in open_ if house and d in house.desks]
        desks = wanted or open_
        return pool[self.random.choices(desks, [len(pool[d]) for d in desks])[0]]

    def _written(
        self,
        piece: Piece,
        lang: str,
        values: Mapping[str, str] = {},
        house: Outlet | None = None,
    ) -> Draft | None:
        """Give a draft whose title nobody has printed, None when there is none left."""
        for _ in range(8):
            draft = self._draft_of(piece, lang, values, house)
            if _bare(draft.title) not in self.titles:
                self.titles.add(_bare(draft.title))
                return draft
        return None

    def _draft_of(
        self,
        piece: Piece,
        lang: str,
        values: Mapping[str, str] = {},
        house: Outlet | None = None,
    ) -> Draft:
        drawn = {key: person.name for key, person in self.people.items()} | dict(values)
        ink = self._ink_of(house) if house else self.inks[lang]
        title = ink.write(piece.title, drawn)
        self.stories += 1
        tail = self.random.choice(self.tails[lang].get(piece.shelf, [""]))
        closed = self.random.random() < 0.6 and len(piece.lead.split()) < 30
        lead = f"{piece.lead} {tail}" if closed else piece.lead
        return Draft(piece, drawn, self.stories, title, ink.write(lead, drawn))

    def _ink_of(self, house: Outlet) -> Ink:
        ink = self.inks[house.source.lang]
        pools = dict(ink.pools)
        if house.places:
            pools["city"] = house.places
        if house.region:
            row = pools["en_region"].index(house.region)
            pools |= {"en_region": [house.region], "de_region": [pools["de_region"][row]]}
        return Ink(pools, ink.lang, self.random)

    def _other_title(self, draft: Draft, lang: str) -> str:
        """Give another wording of a title, or the same where there is none that is free."""
        title = self.inks[lang].write(draft.piece.title, dict(draft.values))
        if title not in draft.wordings and _bare(title) in self.titles:
            return draft.title
        draft.wordings.add(title)
        self.titles.add(_bare(title))
        return title

    def _print(
        self,
        draft: Draft,
        id_: str,
        *,
        title: str = "",
        author: str = "",
        at: datetime | None = None,
        url: str = "",
    ) -> None:
        silent = read("plot.toml")["silent"]
        if id_ == silent["source"] and between(self.day, silent["days"]):
            return
        lang = self.houses[id_].source.lang
        title, at = title or draft.title, at or self._hour()
        later = None
        if not url and self.random.random() < RETITLED:
            other = self._other_title(draft, lang)
            update = "Mise à jour\u00a0: " if lang == "fr" else "Updated: "
            later = (other if other != title else update + title, at + timedelta(hours=26))
        article = Article(
            outlet=id_,
            number=len(self.printed) + 1,
            story=draft.story,
            at=at,
            title=title,
            lead=draft.lead,
            author=author or self._byline(lang),
            section=PAGES.get(draft.piece.shelf, draft.piece.shelf),
            themes=draft.piece.themes,
            later=later,
            url=url,
        )
        self.printed.append(article)

    def _hour(self) -> datetime:
        minute = int(self.random.triangular(5 * 60 + 10, 22 * 60 + 30, 10 * 60))
        return datetime.combine(self.day, time(minute // 60, minute % 60), TORONTO)

    def _byline(self, lang: str) -> str:
        names = ("femme", "homme") if lang == "fr" else ("woman", "man")
        return self.random.choice(self.inks[lang].pools[self.random.choice(names)])

    def _some_house(self, lang: str) -> str:
        """Draw a general newsroom of this language, the larger the likelier."""
        ids = [i for i, h in self.writers.items() if h.source.lang == lang and h.themed > 0.3]
        return self.random.choices(ids, [self.writers[i].rate for i in ids])[0]


def _bare(title: str) -> str:
    return re.sub(r"\W+", "", title.lower())


Library = dict[str, dict[str, list[Piece]]]


def _library() -> tuple[Library, Library]:
    english = read("news_en.toml")
    themed = {
        "fr": _shelves(read("news_fr.toml"), themed=True),
        "en": _shelves(english["themed"], themed=True),
    }
    other = {
        "fr": _shelves(read("news_other.toml"), themed=False),
        "en": _shelves(english["other"], themed=False),
    }
    return themed, other


def _shelves(told: Mapping[str, str], themed: bool) -> dict[str, list[Piece]]:
    return {
        shelf: list(pieces(text, shelf, (shelf,) if themed else ())) for shelf, text in told.items()
    }
