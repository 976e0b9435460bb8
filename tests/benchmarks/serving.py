"""Measures raw text -> three likeliest classes: the exported model against PyTorch's pipeline.

    python tests/benchmarks/serving.py --checkpoint my-roberta/ --rows news.json --rounds 7

The peer is `transformers.pipeline("text-classification", top_k=3)` in PyTorch, with the same
encoder and head, in a process and an environment of its own (see `peer_environment.py`). Both keep
their default threads; the exported model is measured a second time with one intra-op thread, the
setting for single requests (TF Serving's --tensorflow_intra_op_parallelism=1). Rounds alternate; a
round answers the same single requests and the same batches of 64 on every side. Reported are
medians over the rounds, with their range; ratios above 1 say that the exported model is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from peer_environment import peer_python
from sides import Side, show

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent

SINGLE_REQUESTS = 64
BATCHES = 2
BATCH_SIZE = 64
MAX_LENGTH = 128


def main(arguments: Sequence[str]) -> None:
    """Runs the benchmark and prints its table."""
    options = parse(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        requests = folder / "requests.json"
        texts = read_texts(options.rows, folder)
        requests.write_text(json.dumps(texts), encoding="utf-8")
        export = [sys.executable, HERE / "serving_export.py", folder]
        checkpoint = [options.checkpoint] if options.checkpoint else []
        subprocess.run([*export, *checkpoint], check=True, stdout=subprocess.DEVNULL)
        graph = [sys.executable, HERE / "serving_graph.py", folder, requests]
        peer = Side("PyTorch", [peer_python(), HERE / "serving_peer.py", folder, requests])
        graphs = [
            Side("exported model", graph),
            Side("exported model, 1 thread", graph, TF_NUM_INTRAOP_THREADS="1"),
        ]
        sides = [*graphs, peer]
        labels = (graphs[0].ready["labels"], peer.ready["labels"])
        agreement = sum(a == b for a, b in zip(*labels, strict=True))
        for _ in range(options.rounds):
            for side in sides:
                side.run_round()
        for side in sides:
            side.close()
    print(f"checkpoint  {options.checkpoint or 'the starter checkpoint'}")
    print(f"requests    {len(texts)} texts of {options.rows or 'the synthetic sample'}")
    print(f"measured    {options.rounds} alternating rounds, {os.cpu_count()} CPUs")
    print(f"agreement   {agreement} of {len(texts)} likeliest classes are the same on both sides")
    for side in graphs:
        print(f"\n{side.name:<26}{'it':>24}{'PyTorch pipeline':>26}   ratio, median (min to max)")
        for name, measure in MEASURES.items():
            times = ([measure(round_) for round_ in s.rounds] for s in (side, peer))
            print(table_row(name, *times))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, help="folder; default: the starter checkpoint")
    parser.add_argument("--rows", type=Path, help="JSON lines; default: the synthetic sample")
    parser.add_argument("--rounds", type=int, default=7)
    return parser.parse_args(arguments)


def read_texts(rows: Path | None, scratch: Path) -> list[tuple[str, str]]:
    """(headline, short description) of the first rows of a file, or of the sample."""
    from pipeline.demo.sample import write_sample

    if rows is None:
        rows = scratch / "sample.json"
        write_sample(rows, count=600, seed=1)
    with rows.open(encoding="utf-8") as lines:
        wanted = [json.loads(next(lines)) for _ in range(BATCHES * BATCH_SIZE)]
    return [(row["headline"], row["short_description"]) for row in wanted]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


MEASURES = {
    "one request, p50, ms": lambda r: percentile(r["single"], 0.50) * 1e3,
    "one request, p99, ms": lambda r: percentile(r["single"], 0.99) * 1e3,
    "batch of 64, p50, ms": lambda r: percentile(r["batch"], 0.50) * 1e3,
    "batch of 64, p99, ms": lambda r: percentile(r["batch"], 0.99) * 1e3,
    "batch of 64, rows/s": lambda r: BATCH_SIZE / statistics.mean(r["batch"]),
}


def table_row(name: str, graph: list[float], peer: list[float]) -> str:
    """One measure of both sides, and the peer's cost over the exported model's, round by round."""
    better = (lambda a, b: a / b) if name.endswith("rows/s") else (lambda a, b: b / a)
    ratios = [better(a, b) for a, b in zip(graph, peer, strict=True)]

    return f"{name:<26}{show(graph):>24}{show(peer):>26}   {show(ratios)}"


if __name__ == "__main__":
    main(sys.argv[1:])
