"""The line in which a question is typed (`desk.query`): completed as one types, by tab or the right arrow."""

from __future__ import annotations

import re
from collections.abc import Mapping

from textual.suggester import Suggester

from casedesk.desk.query import DATES, FIELDS, SPELLINGS
from casedesk.screens.widgets.paths import CompletingInput
from casedesk.security.text import safe

Words = Mapping[str, tuple[str, ...]]
"""For a field the words it may be asked for."""

_TERM = re.compile(r"-?([A-Za-z_]+)(?:<=|>=|<|>|=|:)([^\s\"]*)")
_STARTS = {"due": "due<=", "internal": "internal<=", "agency": "agency<="}
_OFFERED = (
    "owner",
    "due",
    "kind",
    "state",
    "type",
    "priority",
    "language",
    "form",
    "matter",
    "agency",
    "internal",
)
_CLOSED = ("owner", "kind", "state", "priority", "type", *DATES)


def suggest(text: str, words: Words) -> str | None:
    """`text` with its last word made whole: a field where one begins, one of its words behind its sign. None where there
    is nothing to add."""
    before, last = _last(text)
    if last is None:
        return None
    term = _TERM.fullmatch(last)
    if term is not None:
        typed = term[2].lower()
        found = next(
            (each for each in _known(term[1], words) if each.startswith(typed) and each != typed), None
        )
        return None if found is None else text[: len(text) - len(typed)] + found
    minus, typed = ("-", last[1:]) if last.startswith("-") else ("", last)
    if not typed and not (before and before.strip()) and not minus:
        return None
    asked = {SPELLINGS.get(each, each) for each in re.findall(r"([a-z_]+)(?=[<>=:])", before.lower())}
    fields = _OFFERED if typed else [each for each in _OFFERED if each not in asked]
    found = next((each for each in fields if each.startswith(typed.lower())), None)
    return None if found is None else before + minus + _STARTS.get(found, f"{found}:")


def is_unfinished(text: str, words: Words) -> bool:
    """Whether the last word is still on its way to being a field, or one of a field's words: nothing to ask for yet."""
    _, last = _last(text)
    if not last:
        return False
    term = _TERM.fullmatch(last)
    if term is None:
        typed = last.removeprefix("-").lower()
        return not typed or any(each.startswith(typed) for each in (*FIELDS, *SPELLINGS))
    field, typed = SPELLINGS.get(term[1].lower(), term[1].lower()), term[2].lower()
    known = _known(field, words)
    if field not in _CLOSED or typed in known:
        return not typed and field in FIELDS
    return any(each.startswith(typed) for each in known)


def _last(text: str) -> tuple[str, str | None]:
    """What stands before the last word, and that word; None inside quotes."""
    bare = re.sub(r"\\.", "..", text)
    if bare.count('"') % 2:
        return text, None
    start = max(text.rfind(" "), text.rfind("\t")) + 1
    return text[:start], text[start:]


def _known(field: str, words: Words) -> tuple[str, ...]:
    return words.get(SPELLINGS.get(field.lower(), field.lower()), ())


class QuestionSuggester(Suggester):
    """Suggests from words that may become known later."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.words: Words = {}

    async def get_suggestion(self, value: str) -> str | None:
        found = suggest(value, self.words)
        return found if found is not None and safe(found) == found else None


class QuestionInput(CompletingInput):
    """Tab and the right arrow take what is suggested."""

    def __init__(self, *, placeholder: str, id: str) -> None:
        self._completes = QuestionSuggester()
        super().__init__(placeholder=placeholder, id=id, suggester=self._completes, select_on_focus=False)

    @property
    def words(self) -> Words:
        return self._completes.words

    @words.setter
    def words(self, words: Words) -> None:
        self._completes.words = words

    def is_unfinished(self, typed: str) -> bool:
        """Whether what is typed goes on in the middle of a word that means nothing yet."""
        return is_unfinished(typed, self.words)
