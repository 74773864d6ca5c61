"""When the steps after the visits run: reads `hours.toml`, refuses a wrong one by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from vigie.errors import HoursError

BUNDLED = Path(__file__).with_name("hours.toml")
STEPS = ("process", "alert", "digest", "blindspot")


def read_hours(path: Path = BUNDLED) -> Mapping[str, str]:
    """Give the crontab line of each step.

    Raises HoursError naming the file and the block that is wrong.
    """
    try:
        blocks = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HoursError(f"{path}: {error}") from error
    for name, block in blocks.items():
        if name not in STEPS or not isinstance(block, dict) or set(block) != {"schedule"}:
            raise HoursError(
                f"{path}: [{name}]: a block is one of {', '.join(STEPS)}, with a schedule alone"
            )
    return {name: str(block["schedule"]) for name, block in blocks.items()}
