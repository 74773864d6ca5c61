"""The register of sources: reads the files that make it, refuses a wrong block by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from spiders.errors import RegisterError
from spiders.filled import FIELDS

BUNDLED = Path(__file__).with_name("sources.toml")
PRESS = Path(__file__).with_name("press.toml")
MINE = "my_sources.toml"  # in a folder of one's own: what is added to the register, or retired
ADAPTIVE = "adaptive"
ID = re.compile(r"[a-z][a-z0-9_]*")
SPAN = re.compile(r"(\d+) (minute|hour|day|week)s?")
KINDS = ("bill", "consultation", "mandate", "petition", "regulation", "release", "news", "other")
SEASONS = ("session", "recess", "election")


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a source may give nothing new, by what the Assemblée is doing.

    `sittings`: how many days it may sit meanwhile, None where what it does there is no news of it.
    """

    session: timedelta
    recess: timedelta
    election: timedelta
    sittings: int | None = None

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

    `schedule` is a crontab line in America/Toronto with weekday *names* ("" = never by itself;
    "adaptive": at the pace at which it publishes).
    `min_items`: a visit that yields fewer is `empty`. `max_items`: further ones are left, and said.
    `full`: every visit gives the whole of a list, so that half of what it gave lately is too few;
    a day, where what it gave before does not count any more. `filled`: for a field of the items, or
    of their `facts`, the least share of them that has it; a visit below it is `changed`.
    `max_silence`: nothing new for longer is an illness; one span, or one for each season of the
    Assemblée. `owner` is who decides what is published, `family` who shares its texts. `after`
    names a source to visit first. `identity` says what tells two entries apart: their "address",
    or the "entry" itself where one address serves several events. `retired`: kept to read archives,
    never visited live. `delay`: seconds between requests. `to_confirm`: its address was never seen
    at work; until its first good visit, it is awaited rather than ill.
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
    full: bool | date = False
    filled: Mapping[str, float] = field(default_factory=dict, hash=False)
    max_silence: Silence | None = None
    owner: str = ""
    family: str = ""
    after: str = ""
    identity: str = "address"
    retired: bool = False
    delay: float = 2.0
    to_confirm: bool = False


def register_files(config: Path | None = None) -> tuple[Path, ...]:
    """Give the files that make the register, ours or those of a folder of one's own.

    Its `sources.toml` replaces our whole register, our press too; its `press.toml` our press alone.
    Its `my_sources.toml` adds to whichever holds.
    """
    if config is None:
        return BUNDLED, PRESS
    own, press, mine = (config / name for name in (BUNDLED.name, PRESS.name, MINE))
    if own.is_file():
        found = [own, press] if press.is_file() else [own]
    else:
        found = [BUNDLED, press if press.is_file() else PRESS]
    return (*found, mine) if mine.is_file() else tuple(found)


def read_register(*paths: Path) -> Mapping[str, Source]:
    """Read the register from its files (ours when none is named), in their order and its own.

    One id has one block; in `my_sources.toml` alone, `retired = true` under the id of an earlier
    file puts that source out of service. Raises RegisterError naming the file, the block and the
    setting that is wrong.
    """
    register: dict[str, Source] = {}
    homes: dict[str, Path] = {}
    for path in paths or register_files():
        for id_, block in _blocks(path).items():
            if id_ not in homes:
                register[id_] = _source(path, id_, block)
            elif path.name == MINE and block == {"retired": True}:
                register[id_] = replace(register[id_], retired=True)
            else:
                raise RegisterError(f"{path}: [{id_}] {_clash(path, homes[id_])}")
            homes.setdefault(id_, path)
    for source in register.values():
        if source.after and source.after not in register:
            where = f"{homes[source.id]}: [{source.id}]"
            raise RegisterError(f"{where} after = {source.after!r}: no such source")
    return register


def _blocks(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegisterError(f"{path}: {error}") from error


def _clash(path: Path, home: Path) -> str:
    told = f"is already a source, in {home}: choose another id"
    return f"{told}, or write retired = true alone to retire it" if path.name == MINE else told


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
        ("to_confirm", bool),
        ("full", (bool, date)),
    ):
        value = values.get(name)
        is_negative = isinstance(value, (int, float)) and value < 0
        if value is not None and (not isinstance(value, sort) or is_negative):
            raise RegisterError(f"{where}: {name} = {value!r}: not a value that it can have")
    _check_filled(where, values.get("filled", {}))
    _check_schedule(where, str(values.get("schedule", "")))


def _check_filled(where: str, filled: Any) -> None:
    if not isinstance(filled, dict):
        raise RegisterError(f"{where}: filled = {filled!r}: a table of fields, each with its share")
    for name, share in filled.items():
        if name not in FIELDS:
            raise RegisterError(f"{where}: filled: no item has a field {name!r}")
        if not isinstance(share, (int, float)) or not 0 < share <= 1:
            raise RegisterError(f"{where}: filled: {name} = {share!r}: a share is between 0 and 1")


def _check_schedule(where: str, schedule: str) -> None:
    words = [] if schedule == ADAPTIVE else schedule.split()
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
    sittings = value.get("sittings", 1)
    if set(value) - {"sittings"} != set(SEASONS) or not isinstance(sittings, int) or sittings < 1:
        raise RegisterError(
            f"{where}: max_silence = {value!r}: a table has a span for each of "
            f"{', '.join(SEASONS)}; it may have a number of sittings"
        )
    spans = {season: _span(where, value[season]) for season in SEASONS}
    return Silence(**spans, sittings=value.get("sittings"))


def _span(where: str, text: Any) -> timedelta:
    match = SPAN.fullmatch(str(text))
    if not match or not int(match[1]):
        raise RegisterError(f"{where}: max_silence = {text!r}: write it as '10 days' or '6 hours'")
    return timedelta(**{match[2] + "s": int(match[1])})
