"""Which rows are one article: an identity that outlives edits of the text and moves of the site."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from components.article.blank import is_blank
from components.article.fields import LINK
from components.article.row import Article, joined_text

IDENTITY_VERSION = 1
"""To be counted on with every change that gives an article another identity: its split follows."""

_DIGEST_BYTES = 16
_WORD = re.compile(r"[^\W_]+")
# Neither a letter or digit, nor one of the signs that texts are full of.
_INVISIBLE = re.compile(r"[^\w\s!-/:-@\[-`{-~‐-‧€£°·«»]")
_APOSTROPHES = re.compile("['’ʼ＇]")
# Those of a date line or of a campaign: they say how a reader came, not what he reads.
_TRACKING = re.compile(r"utm_|fbclid$|gclid$|ncid$|ref$|guc|cmpid$|igshid$", re.IGNORECASE)
# Of HuffPost's articles, whatever host and headline the link had at the time.
_OBJECT_ID = re.compile(r"(?:^|[_-])([0-9a-f]{24})(?:\.html?)?$", re.IGNORECASE)
# Most links of that site; all others are taken apart.
_USUAL = re.compile(r"https?://[^/?#]+/[^?#]*[_-]([0-9a-f]{24})/?$")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_OF_A_HOST = re.compile(r"^(?:www|m|amp)\.")


def identity_hash(article: Article, text_fields: Sequence[str]) -> str:
    """Names an article: the same for every row that is a version of it.

    It is the id in its link, else the link without what changes from visit to visit, else the
    first text field that is not blank, as `normalised_words`.

    Args:
        article: with the fields of a row.
        text_fields: that the model reads.

    Returns:
        32 hexadecimal digits of a hash, evenly spread.
    """
    identity = link_identity(article.get(LINK, ""))
    if not identity:
        text = next((article[name] for name in text_fields if not is_blank(article[name])), "")
        identity = f"text:{' '.join(normalised_words(text)) or ' '.join(text.split())}"
    return hashlib.blake2b(identity.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def link_identity(link: str) -> str:
    """What a link says of the article; '' where it names none, as a site's front page."""
    if found := _USUAL.match(link):
        return f"id:{found[1]}"
    link = link.strip()
    # Some links of the News Category Dataset have the site's address before a foreign one.
    *_, address = _ADDRESS.split(link)
    address = address if address != link else link.partition("//")[2]
    if address:
        link = f"//{address}"
    elif not any(character.isdigit() for character in link):
        return ""  # n/a, none, -
    try:
        parts = urlsplit(link)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = [pair for pair in pairs if not _TRACKING.match(pair[0])]
    except ValueError:
        return f"link:{link}"
    path = parts.path.rstrip("/")
    if found := _OBJECT_ID.search(path):
        return f"id:{found[1].lower()}"
    if not path and not query:
        return ""
    host = _OF_A_HOST.sub("", parts.netloc.lower())
    return f"link:{host}{path}?{urlencode(sorted(query))}"


def normalised_words(text: str) -> list[str]:
    """The words of a text, without case, marks and punctuation, in their order."""
    return _WORD.findall(_APOSTROPHES.sub("", _without_marks(text.casefold())))


def article_words(article: Article, text_fields: Sequence[str]) -> list[str]:
    """The words of all that a model reads of an article; its signs where it has none."""
    text = joined_text(article, text_fields)
    return normalised_words(text) or text.split()


def _without_marks(text: str) -> str:
    """Compatibility forms are one, and so are letters with and without marks."""
    text = text.replace("\u2026", " ").replace("\u00a0", " ")  # all that most texts have of them
    if text.isascii() or (unicodedata.is_normalized("NFKD", text) and not _INVISIBLE.search(text)):
        return text
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in decomposed if unicodedata.category(c) not in ("Mn", "Mc", "Me", "Cf"))
    return unicodedata.normalize("NFKC", "".join(kept))
