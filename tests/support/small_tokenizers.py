"""Small tokenizers of both families, trained on the spot."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

CORPUS = (
    "Twitter Users Just Say No To Kellyanne Conway's Drug Abuse Cure",
    "It's been 27 years; they've said we'll, I'd and can't — naïve façade, coöperate!",
    "The quick brown fox jumps over the lazy dog. 1,234.56 and 2nd and 3rd of 1999-12-31",
    "Über den Wolken muß die Freiheit wohl grenzenlos sein. Ça va? El niño comió.",
    "Съешь же ещё этих мягких французских булок, да выпей чаю. Ξεσκεπάζω την ψυχοφθόρα",
    "漢字かな交じり文と カタカナ 한국어 문장 中文新闻标题 नमस्ते दुनिया שלום עולם مرحبا بالعالم",
    "🙂🙃 👩‍👩‍👧 🙂 🙂 🙂 ☕️ “quoted” … @user #tag http://a.b/c?d=e&f=%20 $5 €6 (1) [2] {3}",
)


def trained_byte_level_bpe() -> Tokenizer:
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    learner.train_from_iterator(CORPUS, trainer)
    model = json.loads(learner.to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    return byte_level_bpe_of(sorted(model["vocab"], key=model["vocab"].get), merges)


def byte_level_bpe_of(pieces: Sequence[str], merges: Sequence[tuple[str, str]]) -> Tokenizer:
    """Lays pieces out as RoBERTa does, between its special tokens."""
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *pieces, "<mask>"]
    vocabulary = {token: id for id, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocabulary, list(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(tokens[:4])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(sep=("</s>", 2), cls=("<s>", 0))
    return tokenizer


def trained_word_piece(**normalizer: bool | None) -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(**normalizer)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=600,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer
