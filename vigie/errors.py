"""What can go wrong at the doors."""

from __future__ import annotations


class DoorError(Exception):
    """A command cannot do what is asked: names the thing and the next step."""


class MisuseError(DoorError):
    """A command is asked of something that does not exist."""


class HoursError(DoorError):
    """The file of hours is wrong: names the file, the block and the setting."""
