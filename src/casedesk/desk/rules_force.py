"""Which rules decide here: what ships, with the firm's own version on top, by day and by type of matter.

A version begins on its day. For a matter the version decides that began last among those for its type and those for
all; of two that begin on one day the later installed. Every desk on one store reads the same rows, so two agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from casedesk.routing.errors import RuleError

if TYPE_CHECKING:
    from casedesk.routing.library import Library

MEND = "A manager installs rules that do, or goes back: `casedesk rules install --shipped`."


def standing(turn: Turn, matter_type: str | None) -> Any | None:
    """The version in force today for matters of this type (None: for the whole firm); None while what ships decides."""
    today = turn.today.isoformat()
    begun = (v for v in turn.installs if v.effective_from <= today and v.matter_type in {None, matter_type})
    return max(begun, key=_order, default=None)


def library(turn: Turn, matter_type: str | None) -> Library:
    """The rules, playbooks and chains in force for matters of this type. Raises `Refusal` where they cannot be read."""
    version = standing(turn, matter_type) if turn.installs else None
    return turn.house.library if version is None else library_of(turn, version)


def libraries(turn: Turn) -> list[Library]:
    """The sets in force today: the firm's, and those on trial."""
    types = {None, *(v.matter_type for v in turn.installs)}
    found = {lib.rules.sha256: lib for kind in types for lib in (library(turn, kind),)}
    return list(found.values())


def library_of(turn: Turn, version: Any) -> Library:
    """One version, composed with what ships. Raises `Refusal`."""
    known: dict[int, Library] = turn.house.versions
    if version.id not in known:
        try:
            known[version.id] = turn.house.compose(own_texts(turn, version), in_place=bool(version.in_place))
        except RuleError as error:
            raise Refusal(
                "rules_do_not_load",
                f"Version {version.number} of the firm's rules cannot be read by this program: {error}",
                MEND,
            ) from error
    return known[version.id]


def own_texts(turn: Turn, version: Any) -> dict[str, str]:
    """The files of one version as they were installed. Raises `Refusal` for one that is not what was installed."""
    body = str(turn.uow.need("version", str(version.number), "rules.install_body", id=version.id).body)
    if hashlib.sha256(body.encode()).hexdigest() != version.sha256:
        raise Refusal(
            "rules_changed_in_store",
            f"Version {version.number} of the firm's rules is not what was installed.",
            "Somebody wrote into the store; see `casedesk audit verify`.",
        )
    texts: dict[str, str] = json.loads(body)
    return texts


def sha256_of(turn: Turn, matter_id: int | None) -> str:
    """The hash a sign-off names: of the rules in force for its matter."""
    row = None if matter_id is None else turn.uow.one("rules.matter_type", id=matter_id)
    return turn.library_for(None if row is None else row.type).rules.sha256


def state(turn: Turn, version: Any) -> str:
    """`in_force`, `scheduled` (its day is ahead) or `superseded`."""
    today = turn.today.isoformat()
    if any(_replaces(other, version, today) for other in turn.installs):
        return "superseded"
    return "scheduled" if version.effective_from > today else "in_force"


def until(turn: Turn, version: Any) -> str | None:
    """The first day on which another version decides in its place, None while none is known."""
    return min((v.effective_from for v in _after(turn.installs, version)), default=None)


def _after(versions: Iterable[Any], version: Any) -> Iterable[Any]:
    return (
        v for v in versions if v.matter_type in {None, version.matter_type} and _order(v) > _order(version)
    )


def _replaces(other: Any, version: Any, today: str) -> bool:
    begins = max(today, version.effective_from)
    return bool(list(_after([other], version))) and other.effective_from <= begins


def _order(version: Any) -> tuple[str, int]:
    return version.effective_from, version.number
