"""Said once, sent once: alerts wait here as rows, and leave one after the other.

A row is claimed and committed, then sent, then marked as sent. Whoever finds a claimed row that is
not marked (its sender died, or the line broke) looks at the other end before sending it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.blocks import fits
from alerts.channels import Channel
from alerts.compose import grouped
from alerts.decide import Told, decide
from alerts.errors import InDoubtError, NotSentError, SendError
from alerts.lock import only_sender
from alerts.message import Message
from alerts.parcel import Parcel, Sender
from alerts.rules import Decision, Level
from alerts.words import Words
from pipeline.database import Store
from pipeline.health import Notice
from pipeline.model import Alert, Momentum
from pipeline.queries import MomentumView, Register

MESSAGES = 6  # a run, on a channel; what is more comes grouped
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message: its receipt, or the error (French) for which it waits."""

    channel: str
    keys: tuple[str, ...]
    title: str
    receipt: str = ""
    error: str = ""

    def line(self) -> str:
        """Give the delivery as a line for the screen."""
        state = "en attente" if self.error else "envoyée"
        return "\t".join((self.channel, state, self.title, self.error or self.receipt))


def decide_and_store(
    store: Store, register: Register, words: Words, channels: Mapping[str, Channel], now: datetime
) -> list[Alert]:
    """Decide what is to be told at this moment and keep it; give the rows that are new."""
    with store.reading() as session:
        told = decide(session, register, words, now)
    new = put(store, told, channels, now)
    _hold([one.decision for one in told if one.decision.held], store)
    return new


def _hold(decisions: Sequence[Decision], store: Store) -> None:
    """Keep that these rises wait for the letter: on no later day do they interrupt."""
    with store.session() as session:
        for one in decisions:
            assert isinstance(one.about, MomentumView)
            rise = (Momentum.unit == one.about.unit, Momentum.day == one.on, Momentum.held == "")
            session.execute(update(Momentum).where(*rise).values(held=one.held))


def put(
    store: Store, told: Sequence[Told], channels: Mapping[str, Channel], now: datetime
) -> list[Alert]:
    """Keep what is to be told, once a channel; give the rows that are new."""
    with only_sender(store), store.session() as session:
        known = _known(session, {one.decision.key for one in told})
        new = [
            _row(one.decision, one.message, channel.id, now)
            for one in told
            for channel in channels.values()
            if channel.hears(one.decision.level, one.decision.subject)
            and (one.decision.key, channel.id) not in known
        ]
        session.add_all(new)
    return new


def deliver(store: Store, senders: Mapping[str, Sender], now: datetime) -> list[Delivery]:
    """Send what is due, each alert once whatever happens; give what became of each message.

    Waits for its turn when another process of the store is sending.
    """
    done: list[Delivery] = []
    with only_sender(store):
        for channel, sender in senders.items():
            done += _settle(store, channel, sender, now)
            done += _send_due(store, channel, sender, now)
    return done


def parcels(rows: Sequence[Alert]) -> list[Parcel]:
    """Make at most six messages of these alerts, the most pressing alone, the others together.

    Notices of sources are always together: one cause often makes many ill. Only when a grouped
    message would be too long for its medium do they take one more.
    """
    rows = sorted(rows, key=lambda row: (-Level(row.level).weight, row.created_at, row.id))
    notices = [row for row in rows if _is_notice(row)]
    rows = [row for row in rows if not _is_notice(row)]
    alone = len(rows) if len(rows) <= MESSAGES else MESSAGES - 1
    piles = [*_piles(rows[alone:]), *_piles(notices)]
    return [_parcel(pile) for pile in (*(rows[at : at + 1] for at in range(alone)), *piles)]


def _settle(store: Store, channel: str, sender: Sender, now: datetime) -> Iterator[Delivery]:
    """Clear the doubt on claimed rows: they arrived, or they can be sent again."""
    doubtful = _due(store, channel, now, claimed=True)
    if not doubtful:
        return
    since = min(row.claimed_at for row in doubtful if row.claimed_at)
    try:
        receipts = sender.find({row.key for row in doubtful}, since)
    except SendError as error:
        # Nothing is known of them: they stay in doubt, whatever the reason.
        for row in doubtful:
            yield _keep(store, channel, _parcel([row]), InDoubtError(str(error)), now)
        return
    for row in doubtful:
        if receipt := receipts.get(row.key):
            _mark(store, channel, (row.key,), sent_at=row.claimed_at, receipt=receipt, error="")
            yield Delivery(channel, (row.key,), row.subject, receipt)
        else:
            _mark(store, channel, (row.key,), claimed_at=None)


def _send_due(store: Store, channel: str, sender: Sender, now: datetime) -> Iterator[Delivery]:
    for parcel in parcels(_due(store, channel, now, claimed=False)):
        _mark(store, channel, parcel.keys, claimed_at=now, attempts=Alert.attempts + 1)
        try:
            receipt = sender.send(parcel)
        except SendError as error:
            yield _keep(store, channel, parcel, error, now)
            if isinstance(error, NotSentError) and error.wait:
                return
        else:
            _mark(store, channel, parcel.keys, sent_at=now, receipt=receipt, error="")
            yield Delivery(channel, parcel.keys, parcel.message.title, receipt)


def _keep(store: Store, channel: str, parcel: Parcel, error: SendError, now: datetime) -> Delivery:
    """Keep what did not leave for later, longer at each attempt, and the reason for people."""
    wanted = (Alert.channel == channel, Alert.key.in_(parcel.keys))
    with store.session() as session:
        for row in session.scalars(select(Alert).where(*wanted)):
            wait = min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)
            if isinstance(error, NotSentError):
                row.claimed_at = None
                wait = max(wait, error.wait or wait)
            row.error, row.due_at = str(error), now + wait
    return Delivery(channel, parcel.keys, parcel.message.title, error=str(error))


def _mark(store: Store, channel: str, keys: Collection[str], **values: Any) -> None:
    wanted = (Alert.channel == channel, Alert.key.in_(keys))
    with store.session() as session:
        session.execute(update(Alert).where(*wanted).values(**values))


def _due(store: Store, channel: str, now: datetime, *, claimed: bool) -> Sequence[Alert]:
    """Give the alerts that wait and may leave: in doubt when they are claimed."""
    doubt = Alert.claimed_at.is_not(None) if claimed else Alert.claimed_at.is_(None)
    wanted = select(Alert).where(
        Alert.channel == channel, Alert.sent_at.is_(None), Alert.due_at <= now, doubt
    )
    with store.reading() as session:
        return session.scalars(wanted.order_by(Alert.id)).all()


def _piles(rows: Sequence[Alert]) -> Iterator[Sequence[Alert]]:
    """Cut a list where a grouped message would not hold any more of it."""
    pile: list[Alert] = []
    for row in rows:
        if pile and not fits(_parcel([*pile, row]).message):
            yield pile
            pile = []
        pile.append(row)
    if pile:
        yield pile


def _parcel(rows: Sequence[Alert]) -> Parcel:
    messages = [Message.from_json(row.message) for row in rows]
    title = "more-notices" if _is_notice(rows[0]) else "more"
    message = messages[0] if len(messages) == 1 else grouped(messages, title)
    return Parcel(tuple(row.key for row in rows), message, min(row.created_at for row in rows))


def _is_notice(row: Alert) -> bool:
    return row.kind in tuple(Notice)


def _row(decision: Decision, message: Message, channel: str, now: datetime) -> Alert:
    return Alert(
        key=decision.key,
        kind=decision.kind,
        level=decision.level,
        subject=message.title,
        reason=message.summary,
        themes=list(decision.themes),
        channel=channel,
        message=message.as_json(),
        created_at=now,
        due_at=decision.due_at,
    )


def _known(session: Session, keys: Collection[str]) -> set[tuple[str, str]]:
    rows = session.execute(select(Alert.key, Alert.channel).where(Alert.key.in_(keys)))
    return {(key, channel) for key, channel in rows}
