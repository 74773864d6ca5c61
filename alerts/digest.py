"""The letter of the week: written once, sent once to each address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.edition import Edition, edit, read_week
from alerts.errors import NotSentError, SendError
from alerts.inline import held, parted
from alerts.lock import only_sender
from alerts.mail import Mailer, envelope, mailer, message_id
from alerts.message import is_web, one_line
from alerts.outbox import Delivery
from alerts.png import png
from alerts.words import Words
from pipeline.database import Store
from pipeline.model import Digest
from pipeline.picture import Drawing
from pipeline.queries import Register

MOST_NEWS = (5, 3, 2, 1, 0)  # a theme, until the letter is short enough
LIMIT = 100_000  # bytes: beyond 102 kB, readers hide the end
SUBJECT = 150  # characters
CHANNEL = "courriel"


@dataclass(frozen=True, slots=True)
class Letter:
    """One week's letter, ready to be put in envelopes; `week` is the Monday it begins with."""

    week: date
    subject: str
    html: str
    text: str


def compose_digest(session: Session, register: Register, words: Words, now: datetime) -> Letter:
    """Write the letter of the last whole week before `now`, Monday to Sunday."""
    week = read_week(session, register, now)
    for most in MOST_NEWS:
        letter = write(edit(week, words, most), words)
        if len(parted(letter.html)[0].encode()) < LIMIT:
            break
    return letter


def write(edition: Edition, words: Words) -> Letter:
    """Write an edition as a page and as plain text, which say the same."""
    html, text = (
        _pages.get_template(name).render(edition=edition, lang=words.lang, leave=words.say("leave"))
        for name in ("digest.html.j2", "digest.txt.j2")
    )
    day, news = words.day(edition.week), edition.headline
    return Letter(
        week=edition.week,
        subject=_cut(one_line(words.say("subject", day=day, news=news))),
        html=_inliner.inline(html),
        text=text,
    )


def send_digest(
    store: Store,
    register: Register,
    words: Words,
    now: datetime,
    *,
    recipients: Sequence[str],
    sender: str,
    smtp_url: str,
    outbox: Path,
) -> list[Delivery]:
    """Send the letter of the last whole week to each address that does not have it yet.

    Without recipients it is written for the sender. A letter whose sender died half-way is sent
    again: no mailbox can be asked whether it came. It bears the same Message-ID, by which mail
    programs show the two as one. Raises MailError for a VIGIE_SMTP_URL that is no address.
    """
    way = mailer(smtp_url, outbox)
    with only_sender(store):
        with store.reading() as session:
            letter = compose_digest(session, register, words, now)
        with store.session() as session:
            rows = [
                _row(session, letter, recipient, sender, now)
                for recipient in dict.fromkeys(recipients or (sender,))
            ]
        waiting = [row for row in rows if row.sent_at is None]
        return [_send(store, way, row, words.lang, sender, now) for row in waiting]


def _row(session: Session, letter: Letter, recipient: str, sender: str, now: datetime) -> Digest:
    """Give the letter kept for this week and address; keep this one when there is none."""
    kept = session.scalar(
        select(Digest).where(Digest.week == letter.week, Digest.recipient == recipient)
    )
    row = kept or Digest(
        week=letter.week,
        recipient=recipient,
        subject=letter.subject,
        html=letter.html,
        text=letter.text,
        message_id=message_id(letter.week, recipient, sender),
        created_at=now,
    )
    session.add(row)
    return row


def _send(
    store: Store, way: Mailer, row: Digest, lang: str, sender: str, now: datetime
) -> Delivery:
    _mark(store, row, claimed_at=now, attempts=Digest.attempts + 1)
    try:
        receipt = way.send(
            envelope(
                subject=row.subject,
                text=row.text,
                html=row.html,
                lang=lang,
                sender=sender,
                recipient=row.recipient,
                id_=row.message_id,
                at=row.created_at,
            )
        )
    except SendError as error:
        claimed = {"claimed_at": None} if isinstance(error, NotSentError) else {}
        _mark(store, row, error=str(error), **claimed)
        return Delivery(CHANNEL, (row.recipient,), row.subject, error=str(error))
    _mark(store, row, sent_at=now, receipt=receipt, error="")
    return Delivery(CHANNEL, (row.recipient,), row.subject, receipt)


def _mark(store: Store, row: Digest, **values: Any) -> None:
    with store.session() as session:
        session.execute(update(Digest).where(Digest.id == row.id).values(**values))


def _cut(subject: str) -> str:
    return subject if len(subject) <= SUBJECT else subject[: SUBJECT - 1].rstrip() + "…"


def _picture(drawing: Drawing) -> str:
    return held(png(drawing))


_pages = Environment(
    loader=PackageLoader("alerts"),
    autoescape=select_autoescape(("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_pages.filters |= {
    "one_line": one_line,
    "is_web": is_web,
    "picture": _picture,
}
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)
