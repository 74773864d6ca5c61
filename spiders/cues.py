"""The words by which a notice says what a day is for: read from `cues.toml`, made patterns.

They are matched on flat text: small letters, no accents, straight apostrophes, plain spaces.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spiders.items import DeadlineKind
from spiders.named_days import ANY_WEEKDAY

Cue = re.Pattern[str]
NUMERAL = {
    "dix": 10,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
    "quarante-cinq": 45,
    "soixante": 60,
    "soixante-quinze": 75,
    "quatre-vingt-dix": 90,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty-five": 45,
    "sixty": 60,
    "seventy-five": 75,
    "ninety": 90,
}
COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(NUMERAL, key=len, reverse=True))})(?: ?\(\d+\))?"
CLOCK = (
    r"(?:\d{1,2} ?(?:h(?:eures?)?\b ?(?:\d\d)?|:\d\d)|midi|minuit|noon|midnight"
    r"|\d{1,2}(?:[:.]\d\d)? ?[ap]\.? ?m\.?(?!\w))"
)
PUBLIC = (
    r"(?:publi(?:que|c)s?|d'information|de consultation|d'audition|d'echanges?|d'ecoute"
    r"|d'ideation|de concertation|citoyenn?e?s?|participati(?:f|ve)s?|regiona(?:le|ux)s?|ouvertes?)"
)
WIRED = r"(?:en ligne|electronique|numerique|virtuel(?:le)?|web)"
FUTURE = r"(?!opera\b|extra\b|camera\b|sierra\b)\w{2,}r(?:a|ont)"  # «aura lieu», «suivront»
SIGNS = {
    "~": r"\w*",
    "…": r"[^.;]{0,60}?",
    "{weekday}": f"(?:{ANY_WEEKDAY})",
    "{count}": COUNT,
    "{public}": PUBLIC,
    "{clock}": CLOCK,
    "{future}": FUTURE,
    "{wired}": WIRED,
}
# What may stand between a word that announces a last day and that day.
BETWEEN = (
    rf"(?:[\s,:()«\"*–-]|{CLOCK}|\b(?:le|la|les|l'|du|au|a|de|en|on|at|the|of|fin|journee|end|day"
    rf"|business|close|heure|heures|est|eastern|e[sd]?t|local|time|standard|daylight|hne|hae"
    rf"|inclusivement|ce|this|next|coming|date|jour|et|and|including|strict|tot|tard|veille|seance"
    rf"|soit|soir|soiree|matin|midi|evening|night|morning|halloween|noel|christmas|saint-jean"
    rf"|thanksgiving|{ANY_WEEKDAY})\b'?)*$"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Words about what is asked of people, whatever its kind."""

    petition: Cue
    signing: Cue
    handed_in: Cue
    not_asked: Cue
    given: Cue
    by_means_of: Cue
    general: Cue
    bill: Cue
    open: Cue
    sending: Cue


@dataclass(frozen=True, slots=True)
class Role:
    """Words that tell a last day from a day on which something is, was, or no longer is."""

    before_a_limit: Cue
    after_a_limit: Cue
    limit_noun: Cue
    labelled: Cue
    beginning: Cue
    moved: Cue
    new_date: Cue
    called_off: Cue
    told: Cue
    past_limit: Cue
    past_event: Cue


@dataclass(frozen=True, slots=True)
class Hearing:
    """Words about hearings, and about the notices that announce them."""

    name: Cue
    gathering: Cue
    consults: Cue
    own: Cue
    pronoun: Cue
    deed: Cue
    consultation: Cue
    by_invitation: Cue
    holding: Cue
    occasion: Cue
    heard_there: Cue
    civic: Cue


@dataclass(frozen=True, slots=True)
class Other:
    """Words about other things that have a day."""

    deed: Cue
    thing: Cue
    always_civic: Cue
    event: Cue
    court: Cue


@dataclass(frozen=True, slots=True)
class Delay:
    """Words about delays that run from a publication."""

    period: Cue
    from_publication: Cue
    expiry: Cue
    same_period: Cue
    draft: Cue


def says(words: str, *cues: Cue) -> bool:
    """Tell whether flat words hold one of these cues."""
    return any(cue.search(words) for cue in cues)


def _cue(lines: str) -> Cue:
    """Make a pattern of the lines of a cue; what the signs mean is told in `cues.toml`."""
    return re.compile("|".join(_alternative(line) for line in lines.split("\n") if line))


def _alternative(line: str) -> str:
    """Give a line between word boundaries, but where it ends in a space, a sign or `$`."""
    for sign, words in SIGNS.items():
        line = line.replace(sign, words)
    return rf"\b(?:{line})" + (r"\b" if line[-1].isalnum() or line[-1] in "*?)" else "")


def _read(path: Path) -> Mapping[str, Mapping[str, Cue]]:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        section: {name: _cue(lines) for name, lines in table.items()}
        for section, table in tables.items()
    }


_TABLES = _read(Path(__file__).with_name("cues.toml"))
STRONG, WEAK = (
    {DeadlineKind(name): cue for name, cue in _TABLES[section].items()}
    for section in ("strong", "weak")
)
ASKED, ROLE = Asked(**_TABLES["asked"]), Role(**_TABLES["role"])
HEARING, OTHER = Hearing(**_TABLES["hearing"]), Other(**_TABLES["other"])
DELAY = Delay(**_TABLES["delay"])

BEFORE_A_LIMIT = re.compile(rf"(?:{ROLE.before_a_limit.pattern}){BETWEEN}")
AFTER_A_LIMIT = re.compile(
    rf"^\W{{0,3}}(?:(?:a|at) )?(?:{CLOCK}\W{{0,3}})?(?:(?:est|sera|is|as|comme|-|–|:) ?)?"
    rf"(?:la |the )?(?:{ROLE.after_a_limit.pattern})"
)
LABEL = re.compile(
    rf"^(?:[^:\n]{{3,120}}(?::|[-–—])|(?:[^:\n]{{3,60}}:)?\W*(?:depot|remise|reception|transmission)"
    rf" [^,\n]{{3,80}},)"
    rf" *(?:(?:le|on|by|du|from) )?(?:(?:{ANY_WEEKDAY})s?,? )?(?:le )?$"
)
OLD = re.compile(
    r"(?:\bplutot qu(?:e|')|\bau lieu d[eu]|\binstead of|\brather than|\bet non(?: pas)?|\bnot"
    r"|\b(?:d'abord|initialement|auparavant|anterieurement|prealablement|prim\w+)"
    r"(?: (?:\w+e?s?|pour))?|\b(?:originally|initially|previously)(?: \w+)?(?: (?:for|on|to))?"
    r"|\bdevai(?:t|ent)\b[^.;,]{0,40}|\bformerly|\bau depart)(?: le| au| du| pour le| on)* *"
    rf"(?:(?:{ANY_WEEKDAY}) )?$"
)
TOLD = re.compile(rf"({ROLE.told.pattern})[^.;:]{{0,45}}$")
AHEAD = re.compile(
    rf"\b(?:{FUTURE}|se tien\w+|will|shall|venez"
    rf"|(?:de |d'|d’)(?:tenir|entendre|proceder|procéder|consulter|sieger|siéger|inviter))\b"
)
# In letters as printed: without its accent, «a adopté» could be «à la porte».
DONE = re.compile(
    r"\b(?:ai|a|avons|avez|ont|avait|avaient|aura|auront)(?: \w+ment| tous| déjà| aussi)?"
    r" (?!(?:été )?(?:ajout|report|fix|prév|convoqu|program|planif))"
    r"\w+é(?:e?s?\b| \w+ées?\b)",
    re.IGNORECASE,
)
AFTER_PAST = re.compile(r"^,? (?:dernier|passe|last)\b")
WHEN_SEVERAL = re.compile(r"\W*(?:dates|quand|when)\W*(?:les? |du |on |from )?\W*")
WHEN = re.compile(r"\W*(?:dates?|quand|jour|date et heure|when)\W*(?:le |on )?\W*")
HOUR = re.compile(rf"\b(?:a|de|des|at|from|,|:|-|–|@)? ?{CLOCK}")
PERIOD_OF_THE_LAW = 45  # days: Loi sur les règlements, article 11, unless another is told
