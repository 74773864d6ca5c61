"""The documentation is checked by the code: each command, column and setting has its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline.export import TABLES
from pipeline.model import Base
from vigie.cli import app

DOCS = Path(__file__).parents[1] / "docs"
COMMANDS = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
COLUMNS = (DOCS / "reference" / "tables.md").read_text(encoding="utf-8")
PAGES = sorted((DOCS.parent).glob("*.md")) + sorted(DOCS.rglob("*.md"))


def commands() -> list[str]:
    """Name every command, those of groups with their group."""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {one}" for one in inner] if inner else [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_has_its_line(command: str) -> None:
    assert f"`vigie {command}" in COMMANDS


def test_no_line_tells_of_a_command_that_does_not_exist() -> None:
    told = re.findall(r"^\| `vigie ([a-z]+(?: [a-z]+)?)", COMMANDS, re.MULTILINE)
    known = set(commands())
    assert [name for name in told if name not in known and name.split()[0] not in known] == []


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_column_has_its_line(table: object) -> None:
    section = re.search(rf"^## `{table.name}`\n(.*?)(?=^## |\Z)", COLUMNS, re.MULTILINE | re.DOTALL)  # type: ignore[attr-defined]
    assert section, "no section"
    told = set(re.findall(r"`(\w+)`", section[1]))
    assert {column.name for column in table.columns} - told == set()  # type: ignore[attr-defined]


def test_every_exported_table_is_named_with_its_command() -> None:
    assert all(f"`{name}`" in COMMANDS for name in TABLES)


def test_every_variable_that_the_settings_read_is_explained() -> None:
    read = (DOCS.parent / "vigie" / "settings.py").read_text(encoding="utf-8")
    told = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"VIGIE_[A-Z_]+", read)) <= set(re.findall(r"VIGIE_[A-Z_]+", told))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
