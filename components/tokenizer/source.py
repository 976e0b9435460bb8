"""Reads a Hugging Face tokenizer folder into the library's own tokenizer, the reference."""

import json
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

import tensorflow as tf
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import RobertaProcessing

from components.files import exists, read_text
from components.tokenizer.refusals import TokenizerNotFoundError, UnsupportedTokenizer

# What RobertaTokenizerFast assumes where tokenizer_config.json is silent.
_ROBERTA_TOKENS = {
    "bos_token": "<s>",
    "pad_token": "<pad>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
    "cls_token": "<s>",
    "sep_token": "</s>",
}


@dataclass(frozen=True)
class TokenizerFiles:
    """The content of a folder's tokenizer files; equal wherever the same files lie.

    Attributes:
        main_file: path of the file that defines the tokenizer, for error messages.
        config_file: path of tokenizer_config.json, which need not exist.
        tokenizer: content of tokenizer.json; empty where there is none.
        vocabulary: content of vocab.json, read where there is no tokenizer.json.
        merges: content of merges.txt, read where there is no tokenizer.json.
        config: content of tokenizer_config.json; empty where there is none.
    """

    main_file: str = field(compare=False)
    config_file: str = field(compare=False)
    tokenizer: str
    vocabulary: str
    merges: str
    config: str


@dataclass(frozen=True)
class Source:
    """A tokenizer as Hugging Face understands it.

    Attributes:
        files: where it came from.
        settings: tokenizer_config.json, parsed.
        definition: tokenizer.json, parsed, with every default spelt out.
        reference: the tokenizer to reproduce. It reads text that spells a special token as text
            (transformers' `split_special_tokens`); whether to pad or truncate, which the file
            may say too, is left to the caller.
    """

    files: TokenizerFiles
    settings: dict[str, Any]
    definition: dict[str, Any]
    reference: Tokenizer

    def require(self, exact: bool, field: str, value: object, supported: str) -> None:
        """Refuses the tokenizer unless a setting of tokenizer.json can be reproduced exactly.

        Args:
            exact: whether the graph reproduces `value`.
            field: the setting's name, dotted as in JSON.
            value: what the file says.
            supported: what it would have to say instead.

        Raises:
            UnsupportedTokenizer: when `exact` is false.
        """
        _require(exact, self.files.main_file, field, value, supported)

    def require_setting(self, exact: bool, field: str, value: object, supported: str) -> None:
        """Does the same for a setting of tokenizer_config.json."""
        _require(exact, self.files.config_file, field, value, supported)

    def token_of_role(self, role: str) -> str | None:
        """What tokenizer_config.json names as, say, `pad_token`; it writes text or an object."""
        return _token_text(self.settings.get(role))


def read_files(folder: str | PathLike[str]) -> TokenizerFiles:
    """Reads tokenizer.json, or else vocab.json with merges.txt, from a local or gs:// folder.

    Raises:
        TokenizerNotFoundError: naming what was looked for and where.
    """
    folder = str(folder)
    main_name, vocabulary, merges = "tokenizer.json", "", ""
    tokenizer = _read(folder, main_name)
    if not tokenizer:
        main_name = "vocab.json"
        vocabulary, merges = _read(folder, main_name), _read(folder, "merges.txt")
        if not (vocabulary and merges):
            raise TokenizerNotFoundError(
                f"{folder}: no tokenizer found; looked for tokenizer.json, then for vocab.json "
                "with merges.txt. Any other Hugging Face tokenizer gets a tokenizer.json from "
                "AutoTokenizer.from_pretrained(folder).save_pretrained(folder)"
            )
    return TokenizerFiles(
        main_file=tf.io.gfile.join(folder, main_name),
        config_file=tf.io.gfile.join(folder, "tokenizer_config.json"),
        tokenizer=tokenizer,
        vocabulary=vocabulary,
        merges=merges,
        config=_read(folder, "tokenizer_config.json"),
    )


def load_source(files: TokenizerFiles) -> Source:
    """Builds the reference tokenizer from its files.

    Raises:
        UnsupportedTokenizer: when the files cannot be read.
    """
    try:
        settings = json.loads(files.config or "{}")
    except ValueError as error:
        raise UnsupportedTokenizer(f"{files.config_file}: not JSON: {error}") from error
    try:
        if files.tokenizer:
            reference = Tokenizer.from_str(files.tokenizer)
        else:
            reference = _roberta_tokenizer(files, settings)
    except Exception as error:  # what `tokenizers` raises has no narrower type
        raise UnsupportedTokenizer(
            f"{files.main_file}: the tokenizers library cannot read it: {error}"
        ) from error
    source = Source(files, settings, json.loads(reference.to_str()), reference)
    if not files.tokenizer:
        _require_special_tokens_of_roberta(source)
    reference.encode_special_tokens = True
    reference.no_truncation()
    reference.no_padding()
    return source


def _roberta_tokenizer(files: TokenizerFiles, settings: dict[str, Any]) -> Tokenizer:
    """Builds what RobertaTokenizerFast builds from vocab.json and merges.txt.

    The algorithm is `RobertaConverter` in transformers/convert_slow_tokenizer.py, and the file
    format the one of `RobertaTokenizer.__init__`: a header line, then one merge a line.
    """
    merges = [tuple(line.split()) for line in files.merges.split("\n")[1:-1]]
    tokenizer = Tokenizer(BPE(json.loads(files.vocabulary), merges))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=settings.get("add_prefix_space", False))
    tokens = {
        role: _token_text(settings.get(role, default)) for role, default in _ROBERTA_TOKENS.items()
    }
    tokenizer.add_special_tokens(
        [AddedToken(text, lstrip=role == "mask_token") for role, text in tokens.items()]
    )
    sep, cls = tokens["sep_token"], tokens["cls_token"]
    tokenizer.post_processor = RobertaProcessing(
        sep=(sep, tokenizer.token_to_id(sep)), cls=(cls, tokenizer.token_to_id(cls))
    )
    return tokenizer


def _require_special_tokens_of_roberta(source: Source) -> None:
    # RobertaTokenizerFast would give them ids beyond the vocabulary, and beyond the model.
    vocabulary = source.definition["model"]["vocab"]
    added = [token["content"] for token in source.definition["added_tokens"]]
    absent = sorted(set(added).difference(vocabulary))
    supported = "RoBERTa's special tokens in it; GPT-2 needs a tokenizer.json"
    source.require(not absent, "vocabulary", f"without {absent}", supported)


def _token_text(token: str | dict[str, Any] | None) -> str | None:
    return token["content"] if isinstance(token, dict) else token


def _read(folder: str, name: str) -> str:
    path = tf.io.gfile.join(folder, name)
    return read_text(path) if exists(path) else ""


def _require(exact: bool, file: str, field: str, value: object, supported: str) -> None:
    if not exact:
        raise UnsupportedTokenizer(
            f"{file}: {field} is {value!r}, which the TensorFlow graph cannot reproduce exactly; "
            f"supported: {supported}"
        )
