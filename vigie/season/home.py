"""The folder in which the season is played: fiction and life never mix."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.database import Store
from pipeline.erase import erase, is_empty
from vigie.errors import DoorError
from vigie.season.mark import is_season, mark


def prepare(home: Path, store: Store) -> None:
    """Clear what an earlier season left in this folder, and mark it as the season's.

    Raises DoorError, touching nothing, when the store holds a real watch.
    """
    if not is_season(home) and not is_empty(store):
        raise DoorError(
            f"{home} : cette base contient déjà une vraie veille, que la saison effacerait. "
            "Choisissez un autre dossier dans VIGIE_HOME (et une autre base)."
        )
    erase(store)
    for name in ("archive", "outbox"):
        shutil.rmtree(home / name, ignore_errors=True)
    mark(home, None)
