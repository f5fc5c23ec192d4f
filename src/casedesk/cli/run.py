"""One run of the command line: words in, an exit status out, and one sentence where something went wrong."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.cli.argv import Words, sort
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    import typer

STOPPED = 130


def main(argv: Sequence[str] | None = None, *, clock: Callable[[], datetime] | None = None) -> int:
    """Runs one command; returns 0 done, 1 refused or found, 2 wrong usage, 3 store out of reach, 130 stopped.

    `argv` are the words after the program's name, by default those of the process. `clock` is for tests; nothing a
    user can type sets the time.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        words = sort(given)
    except WrongUsage as refusal:
        return _refused(refusal, as_json="--json" in given)
    try:
        status = _run(words, clock)
        sys.stdout.flush()
        return status
    except Refusal as refusal:
        if words.debug:
            traceback.print_exc()
        return _refused(refusal, as_json=words.json)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)  # noqa: T201
        return STOPPED
    except BrokenPipeError:
        return 0
    except Exception as error:
        if words.debug:
            traceback.print_exc()
        return _refused(_unexpected(error), as_json=words.json)


def _run(words: Words, clock: Callable[[], datetime] | None) -> int:
    if words.rest[:1] == ("--version",):
        return _say_version(as_json=words.json)

    import typer

    from casedesk.cli.app import root
    from casedesk.cli.session import Session

    session = Session(
        clock=clock,
        store=words.store,
        person=words.person,
        key_file=None if words.key_file is None else Path(words.key_file).expanduser(),
        json=words.json,
        read_only=words.read_only,
        no_input=words.no_input,
        debug=words.debug,
    )
    try:
        with root().make_context("casedesk", list(words.rest), obj=session) as context:
            context.command.invoke(context)
    except typer.Exit as exit_:
        return exit_.exit_code
    except (typer.Abort, EOFError):
        raise KeyboardInterrupt from None
    except typer.TyperException as error:
        raise _wrong_usage(error) from error
    return session.status


def _say_version(*, as_json: bool) -> int:
    from importlib.metadata import version

    installed = version("casedesk")
    print(f'{{"version": "{installed}"}}' if as_json else f"casedesk {installed}")  # noqa: T201
    return 0


def _wrong_usage(error: typer.TyperException) -> Refusal:
    context: typer.Context | None = getattr(error, "ctx", None)
    path = context.command_path if context else "casedesk"
    # The reader of a closed list puts the name of its exception before what it says.
    message = " ".join(error.format_message().split()).replace(": Value error, ", ": ")
    if message == "Missing command.":
        message = f"{path} needs one more word, its command."
    if not message.endswith((".", "?", "!", ")")):
        message += "."
    return WrongUsage("usage", message, f"See {path} --help.")


def _unexpected(error: Exception) -> Refusal:
    if isinstance(error, OSError) and error.strerror:
        named = f" {error.filename!s}" if error.filename else ""
        return Refusal(
            "system",
            f"The system refused{named}: {error.strerror}.",
            "Look at the path and its rights, and repeat.",
        )
    return Refusal(
        "unexpected",
        f"Something went wrong inside casedesk ({type(error).__name__}); nothing was written.",
        "Run it again with --debug and report it.",
    )


def _refused(refusal: Refusal, *, as_json: bool) -> int:
    from casedesk.security.text import safe, safe_json

    try:
        if as_json:
            said = {"code": refusal.code, "message": refusal.message, "next": refusal.next}
            print(safe_json({"error": said}))  # noqa: T201
        print(safe(refusal.sentence()), file=sys.stderr)  # noqa: T201
    except BrokenPipeError:
        pass
    return refusal.exit_status
