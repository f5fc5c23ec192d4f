"""How one person is reminded outside the app, and when not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.desk.turn import Turn
from casedesk.desk.views.telling import PreferenceView
from casedesk.refusal import Refusal

MAIL = ("none", "digest", "urgent", "all")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
DEFAULTS: Mapping[str, Any] = {
    "mail": "urgent",
    "quiet_from": "20:00",
    "quiet_until": "07:00",
    "digest_at": "08:00",
    "desktop": 0,
    "invitations": 1,
}


def show(turn: Turn, handle: str | None = None) -> PreferenceView:
    """How a person is reminded, the actor where nobody is named. Raises `NotFound`."""
    person = turn.actor.id if handle is None else turn.person(handle).id
    row = turn.uow.one("preference.of", person_id=person)
    found = dict(DEFAULTS) if row is None else {key: getattr(row, key) for key in DEFAULTS}
    return PreferenceView(
        person=turn.handle(person),
        mail=found["mail"],
        quiet_from=found["quiet_from"],
        quiet_until=found["quiet_until"],
        digest_at=found["digest_at"],
        desktop=bool(found["desktop"]),
        invitations=bool(found["invitations"]),
    )


def change(turn: Turn, /, **wanted: str | bool | None) -> PreferenceView:
    """The actor says how they want to be reminded; what is None stays. Nobody sets another's.

    Raises `Refusal("bad_preference")`.
    """
    new: dict[str, Any] = {}
    for key, value in wanted.items():
        if value is None:
            continue
        if key == "mail" and value not in MAIL:
            raise Refusal("bad_preference", f"Mail cannot be {value!r}.", f"It takes {', '.join(MAIL)}.")
        if key in {"quiet_from", "quiet_until", "digest_at"} and not _CLOCK.fullmatch(str(value)):
            raise Refusal("bad_preference", f"{value!r} is no time of day.", "Write it as 08:00.")
        new[key] = int(value) if isinstance(value, bool) else value
    row = turn.uow.one("preference.of", person_id=turn.actor.id)
    if new and row is None:
        turn.uow.insert("preference", person_id=turn.actor.id, **{**DEFAULTS, **new})
    elif new and row is not None:
        kept = {key: getattr(row, key) for key in DEFAULTS}
        turn.uow.run("preference.change", person_id=turn.actor.id, **{**kept, **new})
    if new:
        turn.uow.audit_person("preference.changed", turn.actor.handle, **new)
    return show(turn)


def loud_from(now: datetime, zone: str, quiet_from: str, quiet_until: str) -> datetime:
    """The first instant from `now` on that is outside a person's quiet hours: `now` itself, or the hours' end (UTC).

    The hours may go over midnight; where both ends are the same there are none.
    """
    start, end = time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)
    local = now.astimezone(ZoneInfo(zone))
    at = local.time()
    quiet = start <= at < end if start <= end else at >= start or at < end
    if not quiet:
        return now
    day = local.date() if at < end else local.date() + timedelta(days=1)
    return max(now, datetime.combine(day, end, ZoneInfo(zone)).astimezone(UTC))
