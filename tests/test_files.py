"""The files that people write are read, or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.errors import ThemesError
from classifiers.files import read_toml as read_rules
from pipeline.errors import DossiersError
from pipeline.files import check_themes, read_toml


@pytest.mark.parametrize("body", [None, b"title =", b'title = "\xe9"'])
def test_a_file_that_does_not_read_is_refused_by_name(tmp_path: Path, body: bytes | None) -> None:
    path = tmp_path / "ours.toml"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises(DossiersError, match=r"ours\.toml : "):
        read_toml(path, DossiersError)
    with pytest.raises(ThemesError, match=r"ours\.toml: "):
        read_rules(path, ThemesError)


def test_a_theme_that_is_none_is_refused_where_there_are_some_to_choose_among() -> None:
    check_themes("ours", ["loge"], (), DossiersError)
    check_themes("ours", ["logement"], ["logement"], DossiersError)
    with pytest.raises(DossiersError, match="ours : aucun thème ne s'appelle loge, toit"):
        check_themes("ours", ["loge", "logement", "toit"], ["logement"], DossiersError)
