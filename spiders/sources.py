"""The register of sources: reads `sources.toml`, refuses a wrong block by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from spiders.errors import RegisterError

BUNDLED = Path(__file__).with_name("sources.toml")
ID = re.compile(r"[a-z][a-z0-9_]*")
SPAN = re.compile(r"(\d+) (minute|hour|day|week)s?")
KINDS = ("bill", "consultation", "mandate", "petition", "regulation", "release", "news", "other")
SEASONS = ("session", "recess", "election")


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a source may give nothing new, by what the Assemblée is doing."""

    session: timedelta
    recess: timedelta
    election: timedelta

    @classmethod
    def always(cls, span: timedelta) -> Silence:
        """Give the silence that is as long whatever the season."""
        return cls(span, span, span)

    def during(self, season: str) -> timedelta:
        """Give what is allowed in a season."""
        return {"session": self.session, "recess": self.recess, "election": self.election}[season]


@dataclass(frozen=True, slots=True)
class Source:
    """A place watched, and what a healthy visit to it looks like.

    `schedule` is a crontab line in America/Toronto with weekday *names* ("" = never by itself).
    `min_items`: a visit that yields fewer is `empty`. `max_items`: further ones are left, and said.
    `max_silence`: nothing new for longer is an illness; one span, or one for each season of the
    Assemblée. `owner` is who decides what is published, `family` who shares its texts. `after`
    names a source to visit first. `identity` says what tells two entries apart: their "address",
    or the "entry" itself where one address serves several events. `retired`: kept to read archives,
    never visited live. `delay`: seconds between requests.
    """

    id: str
    title: str
    url: str
    spider: str = "feed"
    kind: str = "news"
    lang: str = "fr"
    schedule: str = ""
    min_items: int = 1
    max_items: int = 500
    max_silence: Silence | None = None
    owner: str = ""
    family: str = ""
    after: str = ""
    identity: str = "address"
    retired: bool = False
    delay: float = 2.0


def read_register(path: Path = BUNDLED) -> Mapping[str, Source]:
    """Read the register, in its own order.

    Raises RegisterError naming the file, the block and the setting that is wrong.
    """
    try:
        blocks = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegisterError(f"{path}: {error}") from error
    register = {id_: _source(path, id_, block) for id_, block in blocks.items()}
    for source in register.values():
        if source.after and source.after not in register:
            raise RegisterError(f"{path}: [{source.id}] after = {source.after!r}: no such source")
    return register


def _source(path: Path, id_: str, block: Any) -> Source:
    where = f"{path}: [{id_}]"
    if not ID.fullmatch(id_):
        raise RegisterError(f"{where}: an id has small letters, digits and _ only")
    if not isinstance(block, dict):
        raise RegisterError(f"{where}: a source is a block, not a value")
    known = {f.name: f for f in fields(Source)}
    for name in block:
        if name not in known or name == "id":
            raise RegisterError(f"{where}: unknown setting {name!r}; allowed: {', '.join(known)}")
    values = dict(block)
    if "max_silence" in values:
        values["max_silence"] = _silence(where, values["max_silence"])
    for name in ("title", "url"):
        if not values.get(name):
            raise RegisterError(f"{where}: {name} is missing")
    _check(where, values)
    return Source(id=id_, **values)


def _check(where: str, values: Mapping[str, Any]) -> None:
    parts = urlsplit(str(values["url"]))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise RegisterError(f"{where}: url = {values['url']!r}: an http or https address is needed")
    if values.get("kind", "news") not in KINDS:
        raise RegisterError(f"{where}: kind = {values['kind']!r}; allowed: {', '.join(KINDS)}")
    if values.get("identity", "address") not in ("address", "entry"):
        raise RegisterError(f"{where}: identity = {values['identity']!r}; allowed: address, entry")
    for name, sort in (
        ("min_items", int),
        ("max_items", int),
        ("delay", (int, float)),
        ("retired", bool),
    ):
        if name in values and (not isinstance(values[name], sort) or values[name] < 0):
            raise RegisterError(f"{where}: {name} = {values[name]!r}: not a value that it can have")
    _check_schedule(where, str(values.get("schedule", "")))


def _check_schedule(where: str, schedule: str) -> None:
    words = schedule.split()
    if words and len(words) != 5:
        raise RegisterError(f"{where}: schedule = {schedule!r}: a crontab line has five fields")
    if words and re.search(r"\d", words[4]):
        raise RegisterError(
            f"{where}: schedule = {schedule!r}: write weekdays as names (mon-fri): "
            "numbers mean another day to the scheduler than to cron"
        )


def _silence(where: str, value: Any) -> Silence:
    if not isinstance(value, dict):
        return Silence.always(_span(where, value))
    if set(value) != set(SEASONS):
        raise RegisterError(
            f"{where}: max_silence = {value!r}: a table has a span for each of {', '.join(SEASONS)}"
        )
    return Silence(**{season: _span(where, span) for season, span in value.items()})


def _span(where: str, text: Any) -> timedelta:
    match = SPAN.fullmatch(str(text))
    if not match or not int(match[1]):
        raise RegisterError(f"{where}: max_silence = {text!r}: write it as '10 days' or '6 hours'")
    return timedelta(**{match[2] + "s": int(match[1])})
