"""The way to mailboxes: an envelope, and a server or a folder that takes it."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from contextlib import suppress
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from alerts.errors import InDoubtError, MailError, NotSentError
from alerts.files import write_whole
from alerts.inline import parted
from alerts.message import one_line

TIMEOUT = 30  # seconds
HERE = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}
ADDRESS = re.compile(r"[^@\s,;:<>\"()]+@[^@\s,;:<>\"()]+")

AWAY = "Le serveur de courriel ne répond pas\u00a0: Vigie réessaiera à la prochaine demande."
BROKEN = "Le serveur de courriel n’a pas confirmé l’envoi\u00a0: Vigie réessaiera."
NO_LOGIN = "Le serveur de courriel refuse l’identification\u00a0: la corriger dans VIGIE_SMTP_URL."
NO_CIPHER = (
    "Le serveur de courriel n’offre pas de chiffrement, et le mot de passe ne part pas en clair"
    "\u00a0: écrire smtps:// dans VIGIE_SMTP_URL, ou changer de serveur."
)
REFUSED = "Le serveur de courriel refuse {recipient} (code {code})\u00a0: vérifier l’adresse."
LATER = "Le serveur de courriel demande d’attendre (code {code})\u00a0: Vigie réessaiera."
REFUSED_ALL = "Le serveur de courriel refuse le message (code {code})\u00a0: vérifier l’expéditeur."
NOT_AN_ADDRESS = "L’adresse {recipient} n’en est pas une\u00a0: la corriger dans VIGIE_MAIL_TO."


class Mailer(Protocol):
    """A way out for letters."""

    def send(self, letter: EmailMessage) -> str:
        """Send to the address on the envelope; give a receipt. Raises SendError."""


class SmtpMailer:
    """Hands letters to a mail server, each in a conversation of its own.

    smtps:// is encrypted from the first word; smtp:// as soon as the server offers it, and a
    password never leaves in clear but to this machine.
    """

    def __init__(self, url: str) -> None:
        self._at = _server(url)

    def send(self, letter: EmailMessage) -> str:
        """Hand over one letter. Raises NotSentError or InDoubtError, without any secret."""
        try:
            server = self._connect()
        except smtplib.SMTPAuthenticationError:
            raise NotSentError(NO_LOGIN) from None
        except OSError:  # smtplib's errors are of this kind too
            raise NotSentError(AWAY) from None
        try:
            server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            recipient, (code, _) = next(iter(error.recipients.items()))
            raise _refusal(REFUSED, code, recipient) from None
        except smtplib.SMTPResponseException as error:
            raise _refusal(REFUSED_ALL, error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise NotSentError(NOT_AN_ADDRESS.format(recipient=letter["To"])) from None
        except OSError:
            raise InDoubtError(BROKEN) from None
        finally:
            with suppress(OSError):
                server.quit()
        return str(letter["Message-ID"])

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        host, port = str(self._at.hostname), self._at.port or PORTS[self._at.scheme]
        server: smtplib.SMTP
        if self._at.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            self._open(server, context)
        except (OSError, NotSentError):
            server.close()
            raise
        return server

    def _open(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        is_secret = self._at.scheme == "smtps"
        if not is_secret and server.has_extn("starttls"):
            server.starttls(context=context)
            is_secret = True
        if self._at.username:
            if not is_secret and self._at.hostname not in HERE:
                raise NotSentError(NO_CIPHER)
            server.login(unquote(self._at.username), unquote(self._at.password or ""))


class FolderMailer:
    """Writes letters as .eml files, which mail programs open; the same letter is one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: EmailMessage) -> str:
        """Write the letter; give the name of its file. Raises NotSentError."""
        name = str(letter["Message-ID"]).strip("<>").partition("@")[0] + ".eml"
        write_whole(self.folder / name, letter.as_bytes())
        return name


def mailer(smtp_url: str, outbox: Path) -> Mailer:
    """Give the way out: the server of that address, or the folder when there is none.

    Raises MailError when the address is not one of a mail server.
    """
    return SmtpMailer(smtp_url) if smtp_url else FolderMailer(outbox)


def message_id(week: date, recipient: str, sender: str) -> str:
    """Name the letter of a week to somebody: sent twice by mischance, it is shown once."""
    print_ = hashlib.sha256(recipient.encode()).hexdigest()[:12]
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<vigie-{week}-{print_}@{domain}>"


def envelope(
    *,
    subject: str,
    text: str,
    html: str,
    lang: str,
    sender: str,
    recipient: str,
    id_: str,
    at: datetime,
) -> EmailMessage:
    """Put a letter in its envelope, its pictures beside its page.

    Raises NotSentError for an address that is none.
    """
    if not ADDRESS.fullmatch(recipient):
        raise NotSentError(NOT_AN_ADDRESS.format(recipient=one_line(recipient)))
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = one_line(subject)
    letter["From"] = one_line(sender)
    letter["To"] = recipient
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = id_
    letter["Content-Language"] = lang
    letter["Auto-Submitted"] = "auto-generated"
    letter["List-Unsubscribe"] = f"<mailto:{parseaddr(sender)[1]}?subject=unsubscribe>"
    letter.set_content(text, cte="quoted-printable")
    page, pictures = parted(html)
    letter.add_alternative(page, subtype="html", cte="quoted-printable")
    for id_, picture in pictures.items():
        letter.get_payload()[1].add_related(  # type: ignore[index,union-attr]
            picture, "image", "png", cid=f"<{id_}>", disposition="inline"
        )
    return letter


def _refusal(phrase: str, code: int, recipient: str = "") -> NotSentError:
    """Say that the server refuses: for now (4xx), or until somebody sets something right."""
    return NotSentError((phrase if code >= 500 else LATER).format(code=code, recipient=recipient))


def _server(url: str) -> SplitResult:
    try:
        at = urlsplit(url)
        is_one = at.scheme in PORTS and at.hostname and (at.port is None or at.port > 0)
    except ValueError:
        is_one = False
    if not is_one:
        raise MailError(
            "VIGIE_SMTP_URL: an address such as smtp://user:password@host:587 or smtps://…"
        )
    return at
