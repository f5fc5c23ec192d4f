"""Other scripts in Latin letters, and letters that look like others: what a name's skeleton is made of.

Letters are put into Latin ones by `anyascii`, character by character; of Chinese it knows the Mandarin reading. So
Japanese names in Chinese characters and Cantonese spellings are not found by it (only by the characters themselves).
"""

from __future__ import annotations

import re
import unicodedata

from casedesk.matching.folding import listed

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{2,4}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,4}")
_TWO_CHARACTERS = listed(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 端木 夏侯 司徒 南宫 南宮"
)
"""Chinese family names of two characters."""

_KOREAN = dict(
    pair.split(":")
    for pair in listed(
        "gim:kim i:lee bag:park choe:choi jeong:jung gang:kang jo:cho yun:yoon im:lim o:oh sin:shin gwon:kwon "
        "an:ahn yu:yoo no:roh u:woo gu:koo mun:moon baeg:baek"
    )
)
"""How Korean families write in Latin letters what the rules of transliteration write otherwise."""

_LOOKS = str.maketrans(
    "авекмнорстухіјѕһԁԛԝѵαβεζηικμνορτυχօսոհյ",
    "abekmhopctyxijshdqwvabezhikmnoptyxounhj",
)
"""Cyrillic, Greek and Armenian letters, folded, as the Latin letter each looks like."""

_SAME_SHAPE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "|": "l"})


def latin(word: str) -> str:
    """A folded word in Latin letters and digits; "" for one that has none."""
    if word.isascii():
        return word
    from anyascii import anyascii

    return re.sub(r"[^a-z0-9]", "", anyascii(unicodedata.normalize("NFC", word)).lower())


def latin_words(found: tuple[str, ...], *, syllables: bool = False) -> tuple[str, ...]:
    """The words of a name in Latin letters. One written without a gap, as Chinese and Korean names are, is parted
    into family name and given name, or into its syllables."""
    out: list[str] = []
    for word in found:
        if word.isascii():
            out.append(word)
            continue
        whole = unicodedata.normalize("NFC", word)
        if len(found) == 1 and _HAN.fullmatch(whole):
            at = 2 if len(whole) > 2 and whole[:2] in _TWO_CHARACTERS else 1
            out += [latin(whole[:at]), *_given(whole[at:], syllables)]
        elif len(found) == 1 and _HANGUL.fullmatch(whole):
            family = latin(whole[:1])
            out += [_KOREAN.get(family, family), *_given(whole[1:], syllables)]
        else:
            out.append(latin(word))
    return tuple(word for word in out if word)


def _given(name: str, syllables: bool) -> list[str]:
    return [latin(syllable) for syllable in name] if syllables else [latin(name)]


def seen(found: tuple[str, ...]) -> tuple[str, ...] | None:
    """The words as the eye takes them, letters of other scripts for the Latin ones they look like; None for a name
    with letters that look like none."""
    drawn = tuple(word.translate(_LOOKS) for word in found)
    return drawn if all(word.isascii() for word in drawn) else None


def shape(word: str) -> str:
    """A Latin word with the letters that are taken for one another made one: 0 and O, 1, l and I, rn and m."""
    return word.translate(_SAME_SHAPE).replace("rn", "m").replace("vv", "w")
