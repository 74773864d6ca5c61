"""What `vigie evaluate` shows: how a reader agrees with labelled texts, as lines in French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from classifiers.evaluate import Figures, Said, answers, compare, confusions, worst
from classifiers.examples import LabelledText
from classifiers.model import Classifier

NAMES = {
    "micro_f1": "F1 micro",
    "macro_f1": "F1 macro",
    "flag_precision": "précision, un thème ou aucun",
    "flag_recall": "rappel, un thème ou aucun",
    "false_flags": "textes sans thème qui en reçoivent un",
    "direct_recall": "rappel, proximité directe",
    "proximity_accuracy": "proximité exacte",
    "calibration_error": "erreur de calibration",
}
CONFUSED = 12  # pairs of neighbours that are shown


def report(
    classifier: Classifier,
    texts: Sequence[LabelledText],
    other: Classifier | None = None,
) -> Iterator[str]:
    """Give the lines: figures (beside those of another model), themes, parts, neighbours, worst."""
    said = answers(classifier, texts)
    figures = compare(texts, said, classifier.themes)
    beside = compare(texts, answers(other, texts), other.themes) if other else None
    yield f"{figures.texts} textes"
    yield from _figures(figures, beside)
    yield "thème\tF1\tprécision\trappel\ttextes"
    for theme, one in figures.themes.items():
        yield f"{theme}\t{one.f1:.3f}\t{one.precision:.3f}\t{one.recall:.3f}\t{one.support}"
    for name, part in _parts(texts, said).items():
        kept, heard = [text for text, _ in part], [have for _, have in part]
        of = compare(kept, heard, classifier.themes)
        yield f"{name}\t{of.texts} textes\tF1 micro {of.micro_f1:.3f}\tmacro {of.macro_f1:.3f}"
    for missed, told, times in confusions(texts, said)[:CONFUSED]:
        yield f"attendu {missed}, dit {told}\t{times}"
    for text, have in worst(texts, said):
        wanted, heard_ = _listed(text.themes), _listed(have.themes)
        yield f"{text.id}\tattendu {wanted}\tdit {heard_}\t{text.title}"


def _figures(figures: Figures, beside: Figures | None) -> Iterator[str]:
    for name, label in NAMES.items():
        line = f"{label}\t{getattr(figures, name):.3f}"
        yield f"{line}\t({getattr(beside, name):.3f} avec l'autre)" if beside else line


def _parts(
    texts: Sequence[LabelledText], said: Sequence[Said]
) -> Mapping[str, list[tuple[LabelledText, Said]]]:
    parts: dict[str, list[tuple[LabelledText, Said]]] = {}
    for text, have in zip(texts, said, strict=True):
        body = "avec texte" if text.text else "titre seul"
        for name in ("français" if text.lang == "fr" else "anglais", body):
            parts.setdefault(name, []).append((text, have))
    return parts


def _listed(themes: frozenset[str]) -> str:
    return ", ".join(sorted(themes)) or "–"
