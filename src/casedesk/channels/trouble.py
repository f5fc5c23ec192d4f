"""Why something did not go out, in one sentence that quotes nobody's secret and no client's name."""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """`LATER`: this one may go another time. `CLOSED`: nothing goes this way now, whatever it is. `NEVER`: this one was
    refused for good. `UNSURE`: it was handed over and nobody said that it was taken."""

    LATER = "later"
    CLOSED = "closed"
    NEVER = "never"
    UNSURE = "unsure"


class Trouble(Exception):
    """Something was not sent, or nobody knows. A server's own words are never quoted: they may repeat what it was told."""

    def __init__(self, fate: Fate, sentence: str) -> None:
        super().__init__(sentence)
        self.fate = fate
        self.sentence = sentence
