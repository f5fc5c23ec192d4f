"""What a command hands to a desk so that its trail is sealed and recognised: this machine's memory, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casedesk.cli.session import Session
    from casedesk.desk.desk import Desk
    from casedesk.desk.keeping import Keeping


def keeping(session: Session, desk: Desk) -> Keeping:
    """The keeping of this run's desk."""
    from casedesk.bootstrap import named_key_file
    from casedesk.desk.keeping import of
    from casedesk.security.seal_key import state_folder

    return of(desk, state=state_folder(), key_file=session.key_file or named_key_file())
