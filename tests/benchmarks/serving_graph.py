"""The exported model's side of `serving.py`; usage: serving_graph.py FOLDER REQUESTS."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import tensorflow as tf
import tensorflow_text  # noqa: F401 - registers the tokenizer's operations

BATCH_SIZE = 64


def main(folder: Path, requests: Path) -> None:
    """Answers a round for every line of standard input."""
    loaded = tf.saved_model.load(str(folder / "saved_model"))
    signature = loaded.signatures["serving_default"]
    texts = [tuple(text) for text in json.loads(requests.read_text(encoding="utf-8"))]

    def answer(rows: list[tuple[str, str]]) -> list[str]:
        headlines, descriptions = zip(*rows, strict=True)
        result = signature(
            headline=tf.constant(headlines), short_description=tf.constant(descriptions)
        )
        result["probabilities"].numpy()
        return [labels[0].decode() for labels in result["labels"].numpy()]

    def timed(rows: list[tuple[str, str]]) -> float:
        started = time.perf_counter()
        answer(rows)
        return time.perf_counter() - started

    batches = [texts[i : i + BATCH_SIZE] for i in range(0, len(texts), BATCH_SIZE)]
    labels = [label for batch in batches for label in answer(batch)]
    timed(texts[:1])
    print(json.dumps({"labels": labels}), flush=True)
    for _ in sys.stdin:
        single = [timed([text]) for text in texts[:BATCH_SIZE]]
        print(json.dumps({"single": single, "batch": [timed(b) for b in batches]}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
