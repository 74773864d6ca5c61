"""A reduced session on the loopback: what it costs the Assemblée to be watched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RADAR = Path(__file__).parents[1] / "benchmarks" / "radar.py"
MOST = 40


@pytest.fixture(scope="module")
def days() -> list[dict[str, Any]]:
    """The days of a watch: the first, those without change, the one with three changes."""
    done = subprocess.run(
        [sys.executable, str(RADAR), "--bills", "30", "--mandates", "8", "--json"],
        cwd=RADAR.parents[1],
        capture_output=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_day_without_change_asks_the_assemblee_forty_times_at_most(
    days: list[dict[str, Any]],
) -> None:
    unchanged = [day for day in days if day["kind"] == "unchanged"]
    assert len(unchanged) >= 5
    assert all(0 < day["requests"] <= MOST for day in unchanged)
    assert all(not day["ill"] for day in days)


def test_what_changes_is_found_the_same_day(days: list[dict[str, Any]]) -> None:
    assert days[-1]["kind"] == "three changes"
    assert days[-1]["found"] == ["a bill tabled", "a bill of ours passed", "a deadline put off"]
