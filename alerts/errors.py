"""What can go wrong when telling people; each error says whether the message may have left."""

from __future__ import annotations

from datetime import timedelta


class AlertsError(Exception):
    """A message cannot be prepared or sent."""


class ChannelsError(AlertsError):
    """The table of channels is wrong: names the file, the block, the setting, what is allowed."""


class MailError(AlertsError):
    """VIGIE_SMTP_URL is no address of a mail server. It is not shown: it may hold a password."""


class SendError(AlertsError):
    """A message did not surely arrive. The text is French: it is kept beside the alert."""


class NotSentError(SendError):
    """The other end refused the message, or was never reached: it can be sent again at will.

    `wait` is how long the other end asked to be left alone, None when it said nothing.
    """

    def __init__(self, text: str, wait: timedelta | None = None) -> None:
        super().__init__(text)
        self.wait = wait


class InDoubtError(SendError):
    """The line broke after the message left: look for it over there before sending again."""
