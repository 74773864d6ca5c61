"""What one answer is worth, by its status and its body: a status of 200 proves nothing."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from spiders.items import Outcome

HEAD = 2000
LARGEST = 16 * 1024 * 1024  # bytes unpacked: what is larger is refused for its size
# The words of pages that a firewall or a robot filter serves instead of the one that was asked.
BLOCK_PAGE = re.compile(
    r"fortiadc_error_page|waf_deny|requested URL was rejected|your support ID is|"
    r"perfdrive\.com|shieldsquare|"
    r"_cf_chl_opt|<title>Just a moment|Attention Required! \| Cloudflare|captcha-delivery\.com|"
    r"px-captcha|Incapsula incident ID|<title>\s*(?:Radware )?Captcha|"
    r"<title>Access Denied</title>.{0,500}Reference&#32;&#35;",
    re.IGNORECASE | re.DOTALL,
)
# The Assemblée's own error page: with a 404 it says no more than the 404 does.
ERROR_PAGE = re.compile(r"La page ne peut (?:ê|&#234;|&ecirc;|e\u0302)tre affich", re.IGNORECASE)
GONE = (404, 410)
BLANKS = "\ufeff \t\r\n"
COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)")
FEED_ROOTS = {"rss", "feed", "rdf:RDF"}
STATUSES = {
    **dict.fromkeys(GONE, "not-found"),
    **dict.fromkeys((401, 403, 451), "forbidden"),
    429: "retry-later",
}


class Verdict(NamedTuple):
    """An outcome for one address, and the code of the issue that explains it."""

    outcome: Outcome
    code: str


def judge(status: int, body: str | bytes, *, cut: bool = False) -> Verdict | None:
    """Say what is wrong with an answer, None when it is one that a reader can be given.

    `body` is text when it is one; `cut` tells that the connection ended before the body did.
    What is not read of a success is CHANGED: the host answers, but not what was asked, be it a
    block page. An error is UNREACHABLE, whatever page comes with it.
    """
    outcome = Outcome.CHANGED if status < 300 else Outcome.UNREACHABLE
    if is_block_page(body, status) or (status == 202 and not body.strip()):
        return Verdict(outcome, "blocked")
    if status >= 300:
        return Verdict(outcome, _status_code(status))
    if not body.strip():
        return Verdict(outcome, "empty-body")
    return Verdict(outcome, "truncated") if cut or lacks_end(body) else None


def is_block_page(body: str | bytes, status: int = 200) -> bool:
    """Tell a page of a firewall or robot filter. Feeds and data are none: they may quote one."""
    if isinstance(body, bytes) or _is_json(body) or _is_xml(body):
        return False
    return bool(BLOCK_PAGE.search(body) or (status not in GONE and ERROR_PAGE.search(body)))


def lacks_end(body: str | bytes) -> bool:
    """Tell a document that stops before its end: HTML, XML or JSON; nothing is known of others."""
    if isinstance(body, bytes):
        return False
    root = re.escape(_root(body))
    if _is_json(body):
        return body.rstrip()[-1:] != {"{": "}", "[": "]"}[body.lstrip(BLANKS)[0]]
    if _is_xml(body):
        return not re.search(rf"</{root}\s*>|<{root}[^>]*/>", body)
    # HTML may leave out either end tag; hardly any site leaves out both.
    return root.lower() == "html" and not re.search(r"</(?:html|body)\s*>", body, re.IGNORECASE)


def is_cut(body: bytes, encoding: str) -> bool:
    """Tell a compressed body that stops before its end."""
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        return False
    inflate, unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    try:
        while body and not inflate.eof and unpacked < LARGEST:
            unpacked += len(inflate.decompress(body, LARGEST))
            body = inflate.unconsumed_tail
    except zlib.error:
        return False  # not compressed at all, whatever the header says
    return not inflate.eof and unpacked < LARGEST


def _status_code(status: int) -> str:
    if status in STATUSES:
        return STATUSES[status]
    return "server-error" if status >= 500 else "client-error" if status >= 400 else "redirects"


def _is_json(body: str) -> bool:
    return body.lstrip(BLANKS)[:1] in ("{", "[")


def _is_xml(body: str) -> bool:
    root = _root(body)
    return root in FEED_ROOTS or ("<?xml" in body[:HEAD] and root.lower() != "html")


def _root(body: str) -> str:
    found = ROOT.search(COMMENT.sub("", body[:HEAD]))
    return found[1] if found else ""
