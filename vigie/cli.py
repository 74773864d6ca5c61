"""One command per step, no logic; heavy rooms are imported inside their command."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from alerts.errors import AlertsError
from classifiers.errors import ClassifierError
from pipeline.errors import StoreError
from pipeline.measures import CALM_UNDER, RISING_FROM, SURGING_FROM
from pipeline.windows import Fate, FateCause
from spiders.errors import SpiderError
from spiders.sources import read_register
from vigie import doors
from vigie.errors import DoorError, MisuseError
from vigie.lines import (
    answer,
    each_file,
    read_bytes,
    read_json,
    read_lines,
    say,
    say_json,
    write_bytes,
    writing,
)
from vigie.settings import SettingsError, clock, read_settings

NAMED = (AlertsError, ClassifierError, DoorError, SettingsError, SpiderError, StoreError)


def _leave(code: int) -> None:
    raise typer.Exit(code)


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    result_callback=_leave,
    help="Vigie – veille politique pour la petite enfance.",
)
trying = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Une étape sur un fichier, sans base de données.",
)
app.add_typer(trying, name="try")
windows = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Les fenêtres d'opportunité, et ce qu'on en a fait.",
)
app.add_typer(windows, name="windows")

Sources = Annotated[
    list[str] | None, typer.Argument(help="Identifiants de sources; toutes, sinon.")
]
Replay = Annotated[Path | None, typer.Option(help="Archive web dont viennent les réponses.")]
UntilNow = Annotated[bool, typer.Option("--until-now", help="Avec --replay : rien après l'heure.")]
Afresh = Annotated[bool, typer.Option("--afresh", help="Relire même ce qui n'a pas changé.")]
Everything = Annotated[bool, typer.Option("--all", help="Relire et regrouper tout.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Montrer, sans rien écrire ni envoyer.")]
AsJson = Annotated[bool, typer.Option("--json", help="Une ligne JSON par chose.")]
File = Annotated[Path | None, typer.Option(help="Page déjà dans un fichier : rien n'est demandé.")]
Output = Annotated[Path, typer.Option("--output", help="Fichier de sortie, ou - .")]
Lines = Annotated[Path, typer.Argument(help="Fichier JSONL, ou - .")]
Files = Annotated[list[Path], typer.Argument(help="Fichiers à lire.")]
Address = Annotated[str, typer.Option("--url", help="Adresse d'où vient le fichier.")]
Port = Annotated[int, typer.Option(help="Port de la page, sur 127.0.0.1.")]
STDOUT = Path("-")
PORT = 8600


@app.command()
def collect(
    sources: Sources = None,
    replay: Replay = None,
    until_now: UntilNow = False,
    afresh: Afresh = False,
    due: Annotated[
        bool, typer.Option("--due", help="Celles visitées à leur rythme, l'heure venue.")
    ] = False,
) -> int:
    """Visiter des sources une fois, et garder ce qu'elles publient."""
    from spiders.visit import get_ready

    get_ready()
    from vigie.collect import collect as visit_all
    from vigie.collect import due_now
    from vigie.show import visit_line

    if due and (sources or replay):
        raise MisuseError("--due choisit elle-même les sources à visiter, et les visite vraiment.")

    settings = read_settings()
    trip = doors.trip(settings, replay, settings.now if until_now else None)
    register = doors.register(settings)
    chosen = doors.chosen(register, sources or [], retired=replay is not None)
    with doors.store(settings) as store:
        chosen = due_now(store, register, settings.now) if due else chosen
        results = visit_all(store, register, chosen, trip, afresh)
    for result in sorted(results, key=lambda one: one.healthy):
        say(visit_line(result, settings.lang))
    return 0 if (results or due) and all(result.healthy for result in results) else 1


@app.command()
def process(everything: Everything = False) -> int:
    """Attribuer les thèmes, relier aux projets de loi, regrouper les nouvelles, mesurer."""
    from pipeline.process import run as process_all

    settings = read_settings()
    owners, dossiers = doors.owners(settings), doors.dossiers(settings)
    with doors.store(settings) as store:
        done = process_all(
            store,
            doors.readers(settings),
            owners,
            settings.now,
            doors.progress(),
            everything=everything,
            usual=doors.usual,
            dossiers=dossiers,
        )
    figures = {"lus": done.tagged, "reliés": done.linked, "regroupés": done.grouped}
    figures |= {"mesurés": done.measured, "fenêtres": done.moved}
    say("\t".join(f"{name} {n}" for name, n in figures.items()))
    return 0


@app.command()
def alert(dry_run: DryRun = False) -> int:
    """Décider de ce qui mérite une alerte, puis l'envoyer, une seule fois."""
    from alerts.channels import BUNDLED, read_channels, senders
    from alerts.decide import decide
    from alerts.outbox import decide_and_store, deliver

    settings = read_settings()
    register = doors.register(settings)
    words = doors.words(settings, register)
    channels = read_channels(settings.file(BUNDLED))
    with doors.store(settings) as store:
        if dry_run:
            with store.reading() as session:
                for told in decide(session, register, words, settings.now):
                    say(told.message.as_text() + "\n")
            return 0
        decide_and_store(store, register, words, channels, settings.now)
        ways = senders(
            channels,
            token=settings.slack_bot_token,
            url=settings.slack_url,
            outbox=settings.home / "outbox",
        )
        done = deliver(store, ways, settings.now)
    for delivery in done:
        say(delivery.line())
    return 1 if any(delivery.error for delivery in done) else 0


@app.command()
def digest(dry_run: DryRun = False) -> int:
    """Composer la lettre de la semaine, puis l'envoyer, une seule fois par adresse."""
    from alerts.digest import compose_digest, send_digest

    settings = read_settings()
    register = doors.register(settings)
    words = doors.words(settings, register)
    with doors.store(settings) as store:
        if dry_run:
            with store.reading() as session:
                say(compose_digest(session, register, words, settings.now).text)
            return 0
        done = send_digest(
            store,
            register,
            words,
            settings.now,
            recipients=settings.mail_to,
            sender=settings.mail_from,
            smtp_url=settings.smtp_url,
            outbox=settings.home / "outbox",
        )
    for delivery in done:
        say(delivery.line())
    return 1 if any(delivery.error for delivery in done) else 0


@app.command()
def watch() -> int:
    """Faire tout cela à ses heures, jusqu'à ce qu'on l'arrête."""
    import scheduler
    from pipeline.slots import Slots
    from vigie.hours import BUNDLED, read_hours

    settings = read_settings()
    visits = ((s.id, s.schedule) for s in doors.register(settings).values() if not s.retired)
    todo = scheduler.jobs((pair for pair in visits if pair[1]), read_hours(settings.file(BUNDLED)))
    with doors.store(settings) as store:
        say(f"{len(todo)} tâches à leurs heures (America/Toronto). Ctrl+C arrête.")
        scheduler.watch(todo, Slots(store, f"{socket.gethostname()}:{os.getpid()}"), clock)
    return 0


@app.command()
def review(port: Port = PORT) -> int:
    """Servir la page sur 127.0.0.1."""
    from waitress import serve

    from vigie.review.app import Ours, create_app

    settings = read_settings()
    with doors.store(settings) as store:
        page = create_app(
            store,
            doors.register(settings),
            doors.themes(settings),
            lambda: read_settings().now,
            settings.lang,
            Ours(doors.labels(settings), doors.partners(settings), doors.occasions(settings)),
        )
        say(f"http://127.0.0.1:{port} · Ctrl+C arrête.")
        try:
            serve(page, host="127.0.0.1", port=port, threads=4, _quiet=True)
        except OSError as error:
            raise DoorError(
                f"Le port {port} n'est pas libre ({error.strerror}); choisissez-en un par --port."
            ) from error
    return 0


@app.command()
def season() -> int:
    """Rejouer la saison fictive, jour par jour, puis la montrer."""
    from vigie.season.home import prepare
    from vigie.season.player import play

    settings = read_settings()
    with doors.store(settings) as store:
        prepare(settings.home, store)
    play(run, settings.home, say)
    return 0 if os.environ.get("VIGIE_SERVE") == "0" else run(["review"])


@app.command()
def sources(
    as_json: AsJson = False,
    opml: Annotated[Path | None, typer.Option(help="Écrire les fils du registre en OPML.")] = None,
) -> int:
    """Dire comment vont les sources, celles à voir d'abord."""
    from pipeline.queries import sources_health
    from vigie.show import source_json, source_line

    settings = read_settings()
    if opml:
        from vigie.opml import as_opml

        write_bytes(opml, as_opml(doors.register(settings), settings.lang))
        return 0
    with doors.store(settings) as store, store.reading() as session:
        views = sources_health(session, doors.register(settings), settings.now)
    for view in views:
        if as_json:
            say_json(source_json(view, settings.lang))
        else:
            say(source_line(view, settings.lang))
    return 0 if all(view.well for view in views) else 1


@app.command()
def momentum(
    as_json: AsJson = False,
    explain: Annotated[
        str, typer.Option(metavar="UNIT", help="Tout ce sur quoi repose la mesure d'une unité.")
    ] = "",
    day: Annotated[str, typer.Option(help="Jour à montrer, AAAA-MM-JJ; aujourd'hui, sinon.")] = "",
) -> int:
    """Montrer ce qui monte, le plus surprenant d'abord."""
    from pipeline.clock import day_of
    from pipeline.queries import rising
    from vigie.explain import explanation, find_unit
    from vigie.show import momentum_json, momentum_line

    settings = read_settings()
    on = doors.day(day) if day else day_of(settings.now)
    with doors.store(settings) as store, store.reading() as session:
        views = rising(session, on)
    labels = doors.labels(settings)
    if explain:
        for line in explanation(find_unit(views, explain), labels, settings.lang):
            say(line)
        return 0
    for view in views:
        if as_json:
            say_json(momentum_json(view))
        else:
            say(momentum_line(view, labels, settings.lang))
    return 0


@app.command()
def blindspot(
    watched: Annotated[str, typer.Option("--watch", help="Dire un mot à surveiller.")] = "",
    ignored: Annotated[str, typer.Option("--ignore", help="Dire un mot sans intérêt.")] = "",
    by: Annotated[str, typer.Option(help="Qui le dit.")] = "équipe",
) -> int:
    """Chercher les mots qui montent dans les documents sans thème, ou en juger un."""
    from pipeline.blindspot import look, say_of
    from pipeline.queries.terms import rising_terms
    from vigie.show import term_line

    settings = read_settings()
    with doors.store(settings) as store:
        with store.session() as session:
            for term, verdict in ((watched, "watch"), (ignored, "ignore")):
                if term:
                    say_of(session, term, verdict, by, settings.now)
            if not (watched or ignored):
                look(session, settings.now)
        with store.reading() as session:
            views = rising_terms(session)
    for view in views:
        say(term_line(view))
    return 0


@windows.command("list")
def list_windows(
    closed: Annotated[bool, typer.Option("--closed", help="Le registre des fermées.")] = False,
) -> int:
    """Montrer les fenêtres d'opportunité ouvertes, celles à traiter d'abord."""
    from pipeline.clock import day_of
    from pipeline.queries import closed_windows, open_windows
    from vigie.show import window_line

    settings = read_settings()
    today = day_of(settings.now)
    with doors.store(settings) as store, store.reading() as session:
        views = (closed_windows if closed else open_windows)(session, today)
    themes = doors.themes(settings)
    for view in views:
        say(window_line(view, today, themes, settings.lang))
    return 0


@windows.command("close")
def close_window(
    id_: Annotated[int, typer.Argument(metavar="ID", help="Numéro de la fenêtre.")],
    fate: Annotated[Fate, typer.Option(help="Ce que l'équipe en a fait.")],
    cause: Annotated[FateCause | None, typer.Option(help="Pourquoi.")] = None,
    by: Annotated[str, typer.Option(help="Qui le dit.")] = "équipe",
) -> int:
    """Dire ce que l'équipe a fait d'une fenêtre; une fenêtre ouverte est fermée."""
    from pipeline.opportunities import close

    settings = read_settings()
    with doors.store(settings) as store:
        close(store, id_, fate, cause, by, settings.now)
    return 0


@app.command()
def backtest(
    since: Annotated[str, typer.Option("--from", help="Premier jour, AAAA-MM-JJ.")],
    until: Annotated[str, typer.Option("--to", help="Dernier jour, AAAA-MM-JJ.")],
    rising: Annotated[float, typer.Option(help="Seuil de « en hausse ».")] = RISING_FROM,
    surging: Annotated[float, typer.Option(help="Seuil de « forte hausse ».")] = SURGING_FROM,
) -> int:
    """Rejouer l'histoire gardée, sans rien écrire : ce qui aurait été envoyé."""
    from vigie.backtest import Lore, Thresholds, replay
    from vigie.hindsight import report

    settings = read_settings()
    first, last = doors.day(since), doors.day(until)
    if not (0 < CALM_UNDER < rising < surging and first <= last):
        raise MisuseError(f"Il faut {CALM_UNDER} < --rising < --surging, et --from avant --to.")
    register = doors.register(settings)
    words, owners = doors.words(settings, register), doors.owners(settings)
    lore = Lore(register, words, owners, doors.dossiers(settings))
    with doors.store(settings) as store, store.reading() as session:
        done = replay(session, lore, (first, last), Thresholds(rising, surging))
    for line in report(done, words):
        say(line)
    return 0


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="Table à donner.")],
    format_: Annotated[str, typer.Option("--format", help="jsonl.")] = "jsonl",
    output: Output = STDOUT,
) -> int:
    """Donner une table, une ligne JSON par rangée."""
    from pipeline.export import rows

    if format_ != "jsonl":
        raise typer.BadParameter("jsonl", param_hint="--format")
    settings = read_settings()
    with doors.store(settings) as store, store.reading() as session, writing(output) as write:
        for row in rows(session, table):
            write(row)
    return 0


@app.command()
def upgrade() -> int:
    """Mettre la base de données à la dernière version."""
    with doors.store(read_settings()):
        say("La base de données est à jour.")
    return 0


@app.command()
def train(
    output: Annotated[
        Path | None, typer.Option(help="Dossier du modèle; celui du paquet, sinon.")
    ] = None,
    reviews: Annotated[
        bool, typer.Option("--reviews", help="Apprendre aussi des documents jugés par l'équipe.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Garder un modèle qui perd sur les textes témoins."),
    ] = False,
) -> int:
    """Entraîner le modèle sur le corpus."""
    from classifiers.train import TRAINED
    from classifiers.train import train as train_on_corpus
    from pipeline.queries.reviews import reviewed
    from vigie.judged import judged

    settings = read_settings()
    said = []
    if reviews:
        with doors.store(settings) as store, store.reading() as session:
            said = list(judged(reviewed(session)))
    birth = train_on_corpus(output or TRAINED, now=settings.now, reviewed=said, force=force)
    say_json(birth)
    return 0


@app.command()
def evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="Textes étiquetés; les témoins du corpus, sinon.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Dossier d'un autre modèle, comparé à celui du paquet.")
    ] = None,
) -> int:
    """Mesurer le lecteur sur des textes étiquetés : thèmes, calibration, confusions, pires."""
    from classifiers.examples import BUNDLED, read_examples
    from classifiers.model import Classifier
    from classifiers.report import report
    from classifiers.train import guard_set

    reader = doors.reader(read_settings())
    labelled = read_examples(file or BUNDLED, reader.themes)
    texts = labelled if file else guard_set(labelled)
    measured = Classifier.load(trained=model) if model else reader
    for line in report(measured, texts, reader if model else None):
        say(line)
    return 0


@app.command()
def new(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Nom de la source, partout.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Fil ou page à suivre.")],
    title: Annotated[str, typer.Option(help="Titre; celui de la page, sinon.")] = "",
    kind: Annotated[str, typer.Option(help="Sorte de ce qui y est publié.")] = "news",
    file: File = None,
    dry_run: DryRun = False,
) -> int:
    """Ajouter une source : un fil est un bloc du registre; une page, un lecteur à remplir aussi."""
    from vigie.scaffold.new import Wanted, add
    from vigie.scaffold.place import place

    settings = read_settings()
    trip = doors.trip(settings)
    wanted = Wanted(id_, url, title, kind, read_bytes(file) if file else None)
    for line in add(wanted, place(settings.config), trip, dry_run):
        say(line)
    return 0


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Liste de fils, en OPML.")],
    dry_run: DryRun = False,
) -> int:
    """Ajouter les fils d'une liste OPML à ses propres sources."""
    from vigie.opml import import_opml

    for line in import_opml(read_bytes(file), str(file), read_settings().config, dry_run):
        say(line)
    return 0


@app.command()
def freeze(
    source: Annotated[str, typer.Argument(help="Identifiant de la source.")],
    addresses: Annotated[
        list[str] | None, typer.Argument(help="Adresses des pages; celles déjà figées, sinon.")
    ] = None,
    file: File = None,
    replay: Replay = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Retirer les anciennes pages des mêmes adresses.")
    ] = False,
    dry_run: DryRun = False,
) -> int:
    """Figer les pages d'une source, avec ce que son lecteur en tire, et montrer ce qui change."""
    from vigie.scaffold.freeze import Order
    from vigie.scaffold.freeze import freeze as freeze_pages
    from vigie.scaffold.place import checkout

    settings = read_settings()
    where = checkout()
    (found,) = doors.chosen(read_register(*where.known()), [source])
    order = Order(tuple(addresses or ()), file, replace)
    lines, well = freeze_pages(found, order, where, doors.trip(settings, replay), dry_run)
    for line in lines:
        say(line)
    return 0 if well else 1


@trying.command("classify")
def try_classify(lines: Lines, output: Output = STDOUT) -> int:
    """Lire des textes : thèmes, proximité, raisons."""
    from classifiers.lines import classify_lines

    return answer(classify_lines(read_lines(lines), doors.reader(read_settings())), output)


@trying.command("momentum")
def try_momentum(cases: Lines, output: Output = STDOUT) -> int:
    """Mesurer des séries de comptes."""
    from pipeline.momentum import alarms

    return answer(alarms(read_json(cases)), output)


@trying.command("mentions")
def try_mentions(cases: Lines, output: Output = STDOUT) -> int:
    """Trouver ce que des passages nomment : projets de loi, commissions, partenaires."""
    from pipeline.spoken import named_as_lines

    return answer(named_as_lines(read_json(cases)), output)


@trying.command("stories")
def try_stories(cases: Lines, output: Output = STDOUT) -> int:
    """Regrouper des textes : les mêmes nouvelles, les copies."""
    from pipeline.board import stories

    return answer(stories(read_json(cases), doors.usual()), output)


@trying.command("feed")
def try_feed(files: Files, url: Address = "") -> int:
    """Lire des fils RSS, Atom ou RDF."""
    from spiders.feed import entries_as_lines

    now = read_settings().now
    return answer(each_file(files, lambda path: entries_as_lines(path, url, now)), STDOUT)


@trying.command("article")
def try_article(file: Annotated[Path, typer.Argument()], url: Address) -> int:
    """Lire la page d'un article : titre, date, texte."""
    from spiders.article import article_as_line

    say_json(article_as_line(read_bytes(file), url, read_settings().now))
    return 0


@trying.command("deadlines")
def try_deadlines(files: Files) -> int:
    """Lire les échéances d'avis, en HTML ou en texte."""
    from spiders.deadlines import deadlines_as_lines

    return answer((line for path in files for line in deadlines_as_lines(path)), STDOUT)


@trying.command("page")
def try_page(file: Annotated[Path, typer.Argument()], url: Address) -> int:
    """Lire une page d'un site qu'un robot connaît."""
    from spiders.items import as_json
    from spiders.tryout import read_page

    settings = read_settings()
    items = read_page(read_bytes(file), url, doors.register(settings), settings.now)
    return answer((as_json(item) for item in items), STDOUT)


def run(arguments: Sequence[str]) -> int:
    """Run one command line inside this process; give its exit code. Named errors pass through."""
    command = typer.main.get_command(app)
    return int(command.main(list(arguments), prog_name="vigie", standalone_mode=False) or 0)


def main() -> None:
    """Run the command line. Exit 0 well, 1 something failed and is named, 2 misuse."""
    try:
        app(prog_name="vigie")
    except NAMED as error:
        typer.echo(f"vigie : {error}", err=True)
        raise SystemExit(2 if isinstance(error, MisuseError) else 1) from None
