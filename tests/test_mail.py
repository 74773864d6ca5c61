"""The way to mailboxes: what a server gets, and what is said when it does not take it."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from alerts.errors import InDoubtError, MailError, NotSentError
from alerts.mail import FolderMailer, SmtpMailer, envelope, mailer, message_id
from tests.telling import NOW

WEEK = date(2031, 3, 3)
SECRET = "p@ss/word"


class Mailbox:
    """A mail server's handler: keeps what it takes, refuses some addresses and passwords."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answer = "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address.startswith("refused"):
            return "550 No such mailbox"
        if address.startswith("later"):
            return "450 Try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope.original_content or b"")
        return self.answer

    def authenticate(self, server: SMTP, session: Any, envelope: Any, way: str, data: Any) -> Any:
        return AuthResult(success=data.password == SECRET.encode(), handled=False)


class Server(Controller):
    """A server on a port that the system chooses."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Server]:
    running = Server(
        mailbox,
        hostname="127.0.0.1",
        port=0,
        authenticator=mailbox.authenticate,
        auth_require_tls=False,
    )
    running.start()
    yield running
    running.stop()


def letter(recipient: str = "ana@collectif.test", subject: str = "Vigie – été") -> EmailMessage:
    return envelope(
        subject=subject,
        text="Bonjour à toutes et à tous.\n" + "Une longue ligne de mots français. " * 40,
        html="<p>Bonjour à toutes et à tous.</p>",
        lang="fr",
        sender="Vigie <vigie@collectif.test>",
        recipient=recipient,
        id_=message_id(WEEK, recipient, "Vigie <vigie@collectif.test>"),
        at=NOW,
    )


def test_a_letter_arrives_with_its_two_parts_and_headers(mailbox: Mailbox, server: Server) -> None:
    SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(letter())
    read = email.message_from_bytes(mailbox.taken[0], policy=email.policy.default)
    assert read["Subject"] == "Vigie – été"
    assert read["Date"].datetime == NOW
    assert read["Message-ID"].startswith("<vigie-2031-03-03-")
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Unsubscribe"] == "<mailto:vigie@collectif.test?subject=unsubscribe>"
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text
    assert html
    assert "à toutes" in text.get_content()
    assert "à toutes" in html.get_content()


def test_a_letter_travels_in_short_lines_of_ascii(mailbox: Mailbox, server: Server) -> None:
    SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(letter())
    mailbox.taken[0].decode("ascii")
    assert max(map(len, mailbox.taken[0].splitlines())) <= 100


def test_a_title_cannot_add_a_header() -> None:
    sent = letter(subject="Fin\r\nBcc: mal@mal.test\r\n\r\nCorps")
    assert sent["Bcc"] is None
    assert sent["Subject"] == "Fin Bcc: mal@mal.test Corps"


@pytest.mark.parametrize(
    "recipient",
    ["a@b.test\r\nBcc: x@y.test", "a@b.test, c@d.test", "sans arobas", "", "<a@b.test>"],
)
def test_an_address_that_is_none_is_refused_before_any_server(recipient: str) -> None:
    with pytest.raises(NotSentError, match="VIGIE_MAIL_TO"):
        letter(recipient)


def test_a_refused_address_is_named(server: Server) -> None:
    with pytest.raises(NotSentError, match=r"refused@collectif\.test.*550"):
        SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(letter("refused@collectif.test"))


def test_an_address_refused_for_now_is_no_fault_of_the_address(server: Server) -> None:
    with pytest.raises(NotSentError, match=r"attendre.*450"):
        SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(letter("later@collectif.test"))


def test_a_message_refused_whole_is_said(mailbox: Mailbox, server: Server) -> None:
    mailbox.answer = "554 Spam"
    with pytest.raises(NotSentError, match="554"):
        SmtpMailer(f"smtp://127.0.0.1:{server.port}").send(letter())


def test_a_password_with_marks_is_understood(mailbox: Mailbox, server: Server) -> None:
    SmtpMailer(f"smtp://vigie:p%40ss%2Fword@127.0.0.1:{server.port}").send(letter())
    assert len(mailbox.taken) == 1


def test_a_wrong_password_is_said_without_showing_it(server: Server) -> None:
    with pytest.raises(NotSentError, match="VIGIE_SMTP_URL") as raised:
        SmtpMailer(f"smtp://vigie:wrong-secret@127.0.0.1:{server.port}").send(letter())
    assert "secret" not in str(raised.value)


def test_a_password_does_not_leave_in_clear(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.mail.HERE", ())
    with pytest.raises(NotSentError, match="chiffrement"):
        SmtpMailer(f"smtp://vigie:p%40ss%2Fword@127.0.0.1:{server.port}").send(letter())


def test_a_server_that_is_away_leaves_no_doubt() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NotSentError, match="ne répond pas"):
            SmtpMailer(f"smtp://127.0.0.1:{closed.getsockname()[1]}").send(letter())


def test_a_server_that_hangs_up_after_the_letter_leaves_a_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rwb", buffering=0) as wire:
                wire.write(b"220 here\r\n")
                for said in wire:
                    if said.lower().startswith(b"data"):
                        wire.write(b"354 go on\r\n")
                    elif said == b".\r\n":
                        return
                    elif said.split(b" ")[0].lower() in (b"ehlo", b"mail", b"rcpt"):
                        wire.write(b"250 OK\r\n")

        thread = Thread(target=talk)
        thread.start()
        with pytest.raises(InDoubtError):
            SmtpMailer(f"smtp://127.0.0.1:{listening.getsockname()[1]}").send(letter())
        thread.join()


@pytest.mark.parametrize(
    "url", ["mail.test:25", "http://mail.test", "smtp://", "smtp://u:secret@mail.test:99999"]
)
def test_a_wrong_server_address_is_refused_without_showing_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(MailError, match="VIGIE_SMTP_URL") as raised:
        mailer(url, tmp_path)
    assert "secret" not in str(raised.value)


def test_without_a_server_letters_are_files(tmp_path: Path) -> None:
    way = mailer("", tmp_path / "outbox")
    assert isinstance(way, FolderMailer)
    name = way.send(letter())
    assert way.send(letter()) == name
    assert [path.name for path in (tmp_path / "outbox").iterdir()] == [name]
    read = email.message_from_bytes(
        (tmp_path / "outbox" / name).read_bytes(), policy=email.policy.default
    )
    assert read["To"] == "ana@collectif.test"


def test_the_same_letter_to_the_same_person_has_one_name() -> None:
    names = {
        message_id(WEEK, recipient, "vigie@collectif.test")
        for recipient in ("a@b.test", "a@b.test", "c@d.test")
    }
    assert len(names) == 2
