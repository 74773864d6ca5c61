"""The environment, read once at the door and handed down as values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vigie.season.mark import is_season, last_moment

SEASON = Path(__file__).with_name("season")  # its own register, for a folder that holds it
TORONTO = ZoneInfo("America/Toronto")


class SettingsError(Exception):
    """A setting of the environment is wrong: names it and says what it can be."""


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """Everything that the environment decides. Secrets are never shown: there is no repr."""

    home: Path
    config: Path | None
    database_url: str
    slack_bot_token: str
    slack_app_token: str
    slack_url: str
    smtp_url: str
    mail_from: str
    mail_to: tuple[str, ...]
    lang: str
    contact: str
    now: datetime

    def file(self, bundled: Path) -> Path:
        """Give the file of that name in VIGIE_CONFIG when it has one, else the bundled one."""
        own = self.config / bundled.name if self.config else None
        return own if own and own.is_file() else bundled


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment. Raises SettingsError naming the variable that is wrong."""
    home = Path(environ.get("VIGIE_HOME") or "var").resolve()
    config = environ.get("VIGIE_CONFIG") or (str(SEASON) if is_season(home) else None)
    if config and not Path(config).is_dir():
        raise SettingsError(f"VIGIE_CONFIG={config}: no such folder")
    return Settings(
        home=home,
        config=Path(config).resolve() if config else None,
        database_url=environ.get("VIGIE_DATABASE_URL") or f"sqlite:///{home / 'vigie.sqlite'}",
        slack_bot_token=environ.get("VIGIE_SLACK_BOT_TOKEN", ""),
        slack_app_token=environ.get("VIGIE_SLACK_APP_TOKEN", ""),
        slack_url=environ.get("VIGIE_SLACK_URL") or "https://slack.com/api/",
        smtp_url=environ.get("VIGIE_SMTP_URL", ""),
        mail_from=environ.get("VIGIE_MAIL_FROM") or "vigie@localhost",
        mail_to=tuple(a.strip() for a in environ.get("VIGIE_MAIL_TO", "").split(",") if a.strip()),
        lang=_lang(environ.get("VIGIE_LANG") or "fr"),
        contact=environ.get("VIGIE_CONTACT", ""),
        now=_now(environ.get("VIGIE_NOW") or last_moment(home)),
    )


def clock() -> datetime:
    """Give the moment that it is: VIGIE_NOW, else the season's last, else the machine's."""
    return read_settings().now


def _lang(text: str) -> str:
    if text not in ("fr", "en"):
        raise SettingsError(f"VIGIE_LANG={text}: fr or en")
    return text


def _now(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            f"VIGIE_NOW={text}: a moment such as 2026-11-20T09:00:00-05:00"
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=TORONTO)).astimezone(UTC)
