"""How a name is heard, whoever wrote it down: "Muhammad al-Rashid" and "Mohammed Alrasheed" are one.

The usual codes (Soundex, Metaphone, NYSIIS) hear English; this one hears what transliteration and the languages of the
firm's clients vary: v and w, kh and h, j and y, sh, ch and cz, doubled letters, every vowel but the class of the first.
A word's code is its consonants, `*` before them for a beginning vowel, and after a dot the class of its first vowel:
`A`, `I` (e, i, y, ai), `U` (o, u), `-` for none, `?` where the script writes none.
"""

from __future__ import annotations

import re

from casedesk.matching.folding import listed
from casedesk.matching.letters import latin, latin_words
from casedesk.matching.nicknames import FULL

LONGEST_CODE = 16
VOWELS = "AIU-?"
"""The classes of a first vowel."""

_ABJAD = re.compile("[\u0590-\u06ff\u0700-\u077f\ufb1d-\ufdff\ufe70-\ufefc]")
_ALEF_OR_AYN = "اٱعאע"
_REWRITES = [
    (re.compile(pattern), into)
    for pattern, into in (
        (r"(.)\1+", r"\1"),
        (r"^(?:kn|gn)", "n"),
        (r"^wr", "r"),
        (r"^mc(?=.)", "mak"),
        (r"^ng(?=u?y)", "n"),
        (r"^x", "X"),
        (r"^hs", "sh"),
        (r"shch|shtsh|schtsch|szcz|tsch|tsh|tch|sch|sh|sz|ch|cz|zh", "X"),
        (r"g(?:i(?=[aou])|e(?=[ao]))", "j"),
        (r"eo", "o"),
        (r"dj|dzh", "j"),
        (r"gu(?=[ei])", "k"),
        (r"ph|v|w", "f"),
        (r"kh", "h"),
        (r"([tdbgr])h", r"\1"),
        (r"ck|qu|q", "k"),
        (r"ts|tz|dz", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"g(?=[eiy])", "j"),
        (r"g", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"d", "t"),
        (r"^[yj]e", "e"),
        (r"^i(?=[aou])", "j"),
        (r"[iy]j|ij", "i"),
        (r"^[yj](?=[aeiou])", "Y"),
        (r"(?<=[aeou])j(?=[aeiou])", "Y"),
        (r"j", ""),
        (r"(?<=.)h(?=l|$)|(?<=[ou])h(?=n)|(?<=a)h(?=n$)", ""),
        (r"[ae][iy]", "i"),
    )
]
_VOWEL = re.compile(r"[aeiouy]")
_CLASS = {"a": "A", "e": "I", "i": "I", "y": "I", "o": "U", "u": "U"}
_LIGHT = listed(
    "bin ibn bint de da dos das del dela la las los di du van von der den ter zu y e and of the und et"
)
"""Small words that records leave out as often as not."""

_ARTICLES = frozenset({"al", "el", "ul"})
_SERVANT = frozenset({"abd", "abdul", "abdel", "abdal"})
_ATTACHED = re.compile(r"^[aeu]l(?=[^aeiou]..)")


def code(word: str, *, abjad: bool = False) -> str:
    """The code of a folded word in Latin letters; digits stand for themselves, and "" sounds like nothing."""
    if word.isdigit():
        return f"{word[:LONGEST_CODE]}.-"
    heard = word
    for pattern, into in _REWRITES:
        heard = pattern.sub(into, heard)
    first = _VOWEL.search(heard)
    begins = "*" if first is not None and first.start() == 0 else ""
    vowel = "?" if abjad else "-" if first is None else _CLASS[first.group()]
    bones = re.sub(r"(.)\1+", r"\1", _VOWEL.sub("", heard).upper())
    return f"{begins}{bones[:LONGEST_CODE]}.{vowel}" if begins or bones else ""


def codes(found: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a name's words, each once; small words and articles left out where two others remain."""
    heard = [code(word, abjad=abjad) for word, abjad in _spoken(found)]
    return tuple(dict.fromkeys(one for one in heard if one))


def asked(found: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The same for a name that is looked for: every code by which each of its words may stand in the record.

    A word whose vowels are written finds one whose are not, and the other way round; "Alrasheed" finds "al-Rashid".
    """
    out: dict[str, tuple[str, ...]] = {}
    for word, abjad in _spoken(found):
        own = code(word, abjad=abjad)
        if not own or own in out:
            continue
        forms = [own]
        if not abjad and _ATTACHED.match(word):
            forms.append(code(word[2:]))
        elif not word.isdigit():
            forms += [code(f"{article}{word}", abjad=abjad) for article in ("al", "el")]
        out[own] = tuple(dict.fromkeys(each for form in forms for each in _with_vowels(form)))
    return tuple(out.values())


def _with_vowels(form: str) -> tuple[str, ...]:
    bones, _, vowel = form.rpartition(".")
    return tuple(f"{bones}.{each}" for each in (VOWELS if vowel == "?" else (vowel, "?")))


def _spoken(found: tuple[str, ...]) -> list[tuple[str, bool]]:
    """The words as they are said, in Latin letters, with whether their vowels are missing."""
    abjad = any(_ABJAD.search(word) for word in found)
    said = (
        _unvowelled(found)
        if abjad
        else [(word, False) for word in _joined(latin_words(found, syllables=True))]
    )
    said = [(FULL.get(word, word), missing) for word, missing in said if word]
    parted = len(found) == 1 and len(said) > 1  # syllables of Chinese and Korean are no small words
    heavy = said if parted else [each for each in said if each[0] not in _LIGHT]
    return heavy if len(heavy) > 1 else said


def _joined(found: tuple[str, ...]) -> list[str]:
    """Latin words without the articles between them, and "Abd al-Rahman" as one."""
    out: list[str] = []
    servant = ""
    for n, word in enumerate(found):
        last = n == len(found) - 1
        if word in _SERVANT and not last:
            servant = "abdul"
        elif word in _ARTICLES and n and not last:
            continue
        else:
            out.append(servant + word)
            servant = ""
    return out


def _unvowelled(found: tuple[str, ...]) -> list[tuple[str, bool]]:
    """The words of a name of which some are in Arabic or Hebrew letters."""
    out: list[tuple[str, bool]] = []
    servant = False
    for n, word in enumerate(found):
        if not _ABJAD.search(word):
            out.append((latin(word), False))
            continue
        if word == "عبد" and n < len(found) - 1:
            servant = True
            continue
        if word == "بن":
            out.append(("bin", True))
            continue
        bare = word[2:] if word.startswith("ال") and len(word) > 3 else word
        said = _voiced(bare)
        out.append((f"abdul{said}" if servant else said, True))
        servant = False
    return out


def _voiced(word: str) -> str:
    """A word of consonants with a vowel behind each, so that none is taken for half of another.

    Long vowels are left out, and the last letter where it is heard as none; a w before one of them is a consonant.
    """
    bones = [latin(letter) for letter in word]
    if word[-1] in "هة" and len(word) > 2:
        bones.pop()
    out = "a" if word[0] in _ALEF_OR_AYN else ""
    for n, each in enumerate(bones):
        after, before = "".join(bones[n + 1 : n + 2]), "".join(bones[n - 1 : n])
        long = n and (each == "y" or (each == "w" and after not in ("y", "w") and word[n + 1 : n + 2] != "ا"))
        if each and not long and not (each == "j" and before == "y"):
            out += f"{each}a"
    return out
