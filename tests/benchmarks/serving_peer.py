"""The PyTorch side of `serving.py`; usage: serving_peer.py FOLDER REQUESTS."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, pipeline

BATCH_SIZE = 64
MAX_LENGTH = 128


def load(folder: Path) -> torch.nn.Module:
    """The checkpoint's encoder, with the head that the exported model has."""
    names = dict(enumerate(json.loads((folder / "names.json").read_text(encoding="utf-8"))))
    config = AutoConfig.from_pretrained(
        folder / "checkpoint",
        num_labels=len(names),
        id2label=names,
        label2id={name: index for index, name in names.items()},
    )
    # In fp32, as TensorFlow loads it, whatever the file holds.
    model = AutoModelForSequenceClassification.from_pretrained(
        folder / "checkpoint", config=config, torch_dtype=torch.float32
    )
    head = np.load(folder / "head.npz")
    with torch.no_grad():
        for name in ("dense", "out_proj"):
            layer = getattr(model.classifier, name)
            layer.weight.copy_(torch.from_numpy(head[f"{name}.kernel:0"].T))
            layer.bias.copy_(torch.from_numpy(head[f"{name}.bias:0"]))
    return model.eval()


def main(folder: Path, requests: Path) -> None:
    """Answers a round for every line of standard input."""
    classify = pipeline(
        "text-classification",
        model=load(folder),
        tokenizer=AutoTokenizer.from_pretrained(folder / "checkpoint"),
        top_k=3,
        truncation=True,
        max_length=MAX_LENGTH,
    )
    pairs = json.loads(requests.read_text(encoding="utf-8"))
    texts = [" ".join(filter(None, pair)) for pair in pairs]

    def timed(rows: list[str]) -> float:
        started = time.perf_counter()
        classify(rows, batch_size=BATCH_SIZE)
        return time.perf_counter() - started

    batches = [texts[i : i + BATCH_SIZE] for i in range(0, len(texts), BATCH_SIZE)]
    labels = [ranked[0]["label"] for b in batches for ranked in classify(b, batch_size=BATCH_SIZE)]
    timed(texts[:1])
    print(json.dumps({"labels": labels}), flush=True)
    for _ in sys.stdin:
        single = [timed([text]) for text in texts[:BATCH_SIZE]]
        print(json.dumps({"single": single, "batch": [timed(b) for b in batches]}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
