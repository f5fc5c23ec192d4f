"""Text as it is compared: no case, no marks, no punctuation; its words, and those that are part of no name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 400
"""Characters of a name that are looked at; the rest of a longer one makes no key."""

MOST_WORDS = 12
LONGEST_WORD = 40

# Letters that no decomposition turns into their base letter, and Arabic letters that Persian and Urdu write otherwise.
_PLAIN = {
    **str.maketrans("øłđðıħىیکةۀہ", "olddihييكههه", "ـ"),
    **{ord(letter): pair for letter, pair in (("æ", "ae"), ("œ", "oe"), ("þ", "th"))},
}
_APOSTROPHES = re.compile("['`´‘’ʹʻʼʽˈ＇]")
_INITIAL_DOT = re.compile(r"(?<![^\W_])([^\W_])\.")
_WORD = re.compile(r"[a-z0-9]+")


def listed(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


TITLES = listed("mr mrs ms miss mx dr sr sra srta don dona prof rev hon sir mme mlle herr frau")
"""What may stand before a name and is no part of it."""

SUFFIXES = listed(
    "jr sr ii iii iv esq esquire phd md dds jd cpa "
    "inc incorporated corp corporation co company llc llp lp ltd limited plc pllc pc pa "
    "gmbh ag kg ohg ug sa sas sarl sasu spa srl bv nv oy oyj ab aps asa pty pte pvt private sdn bhd kk "
    "sl slu sab sapi cv ltda eirl ooo oao zao pao"
)
"""What may stand behind a person's or a company's name and is no part of it."""

_BEFORE_A_SUFFIX = frozenset({"de", "and", "&", "und", "et", "y"})
"""Words that end no name: what is left of "S.A. de C.V." and of "& Co." goes with it."""


@lru_cache(maxsize=1 << 15)
def fold(text: str) -> str:
    """Text without case and marks: "Nguyễn" is "nguyen", "Łukasz" "lukasz". Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    return _fold(_fold(text))


def _fold(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold().translate(_PLAIN)


@lru_cache(maxsize=1 << 13)
def words(text: str) -> tuple[str, ...]:
    """The folded words of a name, in their order: letters and digits; an apostrophe or an initial's dot parts none.

    At most `MOST_WORDS` words of at most `LONGEST_WORD` characters, whatever is given.
    """
    folded = _INITIAL_DOT.sub(r"\1", _APOSTROPHES.sub("", _bare(fold(text[:LONGEST]))))
    found = _WORD.findall(folded) if folded.isascii() else _split(folded)
    return tuple(word[:LONGEST_WORD] for word in found[:MOST_WORDS])


def _bare(text: str) -> str:
    """Without characters that are drawn as nothing; what moves the pen or the line parts words."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if kind == "Cc" else "" if kind[0] == "C" else c
        for c, kind in ((c, unicodedata.category(c)) for c in text)
    )


def _split(text: str) -> list[str]:
    """Words of any script; the vowel signs of Indic ones are part of a word though they are no letters."""
    return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text).split()


def own_words(text: str) -> tuple[str, ...]:
    """The words of a name without titles before it and suffixes behind it; never nothing where there was something."""
    found = list(words(text))
    while len(found) > 1 and found[0] in TITLES:
        found.pop(0)
    while len(found) > 1 and (found[-1] in SUFFIXES or found[-1] in _BEFORE_A_SUFFIX):
        found.pop()
    return tuple(found)
