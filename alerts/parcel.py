"""A message on its way: the alerts that it tells, and what a medium must be able to do with it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from alerts.message import Message


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message and the keys of the alerts that it tells. `created_at` is that of the first."""

    keys: tuple[str, ...]
    message: Message
    created_at: datetime

    @property
    def digest(self) -> str:
        """Give a short name made of its keys: the same alerts, the same name."""
        return hashlib.sha256("\n".join(self.keys).encode()).hexdigest()[:16]

    @property
    def id(self) -> str:
        """Give the key of its only alert, or a name for all of them."""
        return self.keys[0] if len(self.keys) == 1 else f"group:{self.digest}"

    def mark(self) -> dict[str, Any]:
        """Give what travels with the message, by which it is found again at the other end."""
        return {"id": self.id, "alerts": list(self.keys)}


class Sender(Protocol):
    """A way out. It can say what already arrived: that is how nothing is told twice."""

    def send(self, parcel: Parcel) -> str:
        """Send the parcel; give its receipt. Raises NotSentError or InDoubtError."""

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, str]:
        """Give the receipts of those alerts that arrived since then. Raises SendError."""
