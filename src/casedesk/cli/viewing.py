"""A paper shown in the system's viewer by a command: it waits until the person has looked, and takes the copy away."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casedesk.cli.paper import Paper
    from casedesk.cli.session import Session
    from casedesk.desk.viewing import ToView


@dataclass(frozen=True)
class Viewed:
    """What was shown, and whether a viewer opened (`opened`); `removed` says that its private copy is gone."""

    ref: str
    opened: bool
    removed: bool


def show(session: Session, found: ToView) -> Viewed:
    """Show it and come back when the viewer was closed, where that can be known, else at enter.

    Raises `Refusal` (`nobody_looks`) where nobody sits at a terminal and no viewer is named that ends when it is closed.
    """
    from casedesk.channels import viewer
    from casedesk.channels.trouble import Trouble
    from casedesk.documents.private_copy import Copies

    if not viewer.is_waited_for() and not session.may_ask:
        raise Refusal(
            "nobody_looks",
            f"Nobody sits here to look at {found.ref}.",
            f"Name a viewer in {viewer.VIEWER}, or write it to a file: `casedesk document get`.",
        )
    copies, closed, opened = Copies(), threading.Event(), True
    copies.sweep()
    path = copies.put(found.data, found.ending, 0.0)
    try:
        try:
            known = viewer.show(path, closed.set)
            session.tell(f"{found.ref} is opened in the viewer.")
        except Trouble as trouble:
            known, opened = False, False
            session.tell(f"{trouble.sentence} A private copy lies at {path}.")
        if found.mind:
            session.tell(f"Mind: {found.mind}.")
        if known:
            closed.wait()
        elif session.may_ask:
            session.tell("Enter when you have looked; the copy is removed then.")
            sys.stdin.readline()
    finally:
        copies.close()
    return Viewed(found.ref, opened, not path.exists())


def drawn(view: Viewed, _paper: Paper) -> Iterator[str]:
    gone = "its copy is removed" if view.removed else "its copy is still held open; the next start removes it"
    yield f"{view.ref}: {gone}."
