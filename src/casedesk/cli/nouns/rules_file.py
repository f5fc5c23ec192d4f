"""Files of rules as the command line names them, and whether there is a store whose rules are meant."""

from __future__ import annotations

import os

from casedesk.cli.session import Session
from casedesk.refusal import Refusal

MOST_BYTES = 1_000_001
"""One more than a file of rules may have: a larger one is refused unread."""


def read_rules(name: str) -> bytes:
    """The bytes of a file of rules. Refuses what is not there, and what is no file."""
    if not os.path.exists(name):
        raise Refusal("no_file", f"There is no file {name}.", "Look at the path.")
    if not os.path.isfile(name):
        raise Refusal("not_a_file", f"{name} is no file.", "Name a file of rules.")
    with open(name, "rb") as file:
        return file.read(MOST_BYTES)


def has_store(session: Session) -> bool:
    """Whether a store was named, or the user's own is there."""
    from casedesk.bootstrap import default_store

    named = session.store or os.environ.get("CASEDESK_STORE")
    return bool(named) or os.path.exists(default_store())
