"""What clients read: messages from templates in their language, and the same words as a letter on paper.

A template is a TOML file `messages/<language>/<name>.toml` with `subject`, `body`, the list `needs` of every value it
uses, and optionally `markup = true`. Templates run in an immutable sandbox. Plain text stays text ("A < B & C" as
written); a markup template escapes every value. Values are never templates: `{{7*7}}` in a name stays as it is.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casedesk.documents.render import Block, RenderedPdf, compose

if TYPE_CHECKING:
    from jinja2 import Template

FALLBACK = "en"
"""The language of a message that has no template in the reader's own."""

_MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")


class TemplateFault(ValueError):
    """A message cannot be made: `template` and `field` name the place, the text says what is wrong with it."""

    def __init__(self, template: str, field: str, fault: str) -> None:
        super().__init__(f"The message template {template}: {fault}.")
        self.template = template
        self.field = field


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message ready to be read. `fallback` says that `language` is not the one asked for."""

    subject: str
    body: str
    language: str
    fallback: bool


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: the firm's name, its address lines, and how to reach it."""

    firm: str
    lines: tuple[str, ...] = ()


def render_message(
    template: str, language: str, values: Mapping[str, object], read_text: Callable[[str], str]
) -> RenderedMessage:
    """One message in the reader's language, in English with `fallback` set where there is no such template.

    `read_text` gives a template file by its path relative to the templates folder and raises FileNotFoundError for
    none (`resources.read_text`, or the firm's own wording before it). Dates and times among the values are written
    out in the language of the message. Raises TemplateFault naming the template and the field: for a value that is
    missing, None or empty, for one the template uses without declaring it, and for a template that does not exist.
    """
    if not _NAME.fullmatch(template):
        raise TemplateFault(template[:64], "name", "this is no name of a template")
    spoken, source = _read(template, _base_language(language), read_text)
    where = f"{spoken}/{template}"
    file = _parse(where, source)
    given = {name: _value(where, name, values) for name in file.needs}
    subject = _render(where, "subject", file, given, spoken)
    body = _render(where, "body", file, given, spoken)
    return RenderedMessage(
        " ".join(subject.split()), body.strip() + "\n", spoken, spoken != _base_language(language)
    )


def format_date(day: date, language: str) -> str:
    """A date in words: "November 2, 2026", "2 de noviembre de 2026". English for a language we have no words for."""
    if language == "es":
        return f"{day.day} de {_MONTHS['es'][day.month - 1]} de {day.year}"
    return f"{_MONTHS['en'][day.month - 1]} {day.day}, {day.year}"


def format_time(moment: time, language: str) -> str:
    """A time of day on the twelve-hour clock: "9:30 a.m.", "9:30 a. m."."""
    half = ("a", "p")[moment.hour >= 12]
    ending = f"{half}. m." if language == "es" else f"{half}.m."
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {ending}"


def letter_pdf(
    message: RenderedMessage,
    letterhead: Letterhead,
    *,
    dated: date,
    recipient: Sequence[str],
    regarding: str = "",
    read_text: Callable[[str], str],
) -> RenderedPdf:
    """A message as a letter: letterhead, date, recipient's lines, what it is about (default its subject), the words.

    The frame's words come from `letters/<language>/frame.toml`. Raises TemplateFault when that file is not there.
    """
    try:
        frame = tomllib.loads(read_text(f"letters/{message.language}/frame.toml"))
        about = str(frame["regarding"])
    except (FileNotFoundError, tomllib.TOMLDecodeError, KeyError) as error:
        raise TemplateFault(f"letters/{message.language}/frame", "regarding", "it lacks its words") from error
    blocks = [Block(letterhead.firm, size=14.0, bold=True, after=2.0)]
    blocks.extend(Block(line, size=9.0, after=0.0) for line in letterhead.lines)
    blocks.append(Block("", after=10.0))
    blocks.append(Block(format_date(dated, message.language), after=14.0))
    blocks.extend(Block(line, after=0.0) for line in recipient)
    blocks.append(Block("", after=6.0))
    blocks.append(Block(f"{about} {regarding or message.subject}", bold=True, after=12.0))
    blocks.extend(Block(paragraph) for paragraph in message.body.strip().split("\n\n"))
    return compose(message.subject, blocks, lang=message.language)


@dataclass(frozen=True, slots=True)
class _File:
    subject: str
    body: str
    needs: tuple[str, ...]
    markup: bool


def _base_language(tag: str) -> str:
    """The language of a tag ("es" of "es-MX"); English for something that is no tag."""
    match = _LANGUAGE.fullmatch(tag.strip().lower())
    return match.group(1) if match else ""


def _read(template: str, language: str, read_text: Callable[[str], str]) -> tuple[str, str]:
    for spoken in dict.fromkeys((language, FALLBACK)):
        if not spoken:
            continue
        try:
            return spoken, read_text(f"messages/{spoken}/{template}.toml")
        except FileNotFoundError:
            continue
    raise TemplateFault(template, "name", "there is no template of that name")


@lru_cache(maxsize=256)
def _parse(where: str, source: str) -> _File:
    try:
        raw: dict[str, Any] = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise TemplateFault(where, "file", f"it is no TOML file ({error})") from error
    for key, kind in (("subject", str), ("body", str), ("needs", list)):
        if not isinstance(raw.get(key), kind):
            raise TemplateFault(where, key, f'its "{key}" is missing or of the wrong kind')
    unknown = sorted(set(raw) - {"subject", "body", "needs", "markup"})
    if unknown:
        raise TemplateFault(where, unknown[0], f'"{unknown[0]}" is no part of a template')
    return _File(raw["subject"], raw["body"], tuple(map(str, raw["needs"])), raw.get("markup") is True)


def _value(where: str, name: str, values: Mapping[str, object]) -> object:
    value = _cleaned(values.get(name))
    if value is None or value in ("", []):
        raise TemplateFault(where, name, f'it needs "{name}", and there is none')
    return value


def _cleaned(value: object) -> object:
    """Text without characters that only steer a screen; lists item by item; empty items gone."""
    if isinstance(value, str):
        kept = (
            character
            for character in value.replace("\r\n", "\n")
            if character in "\n\t\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
        )
        return "".join(kept).strip()
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [item for item in map(_cleaned, value) if item not in (None, "")]
    return value


def _render(where: str, part: str, file: _File, values: Mapping[str, object], language: str) -> str:
    from jinja2 import TemplateError

    try:
        return _compiled(where, part, file, language).render(values)
    except (TemplateError, ArithmeticError, TypeError, LookupError) as error:
        raise TemplateFault(where, part, f"its {part} cannot be made ({error})") from error


@lru_cache(maxsize=256)
def _compiled(where: str, part: str, file: _File, language: str) -> Template:
    """A template's part, checked and compiled once for the same text; compiling costs ten times the rendering."""
    from jinja2 import StrictUndefined, meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def spelled(value: object) -> object:
        if isinstance(value, datetime):
            return f"{format_date(value, language)}, {format_time(value.time(), language)}"
        if isinstance(value, date):
            return format_date(value, language)
        return format_time(value, language) if isinstance(value, time) else value

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=file.markup and part == "body",
        finalize=spelled,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    source = file.body if part == "body" else file.subject
    used = meta.find_undeclared_variables(environment.parse(source))
    undeclared = sorted(used - set(file.needs))
    if undeclared:
        name = undeclared[0]
        raise TemplateFault(where, name, f'its {part} uses "{name}" without naming it in "needs"')
    return environment.from_string(source)
