"""Two questions of the store's care: is there a recent backup, and has the store still the shape it was given?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

from casedesk.desk import backups
from casedesk.desk.turn import Turn, instant
from casedesk.desk.views.care import Check
from casedesk.store import fingerprint, guards

OFTEN_ENOUGH = timedelta(days=7)
"""How long a firm may work without a backup before the doctor says so."""


def last(turn: Turn) -> Check:
    """When the store was last backed up. An ordinary login of a shared store may not read that."""
    uow = turn.uow
    copy = _copy(turn)
    if uow.scalar("meta.get", key="demo") == "1":
        return Check("backup", True, f"a demo needs none{copy}", "")
    if uow.dialect.name == "postgresql" and not turn.actor.is_manager and turn.actor.kind != "service":
        return Check("backup", True, f"a manager sees when the store was last backed up{copy}", "")
    row = uow.one("backup.last")
    since = row.at_us if row is not None else uow.scalar("backup.founded")
    said = "never" if row is None else f"last on {instant(row.at_us):%Y-%m-%d %H:%MZ} by {row.actor}"
    if since is None or turn.now - instant(since) <= OFTEN_ENOUGH:
        return Check("backup", True, f"{said}{copy}", "")
    if uow.scalar("meta.get", key=backups.RECIPIENT) is None:
        fix = "Make a recovery identity: `casedesk backup --new-identity FILE`."
    else:
        fix = "Run `casedesk backup --out FILE`, and let a machine that stays on run it every day."
    return Check("backup", False, f"{said}, and the firm works on{copy}", fix)


def shape(turn: Turn) -> Check:
    """Whether tables, policies, functions and rights are those that this program gave the store; its guards are looked
    at on their own."""
    guarding = set(_guards(turn))
    odd = [name for name in fingerprint.differences(turn.uow.conn) if _last_word(name) not in guarding]
    if not odd:
        return Check(
            "shape", True, "tables, functions, policies and rights are as this program makes them", ""
        )
    if odd == [fingerprint.SERVER]:
        return Check(
            "shape",
            False,
            "the server is of another major version than the one on which the store's shape was noted",
            "The owner runs `casedesk migrate`, which notes it anew.",
        )
    named = ", ".join(odd[:3]) + (f" and {len(odd) - 3} more" if len(odd) > 3 else "")
    return Check(
        "shape",
        False,
        f"not as this program makes them: {named}",
        "Run `casedesk migrate`, and ask who changed them.",
    )


def _guards(turn: Turn) -> Iterator[str]:
    made = guards.postgres_sql() if turn.uow.dialect.name == "postgresql" else guards.sqlite_sql()
    return (statement.split()[2] for statement in made if statement.startswith("CREATE TRIGGER"))


def _last_word(name: str) -> str:
    """Of `trigger matter.guard_matter_update` and of `trigger guard_matter_update_0` the trigger's own name."""
    return name.removeprefix("trigger ").rpartition(".")[2] if name.startswith("trigger ") else ""


def _copy(turn: Turn) -> str:
    """What is to be said of a store that was made from a backup."""
    mark = turn.uow.scalar("meta.get", key=backups.RESTORED)
    if mark is None:
        return ""
    said = json.loads(mark)
    return (
        f"; this store is a copy restored on {instant(said['restored_us']):%Y-%m-%d}"
        f" from a backup of {instant(said['made_us']):%Y-%m-%d %H:%MZ}"
    )
