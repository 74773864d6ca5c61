"""A draft regulation as its notice in the Gazette officielle states it: who asks, until when.

The notice comes out of a PDF: its lines are broken anywhere, some words are cut in two («dél ai»),
some apostrophes are lost («l expiration»), and a file may begin in the notice before it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise

from spiders.deadlines import read_deadlines
from spiders.items import ConsultationFacts, ConsultationKind, Deadline, DeadlineKind, Link
from spiders.named_days import days_in
from spiders.page import collapse
from spiders.standing import standing

# The words by which a notice is read: these alone are mended where a file cut them.
CUT = (
    *("gazette officielle du Québec", "projet de règlement", "chapitre", "ministère", "ministre"),
    *("toute personne intéressée", "commentaires", "par écrit", "l'expiration", "délai", "jours"),
    *("publication", "règlement", "règlements", "renseignements additionnels", "par les présentes"),
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"),
    *("octobre", "novembre", "décembre"),
)
HYPHEN = re.compile(r"(?<=\w)(?<!\bsous)(?<!\bvice)[-\u00ad]\n(?=[a-zà-ÿ])")
COMPOUND = re.compile(r"(?<=\w)-\n(?=[a-zà-ÿ])")
ELISION = re.compile(r"(?<![\w'’.-])(l|d|qu) (?=[aeiouyhàâéèêëîïôûœ])", re.I)
RUNNING_HEAD = re.compile(r"gazette officielle du Québec,([^\n]{8,60})", re.I)
# Its own head, not a mention of it in a sentence: the law that allows it stands right after.
HEAD = re.compile(r"\bP(?i:rojet de règlement)\s+(?=Loi\b|Code\b|Charte\b)")
GIVEN = re.compile(r"\bAvis est donné", re.I)
LAW = re.compile(
    r"((?:Loi|Code|Charte)\b.{3,200}?)\s*\(\s*(?:chapitre|RLRQ,? c(?:hapitre|\.)?)\s*"
    r"([A-Z]{1,3}(?:-[\d.]*\d)?)",
    re.S,
)
ACTS = r"(?:Règlements?|Décrets?|Arrêtés?|Code|Tarif|Normes?|Règles?|Conditions)"
TITLE = re.compile(
    r"\bque (?:le (?:projet|texte) (?:de |d['’]|du )?|l[ea] )?[«\"]?\s*"
    rf"({ACTS}\b.{{5,300}}?)[»\"]?,? "
    r"(?:dont|adopt|édict|ci-|apparaissant|pourra|tel|est soumis|pris|a été)",
    re.I,
)
INFORMATION = re.compile(r"\b(?:Des|Tous?)\s+renseignements additionnels\b")
INVITATION = re.compile(r"\bToute personne intéressée\b", re.I)
OF = r"(?:de la |de l['’]|des |du |de |d['’])"
BODIES = "ministère|Office|Régie|Autorité|Société|Secrétariat"
BODY = re.compile(rf"\b((?:{BODIES}) {OF}[^,.;()]{{3,90}})")
MINISTER = re.compile(rf"\b((?:sous-)?ministre {OF}[^,.;()]{{3,90}})")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SIGNATURE = re.compile(
    r"\n\s*L[ea] (?:sous-)?(?:ministre|président|présidente|secrétaire|directrice|directeur)\b"
    r"[^\n]*,\s*\n"
)
STOP = re.compile(r"\.\s*\n")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft regulation: "" for what its notice does not print, or not where one looks for it.

    `law` names its chapter; `published` is the day of the Gazette; `contacts` are e-mail addresses;
    `text` is the notice, without what it announces.
    """

    title: str
    law: str
    published: date | None
    held_by: str
    contacts: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    text: str

    def facts(self, url: str, title: str, today: date) -> ConsultationFacts:
        """Give what it asks of the public, under the title that is given to it."""
        mails = tuple(Link(mail, f"mailto:{mail}") for mail in self.contacts)
        return ConsultationFacts(
            title=title,
            url=url,
            kind=ConsultationKind.REGULATION,
            opens=self.published,
            status=standing(self.deadlines, today),
            deadlines=self.deadlines,
            links=(Link("Texte du projet de règlement", url), *mails),
            held_by=self.held_by,
        )


def drafts_in(text: str, published: date | None = None) -> list[Draft]:
    """Give the draft regulations of a text, in its order; none where it holds no notice.

    The day that the text prints at the head of its pages goes before `published`. Without either,
    nothing can be counted: a draft has no deadline.
    """
    text = mended(text)
    printed = next((day for head in RUNNING_HEAD.findall(text) for day in days_in(head)), published)
    return [_draft(notice, printed) for notice in _notices(text)]


def mended(text: str) -> str:
    """Give a text with the words by which a notice is read as they were before they were cut."""
    text = COMPOUND.sub("-", HYPHEN.sub("", unicodedata.normalize("NFKC", text)))
    for words, cut in LOOSE.items():
        text = cut.sub(partial(_whole, words), text)
    return ELISION.sub(r"\1'", text)


def _loose(words: str) -> re.Pattern[str]:
    cut = (r"\s?".join("['’]?" if sign == "'" else sign for sign in word) for word in words.split())
    return re.compile(r"(?<!\w)" + r"\s+".join(cut) + r"(?!\w)", re.I)


LOOSE = {words: _loose(words) for words in CUT}


def _whole(words: str, found: re.Match[str]) -> str:
    """Give these words with the letters that were found, capitals or not."""
    letters = (sign for sign in found[0] if sign.isalnum())
    return "".join(sign if sign in " '" else next(letters) for sign in words)


def _notices(text: str) -> Iterator[str]:
    """Give each notice, cut before what it announces; the end of another one is left."""
    starts = [found.end() for found in HEAD.finditer(text)]
    if not starts and GIVEN.search(text):
        starts = [0]
    for start, end in pairwise([*starts, len(text)]):
        notice = HEAD.sub("", text[start:end])
        if GIVEN.search(notice) or INVITATION.search(notice):
            yield notice[: _end(notice)]


def _end(notice: str) -> int:
    """Give where a notice is signed, else where its invitation ends: its text comes next."""
    asked = INVITATION.search(notice)
    start = asked.start() if asked else 0
    signed = SIGNATURE.search(notice, start)
    ended = signed or (asked and STOP.search(notice, start))
    return ended.end() if ended else len(notice)


def _draft(notice: str, published: date | None) -> Draft:
    flat = collapse(notice)
    law = LAW.match(flat)
    asked = f"Publié le {published}\n{_without_information(notice)}"
    found = read_deadlines(asked, lang="fr") if published else ()
    people = INFORMATION.search(flat)
    reached = flat[people.start() if people else 0 :]
    return Draft(
        title=_title(flat, law.end() if law else 0),
        law=f"{law[1]} (chapitre {law[2]})" if law else "",
        published=published,
        held_by=_held_by(reached),
        contacts=tuple(dict.fromkeys(MAIL.findall(reached))),
        deadlines=tuple(one for one in found if one.kind is DeadlineKind.COMMENT),
        text=flat,
    )


def _without_information(notice: str) -> str:
    """Give a notice without whom to ask, which it prints between delay and invitation."""
    people, asked = INFORMATION.search(notice), INVITATION.search(notice)
    if not people or not asked or asked.start() < people.start():
        return notice
    return notice[: people.start()] + notice[asked.start() :]


def _title(flat: str, after_law: int) -> str:
    """Give the title of the act itself; else the subject that stands above the notice."""
    if told := TITLE.search(flat):
        title = told[1].strip(' «»"')
        return title[0].upper() + title[1:]
    given = GIVEN.search(flat)
    above = flat[after_law : given.start()] if given else ""
    return above.partition(")")[2].strip(" —–-") if len(above) < 400 else ""


def _held_by(words: str) -> str:
    """Name the body that answers for the draft: the first named with whom to reach."""
    told = BODY.search(words) or MINISTER.search(words)
    return told[1].strip() if told else ""
