"""Which ids frame and pad a text, and that no text can spell one of them."""

from dataclasses import dataclass

from components.tokenizer.source import Source

# What to pad with where no file says it: RoBERTa's way and BERT's.
_PAD_TOKENS = ("<pad>", "[PAD]")


@dataclass(frozen=True)
class SpecialTokens:
    """The ids that a model sees beside those of the text.

    Attributes:
        prefix: ids before the text, such as `<s>` or `[CLS]`; empty where the tokenizer's
            post-processor adds none, as GPT-2's.
        suffix: ids after the text, such as `</s>` or `[SEP]`.
        pad: the id that fills a batch.
    """

    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    pad: int


def read_special_tokens(source: Source) -> SpecialTokens:
    """Reads the special tokens of a tokenizer, refusing what would not be exact.

    Raises:
        UnsupportedTokenizer: for an added token that is not special, or that a text could
            spell; a post-processor that repeats the text; truncation from the left; no padding
            token.
    """
    _require_truncation_from_the_right(source)
    _require_special_and_unspellable(source)
    prefix, suffix = _framing(source)
    pad = _pad_id(source)
    size = source.backend.get_vocab_size(with_added_tokens=True)
    beyond = [id for id in (*prefix, *suffix) if id >= size]
    source.require(not beyond, "post_processor", f"with the ids {beyond}", f"ids below {size}")
    return SpecialTokens(prefix, suffix, pad)


def _require_truncation_from_the_right(source: Source) -> None:
    side = source.reference.truncation_side  # tokenizer.json may say it as well
    source.require_setting(side == "right", "truncation_side", side, "right")


def _require_special_and_unspellable(source: Source) -> None:
    unknown = source.definition["model"].get("unk_token")
    for token in source.definition["added_tokens"]:
        text, is_special = token["content"], token["special"]
        supported = "special tokens; a word belongs in the vocabulary the model was trained with"
        source.require(is_special, "added_tokens", text, supported)
        spelled = source.backend.encode(text, add_special_tokens=False).ids
        supported = "tokens that the pre-tokenizer takes apart, so that no text can spell them"
        source.require(
            token["id"] not in spelled or text == unknown, "added_tokens", text, supported
        )


def _framing(source: Source) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What the post-processor, of whatever kind, puts before and after a text."""
    post_processor = source.definition["post_processor"] or {}
    for step in post_processor.get("processors", [post_processor]):
        texts = sum("Sequence" in part for part in step.get("single", [{"Sequence": "A"}]))
        supported = "a template with the text once"
        source.require(texts == 1, "post_processor.single", step.get("single"), supported)
    framed = source.backend.encode("a")
    kinds = framed.type_ids
    source.require(not any(kinds), "post_processor", f"with token types {kinds}", "type 0 for all")
    start = framed.special_tokens_mask.index(0)
    end = start + len(source.backend.encode("a", add_special_tokens=False).ids)
    return tuple(framed.ids[:start]), tuple(framed.ids[end:])


def _pad_id(source: Source) -> int:
    stated = source.reference.pad_token
    candidates = _PAD_TOKENS if stated is None else (stated,)
    ids = [source.backend.token_to_id(text) for text in candidates]
    found = [id for id in ids if id is not None]
    supported = "a token of the vocabulary; a tokenizer without one, as GPT-2's, can name its last"
    source.require_setting(bool(found), "pad_token", stated, supported)
    framing = source.backend.encode("").ids
    model = source.definition["model"]
    unknown = model["unk_token"] if model["type"] == "WordPiece" else None
    supported = "a token that neither frames a text nor stands for an unknown word: it is masked"
    is_apart = found[0] not in framing and stated != unknown
    source.require_setting(is_apart or stated is None, "pad_token", stated, supported)
    return found[0]
