"""What does the reader cost beside the bare model, and to start?

    python benchmarks/reader.py [--texts 4000] [--runs 5]

The same texts of the corpus, A B C A B C. A: the whole reader (rules, model, calibration, facets,
language, reasons). B: `nlp.pipe` of the trained model alone, on documents cut into words and given
their cues beforehand. C: `nlp.pipe` on the same texts, cut into words and searched for the rules on
the way. Printed: documents a second (medians), the ratios to B of each round, and what it takes to
start.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from spacy.tokens import Doc

from classifiers.examples import BUNDLED, read_examples
from classifiers.model import BATCH, Classifier, Text, prepare, with_cues
from classifiers.themes import read_themes

START = (
    "from classifiers.model import Classifier, Text; next(Classifier.load().read([Text('CPE')]))"
)


def ready(reader: Classifier, texts: list[Text]) -> Iterator[Doc]:
    """Cut texts into words and look for the rules that apply."""
    for text in texts:
        for reading in prepare(text):
            doc = reading.doc(reader.nlp.vocab)
            hits = reader.matcher.read(doc, reading.lead)
            yield with_cues(doc, reading, hits, reader.families)


def rate(work: Callable[[], int]) -> float:
    """Give what a piece of work does in a second."""
    started = time.perf_counter()
    return work() / (time.perf_counter() - started)


def start() -> tuple[float, float]:
    """Give the seconds and the megabytes of a process that reads one text."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", START], check=True)
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=4000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    reader = Classifier.load()
    examples = read_examples(BUNDLED, read_themes())[: asked.texts]
    texts = [Text(one.title, one.text, one.lang, one.kind) for one in examples]
    docs = list(ready(reader, texts))

    def bare() -> int:
        return sum(1 for _ in reader.nlp.pipe((doc.copy() for doc in docs), batch_size=BATCH))

    def pipeline() -> int:
        return sum(1 for _ in reader.nlp.pipe(ready(reader, texts), batch_size=BATCH))

    def whole() -> int:
        return sum(1 for _ in reader.read(texts))

    bare()
    rates = [(rate(whole), rate(bare), rate(pipeline)) for _ in range(asked.runs)]
    names = ("whole reader", "bare model", "pipeline")
    for name, of in zip(names, zip(*rates, strict=True), strict=True):
        print(f"{name:14} {statistics.median(of):7.0f} documents/s")
    print("whole/bare    ", " ".join(f"{a / b:.2f}" for a, b, _ in rates))
    print("pipeline/bare ", " ".join(f"{c / b:.2f}" for _, b, c in rates))
    seconds, megabytes = start()
    print(f"start          {seconds:.2f} s, {megabytes:.0f} MB")


if __name__ == "__main__":
    main()
