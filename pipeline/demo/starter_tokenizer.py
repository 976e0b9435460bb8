"""Trains the starter checkpoint's tokenizer: a byte-level BPE laid out as RoBERTa's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

# RoBERTa's order; <mask> comes last of all, behind the learned vocabulary.
LEADING_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
MASK = "<mask>"


def train_tokenizer(texts: Iterable[str], vocabulary_size: int) -> Tokenizer:
    """Learns a byte-level BPE of at most `vocabulary_size` entries, specials included."""
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size - 1,
        min_frequency=2,
        special_tokens=list(LEADING_SPECIALS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer=trainer)
    learned = json.loads(learner.to_str())["model"]
    return _roberta_tokenizer(learned["vocab"], [tuple(merge) for merge in learned["merges"]])


def save_tokenizer(tokenizer: Tokenizer, folder: Path, max_length: int) -> None:
    """Writes every tokenizer file that a Hugging Face RoBERTa checkpoint has."""
    tokenizer.save(str(folder / "tokenizer.json"))
    tokenizer.model.save(str(folder))  # vocab.json and merges.txt
    specials = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "cls_token": "<s>",
        "mask_token": MASK,
    }
    config = {
        **specials,
        "tokenizer_class": "RobertaTokenizer",
        "model_max_length": max_length,
        "add_prefix_space": False,
        "trim_offsets": True,
    }
    for name, content in (("special_tokens_map", specials), ("tokenizer_config", config)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _roberta_tokenizer(vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> Tokenizer:
    """Assembles RoBERTa's pipeline around a learned vocabulary, with <mask> as its last entry."""
    vocabulary = {**vocabulary, MASK: len(vocabulary)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(
        sep=("</s>", vocabulary["</s>"]),
        cls=("<s>", vocabulary["<s>"]),
        trim_offsets=True,
        add_prefix_space=False,
    )
    tokenizer.add_special_tokens([AddedToken(name, normalized=False) for name in LEADING_SPECIALS])
    # As in RoBERTa, <mask> takes the white space before it along.
    tokenizer.add_special_tokens([AddedToken(MASK, lstrip=True, normalized=False)])
    return tokenizer
