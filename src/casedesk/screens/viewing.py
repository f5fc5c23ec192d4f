"""One key opens a paper in the system's viewer, from a private copy that is removed again."""

from __future__ import annotations

from collections.abc import Callable

from casedesk.channels import viewer
from casedesk.channels.trouble import Trouble
from casedesk.desk.turn import Turn
from casedesk.desk.viewing import ToView
from casedesk.screens.asking import ask
from casedesk.screens.base import DeskScreen

KEPT_SECONDS = 600.0
"""How long a copy lies for a viewer of which nobody knows when it is closed; by then it has read the paper."""


def view(screen: DeskScreen, use_case: Callable[[Turn, str], ToView], ref: str) -> None:
    """Show the paper or packet `ref`; where no viewer can be opened, say where its copy lies."""
    app, desk = screen.desk_app, screen.desk

    def work() -> str:
        found = desk.read(use_case, ref)
        path = app.copies.put(found.data, found.ending, app.ticks())
        mind = f" Mind: {found.mind}." if found.mind else ""
        try:
            if viewer.show(path, lambda: app.copies.remove(path)):
                app.copies.keep(path)
        except Trouble as trouble:
            app.copies.keep(path)
            return f"{trouble.sentence} A private copy of {found.ref} lies at {path} until the desk is left.{mind}"
        return f"{found.ref} is opened in the system's viewer.{mind}"

    ask(app, "view", work, app.tell, app.refuse, alone=False)
