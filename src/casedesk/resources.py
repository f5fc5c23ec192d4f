"""Where the files that ship with the program lie: in the installed package, else in the checkout.

The wheel carries `data/templates` as `casedesk/_templates`; a checkout (or an editable install) has it beside
`src`. Nothing here reads package metadata: `casedesk report` must start fast.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from casedesk.refusal import Refusal


def _find(package: Path) -> Path:
    """The templates folder for a package that lies at `package`; a Refusal where there is none."""
    installed = package / "_templates"
    if installed.is_dir():
        return installed
    for folder in package.parents:
        if (folder / "pyproject.toml").is_file() and (folder / "data" / "templates").is_dir():
            return folder / "data" / "templates"
    raise Refusal(
        "resources_missing",
        "The templates and fonts that ship with casedesk are not where they belong.",
        "Install casedesk again, or run it from a complete checkout.",
    )


@cache
def templates() -> Path:
    """The folder of everything that ships with the program: messages, letters, fonts, playbooks, rules, forms.

    Raises `Refusal("resources_missing")` when neither the package nor a checkout around it has the folder.
    """
    return _find(Path(__file__).resolve().parent)


def path_of(relative: str) -> Path:
    """The path of one shipped file or folder, `relative` with forward slashes; it need not exist.

    Raises ValueError when `relative` would leave the templates folder.
    """
    root = templates()
    path = root.joinpath(*relative.split("/"))
    if not path.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{relative!r} leaves the templates folder")
    return path


def read_text(relative: str) -> str:
    """One shipped text file as UTF-8. Raises FileNotFoundError when there is no such file."""
    return path_of(relative).read_text(encoding="utf-8")


def list_names(folder: str) -> list[str]:
    """The names of the files directly in one shipped folder, sorted; empty when there is no such folder."""
    place = path_of(folder)
    if not place.is_dir():
        return []
    return sorted(entry.name for entry in place.iterdir() if entry.is_file())
