"""Who hears what, where, from which level: reads `channels.toml`, refuses a wrong block by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alerts.errors import ChannelsError
from alerts.files import FileSender
from alerts.parcel import Sender
from alerts.rules import Level, Subject
from alerts.slack import SlackSender

BUNDLED = Path(__file__).with_name("channels.toml")
PLACE = re.compile(r"#[^\s#]{1,80}|[CGD][A-Z0-9]{6,}")
SETTINGS = ("channel", "from", "hears")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of Slack, by its name or id, what it hears of, and from which level on."""

    id: str
    place: str
    lowest: Level
    subject: Subject = Subject.ALERTS

    def hears(self, level: Level, subject: Subject = Subject.ALERTS) -> bool:
        """Say whether what is of this level, on this subject, is told here."""
        return subject is self.subject and level.weight >= self.lowest.weight


def read_channels(path: Path = BUNDLED) -> Mapping[str, Channel]:
    """Read the channels, in the file's own order.

    Raises ChannelsError naming the file, the block and the setting that is wrong.
    """
    try:
        blocks = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChannelsError(f"{path}: {error}") from error
    if not blocks:
        raise ChannelsError(f"{path}: no channel; write one block at least, such as [slack]")
    return {id_: _channel(f"{path}: [{id_}]", id_, block) for id_, block in blocks.items()}


def senders(
    channels: Mapping[str, Channel], *, token: str, url: str, outbox: Path
) -> Mapping[str, Sender]:
    """Give the way out of each channel: Slack when there is a token, else files in the outbox."""
    return {
        channel.id: SlackSender(channel.place, token, url)
        if token
        else FileSender(outbox, channel.place)
        for channel in channels.values()
    }


def _channel(where: str, id_: str, block: Any) -> Channel:
    if not isinstance(block, dict):
        raise ChannelsError(f"{where}: a channel is a block, not a value")
    for name in block:
        if name not in SETTINGS:
            raise ChannelsError(
                f"{where}: unknown setting {name!r}; allowed: {', '.join(SETTINGS)}"
            )
    place, subject = block.get("channel"), block.get("hears", Subject.ALERTS)
    if subject not in tuple(Subject):
        raise ChannelsError(f"{where}: hears = {subject!r}; allowed: {', '.join(Subject)}")
    # A notice of a source asks for no answer: there is but one level of them.
    lowest = block.get("from", Level.NOTE if subject == Subject.SOURCES else None)
    if not isinstance(place, str) or not PLACE.fullmatch(place):
        raise ChannelsError(f'{where}: channel = {place!r}: write "#name", or the id of a channel')
    if lowest not in tuple(Level):
        raise ChannelsError(f"{where}: from = {lowest!r}; allowed: {', '.join(Level)}")
    return Channel(id_, place, Level(lowest), Subject(subject))
