"""Titles of bills made comparable: the same one is printed in several ways."""

from __future__ import annotations

import re
import unicodedata

# What is printed around the title of a bill, and says nothing of it.
_AROUND = re.compile(
    r"\btitre modifie\b|\bmodified title\b|\b(?:principalement|notamment)\b"
    r"|^loi (?=visant|modifiant|concernant|sur)"
    r"|\b(?:et modifiant|and to amend|and amending) (?:d autres|diverses|other|various)"
    r" (?:dispositions|legislative provisions|provisions)(?: legislatives)?"
)


def comparable(title: str) -> str:
    """Give the words of a title in small letters, without accents, marks or usual formulas."""
    plain = unicodedata.normalize("NFKD", title.lower())
    words = re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return " ".join(_AROUND.sub(" ", " ".join(words)).split())
