"""PyTorch's side of `train_throughput.py`: train_peer.py ROWS CHECKPOINT BATCH_SIZE ROUNDS."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoModelForSequenceClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

PAD = 1


class Rows(torch.utils.data.Dataset):
    """The sample of rows.npz, and how much of its batches is padding."""

    def __init__(self, data: dict[str, Any]):
        splits, token_ids = data["offsets"], data["token_ids"]
        self._rows = [
            {"input_ids": token_ids[splits[i] : splits[i + 1]], "labels": int(data["labels"][i])}
            for i in data["sample"]
        ]
        self.real = self.padded = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> dict[str, Any]:
        return self._rows[number]

    def collate(self, rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Pads a batch to its own longest row."""
        parts = [torch.from_numpy(row["input_ids"]).long() for row in rows]
        padded = torch.nn.utils.rnn.pad_sequence(parts, batch_first=True, padding_value=PAD)
        self.real += sum(map(len, parts))
        self.padded += padded.numel()
        return {
            "input_ids": padded,
            "attention_mask": (padded != PAD).long(),
            "labels": torch.tensor([row["labels"] for row in rows]),
        }


class Turns(TrainerCallback):
    """Answers the rounds, which are the epochs after the first; times count from its making."""

    def __init__(self, rows: Rows):
        self._rows = rows
        self._made = self._started = time.perf_counter()
        self._first_step: float | None = None
        self._is_warm = False

    def on_step_end(self, *arguments: Any, **options: Any) -> None:
        """Notes the first step."""
        if self._first_step is None:
            self._first_step = time.perf_counter() - self._made

    def on_epoch_end(self, *arguments: Any, **options: Any) -> None:
        """Prints what the epoch took, and waits for the next round."""
        seconds = time.perf_counter() - self._started
        if self._is_warm:
            padded_per_real = self._rows.padded / self._rows.real
            self._print(
                examples_per_second=len(self._rows) / seconds, padded_per_real=padded_per_real
            )
        else:
            self._print(first_step=self._first_step)
        self._is_warm = True
        sys.stdin.readline()
        self._started = time.perf_counter()

    def _print(self, **values: Any) -> None:
        print(json.dumps(values), flush=True)


def main(data: dict[str, Any], checkpoint: str, batch_size: int, rounds: int) -> None:
    """Trains for a warm-up epoch and the rounds."""
    rows = Rows(data)
    turns = Turns(rows)
    model = AutoModelForSequenceClassification.from_pretrained(
        checkpoint,
        num_labels=len(json.loads(str(data["class_names"]))),
        torch_dtype=torch.float32,
        ignore_mismatched_sizes=True,
    )
    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output,
            num_train_epochs=rounds + 1,
            per_device_train_batch_size=batch_size,
            learning_rate=1e-5,
            lr_scheduler_type="constant",
            optim="adamw_torch",
            weight_decay=0.0,
            max_grad_norm=1.0,
            group_by_length=True,
            use_cpu=True,
            disable_tqdm=True,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
        )
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=rows,
            data_collator=rows.collate,
            callbacks=[turns],
        )
        trainer.train()


if __name__ == "__main__":
    main(dict(np.load(sys.argv[1])), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
