"""Texts made to tell two tokenizers apart: the built-in set of the build-time proof."""

import random
import sys
import unicodedata
from collections.abc import Iterator, Sequence

SEED = 16
_MIXTURES = 1500
_PAIRS = 1000
_BROKEN = 300
_CONTRACTIONS = 300
_CHARACTERS = 500
_BLOCK = 256
_PLANES_IN_USE = range(0x32000)
_PIECES_A_TEXT = 64

_FIXED = (
    "",
    " ",
    "a",
    "don't DON'T we'll WE'LL I'm I'M you're they've he'd it's ''s '' 's ' s '",
    "trailing  ",
    "\t\n\r\x0b\x0c\x1c\x1f\x85\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\u200b\ufeff",
    "a  b   c\n\nd \n e\t\tf \u00a0g\u00a0 h\u2003\u2003i\u3000 j",
    "\ufeffbyte order mark",
    "nul\x00in\x00the middle\x00",
    "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 🇺🇳 ☕️ 🙂🙃",
    "e\u0301\u0327 e\u0327\u0301 \u0301 o\u0302\u0302\u0302 \u1e9b\u0323 \u212b \ufb01",
    "שלום עולם مرحبا بالعالم \u202eright to left\u202c",
    "漢字かな交じり文カタカナ 한국어 ㅎㅏㄴ \u1112\u1161\u11ab 中文,没有空格。",
    "Ⅷ ½ ² ① ٣٤٥ ३४५ 𝟙𝟚 ໑ 1,234.5e-6 0x1F",
    "İstanbul ISTANBUL straße STRASSE ΣΊΣΥΦΟΣ ǅ ﬀ K",
    "@user #tag http://a.b/c?d=e&f=%20 e-mail@example.org $1.00 €5 C++ a_b __init__",
    "— – … “quoted” ‘single’ «guillemets» 、。！？",
    "\U0001f468\U000e0067\U0010ffff\ufdd0\uffff\ue000",
)
_FRAGMENTS = (
    *" abcdefghijklmnopqrstuvwxyzABCXYZ0123456789.,!?'\"-_#@()[]<>/\\&%$*",
    *"  \t\n\r\x00\x7f\x85\u00a0\u2009\u200b\u200d\u3000\ufffd",
    *"éÉßıİñçøÅΣςжЖאשعم३٣½漢字한각ㅏ한かがカﬁǅ",
    *"\u0301\u0327\u0345\u0308\u093f\u094d\u20dd\ufe0f",
    *("'s", "'ll", "'RE", " the", "ing", " New York", "\n\n", "👩‍👧", "🙂", "🇺🇳"),
)
_CONTRACTED = (b"s", b"t", b"r", b"v", b"m", b"l", b"d")
_GLUES = ("", " ", "  ", "'", "-", "\n", "\u00a0", "1")
# Whole characters, and what is left of some when bytes are missing, misplaced or forbidden.
_BROKEN_UTF8 = (
    b"a| |\x7f|\xc3\xa9|\xe2\x82\xac|\x80|\xa0|\xbf|\xc0|\xc2|\xe0|\xe2\x82|\xed\xa0\x80"
    b"|\xf0\x9f\x99|\xf4\x90|\xf5|\xff"
).split(b"|")


def adversarial_texts(spellings: Sequence[bytes], special_tokens: Sequence[str]) -> list[bytes]:
    """Makes the same few thousand texts for the same vocabulary.

    Args:
        spellings: the bytes of each sub-word, each used at least once.
        special_tokens: what must stay text.
    """
    rng = random.Random(SEED)
    texts = [*_FIXED, *_special_token_texts(special_tokens), *_long_texts()]
    texts.extend(_character_texts(rng))
    fragments = (*_FRAGMENTS, *special_tokens)
    texts.extend("".join(rng.choices(fragments, k=rng.randint(1, 40))) for _ in range(_MIXTURES))
    return [
        *(text.encode() for text in texts),
        *_vocabulary_texts(rng, spellings),
        *(b"".join(rng.choices(_BROKEN_UTF8, k=rng.randint(1, 12))) for _ in range(_BROKEN)),
    ]


def _special_token_texts(special_tokens: Sequence[str]) -> Iterator[str]:
    for token in special_tokens:
        yield from (token, f" {token} ", f"a{token}b", f"{token}{token}", token.upper())
    yield "".join(special_tokens)


def _long_texts() -> Iterator[str]:
    # Around the length from which on BERT calls a word unknown.
    for length in (99, 100, 101):
        yield from ("a" * length, "é" * length, "漢" * length, "🙂" * length)
    yield from (" " * 1000, "\n" * 1000, "a" * 3000, "é" * 1000, "!" * 1000, "ab12 " * 1000)


def _character_texts(rng: random.Random) -> Iterator[str]:
    """The ends of each run of characters of one category, and a sample of all, in contexts."""
    categories = [unicodedata.category(chr(code)) for code in _PLANES_IN_USE]
    changes = [code for code in _PLANES_IN_USE[1:] if categories[code] != categories[code - 1]]
    codes = {*changes, *(code - 1 for code in changes)}
    # Python's Unicode is not the newest either: a script it lacks has a character in a sample.
    codes.update(block + rng.randrange(_BLOCK) for block in _PLANES_IN_USE[::_BLOCK])
    codes.update(rng.choices(range(sys.maxunicode + 1), k=_CHARACTERS))
    for character in map(chr, sorted(codes)):
        if unicodedata.category(character) != "Cs":
            yield f"{character} a{character}b1{character}2 .{character}{character}! {character}"


def _vocabulary_texts(rng: random.Random, spellings: Sequence[bytes]) -> Iterator[bytes]:
    shuffled = rng.sample(spellings, len(spellings))
    for first in range(0, len(shuffled), _PIECES_A_TEXT):
        yield b" ".join(shuffled[first : first + _PIECES_A_TEXT])
    for _ in range(_PAIRS):
        glue = rng.choice(_GLUES).encode()
        yield glue.join(rng.choices(spellings, k=rng.randint(1, 4)))
    # An apostrophe splits a word only before some letters, and only small ones.
    contracted = [spelling for spelling in shuffled if spelling[:1].lower() in _CONTRACTED]
    for spelling in contracted[:_CONTRACTIONS]:
        yield b"a'%b '%b 1'%b" % (spelling, spelling, spelling)
