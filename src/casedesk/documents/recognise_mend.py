"""Words of the frame a scanner misread: `Recelpt`, `F0R`, `Departrnent`, `l-797E`.

Pure. Only whole words are put right, only to words notices are made of, and never a name, a number or a date.
"""

from __future__ import annotations

import re

_WORDS = [
    "receipt",
    "number",
    "notice",
    "date",
    "type",
    "case",
    "response",
    "due",
    "request",
    "requested",
    "for",
    "evidence",
    "received",
    "priority",
    "applicant",
    "petitioner",
    "beneficiary",
    "action",
    "homeland",
    "security",
    "department",
    "citizenship",
    "immigration",
    "services",
    "form",
    "deadline",
    "submit",
    "following",
    "additional",
    "information",
    "initial",
    "petition",
    "application",
    "office",
    "reply",
    "respond",
    "page",
    "confirms",
    "until",
    "before",
]
_EDGES = re.compile(r"^(\W*)(.*?)([\W]*)$", re.DOTALL)
_FORM = re.compile(r"^(?:[l|](?=-?\d{3})|1(?=-?797))(-?\d{3}[A-Z]?)$")


def _key(word: str) -> str:
    return re.sub("[1l|!]", "i", word.lower().replace("0", "o").replace("rn", "m").replace("vv", "w"))


_BY_KEY = {_key(word): word for word in _WORDS}


def mend(text: str) -> str:
    """The word as it was printed, if it is a word of the frame with letters misread; else as it is."""
    parts = _EDGES.match(text)
    if parts is None or len(parts[2]) < 3:
        return text
    before, word, after = parts.groups()
    form = _FORM.match(word)
    if form is not None:
        return f"{before}I{form[1]}{after}"
    known = _BY_KEY.get(_key(word))
    if known is None or word.lower() == known or not any(letter.isalpha() for letter in word):
        return text
    letters = [letter for letter in word if letter.isalpha() and letter != "l"]
    if all(letter.isupper() for letter in letters):
        return f"{before}{known.upper()}{after}"
    return f"{before}{known.capitalize() if word[0].isupper() else known}{after}"
