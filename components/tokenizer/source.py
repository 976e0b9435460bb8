"""Reads a Hugging Face tokenizer folder as transformers does: the reference for what is compiled.

`AutoTokenizer` makes the tokenizer, so whatever it reads has its say: the class and its defaults
(BERT's lowers, say), tokenizer_config.json, special_tokens_map.json, added tokens.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from components.checkpoint.files import CONFIG_FILE, TOKENIZER_FAMILIES, TOKENIZER_FILES, check_file
from components.files import exists, is_remote, read_text
from components.printable import reason
from components.tokenizer.refusals import TokenizerNotFoundError, UnsupportedTokenizer

_SETTINGS = "tokenizer_config.json"
# What the choice of the class depends on, of a model's configuration.
_CHOOSES_CLASS = ("model_type", "tokenizer_class")
# AutoTokenizer would follow such a path in place of the folder's own file.
_PATHS = ("tokenizer_file", "vocab_file", "merges_file", "fast_tokenizer_files")


@dataclass(frozen=True)
class TokenizerFiles:
    """The content of a folder's tokenizer files; equal wherever the same files lie.

    Attributes:
        folder: where they are, for error messages.
        contents: (name, text) of each of `TOKENIZER_FILES` that there is, and of a config.json
            that only says which class reads them.
    """

    folder: str = field(compare=False)
    contents: tuple[tuple[str, str], ...]

    @property
    def main_file(self) -> str:
        """Path of the file that defines the tokenizer."""
        names = dict(self.contents)
        (name, *_) = next(family for family in TOKENIZER_FAMILIES if names.keys() >= set(family))
        return self.path(name)

    @property
    def usual_class(self) -> str:
        """What reads such files where they do not say it themselves."""
        is_whole = self.main_file.endswith("tokenizer.json")
        return "PreTrainedTokenizerFast" if is_whole else "RobertaTokenizerFast"

    def path(self, name: str) -> str:
        """Path of a file of the folder."""
        return f"{self.folder.rstrip('/')}/{name}"


@dataclass(frozen=True)
class Source:
    """A tokenizer as transformers understands it.

    Attributes:
        files: where it came from.
        reference: the tokenizer to reproduce. It reads text that spells a special token as text
            (`split_special_tokens`), and neither pads nor truncates by itself.
        definition: its backend as tokenizer.json, parsed, with every default spelt out.
    """

    files: TokenizerFiles
    reference: PreTrainedTokenizerBase
    definition: dict[str, Any]

    @property
    def backend(self) -> Tokenizer:
        """The reference without its wrapper in Python."""
        return self.reference.backend_tokenizer

    def require(self, exact: bool, field: str, value: object, supported: str) -> None:
        """Refuses the tokenizer unless a setting of tokenizer.json can be reproduced exactly.

        Args:
            exact: whether the graph reproduces `value`.
            field: the setting's name, dotted as in JSON.
            value: what it is once transformers has read all files.
            supported: what it would have to be instead.

        Raises:
            UnsupportedTokenizer: when `exact` is false.
        """
        _require(exact, self.files.main_file, field, value, supported)

    def require_setting(self, exact: bool, field: str, value: object, supported: str) -> None:
        """Does the same for a setting of tokenizer_config.json."""
        _require(exact, self.files.path(_SETTINGS), field, value, supported)


def read_files(folder: str | PathLike[str]) -> TokenizerFiles:
    """Reads all files of a tokenizer from a local or gs:// folder.

    Raises:
        TokenizerNotFoundError: naming what was looked for and where.
        CheckpointError: see `check_file`.
        UnsupportedTokenizer: a file is no text.
    """
    files = TokenizerFiles(str(folder), ())
    texts = {name: _read(files.path(name)) for name in TOKENIZER_FILES}
    found = {name: text for name, text in texts.items() if text is not None}
    if not any(found.keys() >= set(family) for family in TOKENIZER_FAMILIES):
        raise TokenizerNotFoundError(
            f"{folder}: no tokenizer found; looked for tokenizer.json, then for vocab.json "
            "with merges.txt. Any other Hugging Face tokenizer gets a tokenizer.json from "
            "AutoTokenizer.from_pretrained(folder).save_pretrained(folder)"
        )
    config = _parse(files.path(CONFIG_FILE), _read(files.path(CONFIG_FILE)) or "{}")
    if config.get("model_type"):
        choice = {name: config[name] for name in _CHOOSES_CLASS if name in config}
        found[CONFIG_FILE] = json.dumps(choice)
    return TokenizerFiles(str(folder), tuple(sorted(found.items())))


def load_source(files: TokenizerFiles) -> Source:
    """Builds the reference tokenizer from its files.

    Raises:
        UnsupportedTokenizer: when transformers cannot read the files, or would read others.
    """
    contents = dict(files.contents)
    settings = _parse(files.path(_SETTINGS), contents.get(_SETTINGS, "{}"))
    for name in ("auto_map", *_PATHS):
        if value := settings.get(name):
            raise UnsupportedTokenizer(
                f"{files.path(_SETTINGS)}: {name} is {value!r}; code and files of a tokenizer have "
                "to be those of its folder, take the field out"
            )
    length = settings.get("model_max_length")
    if length is not None and type(length) not in (int, float):
        raise UnsupportedTokenizer(
            f"{files.path(_SETTINGS)}: model_max_length is {length!r}, not a number"
        )
    _require_few_ids(files)
    if CONFIG_FILE not in contents and "tokenizer_class" not in settings:
        contents[_SETTINGS] = json.dumps({**settings, "tokenizer_class": files.usual_class})
    reference = _load(files, contents)
    backend = reference.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    source = Source(files, reference, json.loads(backend.to_str()))
    _require_ids_of_the_model(source, contents)
    return source


def _load(files: TokenizerFiles, contents: dict[str, str]) -> PreTrainedTokenizerBase:
    # A folder with what was read and nothing else: no code, and no file that nobody checked.
    with tempfile.TemporaryDirectory() as folder:
        for name, text in contents.items():
            (Path(folder) / name).write_text(text, "utf-8", newline="")
        try:
            reference = AutoTokenizer.from_pretrained(
                folder, use_fast=True, split_special_tokens=True, trust_remote_code=False
            )
        # What `tokenizers` raises has no narrower type; where its own code panics, no wider one.
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise UnsupportedTokenizer(
                f"{files.main_file}: transformers cannot read it: {reason(error)}"
            ) from error
    if not reference.is_fast:
        raise UnsupportedTokenizer(
            f"{files.main_file}: {type(reference).__name__} has no fast tokenizer in transformers"
        )
    return reference


def _require_few_ids(files: TokenizerFiles) -> None:
    """Refuses an id far beyond the number of pieces, which `tokenizers` would fill up to."""
    contents = dict(files.contents)
    document = _parse(files.main_file, contents[files.main_file.rpartition("/")[2]])
    is_whole = "tokenizer.json" in contents
    model = document.get("model") if is_whole else {"vocab": document}
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    added = document.get("added_tokens") if is_whole else None
    if not isinstance(vocabulary, dict):
        return  # of another kind of model, which is refused by its name
    ids = [*vocabulary.values()]
    ids += [token.get("id") for token in added or () if isinstance(token, dict)]
    largest = max((id for id in ids if isinstance(id, int)), default=0)
    _require(
        largest < len(ids),
        files.main_file,
        "model.vocab",
        f"with {len(ids)} ids up to {largest}",
        "ids from 0 up, without a gap and each once",
    )


def _require_ids_of_the_model(source: Source, contents: dict[str, str]) -> None:
    """Refuses GPT-2's files as RoBERTa's: its tokens would get ids that its model lacks."""
    if "tokenizer.json" in contents:
        return
    vocabulary = source.definition["model"]["vocab"]
    added = [token["content"] for token in source.definition["added_tokens"]]
    absent = sorted(set(added).difference(vocabulary))
    supported = "RoBERTa's special tokens in it; GPT-2 needs a tokenizer.json"
    source.require(not absent, "vocabulary", f"without {absent}", supported)


def _read(path: str) -> str | None:
    if not is_remote(path) and os.path.lexists(path):
        check_file(Path(path))
    try:
        return read_text(path) if exists(path) else None
    except (UnicodeDecodeError, OSError) as error:
        raise UnsupportedTokenizer(f"{path}: cannot be read: {reason(error)}") from error


def _parse(path: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnsupportedTokenizer(f"{path}: not JSON: {reason(error)}") from error
    if not isinstance(document, dict):
        raise UnsupportedTokenizer(f"{path}: not a JSON object")
    return document


def _require(exact: bool, file: str, field: str, value: object, supported: str) -> None:
    if not exact:
        raise UnsupportedTokenizer(
            f"{file}: {field} is {value!r}, which the TensorFlow graph cannot reproduce exactly; "
            f"supported: {supported}"
        )
