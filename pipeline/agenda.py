"""What each visit is asked: the source, its pages that are due, what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from pipeline.clock import bounds, day_of
from pipeline.counts import usual_items
from pipeline.health import HEALTHY
from pipeline.model import Page, Visit
from pipeline.pace import DAY, HOUR, Pace, left
from pipeline.places import ELSEWHERE, PLACES, Place
from spiders.errands import Errand
from spiders.items import PageMemory
from spiders.sources import Source

MAX_PAGES = 60  # two minutes at the pace that we keep
MEMORY = timedelta(days=400)
LATELY = timedelta(days=14)
EVER = datetime.max.replace(tzinfo=UTC)
# One source at a time, so that the index gives its end at once; written once for all of them.
LAST_GOOD = select(func.max(Visit.started_at)).where(
    Visit.outcome.in_(HEALTHY),
    Visit.source == bindparam("source"),
    Visit.finished_at <= bindparam("upto"),
)
USUAL_COST = 2  # requests of a source that was never visited: robots.txt, its own address


# When a page was read, and the fingerprint of what it was.
Reading = tuple[datetime, str]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A page that is due; the most pressing sorts first.

    `again` tells that only its age asks for it: such pages share what may be asked of their host,
    and those that press have the larger part. `rank` is its turn among the others.
    """

    again: bool
    rank: tuple[float, ...]
    url: str
    presses: bool = False


def errands(
    session: Session,
    sources: Sequence[Source],
    now: datetime,
    addresses: Container[str] | None = None,
    register: Mapping[str, Source] | None = None,
) -> list[Errand]:
    """Say what each of these sources is to be asked at `now`, in their order.

    `addresses` are those of a web archive in replay: no page is asked that it lacks. `register` is
    given when hosts are really asked: what its sources asked of them today counts, and nothing more
    is read again where a host has had its part.
    """
    read, troubled = _read(session, sources), _troubled(session, sources, now)
    ranked = {
        source.id: _ranked(session, source, now, addresses, read[source.id], troubled[source.id])
        for source in sources
    }
    due = ranked
    if register:
        free = _left_alone(session, ranked, now, register)
        due = _within_budgets(session, sources, free, now, register)
    pages = {id_: tuple(one.url for one in found[:MAX_PAGES]) for id_, found in due.items()}
    known, since = _known(session, sources, pages, now), _last_whole(session, sources)
    usual = usual_items(session, sources, now)
    return [
        Errand(
            source,
            pages=pages[source.id],
            start=source.spider not in ELSEWHERE
            and (addresses is None or source.url in addresses or not pages[source.id]),
            known=known[source.id],
            since=since.get(source.id),
            usual=usual.get(source.id, 0),
        )
        for source in sources
    ]


def asked_to_wait(
    session: Session, sources: Iterable[Source], now: datetime, register: Mapping[str, Source]
) -> dict[str, datetime]:
    """Give until when these sources are left alone: one of their host was asked to wait."""
    hosts = _waiting(session, now, register)
    return {one.id: hosts[_host(one)] for one in sources if _host(one) in hosts}


def _waiting(
    session: Session, now: datetime, register: Mapping[str, Source]
) -> dict[str, datetime]:
    until = func.max(Visit.wait_until)
    rows = select(Visit.source, until).where(Visit.wait_until > now).group_by(Visit.source)
    hosts: dict[str, datetime] = {}
    for id_, moment in session.execute(rows):
        if moment and id_ in register:
            host = _host(register[id_])
            hosts[host] = max(moment, hosts.get(host, moment))
    return hosts


def _left_alone(
    session: Session, ranked: dict[str, list[Due]], now: datetime, register: Mapping[str, Source]
) -> dict[str, list[Due]]:
    """Leave out the pages of a host that asked another source to wait."""
    hosts = _waiting(session, now, register)
    return {
        id_: [one for one in due if urlsplit(one.url).netloc not in hosts]
        for id_, due in ranked.items()
    }


def _ranked(
    session: Session,
    source: Source,
    now: datetime,
    addresses: Container[str] | None,
    read: Mapping[str, Reading],
    troubled: Container[str],
) -> list[Due]:
    """Give the pages that are due: what is new first, then what is latest by its own pace.

    A page that had trouble lately comes last. One that was not understood is due, whatever it is.
    """
    found: dict[str, Due] = {}
    misread = (Place(url, Pace(DAY)) for url, (_, seen) in read.items() if not seen)
    places = PLACES[source.spider](session, source, now) if source.spider in PLACES else ()
    for place in (*places, *misread):
        due = _due(place, read.get(place.url), now)
        is_held = addresses is None or place.url in addresses
        if not due or not is_held or place.url in ("", source.url):
            continue
        if place.url in troubled:
            due = Due(True, (1, *due.rank), place.url)
        found[place.url] = min(due, found.get(place.url, due))
    return sorted(found.values())


def _due(place: Place, read: Reading | None, now: datetime) -> Due | None:
    if read is None or (place.told_at and place.told_at > read[0]):
        return Due(False, place.rank, place.url)
    read_at, fingerprint = read
    pace = place.pace if fingerprint else Pace(DAY)  # what was not understood may be by now
    moment = pace.next_reading(read_at)
    if moment is None or moment > now:
        return None
    late = (now - moment) / max(pace.every or DAY, HOUR)
    return Due(True, (0, -late), place.url, pace.presses)


def _read(session: Session, sources: Iterable[Source]) -> Mapping[str, dict[str, Reading]]:
    """Give, for each source, when each of its pages was read and what it was then."""
    pages = select(Page.source, Page.url, Page.read_at, Page.fingerprint)
    read: dict[str, dict[str, Reading]] = defaultdict(dict)
    asked = pages.where(Page.source.in_([source.id for source in sources]))
    for id_, url, at, seen in session.execute(asked):
        read[id_][url] = at, seen
    return read


def _troubled(
    session: Session, sources: Iterable[Source], now: datetime
) -> Mapping[str, Container[str]]:
    """Give, for each source, the addresses that its visits of the day, or the last, told of."""
    own = Visit.source.in_([source.id for source in sources])
    newest = select(func.max(Visit.id)).where(own).group_by(Visit.source)
    troubled: dict[str, set[str]] = defaultdict(set)
    for which in (own & (Visit.started_at >= now - DAY), Visit.id.in_(newest)):
        for id_, issues in session.execute(select(Visit.source, Visit.issues).where(which)):
            troubled[id_].update(issue["url"] for issue in issues)
    return troubled


def _within_budgets(
    session: Session,
    sources: Sequence[Source],
    ranked: Mapping[str, list[Due]],
    now: datetime,
    register: Mapping[str, Source],
) -> dict[str, list[Due]]:
    """Keep of what is read again, on each host, the most pressing that its budget allows."""
    costs = _costs(session, now)
    spent = _spent(session, now, register, costs)
    kept = {source.id: [due for due in ranked[source.id] if not due.again] for source in sources}
    for host, there in _by_host(sources).items():
        ahead = sum(costs.get(source.id, USUAL_COST) for source in there)
        again = sorted((due, one.id) for one in there for due in ranked[one.id] if due.again)
        for due, id_ in _shared(again, left(spent[host] + ahead, host, now)):
            kept[id_].append(due)
    return kept


def _shared(again: list[tuple[Due, str]], many: int | None) -> list[tuple[Due, str]]:
    """Choose so many pages, the latest first: two thirds are for those that press.

    The rest is for whichever are latest, so that none is put off for ever.
    """
    if many is None:
        return again
    pressing = [one for one in again if one[0].presses][: -(-2 * many // 3)]
    others = [one for one in again if one not in pressing]
    return sorted([*pressing, *others[: many - len(pressing)]])


def _by_host(sources: Iterable[Source]) -> dict[str, list[Source]]:
    hosts: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        hosts[_host(source)].append(source)
    return hosts


def _spent(
    session: Session, now: datetime, register: Mapping[str, Source], costs: Mapping[str, int]
) -> dict[str, int]:
    """Count what was asked of each host today in vain: a day when much is new is not held back.

    What a visit costs at the least is always counted.
    """
    spent: dict[str, int] = defaultdict(int)
    today = Visit.started_at >= bounds(day_of(now))[0]
    asked = select(Visit.source, Visit.requests, Visit.new + Visit.changed).where(today)
    for id_, requests, brought in session.execute(asked):
        if id_ in register:
            least = min(requests, costs.get(id_, USUAL_COST))
            spent[_host(register[id_])] += max(requests - brought, least)
    return spent


def _costs(session: Session, now: datetime) -> dict[str, int]:
    """Give what a visit to each source costs at the least: the fewest requests of one lately."""
    fewest = select(Visit.source, func.min(Visit.requests)).where(
        Visit.started_at >= now - LATELY, Visit.outcome.in_(HEALTHY)
    )
    return dict(session.execute(fewest.group_by(Visit.source)).all())


def _last_whole(session: Session, sources: Iterable[Source]) -> dict[str, datetime]:
    """Give when the last good visit of each began, but those that missed a page that it led to.

    A source's own page is remembered when all that it led to was read.
    """
    own = {source.id: source.url for source in sources}
    starts = select(Page.source, Page.url, Page.read_at).where(Page.url.in_(own.values()))
    whole = {id_: at for id_, url, at in session.execute(starts) if own.get(id_) == url}
    found = {
        id_: session.scalar(LAST_GOOD, {"source": id_, "upto": whole.get(id_, EVER)}) for id_ in own
    }
    return {id_: began for id_, began in found.items() if began}


def _known(
    session: Session, sources: Iterable[Source], due: Mapping[str, Iterable[str]], now: datetime
) -> dict[str, dict[str, PageMemory]]:
    known: dict[str, dict[str, PageMemory]] = {source.id: {} for source in sources}
    asked = {source.url for source in sources} | {url for urls in due.values() for url in urls}
    remembered = or_(Page.read_at >= now - MEMORY, Page.url.in_(asked))
    for page in session.scalars(select(Page).where(Page.source.in_(known), remembered)):
        memory = PageMemory(page.url, page.etag, page.last_modified, page.fingerprint)
        known[page.source][page.url] = memory
    return known


def _host(source: Source) -> str:
    return urlsplit(source.url).netloc
