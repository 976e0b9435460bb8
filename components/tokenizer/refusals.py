"""How compiling a tokenizer can fail: not found, not supported, or its graph is not exact."""

from components.errors import FailureError, UserError


class TokenizerNotFoundError(UserError, FileNotFoundError):
    """A folder holds none of the files a tokenizer is made of."""


class UnsupportedTokenizer(UserError, ValueError):  # noqa: N818 - reads as what it says
    """A tokenizer folder asks for something the graph cannot reproduce exactly."""


class ParityError(FailureError, RuntimeError):
    """A compiled graph gave other ids than Hugging Face's `tokenizers` for the same text."""
