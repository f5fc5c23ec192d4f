"""From the clock on the wall of a place to an instant, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casedesk.refusal import Refusal


def known_zone(name: str) -> str:
    """The IANA name of a zone, refused with the nearest where there is none of that name."""
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    wanted = name.strip().replace(" ", "_")
    zones = {zone.casefold(): zone for zone in available_timezones()}
    found = zones.get(wanted.casefold())
    if found is None:
        near = get_close_matches(wanted.casefold(), zones, n=1)
        hint = f"Did you mean {zones[near[0]]}?" if near else "Name one like America/New_York."
        raise Refusal("unknown_zone", f"There is no time zone {name!r}.", hint)
    return found


def midnight(day: date, zone: str) -> datetime:
    """The moment a day begins in `zone`."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def to_instant(at: datetime, zone: str) -> datetime:
    """The instant (UTC) of a local time in `zone`; an aware one is taken as it is.

    Of an hour that comes twice, as the clocks go back, the first is meant. Refuses one the clocks leave out.
    """
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    there = at.replace(tzinfo=ZoneInfo(zone), fold=0)
    instant = there.astimezone(UTC)
    if instant.astimezone(there.tzinfo).replace(tzinfo=None) != at:
        raise Refusal(
            "no_such_time",
            f"On {at:%Y-%m-%d} there is no {at:%H:%M} in {zone}: the clocks go forward.",
            "Look at the notice again.",
        )
    return instant


def words(instant: datetime, zone: str, *, beside: str | None = None) -> str:
    """`Wed 2 Dec 2026 09:00`, with the name of the zone where it is another clock than that of `beside`."""
    try:
        there = instant.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return f"{instant:%a} {instant.day} {instant:%b %Y %H:%M} UTC"
    said = f"{there:%a} {there.day} {there:%b %Y %H:%M}"
    same = beside is not None and instant.astimezone(ZoneInfo(beside)).utcoffset() == there.utcoffset()
    return said if same else f"{said} {zone}"
