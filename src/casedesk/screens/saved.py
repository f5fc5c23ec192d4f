"""Questions with a name in the person's own file: `[[section]]` with `name` and `where`, tabs behind the shipped ones.

The question is held, never the rows. What is written here leaves the rest of the file as it stands, comments and all.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from casedesk.desk.query import parse
from casedesk.refusal import Refusal
from casedesk.screens import config
from casedesk.security.text import safe

MOST = 20
"""So many sections are tabs; what stands behind them is said, and left out."""
LONGEST_NAME = 24


class SavedSection(BaseModel):
    """One `[[section]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    where: str = Field(min_length=1, max_length=400)

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str) -> str:
        if not name.strip() or safe(name) != name or name != name.strip():
            raise ValueError("is no name on one line")
        return name

    @field_validator("where")
    @classmethod
    def _asks(cls, where: str) -> str:
        try:
            asked = parse(where)
        except Refusal as refusal:
            raise ValueError(f"{refusal.message} {refusal.next}") from None
        if not asked:
            raise ValueError("asks nothing")
        return where


def read() -> tuple[tuple[SavedSection, ...], tuple[str, ...]]:
    """The sections that can be shown, and a sentence for each that cannot. A file that is wrong as a whole has none: its
    own sentence is said with the keys."""
    try:
        found = config.read().section
    except Refusal:
        return (), ()
    good: dict[str, SavedSection] = {}
    wrong: list[str] = []
    for number, each in enumerate(found, 1):
        try:
            section = SavedSection.model_validate(each)
        except ValidationError as error:
            wrong.append(f"{_called(each, number)} {_why(error)}")
            continue
        if section.name.casefold() in good:
            wrong.append(f"{_called(each, number)} stands there twice.")
        elif len(good) == MOST:
            wrong.append(f"{_called(each, number)} is one more than the {MOST} that are shown.")
        else:
            good[section.name.casefold()] = section
    return tuple(good.values()), tuple(wrong)


def save(name: str, where: str) -> SavedSection:
    """Write one more section at the end of the file. Raises `Refusal` for a name that is taken, or what cannot be shown."""
    try:
        section = SavedSection(name=name.strip(), where=where.strip())
    except ValidationError as error:
        raise Refusal("bad_section", f"The section {_why(error)}", "Choose another name.") from None
    standing, _ = read()
    if any(each.name.casefold() == section.name.casefold() for each in standing):
        raise Refusal("name_taken", f"There is a section {section.name!r} already.", "Choose another name.")
    if len(standing) == MOST:
        raise Refusal("too_many", f"{MOST} sections are saved.", "Remove one first.")
    text = _text()
    block = f"[[section]]\nname = {json.dumps(section.name, ensure_ascii=False)}\n"
    block += f"where = {json.dumps(section.where, ensure_ascii=False)}\n"
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    before = _parsed(text)
    _write(text + gap + block, {**before, "section": [*before.get("section", ()), section.model_dump()]})
    return section


def remove(name: str) -> None:
    """Take a section out of the file; everything around it stays. Raises `Refusal` where it is not found."""
    text = _text()
    before = _parsed(text)
    lines = text.splitlines(keepends=True)
    for begin, end in _blocks(lines):
        one = _parsed("".join(lines[begin:end])).get("section", [{}])
        if one[0].get("name") == name:
            rest = [each for each in before["section"] if each.get("name") != name]
            after = {**before, "section": rest}
            if not rest:
                del after["section"]
            kept = lines[:begin] + lines[end:]
            if begin and not lines[begin - 1].strip() and (end == len(lines) or not lines[end].strip()):
                del kept[begin - 1]
            _write("".join(kept), after)
            return
    raise _by_hand()


# -- the file -----------------------------------------------------------------------------------------------------


def _called(each: Any, number: int) -> str:
    name = each.get("name") if isinstance(each, dict) else None
    return f"Your section {name!r}" if isinstance(name, str) and name else f"Your section number {number}"


def _why(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "extra_forbidden":
            return f"says {where}, which is not known."
        case "missing":
            return f"has no {where}."
        case "value_error":
            return f"cannot be used, its {where}: {first['msg'].removeprefix('Value error, ').rstrip('.')}."
        case _:
            return f"has a {where or 'shape'} that is wrong: {first['msg']}."


def _text() -> str:
    try:
        return config.path().read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError):
        config.read()
        raise _by_hand() from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refusal(
            "bad_config",
            f"{config.path()} is not TOML: {error}.",
            "Correct it first; nothing was written.",
        ) from None


def _blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where each `[[section]]` begins and ends: behind its last line that is neither blank nor a comment."""
    found = []
    for begin, line in enumerate(lines):
        if line.split("#", 1)[0].replace(" ", "").strip() != "[[section]]":
            continue
        end = begin + 1
        for number in range(begin + 1, len(lines)):
            said = lines[number].strip()
            if said.startswith("["):
                break
            if said and not said.startswith("#"):
                end = number + 1
        found.append((begin, end))
    return found


def _write(text: str, meant: dict[str, Any]) -> None:
    """Put the file in its place in one step; only when it reads as what is meant, so that nothing of it is lost."""
    try:
        reads = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise _by_hand() from None
    if reads != meant:
        raise _by_hand()
    file = Path(os.path.realpath(config.path()))
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
            out.write(text.encode("utf-8"))
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refusal(
            "not_written", f"{file} cannot be written: {error.strerror}.", "Look at who may write there."
        ) from error


def _by_hand() -> Refusal:
    return Refusal(
        "by_hand",
        f"The sections in {config.path()} are written in a way that is not changed from here.",
        "Change it by hand: [[section]] with name and where.",
    )
