"""Same document or not? Gives every Item the name that tells it from every other. Pure."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, urlsplit, urlunsplit

from spiders.items import BillFacts, Item
from spiders.sources import Source

# What publishers add to an address to know where its reader comes from. Nothing else is taken off:
# the query alone tells the articles of some sites apart (SPIP).
TRACKING = re.compile(
    r"utm_\w+|at_\w+|ns_\w+|xtor|xtref|wt_mc|wt\.mc_\w+|ito|cmp|cmpid|ocid|srnd"
    r"|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|_ga|ref_src",
    re.IGNORECASE,
)
# Hosts that serve the same pages. Others keep theirs: www. and the bare host may differ.
SAME_HOST = {"assnat.qc.ca": "www.assnat.qc.ca", "m.assnat.qc.ca": "www.assnat.qc.ca"}
USUAL_PORTS = (None, 80, 443)
# PostgreSQL indexes at most some 2,700 bytes: a longer identity is cut, its print says the rest.
MAX_LENGTH = 500


def identify(item: Item, source: Source) -> str:
    """Say which document this is: a bill by its key, an entry by its source's key, else an address.

    The same article in two feeds has one identity, whatever their tracking parameters.
    """
    if isinstance(item.facts, BillFacts):
        return bill_identity(item.facts)
    if source.identity == "entry" or not item.url:
        return _bounded(f"entry:{item.source}:{item.key or _own_words(item)}")
    return page_identity(item.url)


def page_identity(url: str) -> str:
    """Name the document that a page is."""
    return _bounded(canonical(url))


def bill_identity(facts: BillFacts) -> str:
    """Name a bill: its number alone is never a key."""
    return f"bill:{facts.parliament}/{facts.legislature}-{facts.session}/{facts.number}"


def canonical(url: str) -> str:
    """Give the one address of a page, among all that lead to it; what is none stays as it is."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    host = SAME_HOST.get(host, host)
    path = _escaped(parts.path).rstrip("/")
    if host == "www.assnat.qc.ca":
        path = re.sub(r"^/en(?=/|$)", "/fr", path)
    if port not in USUAL_PORTS:
        host = f"{host}:{port}"
    kept = [one for one in parts.query.split("&") if not TRACKING.fullmatch(one.partition("=")[0])]
    return urlunsplit(("https", host, path or "/", _escaped("&".join(filter(None, kept))), ""))


def _escaped(text: str) -> str:
    text = quote(text, safe="%/:=&?~+!$,;'@()*[]|")
    return re.sub(r"%[0-9a-f]{2}", lambda found: found[0].upper(), text, flags=re.IGNORECASE)


def _own_words(item: Item) -> str:
    day = item.published_at.isoformat() if item.published_at else item.published_text
    return _print("\n".join((canonical(item.url), item.title, day)))


def _bounded(name: str) -> str:
    return name if len(name) <= MAX_LENGTH else f"{name[: MAX_LENGTH - 33]}#{_print(name)}"


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
