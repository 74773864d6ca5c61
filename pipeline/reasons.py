"""Why a source is ill, as people are told: each kind of trouble once, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.queries.views import IssueView
from pipeline.words import label, sentence


def reasons(lang: str, issues: Sequence[IssueView], own: str) -> Iterator[str]:
    """Give a sentence for each kind of trouble: the first of it, then how many others there are.

    `own` is the source's address: what befalls it needs no address.
    """
    many = Counter(issue.code for issue in issues)
    first: dict[str, IssueView] = {}
    for issue in issues:
        first.setdefault(issue.code, issue)
    for code, issue in first.items():
        told = sentence(lang, code, "" if issue.url == own else issue.url, issue.about)
        others = many[code] - 1
        more = label(lang, "reasons", "elsewhere").format(about=others)
        yield f"{told} {more}" if others else told
