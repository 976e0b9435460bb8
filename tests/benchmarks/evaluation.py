"""Measures what the gate costs, against serving the same rows in batches of 64.

    python tests/benchmarks/evaluation.py --checkpoint my-roberta/ --rows news.json --count 20000

Evaluations are those of the Evaluator's executor, in this process, of an export whose head is not
trained: alone; with a baseline of which nothing is kept; with one whose answers to these rows are
kept, as those of a model that was judged before are; and of a model that is judged again. Reported
are CPU seconds, medians over the rounds with their range, and the cost over that of serving. What
any process pays once, for importing TFX, is not in them.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

from sides import show

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import tensorflow as tf
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact
from tfx.types import standard_artifacts as artifacts
from tfx.utils import proto_utils

from components.article.example import article_to_example
from components.article.fields import FIELDS, TEXT_FIELDS
from components.evaluation.evaluator import GateExecutor
from components.evaluation.gate import make_eval_config
from components.evaluation.policy import GatePolicy
from components.preprocessing.class_names import export_class_names
from components.serving.exported_model import ExportedModel
from components.serving.signatures import EXAMPLES_INPUT, Signature
from components.splits import JUDGED
from pipeline.demo.sample import write_sample

HERE = Path(__file__).resolve().parent
BATCH_SIZE = 64
_EXPORT = "Format-Serving"


def main(arguments: Sequence[str]) -> None:
    """Runs the benchmark and prints its table."""
    options = parse(arguments)
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = write_rows(options.rows, options.count, folder)
        models = [make_model(options.checkpoint, folder / name) for name in ("new", "blessed")]
        gate = Gate(folder, *models)
        serve(models[0], rows[:BATCH_SIZE])  # what is done once
        measured: dict[str, list[float]] = {}
        for _ in range(options.rounds):
            for name, run in gate.cases(lambda: serve(models[0], rows)):
                started = time.process_time()
                run()
                measured.setdefault(name, []).append(time.process_time() - started)
    print(f"checkpoint  {options.checkpoint or 'the starter checkpoint'}")
    print(f"rows        {len(rows):,} of {options.rows or 'the synthetic sample'}")
    print(f"measured    {options.rounds} alternating rounds, {os.cpu_count()} CPUs")
    print(f"\n{'CPU seconds':<36}{'':>24}   over serving")
    serving = next(iter(measured.values()))
    for name, seconds in measured.items():
        over = statistics.median(s / t for s, t in zip(seconds, serving, strict=True))
        print(f"{name:<36}{show(seconds):>24}   {over:.2f}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, help="folder; default: the starter checkpoint")
    parser.add_argument("--rows", type=Path, help="JSON lines; default: the synthetic sample")
    parser.add_argument("--count", type=int, default=5_000, help="rows; a short file is repeated")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args(arguments)


def write_rows(file: Path | None, count: int, folder: Path) -> list[bytes]:
    """Writes the judged split of an Examples artifact; returns its records, no two alike."""
    if file is None:
        file = folder / "sample.json"
        write_sample(file, count=count, seed=1)
    parsed = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    records = []
    for number, row in enumerate(islice(cycle(parsed), count)):
        article = {name: str(row.get(name) or "") for name in FIELDS}
        example = article_to_example(article, TEXT_FIELDS)
        example.features.feature["number"].int64_list.value.append(number)
        records.append(example.SerializeToString(deterministic=True))
    split = folder / "examples" / f"Split-{JUDGED}"
    split.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(split / "data_tfrecord-00000-of-00001.gz"), "GZIP") as writer:
        for record in records:
            writer.write(record)
    return records


def make_model(checkpoint: Path | None, folder: Path) -> Path:
    """A Model artifact with an export of the checkpoint."""
    folder.mkdir()
    command = [sys.executable, HERE / "serving_export.py", folder, *filter(None, [checkpoint])]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (folder / "saved_model").rename(folder / _EXPORT).parent


def serve(model: Path, rows: Sequence[bytes]) -> None:
    """Asks the export as a client would."""
    exported = ExportedModel(str(model / _EXPORT))
    for start in range(0, len(rows), BATCH_SIZE):
        exported.ask(Signature.EXAMPLES, {EXAMPLES_INPUT: rows[start : start + BATCH_SIZE]})


class Gate:
    """The Evaluator's executor on a candidate and a baseline.

    Args:
        folder: with the Examples artifact.
        candidate: folder of its Model artifact.
        baseline: the same.
    """

    def __init__(self, folder: Path, candidate: Path, baseline: Path):
        self._folder, self._candidate, self._baseline = folder, candidate, baseline

    def cases(self, serving: Callable[[], None]) -> list[tuple[str, Callable[[], None]]]:
        """What is measured, in this order: each finds what the one before has kept."""
        new, blessed = self._candidate, self._baseline
        return [
            (f"serving, batches of {BATCH_SIZE}", serving),
            ("gate, no baseline", lambda: self._judge([], forget=[new])),
            ("gate, baseline, nothing kept", lambda: self._compare(new, blessed)),
            ("gate, baseline, its answers kept", lambda: self._compare(new)),
            ("gate, baseline, judged again", self._compare),
        ]

    def _compare(self, *forget: Path) -> None:
        self._judge([_artifact(artifacts.Model, self._baseline, 3)], forget)

    def _judge(self, baseline: list[Artifact], forget: Sequence[Path]) -> None:
        for model in forget:
            shutil.rmtree(f"{model}.answers", ignore_errors=True)
        results = self._folder / "results"
        shutil.rmtree(results, ignore_errors=True)
        examples = _artifact(artifacts.Examples, self._folder / "examples", 1)
        examples.split_names = json.dumps([JUDGED])
        inputs = {
            "model": [_artifact(artifacts.Model, self._candidate, 2)],
            "examples": [examples],
            "baseline_model": baseline,
        }
        outputs = {
            "evaluation": [_artifact(artifacts.ModelEvaluation, results / "evaluation", 4)],
            "blessing": [_artifact(artifacts.ModelBlessing, results / "blessing", 5)],
        }
        classes = len(export_class_names(str(self._candidate / _EXPORT)))
        config = proto_utils.proto_to_json(make_eval_config(GatePolicy(), classes))
        properties = {"eval_config": config, "example_splits": json.dumps([JUDGED])}
        context = BaseBeamExecutor.Context([], str(self._folder), unique_id="1")
        GateExecutor(context).Do(inputs, outputs, properties)


def _artifact(kind: type[Artifact], uri: Path, number: int) -> Artifact:
    artifact = kind()
    artifact.uri, artifact.id = str(uri), number
    return artifact


if __name__ == "__main__":
    main(sys.argv[1:])
