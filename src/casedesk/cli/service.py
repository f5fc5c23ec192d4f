"""`casedesk worker --install`, `--uninstall`, `--print`: the worker as a service of whoever types it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.cli.session import Session


@dataclass(frozen=True)
class Service:
    """What was done, or would be: the service's kind, its file, and sentences."""

    kind: str
    file: str
    said: tuple[str, ...]


def run(session: Session, *, install: bool, uninstall: bool, show: bool) -> None:
    """Does one of the three. Before it installs, the store is opened as the worker will open it, with nobody to ask."""
    from casedesk import worker
    from casedesk.refusal import WrongUsage

    if install + uninstall + show != 1 and not (install and show):
        raise WrongUsage("one_of", "Say --install or --uninstall, not both.", "See casedesk worker --help.")
    uid = os.getuid() if hasattr(os, "getuid") else None
    here = worker.Here(sys.platform, Path.home(), uid, os.environ)
    made = worker.plan(here, _command(session))
    if show:
        commands = (*made.start, *made.stop) if not uninstall else made.stop
        words = (
            f"{made.file}:",
            *made.text.splitlines(),
            *(f"$ {' '.join(command)}" for command in commands),
        )
        session.say(Service(made.kind, str(made.file), words), _drawn)
        return
    session.require_writing()
    if uninstall:
        said = worker.uninstall(made, worker.ran)
    else:
        session.no_input = True
        with session.desk() as desk:
            if desk.shared and desk.kind != "service":
                session.tell(
                    f"{desk.handle} is no service login: what stands behind walls will wait for one."
                )
        said = worker.install(made, worker.ran)
    session.say(Service(made.kind, str(made.file), said), _drawn)


def _command(session: Session) -> list[str]:
    """The words the service starts: the store by its full path, no secret."""
    from casedesk.bootstrap import default_store

    store = session.store or default_store()
    where = store if "://" in store else str(Path(store).expanduser().resolve())
    words = [sys.executable, "-m", "casedesk", "--store", where, "--no-input"]
    person = session.person or os.environ.get("CASEDESK_PERSON")
    if person:
        words += ["--as", person]
    if session.key_file is not None:
        words += ["--key-file", str(session.key_file.resolve())]
    return [*words, "worker"]


def _drawn(view: Service, paper: Paper) -> Iterator[str]:
    yield from view.said
