"""How a noun's file makes its command: Typer, plain, without rich and without completion scripts."""

from __future__ import annotations

from typing import Any

import typer


def noun(help: str, *, cls: Any = None) -> typer.Typer:
    """An empty Typer for one noun; `help` is the line above its commands."""
    return typer.Typer(
        cls=cls,
        help=help or None,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
