"""The hours of the steps: the bundled file is right, a wrong one is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import scheduler
from spiders.sources import ADAPTIVE, read_register
from vigie.errors import HoursError
from vigie.hours import read_hours


def test_the_bundled_hours_and_register_make_jobs_of_the_whole_watch() -> None:
    visits = [(s.id, s.schedule) for s in read_register().values() if s.schedule]
    todo = scheduler.jobs(visits, read_hours())
    assert {job.command[3] for job in todo} == {
        "collect",
        "process",
        "alert",
        "digest",
        "blindspot",
    }
    asked = [source for job in todo for source in job.command[4:]]
    at_their_hours = [source for source, hours in visits if hours != ADAPTIVE]
    assert sorted(asked) == sorted([*at_their_hours, "--due"])


@pytest.mark.parametrize(
    "text", ["[party]\nschedule = '0 7 * * mon'", "[digest]\nwhen = 'now'", "digest = 3", "[digest"]
)
def test_a_wrong_file_of_hours_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hours.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HoursError, match=r"hours\.toml"):
        read_hours(path)
