"""The environment is read once; a wrong value is named, a secret is never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from vigie.season.mark import mark
from vigie.settings import SettingsError, read_settings


def test_without_anything_set_the_home_is_var_and_the_store_is_in_it(tmp_path: Path) -> None:
    settings = read_settings({"VIGIE_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'vigie.sqlite'}"
    assert read_settings({}).home == Path("var").resolve()


def test_the_clock_is_an_argument_and_a_moment_without_offset_is_that_of_montreal() -> None:
    assert read_settings({"VIGIE_NOW": "2031-03-03T07:00:00-05:00"}).now == datetime(
        2031, 3, 3, 12, tzinfo=UTC
    )
    assert read_settings({"VIGIE_NOW": "2031-07-03T07:00"}).now == datetime(
        2031, 7, 3, 11, tzinfo=UTC
    )


def test_a_folder_that_holds_the_season_has_its_clock_and_its_register(tmp_path: Path) -> None:
    moment = datetime(2031, 4, 13, 11, tzinfo=UTC)
    mark(tmp_path, moment)
    settings = read_settings({"VIGIE_HOME": str(tmp_path)})
    assert settings.now == moment
    assert settings.file(Path("sources.toml")).parent.name == "season"


@pytest.mark.parametrize(
    ("name", "value"),
    [("VIGIE_NOW", "tomorrow"), ("VIGIE_LANG", "de"), ("VIGIE_CONFIG", "/no/such/folder")],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}={value}"):
        read_settings({name: value})


def test_secrets_are_not_in_the_representation() -> None:
    settings = read_settings(
        {"VIGIE_SLACK_BOT_TOKEN": "xoxb-1", "VIGIE_DATABASE_URL": "postgresql://u:secret@h/d"}
    )
    assert "xoxb" not in repr(settings)
    assert "secret" not in repr(settings)


def test_a_file_of_the_config_folder_replaces_the_bundled_one(tmp_path: Path) -> None:
    bundled = Path("/somewhere/sources.toml")
    settings = read_settings({"VIGIE_CONFIG": str(tmp_path)})
    assert settings.file(bundled) == bundled
    (tmp_path / "sources.toml").touch()
    assert settings.file(bundled) == tmp_path / "sources.toml"
