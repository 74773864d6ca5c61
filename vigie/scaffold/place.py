"""Where a source is written: in a checkout of the project, or in the user's own register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spiders.sources import BUNDLED, MINE, PRESS, register_files
from vigie.errors import DoorError

CHECKOUT = BUNDLED.parents[1]


@dataclass(frozen=True, slots=True)
class Place:
    """`register` is the file that is written; `root` the checkout, None where no code can be."""

    register: Path
    root: Path | None

    def known(self) -> tuple[Path, ...]:
        """Give the files of the register that holds today."""
        if self.root is None:
            return register_files(self.register.parent)
        press = self.register.with_name(PRESS.name)
        return (self.register, press) if press.is_file() else (self.register,)

    def pages(self, source_id: str) -> Path:
        """Give the folder of a source's frozen pages, in the checkout."""
        assert self.root
        return self.root / "tests" / "pages" / source_id

    def name(self, path: Path) -> str:
        """Give a path as people say it: from the checkout where it is inside."""
        inside = self.root and path.is_relative_to(self.root)
        return str(path.relative_to(self.root)) if self.root and inside else str(path)


def place(config: Path | None, root: Path = CHECKOUT) -> Place:
    """Tell where sources are written. Raises DoorError where an update would lose them."""
    if config:
        return Place(config / MINE, None)
    if _is_checkout(root):
        return checkout(root)
    raise DoorError(
        "Vigie est installée sans son dépôt, et une mise à jour remplacerait son registre : "
        "nommez dans VIGIE_CONFIG un dossier à vous, où ira le vôtre."
    )


def checkout(root: Path = CHECKOUT) -> Place:
    """Give the checkout that runs. Raises DoorError where Vigie is only installed."""
    if not _is_checkout(root):
        raise DoorError(
            "Les pages figées sont dans le dépôt de Vigie : lancez cette commande dans une copie "
            "du dépôt (git clone)."
        )
    return Place(root / "spiders" / BUNDLED.name, root)


def _is_checkout(root: Path) -> bool:
    return (root / "tests" / "pages").is_dir()


def write(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all, in order. Raises DoorError naming the one refused."""
    for path, body in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f".{path.name}.new")
            new.write_bytes(body)
            new.replace(path)
        except OSError as error:
            raise DoorError(f"{path} : {error.strerror}") from error
