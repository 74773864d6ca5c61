"""Where no account is set up, messages are files of the outbox: what Slack would have received."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from alerts.blocks import keys_of, payload
from alerts.errors import NotSentError
from alerts.parcel import Parcel

UNWRITABLE = "Le dossier {folder} ne reçoit pas de fichier\u00a0: vérifier la place et les droits."
UNREADABLE = "Le fichier {file} ne se lit pas\u00a0: le retirer du dossier."


class FileSender:
    """Writes each parcel as a file named after it: the same parcel can only be there once."""

    def __init__(self, folder: Path, channel: str) -> None:
        self.folder, self.channel = folder, channel

    def send(self, parcel: Parcel) -> str:
        """Write the file whole; give its name. Raises NotSentError."""
        name = f"{parcel.created_at:%Y%m%dT%H%M%SZ}-{parcel.digest}.json"
        body = json.dumps(payload(parcel, self.channel), ensure_ascii=False, indent=2)
        write_whole(self.folder / name, body.encode())
        return name

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, str]:
        """Give the files that tell those alerts, however old. Raises NotSentError."""
        found: dict[str, str] = {}
        for path in self.folder.glob("*.json"):
            try:
                message = json.loads(path.read_bytes())
            except (OSError, ValueError):
                raise NotSentError(UNREADABLE.format(file=path)) from None
            found |= {key: path.name for key in keys_of(message) if key in keys}
        return found


def write_whole(path: Path, body: bytes) -> None:
    """Write a file that is there whole or not at all, even when the power fails.

    Raises NotSentError when the folder takes no file.
    """
    fresh = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        raise NotSentError(UNWRITABLE.format(folder=path.parent)) from None
