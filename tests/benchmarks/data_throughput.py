"""Measures rows to tokenised examples: the pipeline's components against plain Python.

    python tests/benchmarks/data_throughput.py --rows 20000 200000 --checkpoint my-roberta/

JsonExampleGen, StatisticsGen and Transform run as the pipeline runs them, on Beam's DirectRunner
with one worker, each in a process of its own and without ML Metadata. Plain Python is one loop over
the same file with json, Hugging Face's `tokenizers` (one thread) and TensorFlow's TFRecord writer:
the same raw and tokenised examples, the same counting of rows, a fingerprint of the file; but
neither identities and duplicates, nor the figures that DataValidator compares. Rows are
generated (see `data_rows.py`) into a temporary folder.

Stated are CPU seconds without imports, and the process's largest memory, imports included: these
alone take what the column 'imports' says. Of ratios above 1 plain Python is the faster one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from data_rows import write_rows
from data_sides import WITH_TWINS

HERE = Path(__file__).resolve().parent
SIZES = (20_000, 200_000, 1_000_000)
PLAIN, EXAMPLE_GEN, TRANSFORM = "plain", "JsonExampleGen", "Transform"
TWINS = f"{EXAMPLE_GEN}{WITH_TWINS}"
SIDES = (PLAIN, EXAMPLE_GEN, "StatisticsGen", TRANSFORM, TWINS)
SCHEMA = "ReviewedSchema"  # Transform reads it
_SAMPLE_ROWS = 6_000


def main(arguments: Sequence[str]) -> None:
    """Runs the benchmark and prints its tables."""
    options = parse(arguments)
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        checkpoint = options.checkpoint or starter_checkpoint(Path(scratch), options.seed)
        print(f"checkpoint  {options.checkpoint or 'the starter checkpoint, of generated rows'}")
        libraries = ("apache-beam", "tfx", "tokenizers")
        print(f"versions    {', '.join(f'{name} {version(name)}' for name in libraries)}")
        print(f"measured    once, {os.cpu_count()} CPUs, seed {options.seed}")
        for count in options.rows:
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                measure(count, Path(folder), Path(checkpoint), options.seed)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="how many, each in turn")
    parser.add_argument("--checkpoint", type=Path, help="folder; default: the starter checkpoint")
    parser.add_argument("--seed", type=int, default=7, help="of the rows")
    parser.add_argument("--scratch", type=Path, help="folder with 2 GB for each million rows")
    return parser.parse_args(arguments)


def starter_checkpoint(folder: Path, seed: int) -> Path:
    """The demo's, with a tokenizer trained on rows like those that are measured."""
    from pipeline.demo.starter_checkpoint import build_starter_checkpoint

    sample = folder / "sample.json"
    write_rows(sample, _SAMPLE_ROWS, seed + 1)
    return build_starter_checkpoint(folder / "checkpoint", sample, seed)


def measure(count: int, folder: Path, checkpoint: Path, seed: int) -> None:
    """Measures one number of rows."""
    rows = folder / "rows.json"
    write_rows(rows, count, seed)
    print(f"\n{count:,} rows, {rows.stat().st_size / 1e6:,.0f} MB")
    print(f"{'':<26}{'CPU s':>9}{'µs a row':>10}{'peak GB':>9}{'imports':>9}")
    run_side(SCHEMA, folder, checkpoint)
    cpu = {}
    for side in SIDES:
        taken = run_side(side, folder, checkpoint)
        cpu[side] = taken["cpu"]
        print(
            f"{side:<26}{cpu[side]:>9.1f}{cpu[side] / count * 1e6:>10.1f}"
            f"{taken['peak'] / 1e9:>9.2f}{taken['imported'] / 1e9:>9.2f}",
            flush=True,
        )
    ratio = (cpu[EXAMPLE_GEN] + cpu[TRANSFORM]) / cpu[PLAIN]
    print(f"{EXAMPLE_GEN} and {TRANSFORM} take {ratio:.2f} times plain Python's CPU")
    twins = cpu[TWINS] - cpu[EXAMPLE_GEN]
    print(f"the search for near twins takes {twins:.1f} s, {twins / count * 1e6:.1f} µs a row")


def run_side(side: str, folder: Path, checkpoint: Path) -> dict[str, float]:
    """What a side took, see `data_sides.py`."""
    ran = subprocess.run(
        [sys.executable, HERE / "data_sides.py", side, folder, checkpoint],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TOKENIZERS_PARALLELISM": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise SystemExit(f"{side} failed:\n{ran.stderr[-3_000:]}")
    return json.loads(ran.stdout.splitlines()[-1])


if __name__ == "__main__":
    main(sys.argv[1:])
