"""The dead bill that a new one tables anew: another number, the same title or nearly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.bills import Place, lives_in
from pipeline.model import Bill
from pipeline.titles import comparable
from spiders.items import BillStatus

DEAD = (BillStatus.DIED, BillStatus.WITHDRAWN, BillStatus.DEFEATED)
# 2026-11-20: of the 4,278 pairs of titles among 93 bills of the 43rd legislature, the three that
# are the same bill tabled anew are equal; the credits of two terms come next, at 97, then bills
# that only sound alike, at 86 and less.
NEARLY = 90
# Of two spellings of one word; the names of two towns are further apart.
SPELLING = 80
SMALL = 3  # letters of an article or a preposition: anybody changes those


def is_same(one: str, other: str) -> bool:
    """Say whether two comparable titles are one: equal, or a word or two spelt otherwise.

    A number or a name that differs makes another bill: the credits of two years, two towns.
    """
    if fuzz.ratio(one, other) < NEARLY:
        return False
    here, there = set(one.split()), set(other.split())
    return _are_spellings(here - there, there) and _are_spellings(there - here, here)


def find_ancestor(title: str, dead: Mapping[str, Sequence[Bill]]) -> Bill | None:
    """Give the last bill of this title among the dead, by their comparable titles."""
    wanted = comparable(title)
    near = process.extract(wanted, list(dead), scorer=fuzz.ratio, score_cutoff=NEARLY, limit=None)
    same = [bill for found, *_ in near if is_same(wanted, found) for bill in dead[found]]
    return max(same, key=lambda bill: (lives_in(bill)[-1], bill.id), default=None)


def link_ancestors(session: Session, born: Sequence[Bill]) -> Mapping[Bill, Bill]:
    """Link bills that were just learnt of to the dead ones that they table anew; give the links.

    An ancestor died in an earlier session: a living bill is nobody's, nor is one that became law.
    """
    found: dict[Bill, Bill] = {}
    for parliament in sorted({bill.parliament for bill in born}):
        asked = select(Bill).where(Bill.parliament == parliament, Bill.status.in_(DEAD))
        dead = [(comparable(bill.title), bill) for bill in session.scalars(asked)]
        own = sorted((one for one in born if one.parliament == parliament), key=_origin)
        for origin, bills in groupby(own, key=_origin):
            earlier: dict[str, list[Bill]] = defaultdict(list)
            for title, bill in dead:
                if lives_in(bill)[-1] < origin:
                    earlier[title].append(bill)
            for bill in bills:
                if ancestor := find_ancestor(bill.title, earlier):
                    bill.ancestor_id, found[bill] = ancestor.id, ancestor
    return found


def _origin(bill: Bill) -> Place:
    return bill.legislature, bill.session


def _are_spellings(words: set[str], others: set[str]) -> bool:
    return all(
        word.isalpha()
        and (len(word) <= SMALL or any(fuzz.ratio(word, one) >= SPELLING for one in others))
        for word in words
    )
