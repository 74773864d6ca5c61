"""The register's feeds as OPML, for any reader of feeds; and the feeds of an OPML, as sources."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.identity import canonical
from pipeline.words import label
from spiders.page import collapse
from spiders.sources import ADAPTIVE, MINE, Source, read_register, register_files
from vigie.errors import DoorError
from vigie.scaffold.new import with_block
from vigie.scaffold.place import write

LARGEST = 5_000_000  # bytes
LONGEST_TITLE, LONGEST_ID, LONGEST_ADDRESS = 200, 40, 2000
CONTROL = re.compile("[\0-\x1f\x7f]")


def as_opml(register: Mapping[str, Source], lang: str = "fr") -> bytes:
    """Give the feeds of the register that are in service, grouped by kind."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Vigie"
    body = etree.SubElement(root, "body")
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in register.values():
        if source.spider == "feed" and not source.retired:
            groups[source.kind].append(source)
    for kind, sources in groups.items():
        group = etree.SubElement(body, "outline", text=label(lang, "kind", kind))
        for one in sources:
            named = {"type": "rss", "text": one.title, "title": one.title}
            etree.SubElement(group, "outline", **named, xmlUrl=one.url, language=one.lang)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def import_opml(body: bytes, name: str, config: Path | None, dry_run: bool = False) -> list[str]:
    """Add each feed of an OPML to `my_sources.toml`, to be confirmed; give the lines that say so.

    Those that the register follows already are left, and said. Raises DoorError where there is no
    folder of one's own, or for a file that is no OPML, or a hostile one; nothing is written then.
    """
    if config is None:
        raise DoorError(
            "Nommez dans VIGIE_CONFIG un dossier à vous : les fils importés iront dans son "
            f"{MINE}, qui s'ajoute au registre."
        )
    outlines = list(_outlines(body, name))
    register = read_register(*register_files(config))
    added, lines = _sources(outlines, register)
    if added and not dry_run:
        write({config / MINE: with_block(config / MINE, *added)})
    return lines


def _outlines(body: bytes, name: str) -> Iterator[tuple[str, str, str]]:
    """Give the title, address and language of each feed, in order."""
    if len(body) > LARGEST:
        raise DoorError(f"{name} : {len(body)} octets, c'est trop pour une liste de fils.")
    safe = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, safe)
    except etree.XMLSyntaxError as error:
        raise DoorError(f"{name} : ce n'est pas de l'OPML ({error}).") from error
    if root.getroottree().docinfo.doctype:
        raise DoorError(
            f"{name} : ce fichier définit ses propres entités, ce qu'aucune liste de fils n'a à "
            "faire et qui sert à piéger ses lecteurs. Il n'est pas lu."
        )
    if root.tag != "opml":
        raise DoorError(f"{name} : ce n'est pas de l'OPML (<{etree.QName(root).localname}>).")
    for outline in root.iter("outline"):
        told = {key.lower(): collapse(CONTROL.sub(" ", value)) for key, value in _pairs(outline)}
        if url := told.get("xmlurl"):
            title = told.get("title") or told.get("text") or ""
            yield title[:LONGEST_TITLE], url, told.get("language", "")


def _pairs(outline: Any) -> Iterable[tuple[str, str]]:
    return ((str(key), str(value)) for key, value in outline.attrib.items())


def _sources(
    outlines: Iterable[tuple[str, str, str]], register: Mapping[str, Source]
) -> tuple[list[Source], list[str]]:
    """Give the sources to add, and a line for each feed."""
    followed = {canonical(source.url): source.id for source in register.values()}
    taken, added, lines = set(register), [], []
    for title, url, lang in outlines:
        address = canonical(url)
        if not _is_address(url, address):
            lines.append(f"laissée\t{url[:LONGEST_ADDRESS]}\tce n'est pas une adresse http(s)")
        elif known := followed.get(address):
            lines.append(f"déjà suivie\t{url}\tpar la source {known}")
        else:
            id_ = _id(title or address, taken)
            taken.add(id_)
            followed[address] = id_
            added.append(_source(id_, title or address, url, lang))
            lines.append(f"ajoutée\t{url}\t[{id_}]")
    return added, lines


def _source(id_: str, title: str, url: str, lang: str) -> Source:
    spoken = "en" if lang.lower().startswith("en") else "fr"
    return Source(id_, title, url, lang=spoken, schedule=ADAPTIVE, to_confirm=True)


def _is_address(url: str, address: str) -> bool:
    is_web = address.startswith("https://") and url.lower().startswith(("http://", "https://"))
    return is_web and len(url) <= LONGEST_ADDRESS and " " not in url


def _id(title: str, taken: set[str]) -> str:
    """Give a name to a source after its title, one that no other has."""
    plain = unicodedata.normalize("NFKD", title.removeprefix("https://").lower())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_ID].strip("_")
    stem = stem if stem[:1].isalpha() else f"fil_{stem}".strip("_")
    numbers = (f"{stem}_{n}" for n in range(2, len(taken) + 3))
    return stem if stem not in taken else next(one for one in numbers if one not in taken)
