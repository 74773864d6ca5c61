"""Whom and what a document names: bills, told from their namesakes by the day, and names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session, selectinload

from pipeline.clock import day_of
from pipeline.database import Store
from pipeline.model import Bill, BillStage, Document, Member, Mention, Naming, OpenMention
from pipeline.names import People, find_names, once
from pipeline.pending import Progress, in_batches, quiet
from pipeline.titled import Titled, find_titled

KEPT_OPEN = timedelta(days=30)
SPOKEN_OF = timedelta(days=60)  # a bill is still called one for some weeks after its end
NEAR = 60  # characters before a number that tell what it numbers
AROUND = 90  # characters of context on each side of a mention: two lines in all

_PLAIN = str.maketrans(
    {**dict.fromkeys("\u00a0\u202f\u2009\u2007\u2002\u2003", " "), "º": "°", "’": "'"}
    | dict.fromkeys("‑‐–−", "-")
)
_SIGN = r"(?:(?i:n\s?[o°]s?(?![a-zà-ÿ])\.?|n\s?°s?|num[ée]ros?|number)\s?|\#\s?)"
_SIGNS = re.compile(r"\b(?:n\s?[o°]s|num[ée]ros)\s", re.IGNORECASE)  # of several bills
# What is counted is no number of a bill, unless a sign says that it is one: «PL 71 millions».
_COUNTED = (
    r"(?!\s?(?:[%$€]|(?i:millions?|milliards?|billions?|ans?|jours?|mois|semaines?|heures?|h|pages?"
    r"|articles?|amendements?|députée?s?|élue?s?|ministres|fois|personnes|familles|points?|autres?"
    r"|p\.\s?c|cents?|dollars?|years?|days?|months?|weeks?|hours?|times|people|others?|janvier"
    r"|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b))"
)
_ENDS = r"(?![\w%$€-]|[.,/]\d|\s\d)"
_DIGITS = r"(?:[CS][\s-]?\d{1,4}|[1-9]\d{0,2})"
_NUMBER = rf"(?:{_SIGN}(?P<signed>{_DIGITS}){_ENDS}|(?P<bare>{_DIGITS}){_ENDS}{_COUNTED})"
# «projet de loi d'intérêt privé n° 203», «projet de loi fédéral C-11», «projets de loi, le 9 et».
_SORT = (
    r"(?:\s+(?i:d'int[ée]r[êe]t\s+(?:priv[ée]|public)|constitutionnelle|f[ée]d[ée]ral|omnibus"
    r"|public|priv[ée]|spéciale?|sp[ée]cial)s?)?"
)
_BILL = re.compile(
    r"(?<![\w-])(?:"
    rf"(?:(?P<several>(?i:projets\s+de\s+loi){_SORT}(?:,\s+les?)?)|(?i:projet\s+de\s+loi){_SORT})"
    r"\s+[(«“\"]?\s?"
    rf"|(?P<bills>Bills|BILLS)\s+|(?:Bill|BILL)(?:\s+|(?=\d))"
    rf"|(?P<short>[Pp]\.\s?[Ll]\.|PLs?|(?<=\b[Ll]es\s)pl|(?<=\b(?:[Ll]e|[Dd]u|[Aa]u)\s)pl)[\s-]?"
    rf"){_NUMBER}"
)
# A bill said to be somebody's, its number in parentheses: «le projet de loi de Mme Roy (n° 95)».
_APART = re.compile(rf"(?i:projet\s+de\s+loi)\b[^.;:()]{{0,60}}\((?:le\s+)?(?={_SIGN}){_NUMBER}")
# Ottawa's numbers have a letter, and go without a word where a text speaks of Parliament's work.
_LETTERED = re.compile(rf"(?<![\w-])(?P<bare>[CS]-\d{{1,4}})(?P<signed>){_ENDS}")
_AT_WORK = re.compile(
    r"\b(?:projets?\s+de\s+loi|[Bb]ills?|House\s+of\s+Commons|Communes|S[ée]nate?|Parliament|Parlement"
    r"|(?i:(?:first|second|third)\s+reading|(?:premi|deuxi|troisi)ème\s+lecture|royal\s+assent"
    r"|sanction\s+royale)|An\s+Act|Act\s+\(|Loi\s+(?:modifiant|concernant|sur|visant))"
)
_THINGS = re.compile(
    r"\b(?:salle|room|local|vitamine?|route|autoroute|highway|vol|flight|pi[èe]ce|section|annexe|law"
    r"|appendix|schedule|tableau|classe?|modèle|model|formulaire|form|article|bloc|porte|gate|lot"
    r"|(?<!projet\sde\s)loi|zone|code|type|norme|mercedes|règlement|décret)\s(?:n[o°]\s?)?$",
    re.IGNORECASE,
)
_AND = r"et|and|ou(?:\s+encore)?|or|&|puis|à|to|ainsi\s+que|as\s+well\s+as"
_NEXT = re.compile(rf"(?i:,?\s*(?:{_AND})\s|,\s*)\s*(?:(?:les?|du|the)\s+)?{_NUMBER}")
# Bills of other houses have the same numbers; a text that speaks of those and never of Québec
# names none of ours.
_PROVINCES = (
    r"Ontario|Queen's\sPark|Alberta|British\sColumbia|B\.C\.|Colombie-Britannique|Manitoba"
    r"|Saskatchewan|Nova\sScotia|Nouvelle-Écosse|New\sBrunswick|Nouveau-Brunswick|Terre-Neuve"
    r"|Newfoundland|Yukon|Nunavut|ontarien|albertain|manitobain|britanno-colombien"
)
_STATES = (
    r"California|Californie|Florida|Floride|Texas|Utah|Ohio|Michigan|Vermont|New\sYork\sState"
    r"|Arkansas|Tennessee|Louisiana|Louisiane|Minnesota|Massachusetts"
)
_FAR = (
    r"Macron|Matignon|Élysée|Westminster|Knesset|Bundestag|Sénégal|sénégalaise?|Maroc|marocaine?"
    r"|Tunisie|Algérie|Belgique|Cameroun|Haïti|Gabon|Dakar|Rabat"
)
_ELSEWHERE = re.compile(rf"\b(?:{_PROVINCES}|{_STATES}|{_FAR})")
_HERE = re.compile(
    r"\b(?:Qu[ée]b[eé]c|Montr[ée]al|CAQ\b|National Assembly|Assemblée nationale|Salon bleu)"
)
_ONLY_HERE = re.compile(r"\bQu[ée]b[eé]c")  # Dakar has its own «Assemblée nationale»
_FAR_AWAY = re.compile(rf"\b(?:{_FAR})")
_PLACE = rf"(?:{_PROVINCES}|{_STATES}|{_FAR}|United\sStates|États-Unis|France|New\sYork)"
_ITS_OWN = re.compile(  # «Ontario's Bill 28», «En Ontario, le projet de loi 28», «Senate Bill 152»
    rf"(?:{_PLACE}'s\s+(?:[\w-]+\s+){{0,3}}|\b(?i:in|en|au|aux|l')\s?{_PLACE},?\s+(?:[\w-]+\s+){{0,3}}"
    r"|\b(?:House|Senate|Assembly)\s)$"
)
_OF_ITS_OWN = re.compile(
    rf"\s+\(?(?:(?:of|in|en|au|aux|du|de|de\sla|dans)\s+(?:the\s+)?|de\sl'|d'){_PLACE}"
    r"|\s+(?:ontarien|albertain|manitobain|américain|marocain|sénégalais|britanno-colombien)"
)
_STOP = re.compile(r"[.;!?\n](?=\s|$)")


class Found(NamedTuple):
    """A bill named in a text: its number as the house prints it, and where it stands."""

    number: str
    start: int
    end: int

    @property
    def parliament(self) -> str:
        """Whose numbers look like this: Ottawa's have a letter."""
        return "qc" if self.number.isdigit() else "ca"


class Candidate(NamedTuple):
    """A bill of that number in a session, from the day it was tabled or taken up there."""

    bill_id: int
    session: tuple[int, int]
    began: date | None


def find_bills(text: str) -> list[Found]:
    """Find the bills that a text calls bills, in its order. A law («loi 21») is none."""
    plain = text.translate(_PLAIN)
    found: list[Found] = []
    for one in sorted(_find(plain), key=lambda one: (one.start, -one.end)):
        if (not found or one.start >= found[-1].end) and not _is_foreign(plain, one):
            found.append(one)
    return found


def _find(plain: str) -> Iterator[Found]:
    for first in _BILL.finditer(plain):
        yield Found(_number(first), first.start(), first.end())
        named = (first["several"], first["bills"], first["short"], _SIGNS.search(first[0]))
        match = first if any(named) else None
        while match:
            match = _NEXT.match(plain, match.end())
            if match:
                yield Found(_number(match), match.start(match.lastgroup or 0), match.end())
    for apart in _APART.finditer(plain):
        yield Found(_number(apart), apart.start(apart.lastgroup or 0), apart.end())
    if _AT_WORK.search(plain):
        for lettered in _LETTERED.finditer(plain):
            if not _THINGS.search(plain, max(0, lettered.start() - NEAR), lettered.start()):
                yield Found(_number(lettered), lettered.start(), lettered.end())


def _is_foreign(plain: str, one: Found) -> bool:
    """Whether the words beside, the clause or the text give a bill to another house than ours."""
    if _ITS_OWN.search(plain, max(0, one.start - NEAR), one.start):
        return True
    if one.parliament == "ca":
        return False
    begun = [stop.end() for stop in _STOP.finditer(plain, 0, one.start)]
    stop = _STOP.search(plain, one.end)
    start, end = max(begun, default=0), stop.start() if stop else len(plain)
    return bool(_OF_ITS_OWN.match(plain, one.end)) or any(
        (_FAR_AWAY.search(told) and not _ONLY_HERE.search(around))
        or (_ELSEWHERE.search(told) and not _HERE.search(around))
        for told, around in ((plain, plain), (plain[start : one.start], plain[start:end]))
    )


def _number(match: re.Match[str]) -> str:
    return re.sub(r"^([CS])[\s-]?", r"\1-", match["signed"] or match["bare"])


def resolve(candidates: Iterable[Candidate], day: date) -> Candidate | None:
    """Choose the bill that a number means on a day: in the newest session where it had begun."""
    begun = [one for one in candidates if one.began is None or one.began <= day]
    return max(begun, key=lambda one: one.session, default=None)


def passage(text: str, start: int, end: int) -> str:
    """Give the words around a mention, at most two lines, cut between words."""
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    if left:
        left = min(start, text.find(" ", left, start) + 1 or start)
    if right < len(text):
        right = max(end, text.rfind(" ", end, right))
    words = " ".join(text[left:right].split())
    return f"{'… ' if left else ''}{words}{' …' if right < len(text) else ''}"


def link(store: Store, now: datetime, progress: Progress = quiet) -> int:
    """Link the pending documents to the bills that they name; say how many documents were read.

    Those left open become pending again when a bill has come in since.
    """
    with store.session() as session:
        session.execute(delete(OpenMention).where(OpenMention.until < now))
        newer = select(OpenMention.document_id).where(
            OpenMention.newest_bill < select(func.coalesce(func.max(Bill.id), 0)).scalar_subquery()
        )
        session.execute(update(Document).where(Document.id.in_(newer)).values(day=None))
    return in_batches(store, lambda session, batch: _link(session, batch, now), progress)


def _link(session: Session, documents: Sequence[Document], now: datetime) -> None:
    texts = {document.id: f"{document.title}\n{document.summary}" for document in documents}
    found = {id_: find_bills(text) for id_, text in texts.items()}
    candidates = _candidates(session, {one.number for named in found.values() for one in named})
    newest, titled = _Newest.of(session), _titled(session)
    members = session.execute(select(Member.number, Member.name).order_by(Member.number))
    people = People.of((number, name) for number, name in members)
    for table in (Mention, Naming, OpenMention):
        session.execute(delete(table).where(table.document_id.in_(texts)))
    for document in documents:
        day = day_of(document.published_at or document.detected_at)
        chosen = [(one, resolve(candidates[one.number], day)) for one in found[document.id]]
        named = [
            *((bill.bill_id, one.start, one.end) for one, bill in chosen if bill),
            *find_titled(texts[document.id], titled, day),
        ]
        session.add_all(_mentions(document, texts[document.id], named))
        session.add_all(_namings(document, texts[document.id], people))
        until = document.detected_at + KEPT_OPEN
        if until >= now and any(newest.leaves_open(*one) for one in chosen):
            row = OpenMention(document_id=document.id, newest_bill=newest.bill_id, until=until)
            session.add(row)


def _mentions(
    document: Document, text: str, named: Iterable[tuple[int, int, int]]
) -> Iterator[Mention]:
    told = {document.bill_id}  # a bill's own page does not mention it
    for bill_id, start, end in named:
        if bill_id not in told:
            told.add(bill_id)
            words = passage(text, start, end)
            yield Mention(
                document_id=document.id, bill_id=bill_id, passage=words, start=start, end=end
            )


def _namings(document: Document, text: str, people: People) -> Iterator[Naming]:
    for one in once(find_names(text, people)):
        yield Naming(
            document_id=document.id,
            kind=one.kind,
            target=one.target,
            others=list(one.others),
            passage=passage(text, one.start, one.end),
            start=one.start,
            end=one.end,
        )


def _titled(session: Session) -> list[Titled]:
    """Give the bills that may be named by their subject: those of the newest legislatures."""
    newest = select(Bill.parliament, func.max(Bill.legislature)).group_by(Bill.parliament)
    asked = select(Bill).where(tuple_(Bill.parliament, Bill.legislature).in_(newest))
    bills = session.scalars(asked.options(selectinload(Bill.stages))).all()
    return [
        Titled.of(
            bill.id,
            bill.title,
            min(
                (date.fromisoformat(day) for row in bill.stages for day in row.dates), default=None
            ),
            end + SPOKEN_OF if (end := bill.assent_date or bill.died_on) else None,
        )
        for bill in bills
    ]


def _candidates(session: Session, numbers: set[str]) -> Mapping[str, list[Candidate]]:
    """Give the bills of these numbers, once for each session in which they lived."""
    bills = session.scalars(select(Bill).where(Bill.number.in_(numbers))).all()
    stages = select(BillStage.bill_id, BillStage.dates).where(
        BillStage.bill_id.in_([bill.id for bill in bills])
    )
    days: dict[int, list[str]] = defaultdict(list)
    for bill_id, dates in session.execute(stages):
        days[bill_id] += dates
    candidates: dict[str, list[Candidate]] = defaultdict(list)
    for bill in bills:
        lives = [(bill.legislature, bill.session, min(days[bill.id], default=None))]
        lives += [(r["legislature"], r["session"], r["date"]) for r in bill.reinscribed]
        for legislature, session_number, began in lives:
            first = date.fromisoformat(began) if began else None
            candidates[bill.number].append(Candidate(bill.id, (legislature, session_number), first))
    return candidates


class _Newest(NamedTuple):
    """What the store knows last: a bill, and each parliament's session."""

    bill_id: int
    sessions: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, session: Session) -> _Newest:
        """Look in the store; the key of bills answers, however many there are."""
        last = (
            select(Bill.legislature, Bill.session)
            .order_by(Bill.legislature.desc(), Bill.session.desc())
            .limit(1)
        )
        rows = {p: session.execute(last.where(Bill.parliament == p)).first() for p in ("qc", "ca")}
        known = {parliament: (row[0], row[1]) for parliament, row in rows.items() if row}
        return cls(session.scalar(select(func.max(Bill.id))) or 0, known)

    def leaves_open(self, one: Found, bill: Candidate | None) -> bool:
        """Whether a bill to come may be the one that was meant."""
        return bill is None or bill.session < self.sessions[one.parliament]
