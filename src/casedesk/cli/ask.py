"""Secrets, read from stdin or asked for without an echo; never from an argument, never from the environment."""

from __future__ import annotations

import sys

from casedesk.cli.session import Session
from casedesk.refusal import Refusal


def secret(session: Session, what: str, *, from_stdin: bool, twice: bool = False) -> str:
    """The first line of stdin, or what is typed. `what` names it in the question and in the refusal.

    Raises `Refusal("secret_missing")` when there is none to be had, `Refusal("secret_differs")` when the second
    typing is not the first.
    """
    if from_stdin:
        given = sys.stdin.readline().removeprefix("\ufeff").rstrip("\r\n")
    elif session.may_ask:
        from getpass import getpass

        given = getpass(f"{what}: ")
        if given and twice and getpass(f"{what}, once more: ") != given:
            raise Refusal("secret_differs", f"The two typings of the {what.lower()} differ.", "Try again.")
    else:
        given = ""
    if not given:
        raise Refusal(
            "secret_missing",
            f"The {what.lower()} is missing.",
            f"Pipe it in as the first line and add --{'password' if 'assword' in what else 'passphrase'}-stdin.",
        )
    return given


def line(session: Session, question: str) -> str | None:
    """What is typed in answer to `question`, or None when nobody may be asked."""
    if not session.may_ask:
        return None
    sys.stderr.write(f"{question}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()
