"""The words a question can be made of, for whoever types one: what a field of `desk.query` may be asked for here."""

from __future__ import annotations

from collections.abc import Mapping

from casedesk.desk.turn import Turn
from casedesk.models import lifecycle
from casedesk.models.enums import Priority
from casedesk.routing.vocabulary import MATTER_TYPES

DAYS = ("today", "tomorrow", "today+3d", "today+7d", "today+2w", "yesterday")
LOOKED_AT = 5_000
"""Over so many of the nearest open tasks their kinds are gathered."""


def words(turn: Turn) -> Mapping[str, tuple[str, ...]]:
    """The known words of each field but people and languages, which whoever asks knows already. A kind stands behind the
    shorter one that means it too."""
    return {
        "kind": _kinds(turn),
        "state": tuple(sorted(state.value for state in lifecycle.OPEN_TASK_STATES)),
        "priority": tuple(priority.value for priority in Priority),
        "type": tuple(sorted(MATTER_TYPES)),
        "due": DAYS,
        "internal": DAYS,
        "agency": DAYS,
    }


def _kinds(turn: Turn) -> tuple[str, ...]:
    there = {row.kind for row in turn.uow.all("task.kinds", many=LOOKED_AT)} | set(
        turn.library.playbooks.names
    )
    families = {kind.partition("_")[0] for kind in there if "_" in kind}
    shared = {each for each in families if sum(kind.startswith(f"{each}_") for kind in there) > 1}
    return tuple(sorted(there | shared))
