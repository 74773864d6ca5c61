"""What judged documents teach: python benchmarks/learning.py LABELLED.jsonl [SPLITS]

Half of the labelled texts, drawn by chance, are learnt from beside the corpus, some at a time; the
other half is read. Calibration and thresholds are those in use: only the weights are fitted again,
as a hundred texts among thousands move the former little, and a whole training takes six times as
long. Every size is compared with none learnt, on the same half.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

from classifiers.evaluate import Figures, evaluate
from classifiers.examples import BUNDLED, LabelledText, read_examples
from classifiers.model import Classifier
from classifiers.train import CONFIG, _fit, _lesson, _matchers

SIZES = (25, 50, 75, 100, 200)
SPLITS = 5
FIGURES = ("micro_f1", "macro_f1", "flag_precision", "flag_recall", "false_flags", "direct_recall")


def taught(reader: Classifier, reviewed: Sequence[LabelledText]) -> Classifier:
    """Give the reader in use, its weights fitted again with these texts beside the corpus."""
    lesson = _lesson(BUNDLED, CONFIG, reviewed)
    nlp = _fit(lesson, lesson.taught)
    return Classifier(lesson.themes, *_matchers(lesson, nlp.vocab), nlp, reader.calibration)


def line(size: int, gains: Sequence[Figures], bases: Sequence[Figures]) -> str:
    """Say the mean of each figure, and what it gained over none learnt: mean ± deviation."""
    said = [f"{size:>4}"]
    for name in FIGURES:
        values = [getattr(one, name) for one in gains]
        gained = [v - getattr(base, name) for v, base in zip(values, bases, strict=True)]
        spread = f" ±{stdev(gained):.3f}" if size and len(gained) > 1 else ""
        said.append(f"{name} {mean(values):.3f} ({mean(gained):+.3f}{spread})")
    return "\t".join(said)


def main(path: Path, splits: int = SPLITS) -> None:
    reader = Classifier.load()
    labelled = read_examples(path, reader.themes)
    half = len(labelled) // 2
    sizes = [size for size in SIZES if size <= half]
    halves = [random.Random(seed).sample(labelled, len(labelled)) for seed in range(splits)]
    print(f"{splits} splits, {half} to learn from, {len(labelled) - half} read")
    unlearnt = taught(reader, [])
    bases = [evaluate(unlearnt, one[half:]) for one in halves]
    print(line(0, bases, bases), flush=True)
    for size in sizes:
        found = [evaluate(taught(reader, one[:size]), one[half:]) for one in halves]
        print(line(size, found, bases), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
