"""The words by which a notice says what a day is for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from spiders import cues
from spiders.cues import HEARING, ROLE, STRONG, says
from spiders.items import DeadlineKind
from spiders.named_days import flat

TABLES = tomllib.loads(Path(cues.__file__).with_name("cues.toml").read_text(encoding="utf-8"))
LINES = {
    (section, name): lines.splitlines()
    for section, table in TABLES.items()
    for name, lines in table.items()
}


@pytest.mark.parametrize("cue", LINES, ids=".".join)
def test_a_cue_is_in_small_letters_without_accents_or_it_would_never_match(
    cue: tuple[str, str],
) -> None:
    for line in LINES[cue]:
        words = re.sub(r"\\[a-zA-Z]|…", "", line)
        assert words == flat(words).replace("…", ""), line


@pytest.mark.parametrize("cue", LINES, ids=".".join)
def test_no_line_of_a_cue_is_there_twice(cue: tuple[str, str]) -> None:
    told = [line for line in LINES[cue] if line]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("cue", LINES, ids=".".join)
def test_every_small_word_of_a_cue_is_known(cue: tuple[str, str]) -> None:
    for line in LINES[cue]:
        assert set(re.findall(r"\{[a-z]+\}", line)) <= set(cues.SIGNS), line


def test_every_kind_has_its_strong_words() -> None:
    assert set(STRONG) == set(DeadlineKind) - {DeadlineKind.HEARING}


def test_words_are_whole_and_signs_stand_for_others() -> None:
    assert says("des observations", STRONG[DeadlineKind.COMMENT])
    assert not says("observatoire", STRONG[DeadlineKind.COMMENT])
    assert says("seront entendus demain par la commission", HEARING.deed)
    assert not says("seront entendus. par la commission", HEARING.deed)
    assert says("les seances debuteront", HEARING.holding)
    assert not says("les seances de l'opera", HEARING.holding)
    assert says("remis au lundi 3 mars", ROLE.moved)
