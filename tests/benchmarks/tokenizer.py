"""Measures a compiled tokenizer against Hugging Face's `tokenizers`, on one thread each.

    python tests/benchmarks/tokenizer.py --checkpoint roberta-base/ --rows news.json --rounds 9

Both get texts that are in memory already, as tensors and as Python strings, and both truncate and
add special tokens; getting the ids out of the results is not counted. Rounds alternate, so that
what else the machine does hits both; the ratio is that of a round, and its median is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import string
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

# Both libraries read these when they are imported.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import tensorflow as tf
import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

from components.tokenizer import compile_tokenizer

# Batch size -> texts in a round: enough for a tenth of a second or more of each.
TEXTS_A_ROUND = {1: 512, 64: 2048, 1024: 4096}
MADE_UP_WORDS = 20_000
MADE_UP_ROWS = 4096


@dataclass(frozen=True)
class Round:
    """Seconds that each needed for the same texts."""

    graph: float
    reference: float

    @property
    def ratio(self) -> float:
        return self.reference / self.graph


def main(arguments: Sequence[str]) -> None:
    options = parse(arguments)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    with tempfile.TemporaryDirectory() as temporary:
        rows = read_rows(options.rows) if options.rows else made_up_rows()
        checkpoint = options.checkpoint or made_up_checkpoint(Path(temporary), rows)
        start = time.perf_counter()
        graph = compile_tokenizer(checkpoint, options.max_length)
        compile_seconds = time.perf_counter() - start
        reference = Tokenizer.from_file(str(Path(checkpoint) / "tokenizer.json"))
    reference.encode_special_tokens = True
    reference.no_padding()
    reference.enable_truncation(options.max_length)
    print(f"checkpoint  {options.checkpoint or 'made up'}: {graph.vocabulary_size:,} sub-words")
    print(f"texts       {options.rows or 'made up'}: {len(rows):,}")
    print(f"compiled    in {compile_seconds:.1f} s, with {graph.parity}")
    print(f"versions    tensorflow {tf.__version__}, tokenizers {tokenizers.__version__}")
    print(f"measured    {options.rounds} rounds, one thread each, {os.cpu_count()} CPUs")
    print(f"\n{'batch':>5}  {'graph':>16}  {'tokenizers':>16}  ratio, median (min to max)")
    for batch, count in TEXTS_A_ROUND.items():
        texts = list(islice(cycle(rows), count))
        print(table_row(batch, count, measure(graph, reference, texts, batch, options.rounds)))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--checkpoint",
        type=Path,
        help="folder with tokenizer.json; made up where not given",
    )
    parser.add_argument(
        "--rows",
        type=Path,
        help="JSON lines with headline and short_description; made up where not given",
    )
    parser.add_argument("--rounds", type=int, default=9, help="how often each is measured")
    parser.add_argument("--max-length", type=int, default=128, help="tokens kept of a text")
    return parser.parse_args(arguments)


def measure(
    graph: Callable[[tf.Tensor], tf.RaggedTensor],
    reference: Tokenizer,
    texts: Sequence[str],
    batch: int,
    rounds: int,
) -> list[Round]:
    # The variant without offsets, where the installed version has it, is the faster one.
    encode = getattr(reference, "encode_batch_fast", reference.encode_batch)
    as_strings = [texts[first : first + batch] for first in range(0, len(texts), batch)]
    as_tensors = [tf.constant(strings) for strings in as_strings]
    seconds_of(graph, as_tensors)
    seconds_of(encode, as_strings)
    measured = []
    for number in range(rounds):
        # Who goes first alternates too.
        if number % 2:
            reference_seconds = seconds_of(encode, as_strings)
            measured.append(Round(seconds_of(graph, as_tensors), reference_seconds))
        else:
            measured.append(Round(seconds_of(graph, as_tensors), seconds_of(encode, as_strings)))
    return measured


def seconds_of(tokenize: Callable[[object], object], batches: Sequence[object]) -> float:
    start = time.perf_counter()
    for texts in batches:
        tokenize(texts)
    return time.perf_counter() - start


def table_row(batch: int, count: int, rounds: Sequence[Round]) -> str:
    graph, reference = (
        f"{statistics.median(seconds) / count * 1e6:8.1f} µs/text"
        for seconds in zip(*((one.graph, one.reference) for one in rounds), strict=True)
    )
    ratios = [one.ratio for one in rounds]
    spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return f"{batch:>5}  {graph}  {reference}  {spread}"


def read_rows(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [f"{row['headline']} {row['short_description']}" for row in rows]


def made_up_rows() -> list[str]:
    """Sentences of made-up words that repeat as words do in a language, by Zipf's law."""
    rng = random.Random(5)
    words = [
        "".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 10)))
        for _ in range(MADE_UP_WORDS)
    ]
    frequencies = [1 / rank for rank in range(1, MADE_UP_WORDS + 1)]
    return [
        " ".join(rng.choices(words, frequencies, k=rng.randint(10, 50))).capitalize() + "."
        for _ in range(MADE_UP_ROWS)
    ]


def made_up_checkpoint(folder: Path, rows: Sequence[str]) -> Path:
    """A byte-level BPE laid out as RoBERTa's, learnt from the rows."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=8000,
        special_tokens=["<s>", "<pad>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(rows, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(sep=("</s>", 2), cls=("<s>", 0))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


if __name__ == "__main__":
    main(sys.argv[1:])
