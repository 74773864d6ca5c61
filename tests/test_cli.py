"""The doors: what a command prints, and the code with which it leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.archive import Answer, Recorder
from vigie import cli
from vigie.lines import bars
from vigie.season.mark import mark

NOW = datetime(2031, 3, 4, 15, tzinfo=UTC)
PAPER, ECHO = "https://paper.example/rss", "https://echo.example/rss"
FEED = (
    '<rss version="2.0"><channel><title>P</title><item><title>Des places en CPE</title>'
    "<link>https://paper.example/1</link><pubDate>Tue, 04 Mar 2031 08:00:00 -0500</pubDate>"
    "</item></channel></rss>"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    blocks = "".join(
        f'[{name}]\ntitle = "{name}"\nurl = "{url}"\n'
        for name, url in (("paper", PAPER), ("echo", ECHO))
    )
    (tmp_path / "sources.toml").write_text(blocks, encoding="utf-8")
    for name in ("VIGIE_DATABASE_URL", "VIGIE_SLACK_BOT_TOKEN", "VIGIE_SMTP_URL", "VIGIE_MAIL_TO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_CONFIG", str(tmp_path))
    monkeypatch.setenv("VIGIE_NOW", NOW.isoformat())
    return tmp_path


def recorded(home: Path, answers: Mapping[str, tuple[int, str]]) -> str:
    """Write a web archive with these answers; give its path."""
    recorder = Recorder(home, NOW.date())
    for url, (status, body) in answers.items():
        headers = [("Content-Type", "application/rss+xml")]
        recorder.write(url, Answer(status, headers, body.encode()), NOW)
    return str(recorder.path)


def leaves(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run `vigie` with these words as a shell would; give its exit code."""
    monkeypatch.setattr("sys.argv", ["vigie", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


def test_what_an_archive_holds_is_kept_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = recorded(home, {PAPER: (200, FEED)})
    assert cli.run(["collect", "--replay", archive]) == 0
    assert "1 nouveaux" in capsys.readouterr().out
    assert cli.run(["collect", "--replay", archive, "--afresh"]) == 0
    assert "1 éléments, 0 nouveaux, 0 changés" in capsys.readouterr().out
    assert cli.run(["export", "documents"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["Des places en CPE"]


def test_a_source_that_fails_is_named_first_and_the_other_goes_on(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = recorded(home, {PAPER: (200, FEED), ECHO: (500, "broken")})
    assert cli.run(["collect", "--replay", archive]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("echo\t")
    assert second.startswith("paper\t")
    assert "1 nouveaux" in second


def test_asked_as_live_an_address_that_the_archive_lacks_answers_404(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = recorded(home, {PAPER: (200, FEED)})
    assert cli.run(["collect", "--replay", archive, "--until-now"]) == 1
    assert "404" in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("collect", "nobody"), 2, "nobody"),
        (("collect", "--nothing"), 2, "--nothing"),
        (("collect", "--replay", "none.warc.gz"), 1, "none.warc.gz"),
        (("export", "dreams"), 1, "dreams"),
        (("export", "bills", "--format", "xml"), 2, "jsonl"),
        (("try", "feed", "none.xml"), 1, "none.xml"),
        (("try", "page", "none.html", "--url", "https://a.example"), 1, "none.html"),
        (("try", "classify", "none.jsonl"), 1, "none.jsonl"),
    ],
)
def test_a_mistake_is_named_with_its_code(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    named: str,
) -> None:
    assert leaves(monkeypatch, *words) == code
    assert named in capsys.readouterr().err


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIE_NOW", "soon")
    assert leaves(monkeypatch, "sources") == 1
    assert "VIGIE_NOW=soon" in capsys.readouterr().err


def test_the_folder_of_the_season_takes_no_real_visit(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mark(home, None)
    assert leaves(monkeypatch, "collect") == 1
    assert "saison" in capsys.readouterr().err


def test_one_bad_line_is_named_and_the_others_are_answered(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "in.jsonl"
    path.write_text('{"id": 1, "title": "Une place en CPE"}\n{oops\n', encoding="utf-8")
    assert leaves(monkeypatch, "try", "classify", str(path)) == 1
    said = capsys.readouterr()
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == [1]
    assert "ligne 2" in said.err


def test_a_file_that_is_no_feed_is_answered_with_its_error(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page, feed = home / "page.html", home / "feed.xml"
    page.write_text("<html><body>Bonjour</body></html>", encoding="utf-8")
    feed.write_text(FEED, encoding="utf-8")
    assert leaves(monkeypatch, "try", "feed", str(page), str(feed)) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "error" in answers[0]
    assert answers[1]["published"] == "2031-03-04T13:00:00+00:00"


def test_the_whole_river_flows_from_a_feed_to_the_outbox(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = recorded(home, {PAPER: (200, FEED)})
    for words in (["collect", "--replay", archive], ["process"], ["alert"], ["digest"]):
        assert cli.run(words) == 0
    assert [path.suffix for path in (home / "outbox").iterdir()] == [".eml"]
    capsys.readouterr()
    assert cli.run(["export", "tags"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["theme"] == "services-educatifs"
    assert cli.run(["sources"]) == 0
    assert cli.run(["digest", "--dry-run"]) == 0


def test_a_sparkline_goes_from_nothing_to_the_most() -> None:
    assert bars([0, 1, 2, 4]) == "▁▃▅█"
    assert bars([]) == ""


def measured(home: Path) -> None:
    """Keep six weeks of a theme, the last day a storm, and measure it."""
    from pipeline.attention import measure
    from pipeline.database import open_store
    from pipeline.model import UnitDay, Visit

    store, today = open_store(f"sqlite:///{home / 'vigie.sqlite'}"), NOW.date()
    with store.session() as session:
        for back in range(42, 0, -1):
            at, many = NOW - timedelta(days=back), 12 if back == 1 else 1 + back % 3
            row = UnitDay(day=today - timedelta(days=back), unit="logement", items=many)
            row.stories = row.outlets = many
            visit = Visit(source="paper", started_at=at, finished_at=at, outcome="ok", items=1)
            visit.new = visit.changed = visit.requests = 0
            session.add_all([row, visit])
    measure(store, NOW, {"paper": "Paper"})
    store.close()


def test_a_rise_is_explained_by_numbers_that_add_up(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(home)
    assert cli.run(["momentum", "--explain", "logement"]) == 0
    sentence, *lines = capsys.readouterr().out.splitlines()
    assert sentence.startswith(
        "Logement abordable\u00a0: forte hausse. 12 articles distincts de 12"
    )
    told = dict(line.split("\t")[:2] for line in lines)
    terms = {name: float(value) for name, value in told.items() if name.startswith("surprise")}
    total = terms.pop("surprise : somme")
    assert sum(terms.values()) == pytest.approx(total, abs=0.001)
    assert told["congé"] == "non"
    assert told["version"]
    assert float(told["p (jours calmes au-dessus)"]) == float(told["q (fausses découvertes)"]) < 0.2
    assert told["avis"] == "peut être annoncé"


@pytest.mark.parametrize(
    ("q", "held", "verdict"),
    [
        (0.5, "", "retenu ce jour-là"),
        (0.1, "cap", "retenu par le plafond de 3"),
        (None, "", "sans"),
    ],
)
def test_what_held_a_rise_back_is_explained(
    home: Path, capsys: pytest.CaptureFixture[str], q: float | None, held: str, verdict: str
) -> None:
    from pipeline.database import open_store
    from pipeline.model import Momentum

    measured(home)
    store = open_store(f"sqlite:///{home / 'vigie.sqlite'}")
    with store.session() as session:
        for row in session.query(Momentum):
            row.q, row.held = q, held
    store.close()
    assert cli.run(["momentum", "--explain", "logement"]) == 0
    told = dict(line.split("\t")[:2] for line in capsys.readouterr().out.splitlines()[1:])
    assert told["avis"].startswith(verdict)


def test_a_unit_that_was_not_measured_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(home)
    assert leaves(monkeypatch, "momentum", "--explain", "alimentation") == 1
    assert "Choisissez parmi : logement" in capsys.readouterr().err


def test_a_dossier_is_shown_and_explained_by_its_title(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from sqlalchemy import update

    from pipeline.database import open_store
    from pipeline.model import Momentum

    text = '[places]\ntitle = "Accès aux places"\nbills = ["qc/44-1/94"]\n'
    (tmp_path / "dossiers.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("VIGIE_CONFIG", str(tmp_path))
    measured(home)
    store = open_store(f"sqlite:///{home / 'vigie.sqlite'}")
    with store.session() as session:
        session.execute(update(Momentum).values(unit="dossier:places"))
    store.close()
    assert cli.run(["momentum"]) == 0
    assert "\tAccès aux places" in capsys.readouterr().out
    assert cli.run(["momentum", "--explain", "dossier:places"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Accès aux places\u00a0: forte hausse.")
    assert "rang 1 sur 1 dossiers" in told


def test_a_rule_is_tried_on_the_history_without_writing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measured(home)
    days = ["--from", "2031-02-19", "--to", "2031-03-04"]
    assert cli.run(["backtest", *days]) == 0
    *lines, verdict = capsys.readouterr().out.splitlines()
    assert any("momentum\tLogement abordable" in line for line in lines)
    assert "précision d'après les révisions\tsans objet (aucune révision)" in lines
    assert verdict == "cette règle aurait envoyé 0,5 alertes par semaine"
    assert cli.run(["backtest", *days, "--rising", "8", "--surging", "9"]) == 0
    assert "envoyé 0 alertes" in capsys.readouterr().out
    assert cli.run(["export", "alerts"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "words",
    [["--from", "hier", "--to", "2031-03-04"], ["--from", "2031-03-05", "--to", "2031-03-04"]],
    ids=["no day", "upside down"],
)
def test_days_that_are_none_are_misuse(
    home: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    assert leaves(monkeypatch, "backtest", *words) == 2


def test_a_window_is_listed_then_closed_with_what_was_made_of_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.database import open_store
    from pipeline.model import Opportunity

    store = open_store(f"sqlite:///{home / 'vigie.sqlite'}")
    with store.session() as session:
        session.add(Opportunity(unit="logement", themes=["logement"], level="act", opened_at=NOW))
    store.close()
    assert cli.run(["windows", "list"]) == 0
    assert capsys.readouterr().out.startswith("1\tà traiter\tLogement abordable")
    assert cli.run(["windows", "close", "1", "--fate", "missed", "--cause", "resources"]) == 0
    assert cli.run(["windows", "list"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.run(["windows", "list", "--closed"]) == 0
    assert "fermée par l'équipe\tmanquée (sans ressources)" in capsys.readouterr().out
    assert cli.run(["export", "windows"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["unit"], row["fate"], row["fate_cause"]) == ("logement", "missed", "resources")
    assert [step["kind"] for step in row["steps"]] == ["closed"]
