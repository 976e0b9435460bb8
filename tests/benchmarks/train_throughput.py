"""Measures fine-tuning: this project's loop against Keras `fit` and Hugging Face's Trainer.

    python tests/benchmarks/train_throughput.py --checkpoint my-roberta/ --rows news.json

Three sides train the same checkpoint on the same rows, 32 a batch, with Adam at 1e-5 and gradients
clipped at 1, in processes of their own that take turns:

- this project's `Trainer`;
- Keras `fit`, the tutorial's way: every row padded to the longest of the file;
- `transformers.Trainer` in PyTorch, with dynamic padding and `group_by_length`, in an environment
  of its own (see `peer_environment.py`).

A round is one pass over a sample of the rows. A pass before the first round warms up, and gives the
seconds from tokenised rows in memory to the end of the first step: loading the model, tracing,
computing. Reported are medians over the rounds, with their range; ratios above 1 say that this
project is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from peer_environment import peer_python
from sides import Side, show

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = Path(__file__).resolve().parent
MAX_LENGTH = 128


def main(arguments: Sequence[str]) -> None:
    """Runs the benchmark and prints its table."""
    options = parse(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        checkpoint = tokenise(options.rows, options.checkpoint, options.rows_a_round, folder)
        given = [folder / "rows.npz", checkpoint, options.batch_size, options.rounds]
        graph = [sys.executable, HERE / "train_sides.py"]
        peer = [peer_python(), HERE / "train_peer.py"]
        sides = [
            Side("this Trainer", [*graph, "loop", *map(str, given)]),
            Side("Keras fit", [*graph, "fit", *map(str, given)]),
            Side("PyTorch Trainer", [*peer, *map(str, given)]),
        ]
        for number in range(options.rounds):
            for side in sides:
                side.run_round()
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        for side in sides:
            side.close()
    print(f"checkpoint  {options.checkpoint or 'the starter checkpoint'}")
    print(f"rows        {options.rows_a_round} of {options.rows or 'the synthetic sample'}")
    print(f"measured    {options.rounds} alternating rounds, {os.cpu_count()} CPUs\n")
    print(f"{'':<16}{'examples/s':>24}{'ratio to it':>24}{'first step, s':>16}{'padded/real':>14}")
    ours = [round_["examples_per_second"] for round_ in sides[0].rounds]
    for side in sides:
        speeds = [round_["examples_per_second"] for round_ in side.rounds]
        ratios = [a / b for a, b in zip(ours, speeds, strict=True)]
        print(
            f"{side.name:<16}{show(speeds):>24}{show(ratios):>24}"
            f"{side.ready['first_step']:>16.1f}{side.rounds[0]['padded_per_real']:>14.3f}"
        )
    print(
        "\nall rows of the file in this Trainer's batches: "
        f"{sides[0].ready['plan']:.3f} padded/real"
    )


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, help="folder; default: the starter checkpoint")
    parser.add_argument("--rows", type=Path, help="JSON lines; default: the synthetic sample")
    parser.add_argument("--rows-a-round", type=int, default=320)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(arguments)


def tokenise(rows: Path | None, checkpoint: Path | None, sample: int, folder: Path) -> Path:
    """Writes all rows' token ids and labels, and which of them are the sample, to rows.npz.

    Returns:
        The checkpoint to train.
    """
    from pipeline.demo.sample import write_sample
    from pipeline.demo.starter_checkpoint import build_starter_checkpoint

    if rows is None:
        rows = folder / "sample.json"
        write_sample(rows, count=6_000, seed=1)
    if checkpoint is None:
        checkpoint = build_starter_checkpoint(folder / "checkpoint", rows, seed=1)

    from components.article.fields import TEXT_FIELDS
    from components.article.row import joined_text
    from components.json_example_gen.rows import judge_line
    from components.preprocessing.taxonomy import load_taxonomy
    from components.tokenizer import compile_tokenizer
    from pipeline.settings import DataSettings

    taxonomy = load_taxonomy(DataSettings().taxonomy, [])
    lines = rows.read_bytes().splitlines()
    outcomes = [judge_line(line, TEXT_FIELDS, taxonomy) for line in lines]
    accepted = [outcome.article for outcome in outcomes if outcome.article]
    texts = [joined_text(row, TEXT_FIELDS) for row in accepted]
    token_ids = compile_tokenizer(str(checkpoint), MAX_LENGTH)(texts)
    class_ids = {name: number for number, name in enumerate(taxonomy.class_names)}
    np.savez(
        folder / "rows.npz",
        token_ids=token_ids.values.numpy().astype(np.int32),
        offsets=token_ids.row_splits.numpy(),
        labels=np.array(
            [class_ids[taxonomy.class_of[row["category"]]] for row in accepted], np.int32
        ),
        sample=np.random.default_rng(0).choice(len(accepted), sample, replace=False),
        class_names=json.dumps(taxonomy.class_names),
    )
    return checkpoint


if __name__ == "__main__":
    main(sys.argv[1:])
