"""Files of rules as they come in and as they ship, and how one that does not load is refused."""

from __future__ import annotations

from casedesk import resources
from casedesk.refusal import Refusal
from casedesk.routing.errors import RuleError


def shipped_texts() -> dict[str, str]:
    """The rules, chains and playbooks that ship with the program, by name."""
    return {
        f"{folder}/{name}": resources.read_text(f"{folder}/{name}")
        for folder in ("rules", "playbooks")
        for name in resources.list_names(folder)
        if not name.endswith(".schema.json")
    }


def client_messages() -> dict[str, str]:
    """The texts of the client messages by `language/name`."""
    languages = (p.name for p in (resources.templates() / "messages").iterdir() if p.is_dir())
    return {
        f"{language}/{name.removesuffix('.toml')}": resources.read_text(f"messages/{language}/{name}")
        for language in languages
        for name in resources.list_names(f"messages/{language}")
        if name.endswith(".toml")
    }


def paper_names() -> list[str] | None:
    """The paper templates; None while the firm has none, so that none is missed."""
    names = [n.removesuffix(".toml") for n in resources.list_names("letters/en") if n != "frame.toml"]
    return names or None


def decoded(name: str, data: bytes) -> str:
    """The text of a file. Raises `RuleError` for what is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RuleError(name, line, "This is no UTF-8 text.") from error


def refused(error: RuleError) -> Refusal:
    """A file that does not load, as a person is told: file, line and the nearest known name."""
    near = f"Nearest known name: {error.nearest}." if error.nearest else "Put it right and repeat."
    where = error.file if error.line is None else f"{error.file}, line {error.line}"
    return Refusal("rule_file", f"{where}: {error.message}", near)
