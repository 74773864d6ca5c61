"""What the commands open, when they ask: the store, the register, the reader, the words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.sources import Source, read_register, register_files
from vigie.errors import DoorError, MisuseError
from vigie.season.mark import is_season
from vigie.settings import Settings

if TYPE_CHECKING:
    from alerts.words import Words
    from classifiers.crew import Crew
    from classifiers.model import Classifier
    from pipeline.calls import Partners
    from pipeline.database import Store
    from pipeline.dossiers import Dossier
    from pipeline.likeness import Usual
    from pipeline.occasions import Rule
    from spiders.trip import Trip


@contextmanager
def store(settings: Settings) -> Iterator[Store]:
    """Open the store of these settings, at the newest schema."""
    from pipeline.database import open_store

    settings.home.mkdir(parents=True, exist_ok=True)
    opened = open_store(settings.database_url)
    try:
        yield opened
    finally:
        opened.close()


def register(settings: Settings) -> Mapping[str, Source]:
    """Read the register of sources."""
    return read_register(*register_files(settings.config))


def trip(settings: Settings, replay: Path | None = None, until: datetime | None = None) -> Trip:
    """Give how sources are visited. Raises DoorError where only fiction may be kept."""
    from spiders.trip import Trip

    if is_season(settings.home) and not replay:
        raise DoorError(
            f"{settings.home} contient la saison fictive. Choisissez un autre VIGIE_HOME."
        )
    return Trip(settings.now, settings.home, replay, until, settings.contact)


def chosen(
    sources: Mapping[str, Source], names: Sequence[str], retired: bool = False
) -> list[Source]:
    """Give the sources named, in the register's order; all those in service when none is.

    `retired` counts those out of service too. Raises MisuseError for a name that is not there.
    """
    unknown = [name for name in names if name not in sources]
    if unknown:
        raise MisuseError(
            f"{', '.join(unknown)} : aucune source de ce nom; voyez « vigie sources »."
        )
    return [
        source
        for source in sources.values()
        if (source.id in names if names else retired or not source.retired)
    ]


def owners(settings: Settings) -> Mapping[str, str]:
    """Give who decides what each source of news publishes: one owner is one voice."""
    from pipeline.stories import NEWS

    return {
        source.id: source.owner or source.id
        for source in register(settings).values()
        if source.kind in NEWS
    }


@lru_cache
def usual() -> Usual:
    """Count the words of the corpus, once a process: what is usual tells little of an event."""
    from classifiers.examples import BUNDLED, read_examples
    from classifiers.themes import read_themes
    from pipeline.likeness import Usual

    examples = read_examples(BUNDLED, read_themes())
    return Usual.of(f"{one.title}\n{one.text}" for one in examples)


def day(text: str) -> date:
    """Read a day. Raises MisuseError for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MisuseError(f"{text} : un jour s'écrit AAAA-MM-JJ.") from error


def reader(settings: Settings) -> Classifier:
    """Load the classifier, once a process."""
    from classifiers.rules import BUNDLED as RULES

    return _reader(settings.file(RULES))


def readers(settings: Settings) -> Crew:
    """Load the classifier, for many texts."""
    from classifiers.crew import Crew

    return Crew.of(reader(settings))


def dossiers(settings: Settings) -> Sequence[Dossier]:
    """Read what the team follows. Raises DossiersError for a file that is wrong."""
    from pipeline.dossiers import BUNDLED, read_dossiers

    return read_dossiers(settings.file(BUNDLED), themes(settings))


def partners(settings: Settings) -> Partners:
    """Read whom to call. Raises PartnersError for a file that is wrong."""
    from pipeline.calls import PARTNERS, read_partners

    return read_partners(settings.file(PARTNERS), themes(settings))


def occasions(settings: Settings) -> Sequence[Rule]:
    """Read what comes back every year. Raises OccasionsError for a file that is wrong."""
    from pipeline.occasions import BUNDLED, read_occasions

    return read_occasions(settings.file(BUNDLED))


def themes(settings: Settings) -> Mapping[str, str]:
    """Give the label of each theme in the language of the settings."""
    from classifiers.themes import BUNDLED as THEMES
    from classifiers.themes import read_themes

    return {
        theme.id: theme.labels[settings.lang]
        for theme in read_themes(settings.file(THEMES)).values()
    }


def labels(settings: Settings) -> Mapping[str, str]:
    """Give what each unit that is no bill is called: themes by their label, dossiers by title."""
    from pipeline.followed import DOSSIER

    titles = {f"{DOSSIER}{one.id}": one.title for one in dossiers(settings)}
    return {**themes(settings), **titles}


def words(settings: Settings, sources: Mapping[str, Source]) -> Words:
    """Give how to say things: the language, the themes' labels, who publishes each source."""
    from alerts.words import Words

    owners = {s.id: s.owner or s.title for s in sources.values()}
    return Words(settings.lang, themes(settings), owners, partners(settings))


def progress() -> Callable[[str, int, int], None]:
    """Give a way to show how far the steps are, on a terminal; silent elsewhere."""
    if not sys.stderr.isatty():
        return lambda step, done, of: None
    names = {"tag": "lecture", "link": "liens", "group": "regroupement"}
    return lambda step, done, of: print(
        f"\r{names.get(step, step)} : {done} sur {of}\033[K",
        end="" if done < of else "\n",
        file=sys.stderr,
        flush=True,
    )


@lru_cache(maxsize=1)
def _reader(rules: Path) -> Classifier:
    from classifiers.model import Classifier

    return Classifier.load(rules)
