"""Text that people, mail and scanners really send, or that somebody sends on purpose; and what must never be shown.

Use `HOSTILE` to fill every field of a screen or a command, and `unsafe_characters` on what was drawn. The check is
written apart from `casedesk.security.text`, so that the two can disagree.
"""

from __future__ import annotations

import unicodedata

UNKNOWN_CLOSING_TAG = "Smith [/x]"
OPEN_BRACKET = "[b"
STYLE_MARKUP = "[bold red]APPROVED BY ATTORNEY[/bold red]"
ACTION_MARKUP = "[@click=app.quit]read me[/]"
LINK_MARKUP = "[link=https://example.invalid]notice[/link]"
EMOJI_MARKUP = ":warning: Ibarra"
ESCAPE_COLOUR = "Ibarra\x1b[31m, Rosa\x1b[0m"
ESCAPE_MOVE = "Ibarra\x1b[2J\x1b[1;1HAPPROVED BY ATTORNEY"
ESCAPE_TITLE = "Ibarra\x1b]0;casedesk: approved\x07"
ESCAPE_CLIPBOARD = "Ibarra\x1b]52;c;Y3VybCBleGFtcGxlLmludmFsaWQ=\x07"
ESCAPE_LINK = "\x1b]8;;https://example.invalid\x1b\\notice\x1b]8;;\x1b\\"
ESCAPE_DEVICE = "Ibarra\x1bP$qm\x1b\\\x1b[6n\x1bc"
C1_CSI = "Ibarra\x9b31m\x9d52;c;QQ==\x9c"
CONTROLS = "Iba\x00rra\x01\x05\x08\x08\x08\x0b\x0c\x0e\x7f"
NUL = "Ibarra\x00"
CARRIAGE_RETURN = "DENIED\rAPPROVED"
NEWLINE = "Ibarra\nM-2026-0042  approved"
TAB = "Ibarra\tRosa"
LINE_SEPARATORS = "Ibarra\u2028Rosa\u2029Ana\x85Luz"
BIDI_OVERRIDE = "Ibarra \u202eDEVORPPA\u202c gpj.exe"
BIDI_ISOLATE = "\u2066Ibarra\u2069 \u2067Rosa"
BIDI_MARKS = "Ibarra\u200f 12\u200e-34\u061c"
ZERO_WIDTH = "Iba\u200brra\u2060, Ro\u00adsa\ufeff\u200d\u200c"
TAG_CHARACTERS = "Ibarra\U000e0001\U000e0041\U000e0050\U000e007f"
VARIATION_SELECTORS = "Ibarra\ufe0f\ufe0e\U000e0100\U000e01ef"
INVISIBLE_LETTERS = "\u3164\u115f\u1160\uffa0\u034f"
PRIVATE_USE = "Ibarra\ue000\U000f0000"
NONCHARACTERS = "Ibarra\ufffe\ufdd0\U0001ffff"
SURROGATES = "Ibarra\ud800\udc80\udfff"
COMBINING_STORM = "I" + "\u0300\u0316\u0334\u20dd" * 60 + "barra"
MARKS_FIRST = "\u0301\u0308\u20e0Ibarra"
EMOJI = "Rosa 👩\u200d👩\u200d👧 ❤\ufe0f 🇲🇽 👍🏽"
CJK = "王小明 山田太郎 김민준"
RIGHT_TO_LEFT = "محمد بن سلمان · דוד כהן"
PERSIAN = "می\u200cخواهم · خانه\u200cها"
INDIC = "क्\u200dष · ශ්\u200dරී · র\u200d্যাব"
VIETNAMESE = "Nguyễn Thị Hồng · " + unicodedata.normalize("NFD", "Nguyễn")
LONG = "Ibarra" * 50
LONG_WORDS = "von und zu " * 30
SPACES = "   \u00a0\u3000   "
EMPTY = ""
TEMPLATE = "{{7*7}} {% import os %} ${7*7} %s {0.__class__}"
QUOTES = 'O\'Brien "Rosa" `id` \\ $(id)'
SQL = "'; DROP TABLE matter; --"
PATH = "../../etc/passwd"
FORMULA = '=HYPERLINK("https://example.invalid","Ibarra")'
FORMULA_PIPE = "@SUM(1+1)*cmd|' /C calc'!A0"
FORMULA_MINUS = "-2+3+cmd|' /C calc'!A0"
FORMULA_BEHIND_TAB = "\t=1+1"
LOOKS_LIKE_AN_OPTION = "--help"

HOSTILE: dict[str, str] = {
    name.lower(): value
    for name, value in list(globals().items())
    if name.isupper() and isinstance(value, str)
}
"""Every payload by its name in lower case."""

STORABLE: dict[str, str] = {
    name: value
    for name, value in HOSTILE.items()
    if "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
}
"""The payloads that a text column of both stores can hold: no NUL, no lone surrogate."""

_NEEDS_JOINERS: tuple[str, ...] = (
    *("ARABIC", "SYRIAC", "NKO", "MONGOLIAN", "MYANMAR", "KHMER", "DEVANAGARI", "BENGALI", "GURMUKHI"),
    *("GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA"),
)
_VISIBLE_FORMAT = ("ARABIC", "SYRIAC", "KAITHI")


def unsafe_characters(text: str, *, multiline: bool = False) -> list[str]:
    """What a terminal would obey or hide in `text`, as `U+XXXX at position`; an empty list is what tests want."""
    found = []
    for position, character in enumerate(text):
        category = unicodedata.category(character)
        name = unicodedata.name(character, "")
        if character == "\n" and multiline:
            continue
        if character in "\u200c\u200d":
            around = (text[position - 1 : position] or " ", text[position + 1 : position + 2] or " ")
            bad = not all(unicodedata.name(each, "").startswith(_NEEDS_JOINERS) for each in around)
        elif category == "Cf":
            bad = not name.startswith(_VISIBLE_FORMAT)
        else:
            bad = (
                category in {"Cc", "Cs", "Co", "Zl", "Zp"} or "VARIATION SELECTOR" in name or "FILLER" in name
            )
        if bad:
            found.append(f"U+{ord(character):04X} at {position}")
    return found
