"""A name's keys, and how alike two names are.

Keys are of four kinds, the same on both stores, and what is looked for in the store is found by their being equal:

- `word`: each word, for search; a word of another script in Latin letters as well;
- `plain`: the whole name without case, marks, punctuation, titles and suffixes, its words in one order;
- `skeleton`: the same in Latin letters, letters that look alike made one; and its words written together, from the
  first, from the second and from the last on, so that "Wang Xiaoming" is "Xiao Ming Wang";
- `sound`: each word as it is heard (`sounds`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from casedesk.matching import folding, letters, sounds

WORD, PLAIN, SKELETON, SOUND = "word", "plain", "skeleton", "sound"
BORN, A_NUMBER = "born", "a_number"

LONGEST_KEY = 200
MOST_KEYS = 60
"""No name makes more keys, however it is written: 24 for search, 1 plain, 8 skeletons, 12 sounds are the bound."""

SAME_NUMBER, SAME_NAME, SAME_LETTERS, BORN_AND_HEARD, HEARD, HEARD_ALONE, HEARD_WITHIN = (
    100,
    95,
    90,
    85,
    80,
    65,
    70,
)
"""Likeness, 0 to 100, for ranking; no probability. `BORN_AND_HEARD` asks for one word that sounds alike and the same
birth date, `HEARD_ALONE` is for names of one word, `HEARD_WITHIN` for one name's words all found in a longer one."""

HIGH = 80
"""From here on a likeness is one that somebody decides on before anything leaves the firm."""

SHORTEST_ALONE = 5
"""A name of one word is found by sound when its code has so many characters; "Li" would be everybody."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a name. `word` numbers the words of a name that is looked for, 0 for keys of the whole."""

    how: str
    key: str
    word: int = 0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, and by which kind of key; 0 and "" when they are not."""

    score: int
    how: str


def search_words(text: str) -> tuple[str, ...]:
    """The words by whose beginnings a text is found."""
    found: dict[str, None] = {}
    for word in folding.words(text):
        found[word] = None
        found[letters.latin(word)] = None
    for word in letters.latin_words(folding.words(text)):
        found[word] = None
    for part in folding.words(text.replace("'", " ").replace("’", " ")):
        found[part] = None
    return tuple(word for word in found if word)[: 2 * folding.MOST_WORDS]


@lru_cache(maxsize=1 << 12)
def keys(name: str) -> tuple[Key, ...]:
    """Every key under which a person's or a company's name stands in the record."""
    found = folding.own_words(name)
    out = [Key(WORD, word) for word in search_words(name)]
    if found:
        out.append(Key(PLAIN, _sorted(found)))
        out += [Key(SKELETON, key) for key in _skeletons(found)]
        out += [Key(SOUND, code) for code in sounds.codes(found)]
    return tuple(out)


def own_keys(caption: str, client: str, parties: tuple[str, ...]) -> list[tuple[str, Key]]:
    """The keys of a matter's own names: words of its caption and its client, and every key of a client whose name
    none of its parties bears."""
    words = {word: name for name in (client, caption) for word in search_words(name)}
    out = [(name, Key(WORD, word)) for word, name in words.items()]
    if client not in parties:
        out += [(client, key) for key in keys(client) if key.how != WORD]
    return out


@lru_cache(maxsize=1 << 12)
def wanted(name: str) -> tuple[Key, ...]:
    """The keys by which a name is looked for: `plain`, `skeleton`, and of `sound` every form each word may have."""
    return tuple(key for key in keys(name) if key.how in (PLAIN, SKELETON)) + tuple(
        Key(SOUND, code, n)
        for n, forms in enumerate(sounds.asked(folding.own_words(name)), start=1)
        for code in forms
    )


def heard_words(name: str) -> int:
    """How many words of a name are heard."""
    return sum(key.how == SOUND for key in keys(name))


def heard_alone(name: str) -> bool:
    """Whether a name of one word is long enough to be found by its sound."""
    return any(key.how == SOUND and len(key.key) >= SHORTEST_ALONE for key in keys(name))


def likeness(asked: str, found: str, *, born: bool = False) -> Likeness:
    """How alike the name that is looked for is to one of the record; `born`: their birth dates are the same.

    The stores reckon the same with their keys (`conflict.search`).
    """
    have = {(key.how, key.key) for key in keys(found)}
    hits = {(key.how, key.word) for key in wanted(asked) if (key.how, key.key) in have}
    if (PLAIN, 0) in hits:
        return Likeness(SAME_NAME, PLAIN)
    if (SKELETON, 0) in hits:
        return Likeness(SAME_LETTERS, SKELETON)
    same = sum(how == SOUND for how, _ in hits)
    if same and born:
        return Likeness(BORN_AND_HEARD, BORN)
    ours, theirs = heard_words(asked), heard_words(found)
    if same == ours == theirs == 1:
        return Likeness(HEARD_ALONE, SOUND) if heard_alone(asked) else Likeness(0, "")
    if same > 1 and same >= min(ours, theirs):
        return Likeness(HEARD if ours == theirs else HEARD_WITHIN, SOUND)
    return Likeness(0, "")


def reason(how: str, asked: str, found: str) -> str:
    """The likeness in words."""
    if how == A_NUMBER:
        return "same A-number"
    if how == BORN:
        return "same birth date and sounds alike"
    if how == PLAIN:
        return "same name"
    if how == SKELETON:
        drawn = (letters.seen(folding.own_words(name)) for name in (asked, found))
        one, two = (None if words is None else sorted(map(letters.shape, words)) for words in drawn)
        return "looks the same" if one is not None and one == two else "same in other letters"
    return "sounds alike"


def _sorted(found: tuple[str, ...]) -> str:
    return " ".join(sorted(found))[:LONGEST_KEY]


def _skeletons(found: tuple[str, ...]) -> tuple[str, ...]:
    out: dict[str, None] = {}
    for words in (letters.latin_words(found), letters.seen(found) or ()):
        bare = [letters.shape(word) for word in words]
        if bare:
            out[_sorted(tuple(bare))] = None
        for n in {1, len(bare) - 1} if len(bare) > 1 else ():
            out["".join(bare[n:] + bare[:n])[:LONGEST_KEY]] = None
            out["".join(bare)[:LONGEST_KEY]] = None
    return tuple(out)
