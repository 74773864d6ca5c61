"""A new source: what is written for it, and why it may be refused."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from shlex import quote
from string import Template
from urllib.parse import urlsplit
from zlib import crc32

from pipeline.clock import day_of
from pipeline.words import sentence
from spiders.base import load_spider
from spiders.errands import Errand
from spiders.errors import NotAFeedError
from spiders.feed import parse_feed
from spiders.items import Issue
from spiders.look import Seen, look
from spiders.page import collapse
from spiders.sources import ID, KINDS, Source, read_register
from spiders.trip import Trip
from spiders.tryout import golden
from spiders.verdict import judge
from vigie.errors import DoorError, MisuseError
from vigie.scaffold.frozen import golden_body, golden_path, moment_of, suffix_of
from vigie.scaffold.place import Place, write

SPIDER = Path(__file__).with_name("templates") / "spider.py.txt"
TITLE = re.compile(r"<title[^>]*>(?:\s*<!\[CDATA\[)?([^<\]]+)", re.I)
ENGLISH = re.compile(r"<html[^>]*\slang=[\"']?en\b|<language>\s*en\b", re.I)
HEAD = 20_000  # characters: where a page or a feed says its title and its language


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source as it is asked for. `title`: that of the page, when "". `file` replaces the net."""

    id: str
    url: str
    title: str = ""
    kind: str = "news"
    file: bytes | None = None


def add(wanted: Wanted, place: Place, trip: Trip, dry_run: bool = False) -> list[str]:
    """Write a source; give the lines that say so, and what to do next.

    Raises MisuseError for a name, address or kind that cannot be; DoorError when what the address
    serves is not had, or not to be read. Nothing is written then.
    """
    refuse(wanted, read_register(*place.known()), place)
    seen = served(Source(wanted.id, wanted.id, wanted.url), trip, wanted.file)
    is_feed = _is_feed(seen)
    if not is_feed and place.root is None:
        raise DoorError(_needs_code(wanted, seen))
    source = _source(wanted, seen, is_feed)
    files = _files(source, seen, place, trip)
    taken = [path for path in files if path != place.register and path.exists()]
    if taken:
        raise DoorError(f"{place.name(taken[0])} existe déjà. Rien n'a été écrit.")
    lines = [*_written(source, files, place, dry_run), *_next(source, seen)]
    if not dry_run:
        write(files)
    return lines


def refuse(wanted: Wanted, known: Mapping[str, Source], place: Place) -> None:
    """Refuse, before anything is asked of a host, what cannot be a new source."""
    id_, parts = wanted.id, urlsplit(wanted.url)
    if not ID.fullmatch(id_) or iskeyword(id_):
        raise MisuseError(
            f"« {id_} » ne peut nommer une source : des minuscules sans accent, des chiffres et _, "
            "une lettre d'abord; par exemple « journal_du_quartier »."
        )
    if id_ in known:
        raise MisuseError(f"{id_} est déjà une source : {known[id_].title}, {known[id_].url}")
    if place.root and (place.root / "spiders" / f"{id_}.py").exists():
        raise MisuseError(f"{id_} est déjà un fichier, spiders/{id_}.py. Choisissez un autre nom.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise MisuseError(f"« {wanted.url} » n'est pas une adresse : il en faut une en https://.")
    if wanted.kind not in KINDS:
        raise MisuseError(f"--kind {wanted.kind} : {', '.join(KINDS)}.")
    if same := [source.id for source in known.values() if source.url == wanted.url]:
        raise MisuseError(f"{wanted.url} est déjà suivie, par la source {same[0]}.")


def served(source: Source, trip: Trip, file: bytes | None = None) -> Seen:
    """Give what the source's address serves. Raises DoorError with the cause when it is no page."""
    found = judged(source.url, file) if file is not None else None
    found = found or look(source, [source.url], trip)[source.url]
    if isinstance(found, Issue):
        raise DoorError(f"{trouble(found)} Rien n'a été écrit : relancez une fois cela réglé.")
    return found


def judged(url: str, body: bytes) -> Seen | Issue:
    """Give a file as the page of an address, or what is wrong with it."""
    seen = Seen(url, body)
    verdict = judge(200, seen.text)
    return Issue(verdict.code, url) if verdict else seen


def trouble(issue: Issue) -> str:
    """Say why nothing was had of an address."""
    return sentence("fr", issue.code, issue.url, issue.about)


def waiting(source: Source, url: str, page: str) -> Mapping[str, str]:
    """Give the golden of a page that its spider does not read yet: it says what to do."""
    return {
        "url": url,
        "todo": f"spiders/{source.spider}.py ne lit pas encore {page} : complétez-le (chaque "
        f"TODO), voyez ce qu'il lit par « vigie try page {page} --url {quote(url)} », "
        f"puis lancez « vigie freeze {source.id} ».",
    }


def _is_feed(seen: Seen) -> bool:
    """Tell a feed from an HTML page. Raises DoorError for what is neither."""
    try:
        parse_feed(seen.body, url=seen.url, content_type=seen.content_type)
    except NotAFeedError as error:
        if suffix_of(seen) == ".html":
            return False
        raise DoorError(
            f"{seen.url} sert {error.found}, ni fil ni page HTML. Rien n'a été écrit : "
            "prenez modèle sur spiders/donneesquebec_bills.py (CSV) ou legisinfo_bills.py (JSON)."
        ) from error
    return True


def _needs_code(wanted: Wanted, seen: Seen) -> str:
    feeds = seen.announced_feeds()
    instead = f" Elle annonce un fil : « vigie new {wanted.id} {feeds[0]} »." if feeds else ""
    return (
        f"{wanted.url} n'est pas un fil : la lire demande du code, qui s'écrit dans une copie du "
        f"dépôt de Vigie (git clone), sans VIGIE_CONFIG. Rien n'a été écrit.{instead}"
    )


def _source(wanted: Wanted, seen: Seen, is_feed: bool) -> Source:
    head = seen.text[:HEAD]
    said = TITLE.search(head)
    title = wanted.title or (collapse(html.unescape(said[1])) if said else "")
    hours = "*/2" if is_feed else "7"
    return Source(
        id=wanted.id,
        title=title or urlsplit(wanted.url).netloc,
        url=wanted.url,
        spider="feed" if is_feed else wanted.id,
        kind=wanted.kind,
        lang="en" if ENGLISH.search(head) else "fr",
        schedule=f"{crc32(wanted.id.encode()) % 60} {hours} * * *",  # not all at the same minute
    )


def _files(source: Source, seen: Seen, place: Place, trip: Trip) -> dict[Path, bytes]:
    """Give what to write, the register last: it is what makes the source live."""
    files = {}
    if place.root:
        files = dict(_frozen(source, seen, place, trip))
        if source.spider != "feed":
            camel = "".join(word.capitalize() for word in source.id.split("_"))
            code = Template(SPIDER.read_text(encoding="utf-8")).substitute(
                id=source.id, camel=camel
            )
            files = {place.root / "spiders" / f"{source.id}.py": code.encode()} | files
    return files | {place.register: with_block(place.register, source)}


def _frozen(source: Source, seen: Seen, place: Place, trip: Trip) -> Iterator[tuple[Path, bytes]]:
    page = place.pages(source.id) / f"{day_of(trip.now)}{suffix_of(seen)}"
    yield page, seen.body
    if source.spider == "feed":
        reader = load_spider("feed")(Errand(source), now=moment_of(page))
        yield golden_path(page), golden_body(golden(reader, source.url, seen.body))
    else:
        yield golden_path(page), golden_body(waiting(source, source.url, place.name(page)))


def with_block(register: Path, *sources: Source) -> bytes:
    """Give what a file of the register is once it has the blocks of these sources, at its end."""
    blocks = [register.read_text(encoding="utf-8").rstrip("\n")] if register.is_file() else []
    return "\n\n".join((*blocks, *map(_block, sources))).encode()


def _block(source: Source) -> str:
    lines = [f"[{source.id}]", f"title = {_quoted(source.title)}", f"url = {_quoted(source.url)}"]
    if source.spider != "feed":
        lines.append(f'spider = "{source.spider}"')
    if source.kind != "news":
        lines.append(f'kind = "{source.kind}"')
    if source.lang != "fr":
        lines.append(f'lang = "{source.lang}"')
    lines.append(f'schedule = "{source.schedule}"')
    if source.spider != "feed":
        lines.append("min_items = 1              # a visit that gives fewer is ill")
    lines.append('max_silence = "30 days"    # nothing new for longer is worth a look')
    if source.to_confirm:
        lines.append("to_confirm = true")
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "")


def _written(
    source: Source, files: Mapping[Path, bytes], place: Place, dry_run: bool
) -> Iterator[str]:
    verb = "serait écrit" if dry_run else "écrit"
    for path, body in files.items():
        yield f"{verb}\t{place.name(path)}" + f"\t[{source.id}]" * (path == place.register)
        if dry_run and path == place.register:
            yield _block(source)
        elif dry_run and path.suffix == ".py":
            yield body.decode()


def _next(source: Source, seen: Seen) -> Iterator[str]:
    if seen.url != source.url:
        yield f"Cette adresse mène à {seen.url} : si c'est pour de bon, inscrivez plutôt celle-là."
    if source.spider == "feed":
        yield f"Relisez le bloc [{source.id}], puis « vigie collect {source.id} »."
        return
    for feed in seen.announced_feeds():
        yield f"Cette page annonce un fil, qui se lit sans code : {feed}"
    yield f"Remplissez spiders/{source.id}.py (chaque TODO), puis « vigie freeze {source.id} »."
